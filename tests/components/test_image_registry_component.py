import json
import re

from hypothesis import given
from hypothesis import strategies as st

from components.image_registry import repository_name
from settings.cluster import CLUSTER_NAME
from settings.image_registry import REPOSITORY_NAME
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run

REPOSITORY = "aws:ecr/repository:Repository"
POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


def _with_registry(**settings: object) -> Run:
    return run_program("dev", changes={"imageRegistry": {"enabled": True, **settings}})


def test_nobody_gets_a_repository_unasked(built: Run) -> None:
    assert built.of_type(REPOSITORY) == []


def test_tags_stay_where_they_are_and_images_are_scanned_and_encrypted() -> None:
    repository = _with_registry().one(REPOSITORY).inputs
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    assert repository["encryptionConfigurations"] == [{"encryptionType": "KMS"}]
    assert repository["tags"]["eks-efa/stack"] == "dev"


def test_the_repository_is_called_after_the_cluster_or_as_the_settings_say() -> None:
    assert _with_registry().one(REPOSITORY).inputs["name"] == "efa-dev/cuda-efa-nccl-tests"
    assert _with_registry(name="team/nccl").one(REPOSITORY).inputs["name"] == "team/nccl"


def test_the_newest_images_are_kept_and_the_untagged_ones_are_not() -> None:
    run = _with_registry(keepImages=3)
    untagged, tagged = json.loads(run.one(POLICY).inputs["policy"])["rules"]
    assert untagged["selection"]["tagStatus"] == "untagged"
    assert tagged["selection"]["countNumber"] == 3
    assert untagged["rulePriority"] < tagged["rulePriority"]
    assert run.one(REPOSITORY).urn in run.before(run.one(POLICY))


@given(st.from_regex(CLUSTER_NAME, fullmatch=True))
def test_any_cluster_gives_a_name_that_ecr_takes(cluster_name: str) -> None:
    assert re.fullmatch(REPOSITORY_NAME, repository_name(cluster_name))

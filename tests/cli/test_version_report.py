import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from cli.errors import CommandError
from cli.stacks import find_stack
from cli.verbs.versions import IMAGE
from cli.version_report import document, judged_image, judged_stack, report, worst
from knowledge import clock
from knowledge.compatibility import Standing
from knowledge.compatibility.table import table
from settings.faults import Fault
from tests.today import TODAY

STACK = """\
config:
  aws:region: us-west-2
  eks-efa-karpenter:cluster: {name: x, version: "1.35"}
  eks-efa-karpenter:provisioners:
    - {name: pinned, instanceTypes: [p5.48xlarge], ami: {release: v20260714}}
    - {name: newest, instanceTypes: [p5.48xlarge]}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.x.yaml").write_text(STACK)
    return tmp_path


def image(folder: Path, text: str) -> Path:
    path = folder / "versions.env"
    path.write_text(text)
    return path


def test_a_stack_is_its_cluster_and_the_nodes_of_each_pool(repository: Path) -> None:
    judged = judged_stack(find_stack("x", repository))
    assert [each.title for each in judged] == ["cluster", "pinned", "newest"]
    assert judged[1].versions.nvidia_driver == "580.159.03"
    assert worst(judged) is Standing.SUPPORTED


def test_the_cluster_says_until_when_eks_supports_its_kubernetes(repository: Path) -> None:
    cluster, *_ = document(judged_stack(find_stack("x", repository)))["sets"]
    (support,) = [each for each in cluster["findings"] if each["about"] == ["kubernetes"]]
    assert support["reason"] == "Kubernetes 1.35 is in EKS's standard support until 2027-03-27"
    assert support["source"]["url"] == "https://endoflife.date/amazon-eks"


def test_a_kubernetes_that_eks_has_ended_is_unsupported(repository: Path) -> None:
    (repository / "Pulumi.x.yaml").write_text(STACK.replace("1.35", "1.31"))
    cluster, *_ = judged_stack(find_stack("x", repository))
    assert cluster.judgement.findings[0].reason == (
        "EKS ended its extended support of Kubernetes 1.31 on 2026-11-26"
    )
    assert worst([cluster]) is Standing.UNSUPPORTED


def test_a_pool_without_a_release_is_left_open_and_not_counted(repository: Path) -> None:
    *_, newest = judged_stack(find_stack("x", repository))
    (line,) = newest.judgement.open
    assert line.startswith("no release of the image is chosen")
    assert document([newest])["sets"][0]["standing"] is None


def test_the_document_has_every_finding_with_its_source(repository: Path) -> None:
    path = image(repository, "EFA_INSTALLER_VERSION=1.48.0\nNCCL_VERSION=v2.30.4-1\n")
    content = document([judged_image(path, "image")])
    assert json.loads(json.dumps(content)) == content
    assert content["standing"] == "untested"
    finding = content["sets"][0]["findings"][0]
    assert finding["about"] == ["nccl", "aws_ofi_nccl"]
    assert finding["source"]["title"] == "aws-ofi-nccl, RELEASENOTES.md at v1.21.1"
    assert finding["cure"] == "use aws-ofi-nccl 1.20.0 (EFA installer 1.49.0), or NCCL 2.29.7"


def test_the_table_names_versions_that_follow_from_others(repository: Path) -> None:
    text = StringIO()
    console = Console(width=200, file=text)
    console.print(report([judged_image(image(repository, "EFA_INSTALLER_VERSION=1.43.2\n"), "image")]))
    assert "libfabric 2.1.0amzn5.0, aws-ofi-nccl 1.16.3" in text.getvalue()


def test_sources_that_nobody_has_read_for_long_are_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = judged_stack(find_stack("x", repository))
    assert document(judged)["stale"] == []
    monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(days=121))
    assert len(document(judged)["stale"]) == len(table().sources)
    text = StringIO()
    Console(width=200, file=text).print(report(judged))
    assert "stale AWS ParallelCluster, CHANGELOG.md" in text.getvalue()


@pytest.mark.parametrize("text", ["", "COLOUR=red\n"])
def test_a_file_that_names_no_version_is_refused(repository: Path, text: str) -> None:
    with pytest.raises(CommandError, match="names no version"):
        judged_image(image(repository, text), "image")


def test_a_file_that_is_not_there_is_refused(repository: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        judged_image(repository / "nosuch.env", "image")


def test_the_image_of_this_repository_is_of_versions_that_are_known_to_go_together() -> None:
    judged = judged_image(IMAGE, "NCCL image")
    assert judged.judgement.standing is Standing.SUPPORTED, "\n".join(map(str, judged.judgement.findings))


@pytest.mark.parametrize("stack", ["dev", "prod", "sandbox"])
def test_no_committed_stack_is_doubtful(stack: str) -> None:
    told: list[Fault] = []
    find_stack(stack).examine(warn=told.append)
    # Whoever deploys puts his own address there; until then `up` refuses.
    assert [fault for fault in told if not fault.path.startswith("cluster.publicAccessCidrs[")] == []
    assert worst(judged_stack(find_stack(stack))) is Standing.SUPPORTED

from typing import Any

import pytest

from cli.errors import CommandError
from cli.nccl.templates import MPIJob, chosen, read_templates, template_of
from knowledge.nccl_job import EXPECTATION_ANNOTATION, RUN_LABEL, TEMPLATE_LABEL, VARIANT_LABEL
from nccl.verdict import Expectation
from tests.cli.nccl.fake_api import FakeApi
from tests.cli.nccl.nccl_objects import template, template_document

JOBS = "/apis/kubeflow.org/v2beta1/namespaces/nccl-test/mpijobs"


def run_document(stamp: str = "20260101t000000z") -> dict[str, Any]:
    run = template("efa").run(stamp)
    assert run.metadata
    return {**run, "metadata": run.metadata.to_dict()}


def test_a_run_is_its_template_unsuspended_under_a_name_of_its_own() -> None:
    run, made_from = run_document(), template_document("efa")
    assert run["metadata"]["name"] == "nccl-efa-20260101t000000z"
    assert run["spec"]["runPolicy"] == {"cleanPodPolicy": "Running", "activeDeadlineSeconds": 600}
    assert run["spec"]["mpiReplicaSpecs"] == made_from["spec"]["mpiReplicaSpecs"]
    assert run["metadata"]["annotations"] == made_from["metadata"]["annotations"]


def test_a_run_is_labelled_as_one_and_never_as_a_template() -> None:
    labels = run_document()["metadata"]["labels"]
    assert labels[RUN_LABEL] == "20260101t000000z"
    assert labels[VARIANT_LABEL] == "efa"
    assert TEMPLATE_LABEL not in labels


def test_making_a_run_leaves_the_template_suspended() -> None:
    one = template("efa")
    one.run("a")["spec"]["mpiReplicaSpecs"]["Worker"]["replicas"] = 7
    assert (one.spec["runPolicy"]["suspend"], one.workers) == (True, 2)


def test_a_template_says_what_its_log_must_show_and_how_long_it_may_take() -> None:
    one = template("efa", given=4, interfaces=4)
    assert one.expected() == Expectation("efa", 4, "g4dn.8xlarge", 2, "all_reduce")
    assert (one.workers, one.deadline_seconds, one.efa_interfaces_given) == (2, 600.0, 4)


def test_only_templates_are_read_not_runs() -> None:
    api = FakeApi()
    api.put(f"{JOBS}/nccl-efa", template_document("efa"))
    api.put(f"{JOBS}/nccl-efa-1", run_document("1"))
    assert [each.variant for each in read_templates(api.cluster())] == ["efa"]


def test_a_teams_templates_are_those_of_its_namespace_and_run_there() -> None:
    api = FakeApi()
    api.put(f"{JOBS}/nccl-socket", template_document("socket"))
    document = template_document("efa")
    document["metadata"]["namespace"] = "vision"
    api.put(f"{JOBS.replace('nccl-test', 'vision')}/nccl-efa", document)
    cluster = api.cluster()
    cluster.nccl_namespace = "vision"
    (found,) = read_templates(cluster)
    run = found.run("1")
    assert (found.variant, run.metadata and run.metadata.namespace) == ("efa", "vision")


@pytest.mark.parametrize("undefined", ["mpijobs", "kubeflow.org"])
def test_a_cluster_without_the_operator_has_no_template(undefined: str) -> None:
    assert read_templates(FakeApi(undefined={undefined}).cluster()) == ()


def test_the_socket_runs_first_and_all_variants_run_unless_one_is_named() -> None:
    found = [template("efa-mount"), template("efa"), template("socket")]
    assert [each.variant for each in chosen(found, ())] == ["socket", "efa", "efa-mount"]
    assert [each.variant for each in chosen(found, ("efa",))] == ["efa"]


def test_a_stack_without_a_test_is_told_where_to_ask_for_one() -> None:
    with pytest.raises(
        CommandError, match=r"this cluster has no NCCL test; name the pool to test in `nccl.pool`"
    ):
        chosen([], ())


def test_a_variant_that_the_stack_does_not_have_is_told_those_it_has() -> None:
    with pytest.raises(CommandError, match="no variant efa-mount of the test; it has socket, efa"):
        chosen([template("socket"), template("efa")], ("efa-mount",))


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("annotations", EXPECTATION_ANNOTATION, "{]"),
        ("annotations", EXPECTATION_ANNOTATION, '{"provider": "efa"}'),
        ("labels", VARIANT_LABEL, "rdma"),
    ],
)
def test_a_template_that_something_else_wrote_is_one_line(place: str, key: str, value: str) -> None:
    document = template_document("efa")
    document["metadata"][place][key] = value
    with pytest.raises(CommandError, match=f"nccl-test/nccl-efa: {key} does not say what the test is"):
        template_of(MPIJob(**document))

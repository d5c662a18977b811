"""The run of one pair: the stack's own test, on two nodes and at the size that counts."""

from copy import deepcopy

from cli.nccl.pairs.job import pair_template
from cli.nccl.templates import Template
from knowledge.nccl_command import Sweep
from knowledge.nccl_job import JobExpectation
from knowledge.nccl_manifest import NcclJob, template
from knowledge.stack_contract import PoolContract
from nccl.pairs.results import pair_of

POOL = PoolContract(
    name="p5",
    instance_types=("p5.48xlarge",),
    gpus_per_node=8,
    gpu_memory_mib=81920,
    efa_interfaces_per_node=32,
    max_nodes=16,
    taints=({"key": "nvidia.com/gpu", "effect": "NoSchedule"},),
)
JOB = NcclJob(
    variant="efa",
    pool=POOL,
    system_nodes={"eks-efa/system": "true"},
    nodes=16,
    gpus_per_node=8,
    image="nccl:1",
    sweep=Sweep("all_reduce", "8", "16G", 2, 20, 5),
    hugepages=False,
    deadline_minutes=30,
)
MANIFEST = template(JOB)
WHOLE = Template(
    "efa", "p5", JobExpectation("efa", 32, "p5.48xlarge", 16, "all_reduce"), MANIFEST["spec"], "nccl-test"
)
PAIRED = pair_template(WHOLE, pair_of("node-b", "node-a"))


def command(of: Template) -> list[str]:
    (container,) = of.spec["mpiReplicaSpecs"]["Launcher"]["template"]["spec"]["containers"]
    words: list[str] = container["command"]
    return words


def after(option: str, words: list[str]) -> str:
    return words[words.index(option) + 1]


def test_two_workers_run_on_the_two_nodes_and_not_on_one() -> None:
    workers = PAIRED.spec["mpiReplicaSpecs"]["Worker"]
    affinity = workers["template"]["spec"]["affinity"]
    terms = affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    named = [term["matchFields"][0]["values"] for term in terms]
    assert (workers["replicas"], named) == (2, [["node-a"], ["node-b"]])
    whole = WHOLE.spec["mpiReplicaSpecs"]["Worker"]["template"]["spec"]["affinity"]
    assert affinity["podAntiAffinity"] == whole["podAntiAffinity"]


def test_the_command_has_a_rank_for_each_gpu_of_two_nodes_and_the_largest_size_alone() -> None:
    words = command(PAIRED)
    assert (after("-np", words), after("-b", words), after("-e", words)) == ("16", "16G", "16G")
    assert len(words) == len(command(WHOLE))


def test_32_launchers_fit_where_one_of_the_whole_test_would() -> None:
    (container,) = PAIRED.spec["mpiReplicaSpecs"]["Launcher"]["template"]["spec"]["containers"]
    assert container["resources"]["requests"] == {"cpu": "50m", "memory": "128Mi"}


def test_the_log_is_judged_as_one_of_two_nodes() -> None:
    assert PAIRED.expectation == JobExpectation("efa", 32, "p5.48xlarge", 2, "all_reduce")


def test_the_stacks_own_template_stays_as_it_is() -> None:
    before = deepcopy(MANIFEST["spec"])
    pair_template(WHOLE, pair_of("a", "b"))
    assert WHOLE.spec == before


def test_the_largest_size_is_that_of_the_command() -> None:
    assert WHOLE.largest_size == 16 * 2**30

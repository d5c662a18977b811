"""Checks of `nccl`: a test that the pool's nodes can run, and that proves something when it has."""

import re
from collections.abc import Iterator, Mapping

from knowledge.gpu_architecture import COMPUTE_CAPABILITY, runs
from knowledge.hardware import InstanceType
from knowledge.nccl_image import PUBLIC_IMAGE, PUBLIC_IMAGE_CODE
from knowledge.nccl_sizes import largest_message, largest_useful_size, size_in_bytes
from knowledge.stack_contract import PoolContract
from nccl.sizes import option
from settings.checks.pools import Pool, pools_of
from settings.faults import Fault
from settings.nccl import NcclSettings
from settings.reading import Reading, StackReading
from settings.survey import Account
from settings.team import TeamQuota
from settings.tenant_reading import TenantReading
from settings.words import counted, did_you_mean, listed, quoted

IMAGE = re.compile(
    r"([a-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*"
    r"(:(?P<tag>\w[\w.-]{0,127}))?(@(?P<digest>sha256:[0-9a-f]{64}))?",
    re.ASCII,
)
"""https://pkg.go.dev/github.com/distribution/reference, somewhat simplified."""


def check_nccl(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the NCCL branch of a stack with a cluster."""
    test = reading.nccl
    yield from _alone(reading)
    if not test or test.pool is None:
        return
    names = [name for _, name in reading.pool_names]
    if test.pool not in names:
        there = f"there are {listed(names)}" if names else "there are none"
        what = f"{quoted(test.pool)} is no node group or provisioner"
        yield Fault("nccl.pool", what, there, did_you_mean(test.pool, names))
    for pool in pools_of(reading):
        if pool.name == test.pool:
            yield from _on_the_pool(test, pool, reading, account)
            return


def check_nccl_of_tenant(reading: TenantReading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the NCCL branch of a tenant; what a pool of the platform has, its outputs will say."""
    yield from _alone(reading)
    test, team = reading.nccl, reading.team
    if not test:
        return
    if test.hugepages:
        what = "true, but only the platform can tell its Karpenter of huge pages"
        yield Fault("nccl.hugepages", what, cure="remove it")
    if team and test.efa_mount:
        what = f"true, but namespace {team.home} lets no pod mount the host's devices"
        yield Fault("nccl.efaMount", what, cure="remove it")
    if team and test.pool is not None and team.pod_security == "restricted":
        what = '"restricted" forbids the test, whose workers run as root'
        yield Fault("team.podSecurity", what, cure="set baseline, or remove nccl.pool")
    own = (pool for pool in pools_of(reading.alone) if pool.name == test.pool)
    for pool in own:
        yield from _on_the_pool(test, pool, reading.alone, account)


def check_share(test: NcclSettings, pool: PoolContract, quota: TeamQuota) -> Iterator[Fault]:
    """Every fault of a team's test that needs more than the team may have."""
    needs = (
        ("gpus", (test.gpus_per_node or pool.gpus_per_node) * test.nodes, quota.gpus, "GPU"),
        (
            "efaInterfaces",
            pool.efa_interfaces_per_node * test.nodes,
            quota.efa_interfaces,
            "EFA interface",
        ),
    )
    for key, needed, most, noun in needs:
        if needed > most:
            what = f"{most}, but the NCCL test of {test.nodes} nodes takes {counted(needed, noun)}"
            yield Fault(f"team.quota.{key}", what, cure="raise it, or lower nccl.nodes")


def check_pool_of_platform(test: NcclSettings, pool: PoolContract) -> Iterator[Fault]:
    """Every fault of a tenant's test that shows once its pool is known."""
    if not pool.gpus_per_node:
        yield Fault("nccl.pool", f'the nodes of "{pool.name}" have no GPU', cure="choose another pool")
        return
    if not pool.efa_interfaces_per_node:
        what = f'the nodes of "{pool.name}" have no EFA interface'
        yield Fault("nccl.pool", what, cure="choose another pool")
    if test.nodes > pool.max_nodes:
        what = f'{test.nodes} is more than the {counted(pool.max_nodes, "node")} that "{pool.name}" may have'
        yield Fault("nccl.nodes", what)
    yield from _gpu_count(test, pool.gpus_per_node, f'"{pool.name}"')
    yield from _gpu_memory(test, pool.gpu_memory_mib, f'"{pool.name}"')
    yield from _code(test, dict.fromkeys(pool.gpu_names, f'"{pool.name}"'))


def _alone(reading: StackReading) -> Iterator[Fault]:
    """What is wrong whatever the pool; nothing of it matters where no pool is named."""
    test = reading.nccl
    if not test:
        return
    if test.pool is None:
        if test.model_fields_set:
            cure = "run: pulumi config set --path 'nccl.pool' <node group or provisioner>"
            yield Fault("nccl.pool", "missing", "the test is of the nodes of one pool", cure)
        return
    yield from _sizes(test)
    yield from _image(test.image, production=reading.environment == "prod")
    if test.nodes < 2:
        yield Fault("nccl.nodes", f"{test.nodes} proves no network", "at least 2")


def _on_the_pool(
    test: NcclSettings, pool: Pool, reading: Reading, account: Account | None
) -> Iterator[Fault]:
    yield from _nodes(test, pool, reading)
    yield from _interfaces(test, pool)
    gate_off = reading.karpenter and not reading.karpenter.feature_gates.node_overlay
    if test.hugepages and pool.by_karpenter and gate_off:
        what = f'false, but nccl.hugepages asks nodes of "{pool.name}" for pages Karpenter does not know of'
        yield Fault("karpenter.featureGates.nodeOverlay", what, cure="set it true")
    if account:
        types = [account.types[name] for name in pool.type_names if name in account.types]
        yield from _gpus(test, types)
        yield from _code(test, {known.gpu_name: known.name for known in types})
        yield from _architecture(types, reading, account)


def _sizes(test: NcclSettings) -> Iterator[Fault]:
    least, most = size_in_bytes(test.min_bytes), size_in_bytes(test.max_bytes)
    if least and most and least > most:
        yield Fault("nccl.minBytes", f"{test.min_bytes} is more than maxBytes {test.max_bytes}")


def _image(image: str, *, production: bool) -> Iterator[Fault]:
    reference = IMAGE.fullmatch(image)
    if not reference:
        yield Fault("nccl.image", f"{quoted(image)} is not an image", "write it as registry/name:tag")
    elif production and not reference["digest"] and reference["tag"] in (None, "latest"):
        yield Fault("nccl.image", f"{quoted(image)} changes by itself", "name a tag or a digest outside dev")


def _nodes(test: NcclSettings, pool: Pool, reading: Reading) -> Iterator[Fault]:
    """More nodes than the pool may have would be waited for without end."""
    if test.nodes > pool.most_nodes:
        limits = [entry.settings.limits for entry in reading.provisioners if entry.path == pool.path]
        key = "limits.nodes" if limits and limits[0].nodes is not None else "maxNodes"
        yield Fault("nccl.nodes", f"{test.nodes} is more than {pool.path}.{key} {pool.most_nodes}")


def _interfaces(test: NcclSettings, pool: Pool) -> Iterator[Fault]:
    if pool.efa == "none":
        cure = f"set {pool.path}.efa {'static' if pool.by_karpenter else 'true'}"
        yield Fault("nccl.pool", f'the nodes of "{pool.name}" have no EFA interface', cure=cure)
    if test.efa_mount and pool.efa == "dynamic":
        what = f'true, but the nodes of "{pool.name}" get EFA only for pods that request it'
        yield Fault("nccl.efaMount", what, "this variant mounts it instead", f"set {pool.path}.efa static")


def _gpus(test: NcclSettings, types: list[InstanceType]) -> Iterator[Fault]:
    """A job runs on whichever type a node turns out to be, so the smallest counts."""
    if not types:
        return
    without = [known.name for known in types if not known.gpus or known.gpu_manufacturer != "NVIDIA"]
    if without:
        yield Fault("nccl.pool", f"{listed(without)} has no NVIDIA GPU", "NCCL runs on no other")
        return
    fewest = min(types, key=lambda known: known.gpus)
    yield from _gpu_count(test, fewest.gpus, fewest.name)
    smallest = min(types, key=lambda known: known.memory_of_one_gpu)
    yield from _gpu_memory(test, smallest.memory_of_one_gpu, smallest.name)


def _code(test: NcclSettings, gpus: Mapping[str, str]) -> Iterator[Fault]:
    """The public image has machine code for some GPUs only; `gpus` are the pool's, each with who has it."""
    if test.image.partition("@")[0] != PUBLIC_IMAGE:
        return
    for gpu, name in gpus.items():
        capability = COMPUTE_CAPABILITY.get(gpu)
        if capability and not runs(capability, PUBLIC_IMAGE_CODE):
            what = f"the public image has no code for the {gpu} of {name}, of compute capability {capability}"
            cure = (
                "run `make image`, push it with `eks-efa image push` and name it here, or test another pool"
            )
            yield Fault("nccl.image", what, f"it is built for {', '.join(PUBLIC_IMAGE_CODE)}", cure)


def _gpu_count(test: NcclSettings, gpus: int, whose: str) -> Iterator[Fault]:
    if test.gpus_per_node and test.gpus_per_node > gpus:
        what = f"{test.gpus_per_node} is more than the {counted(gpus, 'GPU')} of {whose}"
        yield Fault("nccl.gpusPerNode", what)


def _gpu_memory(test: NcclSettings, memory_mib: int, whose: str) -> Iterator[Fault]:
    most = size_in_bytes(test.max_bytes)
    if most and most > largest_message(memory_mib):
        what = f"{test.max_bytes} does not fit the GPU of {whose}"
        yield Fault("nccl.maxBytes", what, f"largest useful is {option(largest_useful_size(memory_mib))}")


def _architecture(types: list[InstanceType], reading: Reading, account: Account) -> Iterator[Fault]:
    """The launcher runs on a system node, by the same image as the workers."""
    named = reading.system_nodes.instance_types if reading.system_nodes else ()
    systems = [account.types[name] for name in named if name in account.types]
    for known in types[:1]:
        for system in systems[:1]:
            if system.architecture != known.architecture:
                what = f"{known.name} is {known.architecture}, but system nodes are {system.architecture}"
                cure = f"choose systemNodes.instanceTypes of {known.architecture}"
                yield Fault("nccl.pool", what, "the test starts there, by the same image", cure)

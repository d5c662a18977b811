"""Holds a set of versions against the table: completes what the rows imply, then asks each rule."""

from collections.abc import Callable, Iterable, Iterator

from knowledge.compatibility.cluster_rules import karpenter_rule, vpc_cni_rule
from knowledge.compatibility.container_rules import gpu_rule, libfabric_rule, nccl_rule
from knowledge.compatibility.judgement import Finding, Judgement, Standing, worst_first
from knowledge.compatibility.node_rules import cuda_driver_rule, efa_driver_rule, image_rule
from knowledge.compatibility.release import compare, is_release
from knowledge.compatibility.table import Table, table
from knowledge.compatibility.versions import NAMES, VersionSet

Rule = Callable[[VersionSet, Table], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    karpenter_rule,
    vpc_cni_rule,
    image_rule,
    cuda_driver_rule,
    efa_driver_rule,
    libfabric_rule,
    nccl_rule,
    gpu_rule,
)
"""In the order of a report's findings that stand alike."""

NO_RELEASES = frozenset({"ami_release", "gpu"})
"""Fields that are compared as texts."""


def judge(versions: VersionSet, rows: Table | None = None) -> Judgement:
    """What the rows say of every pair in the set; what is no release is untested, not an error."""
    rows = rows or table()
    unreadable = [
        (field, text) for field, text in versions.given() if field not in NO_RELEASES and not is_release(text)
    ]
    readable = VersionSet(
        **{field: text for field, text in versions.given() if (field, text) not in unreadable}
    )
    whole = complete(readable, rows)
    findings = [_unreadable(field, text) for field, text in unreadable]
    findings += [finding for rule in RULES for finding in rule(whole, rows)]
    return Judgement(worst_first(findings), tuple(_open_questions(readable, whole, rows)))


def complete(versions: VersionSet, rows: Table | None = None) -> VersionSet:
    """The set with what its image and its installer bring, where it does not say itself."""
    rows = rows or table()
    image = rows.image(versions.ami_release, versions.kubernetes) if versions.ami_release else None
    if image:
        versions = versions.with_missing(efa_driver=image.efa_driver, nvidia_driver=image.nvidia_driver)
    installer = rows.efa_installer(versions.efa_installer) if versions.efa_installer else None
    if installer:
        versions = versions.with_missing(libfabric=installer.libfabric, aws_ofi_nccl=installer.aws_ofi_nccl)
    return versions


def _unreadable(field: str, text: str) -> Finding:
    reason = f'{NAMES[field]} "{text}" is not a release, so no row can know it'
    return Finding((field,), Standing.UNTESTED, reason, None, "name a release")


def _open_questions(given: VersionSet, whole: VersionSet, rows: Table) -> Iterator[str]:
    """What a set leaves open although a version names it."""
    installer = given.efa_installer
    if installer is None:
        return
    row = rows.efa_installer(installer)
    if whole.libfabric is None:
        yield f"which libfabric EFA installer {installer} brings is not in the table"
    if row and row.efa_driver and whole.efa_driver and compare(whole.efa_driver, row.efa_driver) > 0:
        yield (
            f"the node's EFA driver {whole.efa_driver} is newer than the {row.efa_driver} that came with EFA "
            f"installer {installer}; no source judges that"
        )

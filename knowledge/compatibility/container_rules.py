"""What the table says of the container: the OFI plugin between NCCL above it and libfabric below it."""

from collections.abc import Iterator

from knowledge.compatibility.judgement import Finding, Standing
from knowledge.compatibility.release import compare, newest
from knowledge.compatibility.table import EfaInstaller, OfiPlugin, Source, Table
from knowledge.compatibility.versions import NAMES, VersionSet


def nccl_rule(versions: VersionSet, table: Table) -> Iterator[Finding]:
    """NCCL is one that the plugin was tested with, or an older one that it still speaks with."""
    nccl, plugin = versions.nccl, versions.aws_ofi_nccl
    if nccl is None:
        return
    if plugin is None:
        if versions.efa_installer is not None:
            yield _unknown_plugin(nccl, versions.efa_installer, table)
        return
    about, row = ("nccl", "aws_ofi_nccl"), table.plugin(plugin)
    if row is None:
        cure = f"use one of the table, such as {table.plugins[0].versions[0]}"
        unread = plugin.removeprefix("v") in table.unread_plugins
        reason = (
            f"which NCCL aws-ofi-nccl {plugin} was tested with has not been read"
            if unread
            else f"aws-ofi-nccl {plugin} is not in the table"
        )
        yield Finding(about, Standing.UNTESTED, reason, table.plugins[0].source, cure)
        return
    tested = _listed(row.nccl)
    if compare(nccl, row.nccl_minimum) < 0:
        reason = f"aws-ofi-nccl {plugin} works with NCCL {row.nccl_minimum} or newer, not with {nccl}"
        cure = f"use NCCL {newest(row.nccl)}"
        yield Finding(about, Standing.UNSUPPORTED, reason, row.source, cure)
    elif any(compare(nccl, release) == 0 for release in row.nccl):
        reason = f"aws-ofi-nccl {plugin} was tested with NCCL {tested}"
        yield Finding(about, Standing.SUPPORTED, reason, row.source)
    elif compare(nccl, newest(row.nccl)) < 0:
        reason = (
            f"aws-ofi-nccl {plugin} was tested with NCCL {tested} and keeps working with {row.nccl_minimum} "
            "and newer"
        )
        yield Finding(about, Standing.SUPPORTED, reason, row.source)
    else:
        reason = f"aws-ofi-nccl {plugin} was tested with NCCL {tested}; {nccl} is newer"
        yield Finding(about, Standing.UNTESTED, reason, row.source, _cure_for_nccl(nccl, row, table))


def _unknown_plugin(nccl: str, installer: str, table: Table) -> Finding:
    reason = f"which aws-ofi-nccl comes with EFA installer {installer} is not in the table"
    row = table.efa_installer(installer)
    source = row.source if row else table.plugins[0].source
    plugins = {plugin for each in table.plugins if _knows(each, nccl) for plugin in each.versions}
    fitting = [each.version for each in table.efa_installers if each.aws_ofi_nccl in plugins]
    cure = f"name it, or use EFA installer {fitting[-1]} for NCCL {nccl}" if fitting else "name it"
    return Finding(("efa_installer", "nccl"), Standing.UNTESTED, reason, source, cure)


def _cure_for_nccl(nccl: str, row: OfiPlugin, table: Table) -> str:
    """The next plugin that knows this NCCL, with the installer that brings it, or this plugin's own NCCL."""
    older = f"NCCL {newest(row.nccl)}"
    newer = table.plugins[: table.plugins.index(row)]
    plugin = next((each.versions[0] for each in reversed(newer) if _knows(each, nccl)), None)
    if plugin is None:
        return f"use {older}"
    bringing = [each.version for each in table.efa_installers if each.aws_ofi_nccl == plugin]
    where = f" (EFA installer {bringing[-1]})" if bringing else ""
    return f"use aws-ofi-nccl {plugin}{where}, or {older}"


def _knows(plugin: OfiPlugin, nccl: str) -> bool:
    """Whether the plugin is no older than this NCCL, so that it was made to work with it."""
    return compare(newest(plugin.nccl), nccl) >= 0


def libfabric_rule(versions: VersionSet, table: Table) -> Iterator[Finding]:
    """libfabric is one that the plugin takes, and no newer than it was tested with."""
    libfabric, plugin = versions.libfabric, versions.aws_ofi_nccl
    row = table.plugin(plugin) if plugin else None
    if libfabric is None or row is None:
        return
    about = ("libfabric", "aws_ofi_nccl")
    installer = table.efa_installer(versions.efa_installer or "")
    if installer and _brings(installer, libfabric, plugin or ""):
        reason = f"EFA installer {installer.version} brings libfabric {libfabric} and aws-ofi-nccl {plugin}"
        yield Finding(about, Standing.SUPPORTED, reason, installer.source)
        return
    needs = f"aws-ofi-nccl {plugin} needs libfabric {row.libfabric_minimum} or newer"
    if compare(libfabric, row.libfabric_minimum) < 0:
        cure = f"use libfabric {row.libfabric or row.libfabric_minimum}"
        yield Finding(about, Standing.UNSUPPORTED, f"{needs}, not {libfabric}", row.source, cure)
    elif row.libfabric is not None and compare(libfabric, row.libfabric) > 0:
        reason = (
            f"aws-ofi-nccl {plugin} was tested with libfabric up to {row.libfabric}; {libfabric} is newer"
        )
        yield Finding(about, Standing.UNTESTED, reason, row.source, f"use libfabric {row.libfabric}")
    else:
        tested = f" and was tested with up to {row.libfabric}" if row.libfabric else ""
        yield Finding(about, Standing.SUPPORTED, f"{needs}{tested}", row.source)


def _brings(installer: EfaInstaller, libfabric: str, plugin: str) -> bool:
    """Whether both come with the installer, and so belong together."""
    if installer.libfabric is None or installer.aws_ofi_nccl is None:
        return False
    return compare(libfabric, installer.libfabric) == 0 and compare(plugin, installer.aws_ofi_nccl) == 0


def gpu_rule(versions: VersionSet, table: Table) -> Iterator[Finding]:
    """What the container brings is new enough for the GPU."""
    row = next((row for row in table.gpus if row.name == versions.gpu), None)
    if row is None:
        return
    needed = {"cuda": row.cuda, "nccl": row.nccl, "aws_ofi_nccl": row.aws_ofi_nccl}
    for field, version in versions.given():
        if field in needed:
            yield _for_gpu(field, version, needed[field], row.name, row.source)


def _for_gpu(field: str, version: str, needed: str, gpu: str, source: Source) -> Finding:
    reason = f"{gpu} wants {NAMES[field]} {needed} or newer"
    if compare(version, needed) >= 0:
        return Finding((field, "gpu"), Standing.SUPPORTED, reason, source)
    return Finding((field, "gpu"), Standing.UNSUPPORTED, f"{reason}, not {version}", source)


def _listed(releases: tuple[str, ...]) -> str:
    *others, last = releases
    return f"{', '.join(others)} and {last}" if others else last

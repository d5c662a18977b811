import re
from pathlib import Path

import pytest

from knowledge.versions import DEFAULT_KARPENTER, DEFAULT_KUBERNETES
from sandbox.world.go_build import build_environment
from sandbox.world.pins import (
    KARPENTER,
    KUBERNETES,
    MODULES,
    ToolModule,
    linker_flags,
    minimum_go,
    pinned_version,
    required_version,
)
from sandbox.world.tools import tools_key

GO_MOD = (
    "module x\n\ngo 1.26.5\n\nrequire k8s.io/kubernetes v1.35.4\n\nreplace k8s.io/api => k8s.io/api v0.35.4\n"
)


def module(
    folder: Path, go_mod: str = GO_MOD, go_sum: str = "k8s.io/kubernetes v1.35.4 h1:a=\n"
) -> ToolModule:
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text(go_mod)
    (folder / "go.sum").write_text(go_sum)
    return ToolModule(folder, ("kubectl",))


def test_the_same_sources_and_go_version_give_the_same_key(tmp_path: Path) -> None:
    first, second = module(tmp_path / "a"), module(tmp_path / "a")
    assert tools_key("go1.26.5", (first,)) == tools_key("go1.26.5", (second,))


@pytest.mark.parametrize("changed", ["go", "go_mod", "go_sum"])
def test_whatever_decides_the_result_changes_the_key(tmp_path: Path, changed: str) -> None:
    before = tools_key("go1.26.5", (module(tmp_path / "a"),))
    go_mod = GO_MOD.replace("1.35.4", "1.35.5") if changed == "go_mod" else GO_MOD
    after = module(
        tmp_path / "a", go_mod, "other\n" if changed == "go_sum" else "k8s.io/kubernetes v1.35.4 h1:a=\n"
    )
    assert tools_key("go1.26.6" if changed == "go" else "go1.26.5", (after,)) != before


def test_kubernetes_programs_are_stamped_with_the_version_of_go_mod() -> None:
    flags = linker_flags(GO_MOD).split(" -X ")
    assert flags[0] == "-s -w"
    for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"):
        assert f"{package}.gitVersion=v1.35.4" in flags
        assert f"{package}.gitMajor=1" in flags
        assert f"{package}.gitMinor=35" in flags


def test_karpenter_is_stamped_with_its_own_version() -> None:
    flags = linker_flags("require (\n\tgithub.com/aws/karpenter-provider-aws v1.14.0 // indirect\n)\n")
    assert flags == "-s -w -X sigs.k8s.io/karpenter/pkg/operator.Version=1.14.0"


def test_a_module_is_found_whether_required_alone_or_in_a_block() -> None:
    block = "require (\n\tk8s.io/api v0.35.4 // indirect\n\tk8s.io/kubernetes v1.35.4\n)\n"
    assert required_version(GO_MOD, KUBERNETES) == required_version(block, KUBERNETES) == "1.35.4"
    assert required_version(GO_MOD, "k8s.io/api") is None, "a replacement is no requirement"


def test_the_go_directive_is_compared_by_number() -> None:
    assert minimum_go("go 1.26.10\n") > minimum_go("go 1.26.9\n") > minimum_go("go 1.9\n")


def test_what_the_settings_default_to_is_what_the_sandbox_runs() -> None:
    assert pinned_version(KARPENTER) == DEFAULT_KARPENTER
    assert pinned_version(KUBERNETES).rpartition(".")[0] == DEFAULT_KUBERNETES


def test_every_tool_of_a_go_mod_is_listed_under_the_name_it_gets() -> None:
    for each in MODULES:
        block = re.search(r"^tool \((.*?)^\)|^tool (.*?)$", each.go_mod, re.MULTILINE | re.DOTALL)
        assert block is not None
        built = {re.sub(r"/v\d+$", "", path).rpartition("/")[2] for path in (block[1] or block[2]).split()}
        renamed = dict(each.renamed)
        assert {renamed.get(name, name) for name in built} == set(each.binaries)


def test_the_build_sees_no_aws_and_links_no_c() -> None:
    environment = build_environment(
        {
            "PATH": "/bin",
            "GOPROXY": "https://proxy",
            "https_proxy": "http://p",
            "AWS_PROFILE": "prod",
            "CC": "x",
        }
    )
    assert environment == {
        "PATH": "/bin",
        "GOPROXY": "https://proxy",
        "https_proxy": "http://p",
        "CGO_ENABLED": "0",
    }

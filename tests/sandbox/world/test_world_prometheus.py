import re
import socket
from pathlib import Path

import pytest

from sandbox.paths import SandboxPaths
from sandbox.world.errors import ProcessError
from sandbox.world.pins import MODULES, PROMETHEUS_MODULES, ToolModule
from sandbox.world.processes import Processes
from sandbox.world.prometheus import NAME, Prometheus
from sandbox.world.prometheus_api import PrometheusApi, QueryError
from sandbox.world.tools import Tools, tools_key


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    """A Prometheus that complains and ends."""
    program = tmp_path / "tools/bin/prometheus"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho it cannot\nexit 3\n")
    program.chmod(0o755)
    return Tools(tmp_path / "tools")


def test_prometheus_is_built_apart_so_that_up_does_not_wait_for_it() -> None:
    assert not set(PROMETHEUS_MODULES) & set(MODULES)
    assert tools_key("go1.26.5", PROMETHEUS_MODULES) != tools_key("go1.26.5")


def test_every_program_of_its_module_is_listed() -> None:
    (module,) = PROMETHEUS_MODULES
    (block,) = re.findall(r"^tool \((.*?)^\)", module.go_mod, re.MULTILINE | re.DOTALL)
    assert {path.rpartition("/")[2] for path in block.split()} == set(module.binaries)


def test_other_build_tags_give_another_set_of_tools(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module x\n\ngo 1.26.0\n")
    (tmp_path / "go.sum").write_text("")
    with_all, without = ToolModule(tmp_path, ("x",)), ToolModule(tmp_path, ("x",), tags=("remove_all_sd",))
    assert tools_key("go1.26.5", (with_all,)) != tools_key("go1.26.5", (without,))


def test_one_that_does_not_start_is_one_line_with_its_last_words(tools: Tools, tmp_path: Path) -> None:
    paths = SandboxPaths(tmp_path / "sandbox")
    with pytest.raises(
        ProcessError, match=r"^prometheus: does not answer: it cannot; see .*prometheus\.log$"
    ):
        Prometheus(paths).start(tools, {"groups": []}, [])
    assert NAME not in Processes(paths).running()


def test_one_that_is_not_there_is_not_ready_and_says_so_when_asked() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens there
        api = PrometheusApi(taken.getsockname()[1])
        assert not api.is_ready()
        with pytest.raises(QueryError, match=r"^prometheus: does not answer: .*; run: eks-efa dashboards$"):
            api.query("up")

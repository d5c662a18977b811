"""Building with a `go` that is a small shell script: quick, and it fails when told to."""

import threading
from pathlib import Path

import pytest

from sandbox.world import tools
from sandbox.world.errors import ToolchainError
from sandbox.world.pins import MODULES

GO = """#!/bin/sh
case "$1" in
  env) echo go1.26.8 ;;
  list) printf 'a\\nb\\nc\\n' ;;
  build)
    echo "$PWD" >> "$FAKE_GO_LOG"
    [ -e "$FAKE_GO_LOG.fail" ] && { echo "no required module" >&2; exit 1; }
    while [ "$1" != "-o" ]; do shift; done
    for name in $(ls "$FAKE_GO_NAMES/$(basename "$PWD")"); do echo built > "$2$name"; done
    echo a >&2; echo b >&2 ;;
esac
"""


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that records each build; with a file beside it called `.fail`, builds fail."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "go").write_text(GO)
    (tmp_path / "bin" / "go").chmod(0o755)
    for module in MODULES:
        names = tmp_path / "names" / module.name
        names.mkdir(parents=True)
        given = {known: built for built, known in module.renamed}
        for name in module.binaries:
            (names / given.get(name, name)).touch()
    log = tmp_path / "log"
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("EKS_EFA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(
        "sandbox.world.go_build.build_environment",
        lambda: {
            "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
            "FAKE_GO_LOG": str(log),
            "FAKE_GO_NAMES": str(tmp_path / "names"),
        },
    )
    return log


def silent(done: int, total: int, label: str) -> None:
    """Nobody watches."""


def test_a_build_gives_every_tool_under_its_own_name(go: Path) -> None:
    built = tools.ensure_tools(silent)
    assert {path.name for path in built.bin.iterdir()} == {name for each in MODULES for name in each.binaries}


def test_a_second_call_builds_nothing(go: Path) -> None:
    tools.ensure_tools(silent)
    tools.ensure_tools(silent)
    assert len(go.read_text().splitlines()) == len(MODULES)


def test_two_builds_at_once_are_one(go: Path) -> None:
    results: list[tools.Tools] = []
    threads = [threading.Thread(target=lambda: results.append(tools.ensure_tools(silent))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1 and len(results) == 3
    assert len(go.read_text().splitlines()) == len(MODULES)


def test_a_failed_build_leaves_nothing_that_looks_finished_and_the_next_one_mends_it(go: Path) -> None:
    failing = go.with_name(f"{go.name}.fail")
    failing.touch()
    with pytest.raises(
        ToolchainError, match="go build failed: no required module; check that the Go module proxy"
    ):
        tools.ensure_tools(silent)
    assert not list((go.parent / "cache").rglob("bin"))
    failing.unlink()
    assert tools.ensure_tools(silent).path("etcd").exists()


def test_progress_only_goes_forward_and_ends_at_the_whole(go: Path) -> None:
    seen: list[tuple[int, int]] = []
    tools.ensure_tools(lambda done, total, label: seen.append((done, total)))
    counted = [pair for pair in seen if pair[1]]
    assert [done for done, _ in counted] == sorted(done for done, _ in counted)
    assert counted[-1] == (9, 9)


def test_a_machine_without_go_is_told_which_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ToolchainError, match=r"^go: not found; .*; install Go 1\.\d+\.\d+ or newer from https://go.dev/dl"
    ):
        tools.ensure_tools(silent)


def test_a_go_that_is_too_old_is_quoted_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho 'go: go.mod requires go >= 1.26.5 (running go 1.22.1)' >&2; exit 1\n")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(
        ToolchainError, match=r"^go: go.mod requires go >= 1.26.5 \(running go 1.22.1\); install Go"
    ):
        tools.ensure_tools(silent)

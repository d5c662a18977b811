from collections.abc import Callable
from pathlib import Path
from threading import Thread

import httpx2
import pytest

from cli.errors import CommandError
from cli.nccl import launcher_log
from cli.nccl.launcher_log import LauncherLog, RowCount, last_words, opened, write
from cli.nccl.pods import PodSeen, State
from tests.cli.nccl.fake_api import FakeApi, FakeCluster
from tests.cli.nccl.nccl_objects import pod_seen

ROW = b"[1,0]<stdout>:     1024     256     float     sum      -1    72.98    0.01    0.01      0\n"


@pytest.fixture(autouse=True)
def followed_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Following ends where the log does, as for a container that has ended; and no second is waited."""
    begin = LauncherLog._begin

    def begin_and_end(log: LauncherLog, attempt: launcher_log.Attempt) -> None:
        begin(log, attempt)
        assert log._following
        log._following.join()

    monkeypatch.setattr(LauncherLog, "_begin", begin_and_end)
    monkeypatch.setattr("time.sleep", lambda _: None)


def launcher(*, restarts: int = 0, pod: str = "launcher-a", has_log: bool = True) -> PodSeen:
    return pod_seen("launcher", State.RUNNING, restarts=restarts, has_log=has_log, full_name=pod)


def test_the_log_is_kept_as_it_was_and_its_rows_are_counted(tmp_path: Path) -> None:
    content = b"\xff not UTF-8\r\n" + ROW * 3
    log = LauncherLog(FakeApi(logs={"launcher-a": content}).cluster(), tmp_path, "efa")
    log.follow(launcher())
    assert log.rows == 3
    assert log.finish() == tmp_path / "efa.log"
    assert (tmp_path / "efa.log").read_bytes() == content


def test_nothing_is_followed_before_the_launcher_has_begun(tmp_path: Path) -> None:
    log = LauncherLog(FakeApi().cluster(), tmp_path, "efa")
    log.follow(None)
    log.follow(launcher(has_log=False))
    assert not log.finish().exists()
    assert list(tmp_path.iterdir()) == []


def test_an_attempt_before_the_last_keeps_a_log_of_its_own(tmp_path: Path) -> None:
    api = FakeApi(logs={"launcher-a": b"first"})
    log = LauncherLog(api.cluster(), tmp_path, "efa")
    log.follow(launcher())
    api.logs["launcher-a"] = b"second"
    log.follow(launcher(restarts=1))
    api.logs["launcher-b"] = b"third"
    log.follow(launcher(pod="launcher-b"))
    log.follow(launcher(pod="launcher-b"))
    log.finish()
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {"efa-1.log": "first", "efa-2.log": "second", "efa.log": "third"}


def test_a_log_that_went_with_its_pod_is_what_was_followed(tmp_path: Path) -> None:
    api = FakeApi(logs={"launcher-a": b"all there was"})
    log = LauncherLog(api.cluster(), tmp_path, "efa")
    log.follow(launcher())
    del api.logs["launcher-a"]
    assert log.finish().read_text() == "all there was"


def test_the_longer_of_what_was_followed_and_what_is_there_at_the_end_is_kept(tmp_path: Path) -> None:
    api = FakeApi(logs={"launcher-a": b"the connection broke he"})
    log = LauncherLog(api.cluster(), tmp_path, "efa")
    log.follow(launcher())
    api.logs["launcher-a"] = b"the connection broke here, and the log went on"
    assert log.finish().read_text() == "the connection broke here, and the log went on"
    api.logs["launcher-a"] = b"went on"
    assert log.finish().read_text() == "the connection broke here, and the log went on"
    assert [path.name for path in tmp_path.iterdir()] == ["efa.log"]


def test_a_thread_that_comes_late_does_not_empty_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = list[Callable[[], None]]()

    class LateThread(Thread):
        def start(self) -> None:
            late.append(self.run)

        def join(self, timeout: float | None = None) -> None:
            """Not begun yet."""

    monkeypatch.setattr("threading.Thread", LateThread)
    api = FakeApi(logs={"launcher-a": b"all there was"})
    log = LauncherLog(api.cluster(), tmp_path, "efa")
    log.follow(launcher())
    log.finish()
    del api.logs["launcher-a"]
    late[0]()
    assert log.path.read_text() == "all there was"


def test_the_log_of_a_test_that_had_no_end_is_not_taken_for_this_runs(tmp_path: Path) -> None:
    (tmp_path / "efa.log").write_text("earlier")
    log = LauncherLog(FakeApi().cluster(), tmp_path, "efa")
    assert not log.finish().exists()
    assert (tmp_path / "efa-earlier.log").read_text() == "earlier"


def test_a_log_that_cannot_be_read_yet_is_followed_at_a_later_look(tmp_path: Path) -> None:
    api = FakeApi()
    log = LauncherLog(api.cluster(), tmp_path, "efa")
    log.follow(launcher())
    api.logs["launcher-a"] = ROW
    log.follow(launcher())
    assert (log.rows, log.path.read_bytes()) == (1, ROW)


class FlakyCluster(FakeCluster):
    """Its kubelet does not answer the first calls."""

    refusals = 2

    def http(self, timeout: httpx2.Timeout | None = None) -> httpx2.Client:
        if self.refusals:
            self.refusals -= 1
            raise httpx2.ConnectError("no route to host")
        return super().http(timeout)


def test_a_kubelet_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    log = LauncherLog(FlakyCluster(FakeApi(logs={"launcher-a": ROW})), tmp_path, "efa")
    log.follow(launcher())
    assert log.finish().read_bytes() == ROW


def test_a_row_counts_once_it_is_whole_wherever_the_pieces_end() -> None:
    for cut in range(len(ROW) + 1):
        rows = RowCount()
        for piece in (ROW[:cut], ROW[cut:], b"# Avg bus bandwidth : 1\n"):
            rows.take(piece)
        assert rows.count == 1


def test_a_log_without_line_breaks_takes_no_memory() -> None:
    rows = RowCount()
    for _ in range(100):
        rows.take(b"." * 100_000)
    assert len(rows._rest) <= 2 * launcher_log.LONGEST_LINE_BYTES


def test_a_disk_that_takes_nothing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is a directory; give another --output"):
        opened(tmp_path)


def test_a_disk_that_is_full_is_one_line() -> None:
    with pytest.raises(CommandError, match="/dev/full: no space left on device; give another --output"):
        write(iter([b"x"]), opened(Path("/dev/full")), RowCount())


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (b"", None),
        (b"one\ntwo\n\n", "two"),
        (b"ssh: Connection refused\nmpirun was killed\n\n", "ssh: Connection refused"),
        (b"Test NCCL failure common.cu:1\n# error: none\n#\n", "Test NCCL failure common.cu:1"),
        (b"error: " + b"x" * 900, "error: " + "x" * 193 + "..."),
        (b"error: \x1b[2Jscreen\n", "error: ?[2Jscreen"),
    ],
)
def test_the_last_words_are_the_last_that_tell_of_an_error(
    log: bytes, words: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "efa.log"
    path.write_bytes(log)
    assert last_words(path) == words


def test_a_log_that_is_not_there_has_no_last_words(tmp_path: Path) -> None:
    assert last_words(tmp_path / "efa.log") is None

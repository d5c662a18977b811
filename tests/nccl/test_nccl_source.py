"""What is no log gets one line: what it is, what is expected, what helps."""

import os
from io import BytesIO
from pathlib import Path

import pytest

from nccl import source
from nccl.errors import LogError
from nccl.source import read_log, read_stream
from tests.nccl.seed_logs import SEED_EFA

LOG = SEED_EFA.read_bytes()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty log"),
        (b" \n\n", "empty log"),
        (LOG.decode().encode("utf-16"), "UTF-16 text"),
        (b"\x1f\x8b\x08\x00 packed", "a packed file"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "binary data"),
        (bytes(range(1, 32)) * 20, "binary data"),
        (b'{"results": [', "JSON that does not parse"),
        (b"{" * 100_000, "JSON that does not parse"),
        (b'{"log": "a line of docker"}', "JSON without a list of results"),
    ],
    ids=["empty", "blank", "utf-16", "gzip", "elf", "controls", "cut-json", "deep-json", "other-json"],
)
def test_a_file_that_is_no_log_is_named_for_what_it_is(content: bytes, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_bytes(content)
    with pytest.raises(LogError) as raised:
        read_log(path)
    line = str(raised.value)
    assert line.startswith(f"{path}: {fault}")
    assert "\n" not in line
    assert len(line) < 300


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"nothing\.log: no such file; give the log"):
        read_log(tmp_path / "nothing.log")
    with pytest.raises(LogError, match="a directory; give the log file in it"):
        read_log(tmp_path)


def test_a_log_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.log"
    path.touch()
    os.truncate(path, source.MAXIMUM_LOG_BYTES + 1)
    with pytest.raises(LogError, match=r"huge.log: 4.0 GiB; at most 4 GiB is read"):
        read_log(path)


def test_json_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAXIMUM_JSON_BYTES", 1000)
    with pytest.raises(LogError, match="of JSON; run without -I 1"):
        read_stream(BytesIO(b"{" + b" " * 2000 + b"}"))


def test_a_stream_is_read_as_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_bytes(LOG)
    assert read_stream(BytesIO(LOG)) == read_log(path)


def test_a_pipe_that_gives_a_little_at_a_time_is_read_as_a_file_is() -> None:
    class Pipe(BytesIO):
        def read(self, count: int | None = -1) -> bytes:
            return super().read(min(count or 0, 7))

    blank_first = b"\n\n\n\n\n\n\n\n" + LOG
    assert read_stream(Pipe(blank_first)) == read_stream(BytesIO(blank_first))


def test_junk_behind_the_beginning_of_a_log_is_no_binary_file() -> None:
    """A node that crashes leaves zeros at the end of its files; what was written before still counts."""
    facts = read_stream(BytesIO(LOG + b"\0" * 10_000))
    assert len(facts.rows) == 31

"""A large log stays cheap; the bounds are wide, for a busy machine. The benchmark has the figures."""

from pathlib import Path

from tests.nccl.benchmark_parser import measure, write_log


def test_a_hundred_thousand_lines_take_less_than_a_second_and_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.log"
    write_log(path, 100_000)
    fastest = min(measure(path) for _ in range(3))
    assert fastest.code == 0
    assert fastest.processor < 1.0
    assert fastest.memory < 64

"""What launchers, collectors and other ranks do to a log on its way: each takes and gives lines."""

from collections.abc import Callable

from tests.nccl.nccl_messages import said
from tests.nccl.nccl_tests_run import Run

Wrapping = Callable[[list[str]], list[str]]


def behind(prefix: str) -> Wrapping:
    """Every line behind the same words."""
    return lambda lines: [prefix + line for line in lines]


def stamped(form: str) -> Wrapping:
    """Every line behind a time; nanoseconds lose their last zeros, as kubectl prints them."""

    def stamp(lines: list[str]) -> list[str]:
        times = [f"{place // 60:02}:{place % 60:02}.{str(place * 7919)[:6]}" for place in range(len(lines))]
        return [form.format(time=time) + line for time, line in zip(times, lines, strict=True)]

    return stamp


def interleaved(run: Run) -> Wrapping:
    """A message of NCCL after every line of the table, from changing ranks."""

    def mix(lines: list[str]) -> list[str]:
        mixed = []
        for place, line in enumerate(lines):
            rank = place % run.ranks
            text = (
                f"Channel {place % 32:02}/0 : {rank}[{rank % 8}] -> {rank ^ 1}[{rank % 8 ^ 1}] via P2P/CUMEM"
            )
            mixed += [line, said(run, rank, text)]
        return mixed

    return mix


def cut_by_message(run: Run, row: int, column: int) -> Wrapping:
    """A message of NCCL begins in a row: both write to one buffer without waiting for a line's end."""

    def cut(lines: list[str]) -> list[str]:
        place = rows_of(lines)[row]
        whole = lines[place]
        broken = whole[:column] + said(run, 0, "Launch mode Parallel")
        return [*lines[:place], broken, whole[column:], *lines[place + 1 :]]

    return cut


def without_row(row: int) -> Wrapping:
    """One row lost."""
    return lambda lines: [line for place, line in enumerate(lines) if place != rows_of(lines)[row]]


def ending_at(words: str, *, keep: int = 0) -> Wrapping:
    """Cut off before the line that has the words, or after `keep` characters of it."""

    def end(lines: list[str]) -> list[str]:
        place = next(place for place, line in enumerate(lines) if words in line)
        return [*lines[:place], *([lines[place][:keep]] if keep else [])]

    return end


def starting_at(words: str) -> Wrapping:
    """The beginning lost, as where a node rotates a pod's log."""

    def start(lines: list[str]) -> list[str]:
        return lines[next(place for place, line in enumerate(lines) if words in line) :]

    return start


def replaced(old: str, new: str, *, times: int = -1) -> Wrapping:
    """Words changed, everywhere or the first few times."""
    return lambda lines: "\n".join(lines).replace(old, new, times).split("\n")


def without(words: str) -> Wrapping:
    """Lines with the words left out."""
    return lambda lines: [line for line in lines if words not in line]


def rows_of(lines: list[str]) -> list[int]:
    """The places of the rows."""
    return [place for place, line in enumerate(lines) if line.strip()[:1].isdigit() and "NCCL" not in line]

"""The lines of nccl-tests that begin with "#": what was asked for, who took part, how it ended.

The end matters most, for a log without its end must never count as a passed run. What is printed after
the average depends on the release (history of `src/common.cu` and `src/util.cu` of nccl-tests):

- to August 2022 (column `error`): "#";
- to May 2025: "#" and, once MPI is shut down, an empty line or NCCL's last error;
- from June 2025: "#", "# Collective test concluded: NAME", and that last line;
- from 2.17.7: "#", "# Collective test concluded: NAME", with -M 1 the memory line, "#", the last line.

An excerpt without even the "# nThread" line (as people paste in a README) is taken to end with its
average; the verdict then checks that the rows do average to it.
"""

import re
from dataclasses import dataclass, field, replace

from nccl.facts import DeclaredSweep, Device, Footer
from nccl.lines import printable
from nccl.table import Layout, layout_of

_KEYWORD = re.compile(
    rb"# *(?:nccl-tests version|Collective test|nThread|Reducing|Rank|size|Out of bounds|Avg bus|error:|"
    rb"GPU memory usage)"
)
_TESTS = re.compile(r"# nccl-tests version (\S+) nccl-headers=\d+ nccl-library=(\d{1,9})\b")
_TEST = re.compile(r"# Collective test (starting|concluded): ([\w.-]+)")
_DECLARED = re.compile(
    r"# nThread \d+ nGpus \d+ minBytes (\d{1,19}) maxBytes (\d{1,19}) step: (\d{1,19})\((factor|bytes)\)"
)
_VALIDATION = re.compile(r"validation: (\d{1,9})\b")
_REDUCED = re.compile(r"# Reducing maxBytes to (\d{1,19}) due to memory limitation")
_RANK = re.compile(
    r"# +Rank +(\d{1,9})(?: +Group +\d+)? +Pid +\d+ on +(\S+) device +(\d{1,9}) \[[^\]]*\] *(.*?)\s*$"
)
_BOUNDS = re.compile(r"# Out of bounds values +: (\d{1,19}) (OK|FAILED)")
_AVERAGE = re.compile(r"# Avg bus bandwidth +: (\S+)(?: +(OK|FAILED))?")
_ERROR = re.compile(r"# error: (.*?)\s*$")
_DIGITS = re.compile(rb"\d+")
_CLOSING_HASH = (2, 17, 7)
"""The first release of nccl-tests that ends with a "#" of its own (commit cd57ca5, November 2025)."""


@dataclass(slots=True)
class Comments:
    """What the comment lines have said so far."""

    started: int = 0
    concluded: int = 0
    averages: int = 0
    collective: str | None = None
    nccl_tests: str | None = None
    nccl_library: int | None = None
    layout: Layout | None = None
    last_error: str | None = None
    devices: list[Device] = field(default_factory=list)
    _declared: DeclaredSweep | None = None
    _reduced: int | None = None
    _out_of_bounds: tuple[int, bool] | None = None
    _average: tuple[float, bool | None] | None = None
    _prefix: bytes = b""
    _average_whole: bool = False
    _hash: bool = False
    _last_line: bool = False

    def read(self, line: bytes, *, terminated: bool) -> bool:
        """Take in a line; True where it is one of nccl-tests' comments."""
        match = _KEYWORD.search(line)
        if match:
            text = printable(line[match.start() :])
            if not self._heading(text):
                self._footer(text, line[: match.start()], terminated=terminated)
        elif self.averages and line.rstrip().endswith(b"#") and _same(line.rstrip()[:-1], self._prefix):
            self._hash = self._hash or terminated
        else:
            return False
        return True

    def read_plain(self, line: bytes, *, terminated: bool) -> None:
        """Take in a line after the average that is no comment: perhaps the empty one that ends the run."""
        is_last_error = b"NCCL " not in line and not self._new_ending
        if terminated and self._ending and (is_last_error or _same(line, self._prefix)):
            self._last_line = True

    @property
    def declared(self) -> DeclaredSweep | None:
        """The sizes asked for, as far as they fit the memory of the GPUs."""
        if self._declared is None or self._reduced is None:
            return self._declared
        minimum = min(self._declared.minimum_bytes, self._reduced)
        return replace(self._declared, minimum_bytes=minimum, maximum_bytes=self._reduced)

    @property
    def footer(self) -> Footer:
        """The lines after the last row."""
        count, count_ok = self._out_of_bounds or (None, None)
        average, average_ok = self._average or (None, None)
        return Footer(count, count_ok, average, average_ok, self._closed)

    @property
    def _new_ending(self) -> bool:
        numbers = re.findall(r"\d{1,9}", self.nccl_tests or "")[:3]
        return tuple(int(number) for number in numbers) >= _CLOSING_HASH

    @property
    def _ending(self) -> bool:
        """Whether only the very last line is still to come."""
        if self.started or self.concluded:
            return self.concluded > 0 and (self._hash or not self._new_ending)
        return self._hash

    @property
    def _closed(self) -> bool:
        if self._last_line or not self.averages:
            return self._last_line
        if self.started or self.concluded:
            return False
        if self._declared:
            return self._hash and self.layout is not None and not self.layout.counts_wrong
        return self._average_whole

    def _heading(self, text: str) -> bool:
        if match := _RANK.match(text):
            self.devices.append(Device(int(match[1]), match[2], int(match[3]), match[4]))
        elif match := _DECLARED.match(text):
            validation = _VALIDATION.search(text)
            numbers = (int(match[1]), int(match[2]), int(match[3]))
            self._declared = DeclaredSweep(
                *numbers, match[4] == "factor", int(validation[1]) if validation else None
            )
        elif match := _TESTS.match(text):
            self.nccl_tests, self.nccl_library = match[1], int(match[2])
        elif match := _REDUCED.match(text):
            self._reduced = int(match[1])
        elif layout := layout_of(text):
            self.layout = layout
        else:
            return False
        return True

    def _footer(self, text: str, prefix: bytes, *, terminated: bool) -> None:
        if match := _TEST.match(text):
            self.collective = match[2].removesuffix("_mpi").removesuffix("_perf")
            self.started += match[1] == "starting"
            self.concluded += match[1] == "concluded"
            self._prefix, self._hash, self._last_line = prefix, False, False
        elif match := _BOUNDS.match(text):
            self._out_of_bounds = int(match[1]), match[2] == "OK"
        elif match := _AVERAGE.match(text):
            self.averages += 1
            self._average = _number(match[1]), {"OK": True, "FAILED": False}.get(match[2])
            self._prefix, self._average_whole = prefix, terminated
        elif match := _ERROR.match(text):
            self.last_error = match[1]
            self._last_line = terminated and self._ending


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _same(text: bytes, prefix: bytes) -> bool:
    """Whether a line has nothing but the launcher's or collector's prefix: equal up to its digits."""
    return _DIGITS.sub(b"0", text).strip() == _DIGITS.sub(b"0", prefix).strip()

"""The lines of nccl-tests that begin with "#": what was asked for, who took part, how it ended.

The end matters most, for a log without its end must never count as a passed run. What is printed after the
average depends on the release (history of `src/common.cu` and `src/util.cu` of nccl-tests):

- to August 2022 (column `error`): "#";
- to May 2025: "#" and, once MPI is shut down, an empty line or NCCL's last error;
- from June 2025: "#", "# Collective test concluded: NAME", and that last line;
- from 2.17.7: "#", "# Collective test concluded: NAME", with -M 1 the memory line, "#", the last line.

The empty line at the very end is lost by editors, pastes, YAML blocks and log viewers, so what stands
before it is the end already. A version that cannot be read is taken for the newest, whose end has the most
lines.

An excerpt without even the "# nThread" line (as people paste in a README) is taken to end with its average;
the verdict then checks that the rows do average to it.
"""

import re
from dataclasses import dataclass, field, replace

from nccl.facts import DeclaredSweep, Footer
from nccl.lines import printable
from nccl.roster import Device
from nccl.table import Layout, layout_of, unknown_columns

_KEYWORD = re.compile(
    rb"# *(?:nccl-tests|NCCL-tests|Collective test|nThread|Reducing|Rank|size|Out of bounds|Avg bus|error:|"
    rb"GPU memory usage)"
)
_TESTS = re.compile(r"# *nccl-tests(?:[\s:]+version)?[\s:]*(.*)", re.IGNORECASE)
_RELEASE = re.compile(r"v?(\d{1,4}\.\d{1,4}\.\d{1,4})(?![\w.-])")
_LIBRARY = re.compile(r"nccl-library=(\d{1,9})\b")
_TEST = re.compile(r"# Collective test (starting|concluded): ([\w.-]+)")
_DECLARED = re.compile(
    r"# nThread \d+ nGpus \d+ minBytes (\d{1,19}) maxBytes (\d{1,19}) step: (\d{1,19})\((factor|bytes)\)"
)
_VALIDATION = re.compile(r"validation: (\d{1,9})\b")
_REDUCED = re.compile(r"# Reducing maxBytes to (\d{1,19}) due to memory limitation")
_RANK = re.compile(
    r"# +Rank +(\d{1,6})(?: +Group +\d+)? +Pid +(\d{1,10}) on +(\S+) device +(\d{1,9}) "
    r"\[([^\]]*)\] *(.*?)\s*$"
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
    unknown_header: str | None = None
    devices: dict[Device, None] = field(default_factory=dict)
    """Each once, in order: a line that a collector doubled says nothing more."""
    _declared: DeclaredSweep | None = None
    _reduced: int | None = None
    _out_of_bounds: tuple[int, bool] | None = None
    _average: tuple[float, bool | None] | None = None
    _prefix: bytes = b""
    _average_whole: bool = False
    _version_seen: bool = False
    _program: str | None = None
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
            self._hash = True
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
        if self.nccl_tests is None:
            return self._version_seen
        return tuple(map(int, self.nccl_tests.split("."))) >= _CLOSING_HASH

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
            known_old = self.nccl_tests is not None and not self._new_ending
            return self.concluded > 0 and (self._hash or known_old)
        return self._hash if self._declared else self._average_whole

    def _heading(self, text: str) -> bool:
        if match := _RANK.match(text):
            device = Device(int(match[1]), match[3], int(match[4]), match[6], int(match[2]), match[5])
            self.devices.setdefault(device)
        elif match := _DECLARED.match(text):
            validation = _VALIDATION.search(text)
            numbers = (int(match[1]), int(match[2]), int(match[3]))
            self._declared = DeclaredSweep(
                *numbers, match[4] == "factor", int(validation[1]) if validation else None
            )
        elif match := _TESTS.match(text):
            release, library = _RELEASE.match(match[1]), _LIBRARY.search(match[1])
            self._version_seen = True
            self.nccl_tests = release[1] if release else self.nccl_tests
            self.nccl_library = int(library[1]) if library else self.nccl_library
        elif match := _REDUCED.match(text):
            self._reduced = int(match[1])
        elif layout := layout_of(text):
            self.layout = layout
        elif unknown_columns(text):
            self.unknown_header = text
        else:
            return False
        return True

    def _footer(self, text: str, prefix: bytes, *, terminated: bool) -> None:
        if match := _TEST.match(text):
            if not terminated and match[2] != self._program:
                return  # cut off within its name
            self._program = match[2]
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

"""A fault as a value: what is wrong, what is allowed and how to mend it, so that many can be gathered and
shown together."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a value. The caller knows where the value came from and puts that path in
    front."""

    problem: str
    """What is wrong, naming the value as it was given."""
    allowed: str = ""
    """What would have been right; empty where `problem` says it."""
    cure: str = ""
    """How to mend it; empty where there is nothing to advise."""

    def __str__(self) -> str:
        """One line: `problem; allowed; cure`."""
        return "; ".join(part for part in (self.problem, self.allowed, self.cure) if part)


def quoted(text: str) -> str:
    """Text of a user's in quotes and on one line, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)

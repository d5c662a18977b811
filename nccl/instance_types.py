"""Names of EC2 instance types as people write them."""

import re

_FORM = re.compile(
    r"[a-z][a-z\d]*\d[a-z\d]*(?:-[a-z\d]+)*\.(?:(?:metal|metal-\d+xl)|nano|micro|small|medium|(?:\d{1,3}x)?large)"
)


def normalised(name: str) -> str:
    """The type as EC2 names it: SageMaker and HyperPod put `ml.` before it, and some write capitals."""
    return name.strip().lower().removeprefix("ml.")


def has_form(name: str) -> bool:
    """Whether a normalised name could be an instance type; `p5` and `p5.48xlrage` could not."""
    return _FORM.fullmatch(name) is not None

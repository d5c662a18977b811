"""Message sizes as people write them."""

_UNITS = ((1024**4, "TiB"), (1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))


def human(size: int) -> str:
    """1073741824 as "1 GiB", 1536 as "1.5 KiB", 1000 as "1000 B"."""
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} B"


def option(size: int) -> str:
    """The size as an argument of nccl-tests' -b and -e: "16G"."""
    return human(size).replace(" ", "").removesuffix("iB").removesuffix("B")

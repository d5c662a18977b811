"""Every set of versions that AWS has built its nccl-tests image from, and how the table judges it.

The sets: awslabs/awsome-distributed-ai, history of micro-benchmarks/nccl-tests/nccl-tests.Dockerfile, each by
the day of its commit. A plugin of None is the one that the EFA installer brings.
"""

from knowledge.compatibility import Standing, VersionSet

SUPPORTED, UNTESTED = Standing.SUPPORTED, Standing.UNTESTED

SHIPPED: dict[str, tuple[VersionSet, Standing]] = {
    # The installer brings plugin 1.19.0, whose notes know NCCL up to 2.29.7.
    "2026-06-23": (VersionSet(cuda="13.0.2", efa_installer="1.48.0", nccl="v2.30.4-1"), UNTESTED),
    # Which plugin installer 1.47.0 brings could not be read anywhere.
    "2026-02-10": (VersionSet(cuda="12.9.1", efa_installer="1.47.0", nccl="v2.29.3-1"), UNTESTED),
    "2025-11-26": (
        VersionSet(cuda="12.8.1", efa_installer="1.43.2", aws_ofi_nccl="v1.16.3", nccl="v2.27.7-1"),
        SUPPORTED,
    ),
    "2025-06-30": (
        VersionSet(cuda="12.8.1", efa_installer="1.42.0", aws_ofi_nccl="v1.16.0", nccl="v2.27.5-1"),
        SUPPORTED,
    ),
    "2025-06-15": (
        VersionSet(cuda="12.8.1", efa_installer="1.41.0", aws_ofi_nccl="v1.15.0", nccl="v2.26.6-1"),
        SUPPORTED,
    ),
    # NCCL is newer than the 2.26.2 that the plugin was tested with.
    "2025-05-27": (
        VersionSet(cuda="12.8.1", efa_installer="1.41.0", aws_ofi_nccl="v1.14.2", nccl="v2.26.6-1"),
        UNTESTED,
    ),
    "2025-03-25": (
        VersionSet(cuda="12.2.2", efa_installer="1.38.1", aws_ofi_nccl="v1.14.0", nccl="v2.26.2-1"),
        SUPPORTED,
    ),
    "2025-02-28": (
        VersionSet(cuda="12.2.2", efa_installer="1.37.0", aws_ofi_nccl="v1.13.2-aws", nccl="v2.23.4-1"),
        SUPPORTED,
    ),
    "2024-11-11": (
        VersionSet(cuda="12.2.2", efa_installer="1.36.0", aws_ofi_nccl="v1.12.1-aws", nccl="v2.23.4-1"),
        SUPPORTED,
    ),
    # NCCL is newer than the 2.22.3 that the plugin was tested with.
    "2024-09-17": (
        VersionSet(cuda="12.2.2", efa_installer="1.34.0", aws_ofi_nccl="v1.11.0-aws", nccl="v2.23.4-1"),
        UNTESTED,
    ),
    "2024-07-19": (
        VersionSet(cuda="12.2.2", efa_installer="1.33.0", aws_ofi_nccl="v1.9.2-aws", nccl="v2.21.5-1"),
        SUPPORTED,
    ),
    # NCCL is newer than the 2.19.4 of plugin 1.8.1; the notes of 1.8.0 name it, as lightly tested.
    "2024-04-16": (
        VersionSet(cuda="12.2.0", efa_installer="1.31.0", aws_ofi_nccl="v1.8.1-aws", nccl="2.20.3"),
        UNTESTED,
    ),
    "2024-03-11": (
        VersionSet(cuda="12.2.0", efa_installer="1.30.0", aws_ofi_nccl="v1.8.1-aws", nccl="2.19.4"),
        SUPPORTED,
    ),
    "2023-10-26": (
        VersionSet(cuda="12.2.0", efa_installer="1.28.0", aws_ofi_nccl="v1.7.3-aws", nccl="2.18.5"),
        SUPPORTED,
    ),
}
"""By day."""

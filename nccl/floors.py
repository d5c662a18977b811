"""Bus bandwidths that others measured and published, and the floors that follow from them.

A run is good where it reaches 90 % of what was published for the same instance type, number of nodes,
collective and message size. nccl-tests itself takes 90 % of NCCL_TESTS_MIN_BW as good.

The average over a sweep is no measure: it depends on where the sweep begins and ends (the published p5
runs average 53 GB/s up to 2 GiB and 123 GB/s up to 16 GiB). Nor is the line rate of the interfaces a
bound: on two nodes the bus bandwidth exceeds it (https://github.com/NVIDIA/nccl-tests/issues/22).

Left out on purpose: 523.8 GB/s "verified" on 2 x p6-b200 in aws-do-eks, because the same line stands in
its all-reduce, all-gather and reduce-scatter manifests; p5en, for which no table is published; sizes below
1 GiB, where latency decides as much as bandwidth; the thresholds of awsome-distributed-ai's
gpu-cluster-healthcheck, which its own runs contradict.
"""

from dataclasses import dataclass

FLOOR_SHARE = 0.9

_GIB = 1024**3
_TABLES = "https://github.com/awslabs/awsome-distributed-ai/blob/main/"
_BENCHMARKS = _TABLES + "micro-benchmarks/nccl-tests/README.md"
_COMPUTE_TEST = _TABLES + "architectures/aws-pcs/tests/compute-test.md"
_P4D = "https://github.com/NVIDIA/nccl/issues/527, comment of 2022-07-25"
_SEED = "the EFA run of the project this one grew from, in sandbox/recordings"


@dataclass(frozen=True, slots=True)
class Published:
    """One published bus bandwidth, out of place, float, sum; `bus_bandwidth` in GB/s."""

    instance_type: str
    nodes: int
    size: int
    bus_bandwidth: float
    source: str
    collective: str = "all_reduce"

    @property
    def floor(self) -> float:
        """The least bus bandwidth, in GB/s, with which a run passes."""
        return FLOOR_SHARE * self.bus_bandwidth


PUBLISHED = (
    Published("g4dn.8xlarge", 2, 1 * _GIB, 2.83, _SEED),
    # The user wrote p4dn. Two nodes reach almost twice what three do, by the tree algorithm: see above.
    Published("p4d.24xlarge", 2, 1 * _GIB, 57.17, _P4D),
    Published("p4d.24xlarge", 3, 1 * _GIB, 31.77, _P4D),
    Published("p4d.24xlarge", 4, 1 * _GIB, 29.61, _P4D),
    Published("p4de.24xlarge", 2, 2 * _GIB, 78.33, _BENCHMARKS),
    Published("p5.48xlarge", 2, 2 * _GIB, 443.72, _BENCHMARKS),
    Published("p5.48xlarge", 2, 8 * _GIB, 479.28, _BENCHMARKS),
    Published("p5.48xlarge", 2, 16 * _GIB, 487.09, _BENCHMARKS),
    Published("p6-b200.48xlarge", 4, 1 * _GIB, 367, _COMPUTE_TEST),
    Published("p6-b200.48xlarge", 4, 4 * _GIB, 375, _COMPUTE_TEST),
    Published("p6-b200.48xlarge", 4, 16 * _GIB, 377, _COMPUTE_TEST),
    Published("p6-b300.48xlarge", 2, 16 * _GIB, 654, _COMPUTE_TEST),
    Published("p6-b300.48xlarge", 2, 64 * _GIB, 751, _COMPUTE_TEST),
)


def published_for(instance_type: str) -> tuple[Published, ...]:
    """What is published for the type, by size; empty for a type that the table does not know."""
    return tuple(one for one in PUBLISHED if one.instance_type == instance_type)

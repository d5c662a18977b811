from hypothesis import given
from hypothesis import strategies as st

from knowledge.gp3 import GP3_IOPS, GP3_THROUGHPUT, iops_fault, throughput_fault


@given(st.integers(1, 16384))
def test_what_comes_with_a_volume_fits_any_size(gib: int) -> None:
    assert iops_fault(GP3_IOPS[0], gib) is None
    assert throughput_fault(GP3_THROUGHPUT[0], GP3_IOPS[0]) is None


def test_the_most_of_both_is_to_be_had_on_160_gib() -> None:
    assert iops_fault(GP3_IOPS[1], 160) is None
    assert iops_fault(GP3_IOPS[1], 159) is not None
    assert throughput_fault(GP3_THROUGHPUT[1], 8000) is None
    assert throughput_fault(GP3_THROUGHPUT[1], 7999) is not None

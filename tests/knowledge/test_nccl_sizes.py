import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.nccl_sizes import largest_message, largest_useful_size, size_in_bytes
from tests.knowledge.moto_instance_types import described

GIB = 2**30


@pytest.mark.parametrize(("text", "size"), [("8", 8), ("1K", 1024), ("512M", 512 * 2**20), ("16G", 16 * GIB)])
def test_a_size_is_read_as_nccl_tests_reads_it(text: str, size: int) -> None:
    assert size_in_bytes(text) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "1T", "2GiB", "1.5G", "8 ", "K", "1e9", "٣"])
def test_what_is_no_size_is_none(text: str) -> None:
    assert size_in_bytes(text) is None


@pytest.mark.parametrize(
    ("instance_type", "published", "too_large"),
    [
        # Sizes at the end of the runs in awslabs/awsome-distributed-ai (nccl/floors.py names the pages).
        ("p5.48xlarge", 16 * GIB, 32 * GIB),
        ("p6-b300.48xlarge", 64 * GIB, 128 * GIB),
        ("g4dn.8xlarge", 1 * GIB, 8 * GIB),
    ],
)
def test_what_was_published_fits_and_what_ran_out_of_memory_does_not(
    instance_type: str, published: int, too_large: int
) -> None:
    known = described(instance_type)
    assert published <= largest_message(known.gpu_memory_mib // known.gpus) < too_large


@given(memory=st.integers(0, 2**20))
def test_the_largest_useful_size_is_a_power_of_two_that_fits(memory: int) -> None:
    useful, most = largest_useful_size(memory), largest_message(memory)
    assert useful <= most
    assert useful.bit_count() <= 1
    assert most == 0 or most < 2 * useful

"""Key pairs and Capacity Blocks that the settings name: they must exist, and fit what they are named for."""

import pytest

from settings.facts import CapacityBlockFacts
from tests.settings.bad_settings import RESERVATION, Case, check, lines_of, spoilt
from tests.settings.region_table import RegionTable

GROUP, POOL = "nodeGroups[0]", "provisioners[0]"
ACTIVE = CapacityBlockFacts(instance_type="p5.48xlarge", zone="us-west-2a", state="active")
IN_GROUP = {
    f"{GROUP}.capacityType": "capacity-block",
    f"{GROUP}.reservationId": RESERVATION,
    f"{GROUP}.zone": "us-west-2a",
}
IN_POOL = {
    f"{POOL}.instanceTypes": ["p5.48xlarge"],
    f"{POOL}.capacityTypes": ["capacity-block"],
    f"{POOL}.reservationIds": [RESERVATION],
    f"{POOL}.zone": "us-west-2a",
}


def region_with(block: CapacityBlockFacts | None) -> RegionTable:
    table = RegionTable()
    if block:
        table.capacity_blocks[RESERVATION] = block
    return table


BAD_BLOCKS: dict[str, tuple[CapacityBlockFacts | None, Case]] = {
    "none of that id": (
        None,
        (
            IN_GROUP,
            f'{GROUP}.reservationId: there is no Capacity Block "{RESERVATION}" in us-west-2; '
            'an on-demand capacity reservation is "reserved"',
        ),
    ),
    "none of that id for Karpenter": (
        None,
        (
            IN_POOL,
            f'{POOL}.reservationIds[0]: there is no Capacity Block "{RESERVATION}" in us-west-2; '
            'an on-demand capacity reservation is "reserved"',
        ),
    ),
    "one that is over": (
        CapacityBlockFacts("p5.48xlarge", "us-west-2a", "expired"),
        (
            IN_GROUP,
            f'{GROUP}.reservationId: Capacity Block "{RESERVATION}" is expired; '
            "scheduled or active is needed; name another, or remove it",
        ),
    ),
    "one elsewhere": (
        CapacityBlockFacts("p5.48xlarge", "us-west-2b", "active"),
        (
            IN_GROUP,
            f'{GROUP}.zone: us-west-2a, but Capacity Block "{RESERVATION}" is in us-west-2b; '
            "a reservation is in one zone; set us-west-2b",
        ),
    ),
    "one of other hardware": (
        CapacityBlockFacts("p4d.24xlarge", "us-west-2a", "active"),
        (
            IN_POOL,
            f'{POOL}.reservationIds[0]: Capacity Block "{RESERVATION}" is of p4d.24xlarge, '
            "which is not among the instance types p5.48xlarge",
        ),
    ),
}


@pytest.mark.parametrize(("block", "case"), BAD_BLOCKS.values(), ids=BAD_BLOCKS)
def test_a_capacity_block_that_cannot_be_used_is_refused(
    block: CapacityBlockFacts | None, case: Case
) -> None:
    check(case, facts=lambda: region_with(block))


@pytest.mark.parametrize("changes", [IN_GROUP, IN_POOL], ids=["group", "provisioner"])
@pytest.mark.parametrize("state", ["active", "scheduled", "payment-pending", "assessing"])
def test_a_capacity_block_that_fits_is_fine_before_and_while_it_runs(
    changes: dict[str, object], state: str
) -> None:
    block = CapacityBlockFacts("p5.48xlarge", "us-west-2a", state)
    assert lines_of(spoilt(changes), facts=lambda: region_with(block)) == []


def test_where_both_kinds_are_bought_an_id_that_is_no_block_may_be_a_reservation() -> None:
    changes = {**IN_POOL, f"{POOL}.capacityTypes": ["reserved", "capacity-block"]}
    assert lines_of(spoilt(changes), facts=lambda: region_with(None)) == []


def test_without_an_account_nobody_knows_which_blocks_there_are() -> None:
    assert lines_of(spoilt(IN_GROUP), facts=None) == []


def test_a_key_pair_that_is_not_there_is_refused() -> None:
    line = (
        f'{GROUP}.keyPair: there is no key pair "theirs" in us-west-2; import it to EC2, or leave keyPair out'
    )
    check(({f"{GROUP}.keyPair": "theirs"}, line))


@pytest.mark.parametrize("facts", [RegionTable, None], ids=["there", "nobody knows"])
def test_a_key_pair_that_is_there_is_fine(facts: type[RegionTable] | None) -> None:
    assert lines_of(spoilt({f"{GROUP}.keyPair": "mine"}), facts=facts) == []


class CountingTable(RegionTable):
    """Counts what is looked up by name."""

    def __init__(self) -> None:
        super().__init__()
        self.lookups: list[str] = []

    def has_key_pair(self, name: str) -> bool:
        self.lookups.append(name)
        return True

    def capacity_block(self, reservation_id: str) -> CapacityBlockFacts | None:
        self.lookups.append(reservation_id)
        return ACTIVE


def test_each_is_looked_up_once_and_only_where_it_is_named() -> None:
    table = CountingTable()
    reserved = {**IN_POOL, f"{POOL}.capacityTypes": ["reserved"]}
    assert lines_of(spoilt(reserved), facts=lambda: table) == []
    assert table.lookups == []
    both = {**IN_GROUP, **IN_POOL, f"{GROUP}.keyPair": "mine"}
    assert lines_of(spoilt(both), facts=lambda: table) == []
    assert sorted(table.lookups) == [RESERVATION, "mine"]

"""What is known of versions ages; a change of the code must not fail for that, so it is told."""

import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from knowledge.compatibility.table import table
from tests.today import TODAY


def test_a_source_is_to_be_read_again_after_120_days() -> None:
    old, older, *rest = table().sources
    day = TODAY - timedelta(days=120)
    rows = replace(
        table(),
        sources=(
            replace(old, read=day - timedelta(days=1)),
            replace(older, read=day - timedelta(days=2)),
            *(replace(each, read=day) for each in rest),
        ),
    )
    assert [each.title for each in rows.to_be_read_again(TODAY)] == [older.title, old.title]


def test_what_has_not_been_read_again_for_120_days_is_told() -> None:
    for source in table().to_be_read_again(datetime.now(UTC).date()):
        warnings.warn(f"read it again: {source.title} ({source.url}), read on {source.read}", stacklevel=1)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.errors import SandboxError
from sandbox.engine.paths import joined, overlap, parse


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("size", ("size",)),
        ("spec.template.labels", ("spec", "template", "labels")),
        ("subnetIds[12]", ("subnetIds", 12)),
        ("rules[*].port", ("rules", "*", "port")),
        ('tags["a.b/c"].d', ("tags", "a.b/c", "d")),
        ('tags["say \\"hi\\""]', ("tags", 'say "hi"')),
    ],
)
def test_paths_are_read_as_pulumi_writes_them(written: str, parts: tuple[str | int, ...]) -> None:
    assert parse(written) == parts


@pytest.mark.parametrize("written", ["a[", "a[x]", 'a["b]', "a..b"])
def test_a_malformed_path_is_refused_with_its_remedy(written: str) -> None:
    with pytest.raises(SandboxError, match=r"not a property path; write it like"):
        parse(written)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_any_key_survives_being_written_and_read(keys: list[str]) -> None:
    path = "top"
    for key in keys:
        path = joined(path, key)
    assert parse(path) == ("top", *keys)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("spec", "spec.selector", True),
        ("spec.selector.app", "spec.selector", True),
        ("spec.replicas", "spec.selector", False),
        ("rules[3].port", "rules[*].port", True),
        ("specification", "spec", False),
    ],
)
def test_a_change_touches_what_lies_at_or_below_it(one: str, other: str, expected: bool) -> None:
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected

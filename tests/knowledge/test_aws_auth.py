import textwrap

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.aws_auth import AwsAuthError, RoleMapping, in_force, node_mapping, read_mappings, with_mapping

NODES = node_mapping("arn:aws:iam::123456789012:role/KarpenterNodes")

PRESENT = textwrap.dedent("""\
    # The first one is the old group's. Ask ops before you touch it.
    - groups:
      - system:bootstrappers
      - system:nodes
      rolearn: arn:aws:iam::123456789012:role/old-nodes
      username: system:node:{{EC2PrivateDNSName}}

    # People
    - rolearn: "arn:aws:iam::123456789012:role/admins"
      username: admin   # not their own name
      groups: [system:masters]
    """)


def test_a_role_is_added_at_the_end_and_everything_else_stays_to_the_letter() -> None:
    added = with_mapping(PRESENT, NODES)
    assert added.startswith(PRESENT)
    assert added[len(PRESENT) :] == textwrap.dedent("""\
        - rolearn: arn:aws:iam::123456789012:role/KarpenterNodes
          username: "system:node:{{EC2PrivateDNSName}}"
          groups:
          - system:bootstrappers
          - system:nodes
        """)
    assert read_mappings(added) == (*read_mappings(PRESENT), NODES)


def test_adding_twice_is_adding_once() -> None:
    once = with_mapping(PRESENT, NODES)
    assert with_mapping(once, NODES) == once


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing yet\n", "[]", "[]\n", "[]\n...\n", '""', "``", "---\n", "--- []\n"]
)
def test_a_role_can_be_the_first(text: str) -> None:
    assert read_mappings(with_mapping(text, NODES)) == (NODES,)


@pytest.mark.parametrize(
    "text",
    [
        '[{"rolearn": "arn:aws:iam::1:role/a", "username": "a", "groups": ["b"]}]',
        "[{rolearn: 'arn:aws:iam::1:role/a', username: a, groups: [b]},]\n# the end\n",
        "  - rolearn: arn:aws:iam::1:role/a\n    username: a\n    groups:\n      - b",
    ],
)
def test_lists_in_brackets_with_indents_or_without_a_last_line_end_can_be_added_to(text: str) -> None:
    before = RoleMapping("arn:aws:iam::1:role/a", "a", ("b",))
    assert read_mappings(with_mapping(text, NODES)) == (before, NODES)


BAD = {
    "no list": ("rolearn: x\n", "line 1: not a list; each mapping begins with a dash"),
    "no map": ("- a\n", "line 1: not a map; a mapping has rolearn, username and groups"),
    "no role": ("- username: a\n", "line 1: rolearn is missing; add it, or remove the mapping"),
    "not YAML": ("- rolearn: a\n  groups: [b\n- c\n", "not YAML"),
    "one group that is no list": (
        "- rolearn: a\n  groups: system:nodes\n",
        "line 2: groups is not a list; write one group a line, each with a dash",
    ),
    "a number for a name": ("- rolearn: a\n- rolearn: b\n  username: 7\n", "line 3: username is not text"),
    "a key twice": ("- rolearn: a\n  rolearn: b\n", "line 1: a key is there twice; keep one"),
    "a second document": (f"{PRESENT}---\n- rolearn: b\n", "not YAML"),
    "an unquoted template": (
        "- rolearn: a\n  username: {{SessionName}}\n",
        "line 2: username is not text; put it in quotes",
    ),
    "an unquoted template alone": ("- rolearn: a\n- {{SessionName}}\n", "line 2: a key is not text"),
    "a character that no YAML has": (
        "- rolearn: a\n- rolearn: b\x07\n",
        "line 2: not YAML (character 0x7); remove it first",
    ),
    "an end of the document": (
        "- rolearn: a\n...\n",
        "line 2: the text ends here with `...`, nothing can be added to it; remove that line",
    ),
    "an end of the document, and a comment after it": (
        "%YAML 1.1\n---\n- rolearn: a\n... # end\n# of it\n",
        "line 4: the text ends here with `...`, nothing can be added to it; remove that line",
    ),
    "a list in brackets that ends in a comment": (
        "[{rolearn: a} # the end\n]\n",
        "line 1: written in a way that nothing can be added to; write it as a plain list",
    ),
}


@pytest.mark.parametrize(("text", "line"), BAD.values(), ids=BAD)
def test_malformed_content_is_refused_with_its_line_and_changes_nothing(text: str, line: str) -> None:
    with pytest.raises(AwsAuthError) as refused:
        with_mapping(text, NODES)
    assert line in str(refused.value)


def entry(role: str, username: str, *groups: str) -> str:
    listed = "".join(f"  - {group}\n" for group in groups)
    return f'- rolearn: {role}\n  username: "{username}"\n  groups:\n{listed}'


NODES_ENTRY = entry(NODES.role_arn, NODES.username, *NODES.groups)
ADMINS_ENTRY = entry(NODES.role_arn, "admin", "system:masters")


@pytest.mark.parametrize(
    "text",
    [
        entry(NODES.role_arn, NODES.username, "system:nodes", "system:bootstrappers"),
        entry(NODES.role_arn, NODES.username, "eks:kube-proxy-windows", *NODES.groups),
        NODES_ENTRY.replace("KarpenterNodes", "karpenternodes"),
        NODES_ENTRY.replace("rolearn", "roleARN").replace("username", "userName"),
        ADMINS_ENTRY + NODES_ENTRY,
        PRESENT + NODES_ENTRY + "- rolearn: other\n",
    ],
    ids=[
        "another order",
        "Windows",
        "capitals",
        "keys in capitals",
        "the last of two",
        "not the last of all",
    ],
)
def test_a_role_that_has_what_it_needs_is_mapped_already(text: str) -> None:
    assert with_mapping(text, NODES) == text


def test_a_second_entry_after_the_right_one_is_told_as_it_is_the_one_in_force() -> None:
    with pytest.raises(AwsAuthError) as refused:
        with_mapping(NODES_ENTRY + ADMINS_ENTRY, NODES)
    assert str(refused.value) == (
        f"aws-auth mapRoles line 6: {NODES.role_arn} is mapped already, to admin ['system:masters'], and the "
        "last entry of a role is the one in force; remove that entry, line 1 has the right one"
    )


def test_of_two_wrong_entries_the_last_is_told() -> None:
    with pytest.raises(AwsAuthError, match=r"line 5: .* to admin \['system:masters'\]; change that entry"):
        with_mapping(entry(NODES.role_arn, "other", "x") + ADMINS_ENTRY, NODES)


def test_a_role_without_the_group_of_nodes_is_not_mapped_as_one() -> None:
    with pytest.raises(AwsAuthError, match="is mapped already"):
        with_mapping(entry(NODES.role_arn, NODES.username, "system:bootstrappers"), NODES)


def test_an_empty_username_or_list_of_groups_is_none() -> None:
    text = "- rolearn: a\n  username:\n  groups:\n- rolearn: b\n  username: null\n  groups: ~\n"
    before = (RoleMapping("a"), RoleMapping("b"))
    assert read_mappings(with_mapping(text, NODES)) == (*before, NODES)


def test_of_several_mappings_of_a_role_the_last_is_in_force() -> None:
    first, other, last = RoleMapping("A", "x"), RoleMapping("b"), RoleMapping("a", "y")
    assert in_force([first, other, last]) == (last, other)


def test_a_role_that_is_mapped_to_something_else_is_left_to_people() -> None:
    other = RoleMapping("arn:aws:iam::123456789012:role/admins", "node", ("system:nodes",))
    with pytest.raises(AwsAuthError, match=r"line 9: .*role/admins is mapped already, to admin"):
        with_mapping(PRESENT, other)


def test_a_role_is_written_without_its_path_as_its_sessions_have_none() -> None:
    assert node_mapping("arn:aws:iam::123456789012:role/eks/nodes/a").role_arn.endswith(":role/a")


@pytest.mark.parametrize("arn", ["nodes", "arn:aws:iam::123456789012:user/a", "arn:aws:iam::1:role/a"])
def test_what_is_no_role_is_refused(arn: str) -> None:
    with pytest.raises(ValueError, match="not the ARN of a role"):
        node_mapping(arn)


names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20)
mappings = st.builds(RoleMapping, names, names, st.lists(names, max_size=3).map(tuple))


@given(st.lists(mappings, unique_by=lambda each: each.role_arn.lower(), max_size=4), st.booleans(), mappings)
def test_whatever_is_there_is_there_afterwards(
    present: list[RoleMapping], flow: bool, added: RoleMapping
) -> None:
    listed = [
        {"rolearn": each.role_arn, "username": each.username, "groups": list(each.groups)} for each in present
    ]
    text = yaml.safe_dump(listed, default_flow_style=flow, allow_unicode=True)
    if any(each.is_of(added.role_arn) for each in present):
        return
    assert read_mappings(with_mapping(text, added)) == (*present, added)

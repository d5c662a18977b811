import pytest

from knowledge.access_entries import AccessEntry, access_entries
from knowledge.aws_auth import NODE_GROUPS, NODE_USERNAME, RoleMapping

ROLE = "arn:aws-cn:iam::123456789012:role/a"


def entry_of(username: str = "", *groups: str) -> AccessEntry:
    (entry,) = access_entries([RoleMapping(ROLE, username, groups)])
    return entry


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ((), "EC2_LINUX"),
        (("eks:kube-proxy-windows",), "EC2_WINDOWS"),
        (("system:node-proxier",), "FARGATE_LINUX"),
    ],
)
def test_nodes_have_entries_of_their_own_type_and_nothing_else(more: tuple[str, ...], kind: str) -> None:
    assert entry_of(NODE_USERNAME, *NODE_GROUPS, *more) == AccessEntry(ROLE, kind)


def test_nodes_that_are_no_instances_of_ec2_are_told_by_their_name() -> None:
    of_a_session = "system:node:{{SessionName}}"
    assert entry_of(of_a_session, *NODE_GROUPS) == AccessEntry(ROLE, "HYBRID_LINUX")
    assert entry_of(of_a_session, *NODE_GROUPS, "system:node-proxier") == AccessEntry(ROLE, "FARGATE_LINUX")


def test_people_keep_their_name_and_groups() -> None:
    assert entry_of("ops", "deployers") == AccessEntry(ROLE, username="ops", groups=("deployers",))


@pytest.mark.parametrize("username", ["{{SessionName}}", "system:admin"])
def test_a_name_that_eks_refuses_is_left_to_eks(username: str) -> None:
    assert entry_of(username).username == ""


def test_masters_become_admins_by_policy() -> None:
    create, associate = entry_of("ops", "system:masters").commands("train", "cn-north-1")
    assert "--kubernetes-groups" not in create
    assert "arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy" in associate
    assert associate.endswith("--access-scope type=cluster")


def test_other_groups_of_the_system_are_named_as_lost() -> None:
    entry = entry_of("ops", "system:authenticated", "deployers")
    assert (entry.groups, entry.lost_groups) == (("deployers",), ("system:authenticated",))


def test_a_name_with_blanks_is_one_word_of_the_command() -> None:
    (command,) = entry_of("the ops", "a b").commands("train", "us-west-2")
    assert command.endswith("--type STANDARD --username 'the ops' --kubernetes-groups 'a b'")

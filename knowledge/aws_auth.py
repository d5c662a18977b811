"""The ConfigMap `aws-auth`: what clusters had before access entries, as far as a role is added to it.

`mapRoles` is YAML inside a text. It is people's work, with comments and an order of its own, and one slip in
it locks nodes and people out of the cluster. So a mapping is added to the text, and the text is taken apart
only to be checked, before and after.

It means what the authenticator makes of it (pkg/mapper/configmap/configmap.go of
https://github.com/kubernetes-sigs/aws-iam-authenticator): keys and ARNs are the same in capitals, a field may
be empty, and of several entries of one ARN the last is in force (its issue 271).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

ROLE_ARN = re.compile(
    r"(?P<account>arn:aws[a-z-]*:iam::\d{12}:role/)(?P<path>\S*/)?(?P<name>[\w+=,.@-]{1,64})"
)

_EMPTY = ("", "``", '""')
"""Texts that the authenticator takes for no list at all."""

NODE_USERNAME = "system:node:{{EC2PrivateDNSName}}"
NODE_GROUPS = ("system:bootstrappers", "system:nodes")
"""What the role of EC2 nodes is mapped to (EKS user guide, auth-configmap)."""


class AwsAuthError(ValueError):
    """Content that cannot be used. As text: `aws-auth mapRoles line 3: what is wrong; how to mend it`."""

    def __init__(self, line: int, what: str, cure: str) -> None:
        """`line` counts from 1, within the text of mapRoles."""
        super().__init__(f"aws-auth mapRoles line {line}: {what}; {cure}")


@dataclass(frozen=True)
class RoleMapping:
    """Whom a role is for Kubernetes."""

    role_arn: str
    username: str = ""
    groups: tuple[str, ...] = ()

    def is_of(self, role_arn: str) -> bool:
        """Whether it is the mapping of that role."""
        return self.role_arn.lower() == role_arn.lower()

    def gives(self, wanted: "RoleMapping") -> bool:
        """Whether the role gets all that is wanted for it: groups are a set, and more of them do no harm."""
        return self.username == wanted.username and set(wanted.groups) <= set(self.groups)


def node_mapping(role_arn: str) -> RoleMapping:
    """The mapping of a role that nodes have. ValueError for what is no ARN of a role.

    Without the role's path: the authenticator sees the role as the session does, which has none (EKS user
    guide, troubleshooting IAM).
    """
    match = ROLE_ARN.fullmatch(role_arn)
    if match is None:
        raise ValueError(f"{role_arn}: not the ARN of a role; such as arn:aws:iam::123456789012:role/nodes")
    return RoleMapping(f"{match['account']}{match['name']}", NODE_USERNAME, NODE_GROUPS)


def read_mappings(text: str) -> tuple[RoleMapping, ...]:
    """All mappings in a text of mapRoles; AwsAuthError where something in it is not one."""
    if text.strip() in _EMPTY:
        return ()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise AwsAuthError(line, f"not YAML ({error.problem})", "mend it first") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise AwsAuthError(line, f"not YAML (character {error.character:#x})", "remove it first") from None
    if root is None or _is_empty(root):
        return ()
    if not isinstance(root, yaml.SequenceNode):
        raise AwsAuthError(_line(root), "not a list", "each mapping begins with a dash")
    return tuple(_mapping(item) for item in root.value)


def with_mapping(text: str, mapping: RoleMapping) -> str:
    """The text with a mapping at its end; unchanged where that is in force. AwsAuthError where it cannot be.

    Everything else stays as it is, to the letter.
    """
    present = read_mappings(text)
    own = {index: other for index, other in enumerate(present) if other.is_of(mapping.role_arn)}
    if own:
        _check_the_last(text, own, mapping)
        return text
    added = _with_item(text, mapping)
    if not _reads_as(added, (*present, mapping)):
        raise _nothing_can_be_added(text)
    return added


def in_force(mappings: Iterable[RoleMapping]) -> tuple[RoleMapping, ...]:
    """Of several mappings of one ARN the last, in the place of the first."""
    return tuple({mapping.role_arn.lower(): mapping for mapping in mappings}.values())


def _check_the_last(text: str, own: Mapping[int, RoleMapping], wanted: RoleMapping) -> None:
    """Raise AwsAuthError where the last of a role's own entries does not give what is wanted."""
    last = max(own)
    if own[last].gives(wanted):
        return
    what = f"{own[last].role_arn} is mapped already, to {own[last].username} {list(own[last].groups)}"
    right = [index for index, mapping in own.items() if mapping.gives(wanted)]
    if not right:
        raise AwsAuthError(_line_of_item(text, last), what, "change that entry by hand")
    what = f"{what}, and the last entry of a role is the one in force"
    cure = f"remove that entry, line {_line_of_item(text, right[-1])} has the right one"
    raise AwsAuthError(_line_of_item(text, last), what, cure)


def _nothing_can_be_added(text: str) -> AwsAuthError:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.DocumentEndEvent) and event.explicit and event.start_mark:
            what = "the text ends here with `...`, nothing can be added to it"
            return AwsAuthError(event.start_mark.line + 1, what, "remove that line")
    return AwsAuthError(1, "written in a way that nothing can be added to", "write it as a plain list")


def _reads_as(text: str, expected: tuple[RoleMapping, ...]) -> bool:
    try:
        return read_mappings(text) == expected
    except AwsAuthError:
        return False


def _mapping(node: yaml.Node) -> RoleMapping:
    if not isinstance(node, yaml.MappingNode):
        raise AwsAuthError(_line(node), "not a map", "a mapping has rolearn, username and groups")
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise AwsAuthError(_line(key), "a key is not text", "put it in quotes")
    fields = {key.value.lower(): value for key, value in node.value}
    if len(fields) < len(node.value):
        raise AwsAuthError(_line(node), "a key is there twice", "keep one")
    if "rolearn" not in fields:
        raise AwsAuthError(_line(node), "rolearn is missing", "add it, or remove the mapping")
    groups, username = fields.get("groups"), fields.get("username")
    if groups is None or _is_empty(groups):
        groups = None
    elif not isinstance(groups, yaml.SequenceNode):
        raise AwsAuthError(_line(groups), "groups is not a list", "write one group a line, each with a dash")
    return RoleMapping(
        _text(fields["rolearn"], "rolearn"),
        _text(username, "username") if username is not None and not _is_empty(username) else "",
        tuple(_text(group, "a group") for group in (groups.value if groups else ())),
    )


def _is_empty(node: yaml.Node) -> bool:
    """Whether nothing is written there, or `null`."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _text(node: yaml.Node, what: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:str":
        raise AwsAuthError(_line(node), f"{what} is not text", "put it in quotes")
    return str(node.value)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _line_of_item(text: str, index: int) -> int:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return _line(root.value[index]) if isinstance(root, yaml.SequenceNode) else 1


def _with_item(text: str, mapping: RoleMapping) -> str:
    if text.strip() in _EMPTY:
        text = ""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.SequenceNode) and root.flow_style:
        return _in_brackets(text, root, mapping)
    dash = " " * (root.start_mark.column if isinstance(root, yaml.SequenceNode) else 0)
    lines = [f"- rolearn: {_quoted(mapping.role_arn)}"]
    lines += [f"  username: {_quoted(mapping.username)}"] if mapping.username else []
    lines += ["  groups:", *(f"  - {_quoted(group)}" for group in mapping.groups)] if mapping.groups else []
    before = text if not text or text.endswith("\n") else f"{text}\n"
    return before + "".join(f"{dash}{line}\n" for line in lines)


def _in_brackets(text: str, root: yaml.SequenceNode, mapping: RoleMapping) -> str:
    """For a list in brackets, as JSON has it."""
    closing = int(root.end_mark.index) - 1
    fields = {"rolearn": mapping.role_arn, "username": mapping.username, "groups": list(mapping.groups)}
    # JSON would escape what is beyond 16 bits in two halves, which YAML does not put together again.
    item = json.dumps(fields, ensure_ascii=False)
    before = text[:closing].rstrip()
    comma = ", " if root.value and not before.endswith(",") else ""
    return f"{before}{comma}{item}{text[closing:]}"


def _quoted(value: str) -> str:
    """In quotes where YAML would take it for something else, such as `{{` for a map."""
    plain = re.fullmatch(r"[A-Za-z][\w./:@=+,-]*", value, re.ASCII) and yaml.safe_load(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)

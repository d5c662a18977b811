"""Plain values out of YAML, and a clear no, with the place, to what readers take for different things.

Pulumi reads stack files with a YAML 1.2 parser, Python with a 1.1 one: to the first `no` is text, to the
second it is false. Here only what means the same to both is taken.
"""

import re

import yaml
from yaml.composer import ComposerError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

MERGE = "tag:yaml.org,2002:merge"
"""Tag of a plain `<<` (https://yaml.org/type/merge.html); in quotes it is text."""

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]*([eE][-+]?[0-9]+)?")


class YamlValueError(Exception):
    """The text is not YAML, or more than plain YAML. Line and column count from 1; 0: no place."""

    def __init__(self, message: str, mark: yaml.Mark | None) -> None:
        """Keep the place that `mark` points to."""
        super().__init__(message)
        self.line, self.column = (mark.line + 1, mark.column + 1) if mark else (0, 0)


def read_yaml(text: str) -> Plain:
    """The one document in `text`; raises YamlValueError."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return None if node is None else _value(node, set())
    except yaml.MarkedYAMLError as error:
        raise YamlValueError(_problem(error, text), error.problem_mark or error.context_mark) from None
    except yaml.YAMLError as error:
        raise YamlValueError(str(error).splitlines()[0], None) from None
    except RecursionError:
        raise YamlValueError("nested too deep", None) from None


def _value(node: Node, seen: set[int]) -> Plain:
    """The value of a node. One met twice is an alias; those let a small file stand for an endless one."""
    if id(node) in seen:
        raise YamlValueError(
            "anchors and aliases are not taken; write the value out at both places", node.start_mark
        )
    seen.add(id(node))
    if isinstance(node, MappingNode):
        return _map(node, seen)
    if isinstance(node, SequenceNode):
        return [_value(item, seen) for item in node.value]
    return _scalar(node)


def _map(node: MappingNode, seen: set[int]) -> dict[str, Plain]:
    values: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, ScalarNode):
            raise YamlValueError("expected a plain key", key_node.start_mark)
        if key_node.tag == MERGE:
            what = "the merge key << is not taken; write the keys of the other map out here"
            raise YamlValueError(what, key_node.start_mark)
        key = str(key_node.value)
        if key in values:
            raise YamlValueError(
                f'the key "{key}" is there twice; remove one of the two', key_node.start_mark
            )
        values[key] = _value(value_node, seen)
    return values


def _scalar(node: Node) -> Plain:
    text = str(node.value)
    match node.tag.removeprefix("tag:yaml.org,2002:"):
        case "str" | "timestamp":
            return text
        case "null":
            return None
        case "bool" if text.lower() in ("true", "false"):
            return text.lower() == "true"
        case "int" if _WHOLE.fullmatch(text):
            return int(text)
        case "float" if _DECIMAL.fullmatch(text):
            return float(text)
        case "bool":
            meant = "true" if text.lower() in ("yes", "on") else "false"
            cure = f'write {meant}, or "{text}" in quotes for text'
            raise YamlValueError(
                f"{text} is a boolean to some readers and text to others; {cure}", node.start_mark
            )
        case "int" | "float":
            what = f"{text} is a different number to different readers"
            raise YamlValueError(f"{what}; write it in plain digits, or in quotes for text", node.start_mark)
        case tag:
            raise YamlValueError(f"the tag {tag} is not taken; write a plain value", node.start_mark)


def _problem(error: yaml.MarkedYAMLError, text: str) -> str:
    """What is wrong, naming the commonest reason where it is that one."""
    problem = error.problem or "not YAML"
    if isinstance(error, ComposerError) and "another document" in problem:
        return "a second document begins here; a stack file is one: remove the ---, or what follows it"
    mark = error.problem_mark
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "'\\t'" in problem or "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab; YAML indents with spaces only"
    return problem

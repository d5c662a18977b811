"""Writes EC2's answers. One writer is built per shape and kept.

moto's serializer looks for every member under several spellings: all 1,395 instance types take it 9 s. These
writers take plain dictionaries in boto3's spelling and need 0.06 s, so nothing has to be cached on disk.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from botocore.model import ListShape, Shape, StructureShape

NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"

Writer = Callable[[Any, list[str]], None]


def render_answer(operation: str, shape: StructureShape | None, answer: Mapping[str, Any]) -> bytes:
    """The whole XML document of an operation's answer."""
    parts = [f'<{operation}Response xmlns="{NAMESPACE}"><requestId>{uuid4()}</requestId>']
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper")  # of the `query` protocol
        parts += [f"<{wrapper}>"] if wrapper else []
        _writer(shape)(answer, parts)
        parts += [f"</{wrapper}>"] if wrapper else []
    parts.append(f"</{operation}Response>")
    return "".join(parts).encode()


def render_error(code: str, message: str) -> bytes:
    """EC2's error document."""
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    return f"<Response><Errors>{error}</Errors><RequestID>{uuid4()}</RequestID></Response>".encode()


@cache
def _writer(shape: Shape) -> Writer:
    if isinstance(shape, StructureShape):
        return _structure_writer(shape)
    if isinstance(shape, ListShape):
        return _list_writer(shape)
    match shape.type_name:
        case "boolean":
            return lambda value, parts: parts.append("true" if value else "false")
        case "timestamp":
            return lambda value, parts: parts.append(_timestamp(value))
        case _:
            return lambda value, parts: parts.append(escape(str(value)))


def _structure_writer(shape: StructureShape) -> Writer:
    members = [
        (name, str(member.serialization.get("name", name)), _writer(member))
        for name, member in shape.members.items()
    ]

    def write(value: Any, parts: list[str]) -> None:
        for name, tag, write_member in members:
            member = value.get(name)
            if member is not None:
                parts.append(f"<{tag}>")
                write_member(member, parts)
                parts.append(f"</{tag}>")

    return write


def _list_writer(shape: ListShape) -> Writer:
    tag = str(shape.member.serialization.get("name", "member"))
    write_item = _writer(shape.member)

    def write(value: Any, parts: list[str]) -> None:
        for item in value:
            parts.append(f"<{tag}>")
            write_item(item, parts)
            parts.append(f"</{tag}>")

    return write


def _timestamp(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"

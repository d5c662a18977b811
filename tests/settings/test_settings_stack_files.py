"""Reading `Pulumi.<stack>.yaml`, and saying where it is broken."""

from pathlib import Path

import pytest

from settings.stack_file import LARGEST_BYTES, StackFile, StackFileError, read_stack_file, stacks_in

PROJECT = "eks-efa-karpenter"


def read(directory: Path, text: str | bytes) -> StackFile:
    data = text.encode() if isinstance(text, str) else text
    (directory / "Pulumi.dev.yaml").write_bytes(data)
    return read_stack_file(directory, "dev", PROJECT)


def refusal(directory: Path, text: str | bytes) -> str:
    with pytest.raises(StackFileError) as caught:
        read(directory, text)
    return str(caught.value)


def value(text: str) -> str:
    return f"config:\n  eks-efa-karpenter:owner: {text}\n"


def test_region_profile_and_the_values_of_the_project_are_read(tmp_path: Path) -> None:
    text = (
        "encryptionsalt: v1:abc\n"
        "config:\n"
        "  aws:region: us-west-2\n"
        "  aws:profile: work\n"
        "  other:key: x\n"
        "  eks-efa-karpenter:sandbox: true\n"
        "  eks-efa-karpenter:cluster:\n"
        '    version: "1.30"\n'
        "    logRetentionDays: 90\n"
    )
    stack = read(tmp_path, text)
    assert (stack.region, stack.profile) == ("us-west-2", "work")
    assert stack.raw == {"sandbox": True, "cluster": {"version": "1.30", "logRetentionDays": 90}}


@pytest.mark.parametrize(
    ("key", "text", "meant"),
    [
        ("provisioners", """'[{"name": "p5"}]'""", [{"name": "p5"}]),
        ("cluster", """'{"name": "train"}'""", {"name": "train"}),
        ("sandbox", '"true"', "true"),
        ("owner", '"true"', "true"),
        ("owner", '"[platform"', "[platform"),
    ],
)
def test_what_pulumi_config_set_wrote_as_text_is_what_the_program_gets(
    tmp_path: Path, key: str, text: str, meant: object
) -> None:
    stack = read(tmp_path, f"config:\n  eks-efa-karpenter:{key}: {text}\n")
    assert stack.raw == {key: meant}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("platform", "platform"),
        ("'no'", "no"),
        ("true", True),
        ("False", False),
        ("3", 3),
        ("-3", -3),
        ("1.30", 1.3),
        ("~", None),
        ("", None),
        ("2026-07-14", "2026-07-14"),
        ("1.14.0", "1.14.0"),
        ("[a, 1]", ["a", 1]),
        ("{a: {b: c}}", {"a": {"b": "c"}}),
        ("|\n    two\n    lines", "two\nlines\n"),
    ],
)
def test_values_mean_what_they_mean_to_pulumi(tmp_path: Path, text: str, meant: object) -> None:
    assert read(tmp_path, value(text)).raw["owner"] == meant


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            value("no"),
            "Pulumi.dev.yaml:2:28: no is a boolean to some readers and text to others; "
            'write false, or "no" in quotes for text',
        ),
        (
            value("On"),
            "Pulumi.dev.yaml:2:28: On is a boolean to some readers and text to others; "
            'write true, or "On" in quotes for text',
        ),
        (
            value("010"),
            "Pulumi.dev.yaml:2:28: 010 is a different number to different readers; "
            "write it in plain digits, or in quotes for text",
        ),
        (
            value("1:30"),
            "Pulumi.dev.yaml:2:28: 1:30 is a different number to different readers; "
            "write it in plain digits, or in quotes for text",
        ),
        (
            "config:\n\teks-efa-karpenter:owner: x\n",
            "Pulumi.dev.yaml:2:1: a tab; YAML indents with spaces only",
        ),
        (
            "config:\n  eks-efa-karpenter:cluster:\n  \tname: x\n",
            "Pulumi.dev.yaml:3:3: a tab; YAML indents with spaces only",
        ),
        (
            value("a") + "  eks-efa-karpenter:owner: b\n",
            'Pulumi.dev.yaml:3:3: the key "eks-efa-karpenter:owner" is there twice; remove one of the two',
        ),
        (
            "config:\n  a: &x {b: c}\n  d: *x\n",
            "Pulumi.dev.yaml:2:6: anchors and aliases are not taken; write the value out at both places",
        ),
        (
            "config:\n  a: &x {b: c}\n  d:\n    <<: *x\n",
            "Pulumi.dev.yaml:4:5: the merge key << is not taken; write the keys of the other map out here",
        ),
        (value("!secret x"), "Pulumi.dev.yaml:2:28: the tag !secret is not taken; write a plain value"),
        ("config: [\n", "Pulumi.dev.yaml:2:1: expected the node content, but found '<stream end>'"),
        (
            "config:\n  a: 1\n---\nconfig: {}\n",
            "Pulumi.dev.yaml:3:1: a second document begins here; a stack file is one: remove the ---, "
            "or what follows it",
        ),
        ("config:\n  ? [a]\n  : b\n", "Pulumi.dev.yaml:2:5: expected a plain key"),
        ("- a\n", 'Pulumi.dev.yaml: expected the key "config" with a map of settings'),
        ("", 'Pulumi.dev.yaml: expected the key "config" with a map of settings'),
        ("config: 3\n", 'Pulumi.dev.yaml: expected the key "config" with a map of settings'),
    ],
)
def test_what_readers_disagree_on_is_refused_with_its_place(tmp_path: Path, text: str, line: str) -> None:
    assert refusal(tmp_path, text) == line


def test_a_file_that_is_no_utf8_names_the_byte_and_its_place(tmp_path: Path) -> None:
    assert refusal(tmp_path, "config:\n  owner: Zo\u00eb\n".encode("latin-1")) == (
        "Pulumi.dev.yaml:2:12: byte 0xeb is not UTF-8; save the file as UTF-8"
    )


def test_a_file_of_more_than_a_megabyte_is_not_read(tmp_path: Path) -> None:
    assert refusal(tmp_path, "#" * (LARGEST_BYTES + 1)) == (
        "Pulumi.dev.yaml: 1048577 bytes are too many; at most 1048576"
    )


def test_a_file_nested_without_end_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "config: " + "[" * 100_000) == "Pulumi.dev.yaml: nested too deep"


def test_a_stack_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"):
        (tmp_path / name).write_text("config: {}\n")
    assert stacks_in(tmp_path) == ("dev", "prod")
    with pytest.raises(StackFileError) as caught:
        read_stack_file(tmp_path, "prd", PROJECT)
    assert str(caught.value) == 'Pulumi.prd.yaml: no such file; stacks here: dev, prod; did you mean "prod"?'


def test_a_folder_without_stacks_says_so(tmp_path: Path) -> None:
    with pytest.raises(StackFileError) as caught:
        read_stack_file(tmp_path, "dev", PROJECT)
    assert str(caught.value) == "Pulumi.dev.yaml: no such file; there is no stack file here"


def test_a_stack_file_that_is_a_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").mkdir()
    with pytest.raises(StackFileError) as caught:
        read_stack_file(tmp_path, "dev", PROJECT)
    assert str(caught.value) == "Pulumi.dev.yaml: Is a directory"

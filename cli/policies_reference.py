"""Writes docs/policies.md: every policy with its reason, its references and what it lets pass.

A test compares the committed file with what this makes, so the page cannot fall behind the rules.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from cli.policies import level_text, looks_at
from policies.catalogue import RULES
from policies.exemptions import EXEMPTIONS, Exemption
from policies.rule import Rule
from sandbox.paths import REPOSITORY

PAGE = REPOSITORY / "docs" / "policies.md"

INTRODUCTION = """# Policies

Made by `make schema` from the rules in `policies/`; change them there. `eks-efa policies` lists them too.

Settings are checked for what cannot work; policies say what a stack must not look like although it would
work. They see the resources that the program asks for, whoever wrote it: Kubernetes objects inside custom
resources, policy documents inside strings, and the values of charts too.

- `make up` and `make preview` hold every stack against them, in the sandbox and on AWS alike. By hand:
  `pulumi preview --policy-pack policies`.
- A violated **mandatory** policy stops `up` before anything is made. An **advisory** one is a warning.
- Some are stricter in `prod` than in `dev` and in the sandbox: `environment` of the stack decides.
- What a preview cannot know yet is neither a violation nor a pass. The policy speaks up once it can know.

## What is let pass

Each exemption is for one policy, for something named, and has its reason: they stand in
[policies/exemptions.py](../policies/exemptions.py) and below. More can be given for a stack of your own, by
`pulumi preview --policy-pack policies --policy-pack-config FILE`, with `*` for any text in a pattern:

```json
{
  "pod-security": {
    "exemptions": [
      {"pod": "storage/csi/registry.example/csi:*", "where": "*.privileged", "reason": "mounts for others"}
    ]
  },
  "no-ssh": {"enforcementLevel": "advisory"}
}
```
"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, "## All of them", "", *_overview(), *map(_section, RULES)])


def _overview() -> Iterator[str]:
    yield "| Policy | Level | Asks that |"
    yield "| --- | --- | --- |"
    for rule in RULES:
        yield f"| [{rule.id}](#{rule.id}) | {level_text(rule)} | {rule.summary} |"


def _section(rule: Rule) -> str:
    facts = f"{level_text(rule)}; severity {rule.severity}; looks at {_ARTICLES[looks_at(rule)]}"
    lines = ["", f"### {rule.id}", "", rule.summary, "", f"- Level: {facts}"]
    for framework, references in groupby(rule.references, key=lambda each: each.framework):
        ids = ", ".join(each.id for each in references)
        lines.append(f"- {framework.name} ({framework.version}): {ids}")
    lines += [f"- Why: <{rule.url}>", f"- Remedy: {rule.remediation}"]
    lines += [f"- Lets pass: {_exempted(each)}" for each in EXEMPTIONS if each.rule == rule.id]
    return "\n".join(lines)


_ARTICLES = {"resource": "one resource", "stack": "the whole stack"}


def _exempted(exemption: Exemption) -> str:
    patterns = (exemption.resource, exemption.pod, exemption.where)
    named = ", ".join(f"`{pattern}`" for pattern in patterns if pattern != "*")
    return f"{named}: {exemption.reason}"


def main(target: Path = PAGE) -> None:
    """Write the page."""
    target.write_text(page() + "\n")


if __name__ == "__main__":
    main()

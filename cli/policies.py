"""The policies as a document and as a table.

Scripts read the document (`policies --json`), so a key is never renamed.
"""

from typing import Any

from rich.markup import escape
from rich.table import Table

from policies.catalogue import RULES
from policies.environment import KINDS
from policies.exemptions import EXEMPTIONS, Exemption
from policies.rule import Level, Rule
from sandbox.paths import REPOSITORY

POLICY_PACK = REPOSITORY / "policies"
"""What every deployment is held against, in the sandbox and on AWS."""


def document() -> list[dict[str, Any]]:
    """Every policy with its levels, who else asks for it, how to satisfy it, and what it lets pass."""
    return [
        {
            "name": rule.id,
            "description": rule.summary,
            "level": str(rule.level),
            "levels": {kind: str(rule.level_in(kind)) for kind in KINDS},
            "severity": str(rule.severity),
            "looksAt": looks_at(rule),
            "references": [
                {"framework": each.framework.name, "version": each.framework.version, "id": each.id}
                for each in rule.references
            ],
            "url": rule.url,
            "remediation": rule.remediation,
            "exemptions": [_exemption(each) for each in EXEMPTIONS if each.rule == rule.id],
        }
        for rule in RULES
    ]


def _exemption(exemption: Exemption) -> dict[str, str]:
    patterns = {"resource": exemption.resource, "pod": exemption.pod, "where": exemption.where}
    return {"reason": exemption.reason, **{key: value for key, value in patterns.items() if value != "*"}}


def table() -> Table:
    """One row a policy."""
    drawn = Table("Policy", show_lines=True)
    drawn.add_column("Level", max_width=20)
    drawn.add_column("Asked for by, remedy, and why", overflow="fold")
    for rule in RULES:
        references = ", ".join(map(str, rule.references))
        drawn.add_row(rule.id, level_text(rule), escape(f"{references}\n{rule.remediation}\n{rule.url}"))
    return drawn


def looks_at(rule: Rule) -> str:
    """What a rule is asked about at a time."""
    return "stack" if rule.stack_check else "resource"


def level_text(rule: Rule) -> str:
    """A rule's level, and where it has another one."""
    elsewhere = [kind for kind in KINDS if rule.level_in(kind) is not rule.level]
    if not elsewhere:
        return str(rule.level)
    other = Level.ADVISORY if rule.level is Level.MANDATORY else Level.MANDATORY
    return f"{rule.level}; {other} in {' and '.join(elsewhere)}"

from cli.policies_reference import PAGE, page
from policies.catalogue import RULES
from policies.exemptions import EXEMPTIONS


def test_the_committed_page_of_policies_is_what_the_rules_say() -> None:
    assert PAGE.read_text() == page() + "\n", "run: make schema"


def test_every_policy_is_on_the_page_with_its_remedy_and_every_exemption_with_its_reason() -> None:
    text = page()
    for rule in RULES:
        assert f"\n### {rule.id}\n" in text
        assert f"- Remedy: {rule.remediation}" in text
    for exemption in EXEMPTIONS:
        assert exemption.reason in text

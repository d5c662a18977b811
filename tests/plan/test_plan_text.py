import yaml

from plan.bill import bill_of
from plan.document import Plan, Planned, Violation
from plan.prices import ListedPrices
from plan.text import document, yaml_text
from tests.plan.small_program import plan_of, resource
from tests.today import TODAY

CLUSTER = resource("eks:index:Cluster", "cluster", {"version": "1.35", "name": "train"}, protect=True)
TEMPLATE = resource("aws:ec2/launchTemplate:LaunchTemplate", "t", {"script": "#!/bin/bash\nset -e\n"})


def text(*resources: Planned) -> str:
    plan = plan_of(*resources)
    return yaml_text(plan, bill_of(plan, ListedPrices(), TODAY))


def test_the_document_says_what_it_is_and_what_it_is_not() -> None:
    heading = text(CLUSTER).splitlines()[0]
    assert (
        heading
        == "# What the program asks for in stack one. No account was asked: this is not what AWS holds."
    )


def test_the_text_is_yaml_and_says_the_same_as_the_document() -> None:
    plan = plan_of(CLUSTER, TEMPLATE)
    bill = bill_of(plan, ListedPrices(), TODAY)
    assert yaml.safe_load(yaml_text(plan, bill)) == document(plan, bill)


def test_resources_stand_in_the_order_of_type_and_name_and_inputs_in_that_of_their_names() -> None:
    resources = yaml.safe_load(text(CLUSTER, TEMPLATE))["resources"]
    assert [each["name"] for each in resources] == ["t", "cluster"]
    assert list(resources[1]["inputs"]) == ["name", "version"]


def test_options_are_shown_where_there_are_any() -> None:
    first, second = yaml.safe_load(text(CLUSTER, TEMPLATE))["resources"]
    assert "options" not in first
    assert second["options"] == {"protect": True}


def test_texts_of_several_lines_can_be_read() -> None:
    assert "    script: |\n      #!/bin/bash\n      set -e\n" in text(TEMPLATE)


def test_the_cost_comes_with_the_day_of_each_price() -> None:
    cost = yaml.safe_load(text(CLUSTER))["cost"]
    assert cost["alwaysOnHourly"] == 0.1
    assert cost["alwaysOn"] == [{"what": "control plane", "units": 1, "hourly": 0.1}]
    assert cost["later"] == [
        {
            "from": "2027-03-27",
            "what": "extended support of Kubernetes 1.35",
            "units": 1,
            "hourly": 0.5,
        }
    ]
    assert cost["sources"] == [
        "https://aws.amazon.com/eks/pricing/, standard support, 2026-10-06",
        "https://aws.amazon.com/eks/pricing/, extended support: 0.60 in all, 2026-09-18",
    ]


def test_violated_policies_are_part_of_it() -> None:
    plan = Plan.of("one", "r", [CLUSTER], {}, violations=[Violation("rule", "advisory", "why")])
    bill = bill_of(plan, ListedPrices(), TODAY)
    assert document(plan, bill)["policyViolations"] == ["rule (advisory): why"]

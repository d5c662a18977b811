"""`check` as a user meets it: what is told of each kind of fault that needs no account."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from cli import settings_check
from cli.main import run
from cli.plans import Unplanned, plans_of
from cli.settings_check import ReadAlone, verdict_on
from cli.stacks import find_stack
from cli.verbs import check as check_verb
from plan.document import Plan, Violation
from plan.region import LISTED_ON
from sandbox.paths import REPOSITORY
from settings.faults import Fault
from tests.plan.small_program import plan_of

LATER = "what depends on the account is checked by preview and up"
RIGHT = f"the settings are right; {LATER}"
DOUBTFUL = f"no fault is certain; what the list does not have and {LATER}"
ZONES = "us-west-2a, us-west-2b, us-west-2c, us-west-2d"


ADMINS = 'adminRoleArns: ["arn:aws:iam::111122223333:role/admin"]'


def in_pool(types: str, more: str = "") -> str:
    return f"  eks-efa-karpenter:provisioners: [{{name: a, instanceTypes: [{types}]{more}}}]\n"


NEURON = (
    "nothing of this stack announces aws.amazon.com/neuron; pods that ask for it wait for ever, and "
    "Karpenter never takes back a node that it brought for them; install AWS's Neuron device plugin, "
    "selecting these nodes and tolerating their taints"
)

GOOD = in_pool("p4d.24xlarge")
SUBNETS = "{us-west-2a: subnet-0aaaaaaaaaaaaaaaa, us-west-2b: subnet-0%s}"
ONE_SUBNET = SUBNETS % ("a" * 16)

STACKS: Mapping[str, tuple[str, str, list[str]]] = {
    "good": ("us-west-2", GOOD, [RIGHT]),
    "misspelt": (
        "us-west-2",
        in_pool("p4d.24xlrage"),
        ['provisioners[0].instanceTypes[0]: unknown type "p4d.24xlrage" in us-west-2; '
         'did you mean "p4d.24xlarge"?'],
    ),
    "no-such-size": (
        "us-west-2",
        in_pool("p5.47xlarge"),
        ['provisioners[0].instanceTypes[0]: unknown type "p5.47xlarge" in us-west-2; '
         'did you mean "p5.4xlarge"?'],
    ),
    "newer-than-the-list": (
        "us-west-2",
        in_pool("p9.48xlarge"),
        [f'warning: provisioners[0].instanceTypes[0]: "p9.48xlarge" is not in the list of instance types of '
         f'{LISTED_ON}; only AWS can tell; did you mean "p5.48xlarge"?', DOUBTFUL],
    ),
    "type-new-in-its-region": (
        "eu-north-1",
        in_pool("p6-b300.48xlarge"),
        ["warning: p6-b300.48xlarge is taken to be offered in eu-north-1a: "
         f"the list of {LISTED_ON} has it in no zone of eu-north-1", DOUBTFUL],
    ),
    "type-new-in-its-zone": (
        "us-west-2",
        in_pool("p5e.48xlarge", ", zone: us-west-2b"),
        ["warning: p5e.48xlarge is taken to be offered in us-west-2b: "
         f"the list of {LISTED_ON} has it in us-west-2c", DOUBTFUL],
    ),
    "new-zone": (
        "us-west-2",
        "  eks-efa-karpenter:network: {zones: [us-west-2a, us-west-2e]}\n" + GOOD,
        ["warning: m6i.xlarge is taken to be offered in us-west-2e: "
         f"the list of {LISTED_ON} has it in us-west-2a, us-west-2b, us-west-2c, us-west-2d",
         f"warning: us-west-2e is taken to be a zone: the list of {LISTED_ON} does not have it", DOUBTFUL],
    ),
    "more-zones-than-listed": (
        "us-west-2",
        "  eks-efa-karpenter:network: {zoneCount: 5}\n" + GOOD,
        ["warning: m6i.xlarge is taken to be offered in us-west-2e: "
         f"the list of {LISTED_ON} has it in us-west-2a, us-west-2b, us-west-2c, us-west-2d",
         f"warning: us-west-2 is taken to have 5 zones: the list of {LISTED_ON} has 4", DOUBTFUL],
    ),
    "new-region": (
        "mx-central-1",
        GOOD,
        ["warning: region mx-central-1 is taken to have every instance type in every zone: "
         f"the list of {LISTED_ON} does not have the region", DOUBTFUL],
    ),
    "zone-by-id": (
        "us-west-2",
        in_pool("p4d.24xlarge", ", zone: usw2-az2"),
        [f"provisioners[0].zone: usw2-az2 is not in us-west-2; zones: {ZONES}"],
    ),
    "zone-of-another-region": (
        "us-west-2",
        "  eks-efa-karpenter:network: {zones: [us-west-2a, us-east-1b]}\n" + GOOD,
        [f"network.zones[1]: us-east-1b is not in us-west-2; zones: {ZONES}"],
    ),
    "subnet-by-zone-id": (
        "us-west-2",
        "  eks-efa-karpenter:network: {existing: {vpcId: vpc-0123456789abcdef0, privateSubnetIds: "
        + (SUBNETS % ("b" * 16)).replace("us-west-2b", "usw2-az2") + "}}\n" + GOOD,
        [f'network.existing.privateSubnetIds["usw2-az2"]: usw2-az2 is not in us-west-2; zones: {ZONES}'],
    ),
    "one-subnet-for-two-zones": (
        "us-west-2",
        "  eks-efa-karpenter:network: {existing: {vpcId: vpc-0123456789abcdef0, privateSubnetIds: "
        + ONE_SUBNET + "}}\n" + GOOD,
        ['network.existing.privateSubnetIds["us-west-2b"]: subnet-0aaaaaaaaaaaaaaaa is that of us-west-2a '
         "already; a subnet is in one zone; give a subnet of us-west-2b"],
    ),
    "layouts-mixed": (
        "us-west-2",
        in_pool("p4d.24xlarge, p5.48xlarge"),
        ["provisioners[0].instanceTypes: p4d.24xlarge (4 EFA interfaces) and p5.48xlarge (32 EFA interfaces) "
         "cannot share one static layout; split it into two provisioners"],
    ),
    "another-partition": (
        "us-gov-east-1",
        "  eks-efa-karpenter:systemNodes: {minNodes: 2}\n" + GOOD,
        ["cluster.adminRoleArns[0]: role is in partition aws but the stack is in aws-us-gov"],
    ),
    "two-documents": (
        "us-west-2",
        GOOD + "---\nconfig: {}\n",
        ["Pulumi.two-documents.yaml:5:1: a second document begins here; a stack file is one: remove the ---, "
         "or what follows it"],
    ),
    "doubtful-to-the-program": (
        "us-west-2",
        "  eks-efa-karpenter:karpenter: {serviceMonitor: true}\n" + GOOD,
        ["warning: karpenter.serviceMonitor: Karpenter's chart makes no ServiceMonitor unless the cluster "
         "has the kind already; set monitoring.enabled, which brings the kind", RIGHT],
    ),
    "doubtful-beside-a-fault": (
        "us-west-2",
        in_pool("trn1.32xlarge", ", zone: usw2-az2"),
        [f"warning: provisioners[0]: {NEURON}",
         f"provisioners[0].zone: usw2-az2 is not in us-west-2; zones: {ZONES}"],
    ),
}  # fmt: skip
"""Region, what the stack says besides, and what is told of it but for its name."""


@contextmanager
def repository_with(folder: Path, stacks: Mapping[str, str]) -> Iterator[None]:
    """This program in a folder where it has these stacks alone, and the verb looking there."""
    for path in REPOSITORY.iterdir():
        if not path.name.startswith((".", "Pulumi.")):
            (folder / path.name).symlink_to(path)
    (folder / "Pulumi.yaml").symlink_to(REPOSITORY / "Pulumi.yaml")
    for name, text in stacks.items():
        (folder / f"Pulumi.{name}.yaml").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings_check, "find_stack", partial(find_stack, repository=folder))
        patch.setattr(check_verb, "stack_names", lambda: tuple(stacks))
        patch.setattr(check_verb, "plans_of", lambda names: plans_of(names, folder))
        yield


def text_of(region: str, settings: str) -> str:
    way_in = "privateAccess: {cidrs: [10.20.0.0/16], vpcConnected: true}"
    cluster = f"  eks-efa-karpenter:cluster: {{name: train, {way_in}, {ADMINS}}}\n"
    return f"config:\n  aws:region: {region}\n{cluster}{settings}"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """All lines of one run over all stacks, by stack."""
    lines: list[str] = []
    texts = {name: text_of(region, settings) for name, (region, settings, _) in STACKS.items()}
    with repository_with(tmp_path_factory.mktemp("program"), texts), pytest.MonkeyPatch.context() as patch:
        patch.setattr(check_verb, "tell", lines.append)
        patch.setattr(check_verb, "complain", lines.append)
        assert run(["check"]) == 1
    found: dict[str, list[str]] = {name: [] for name in STACKS}
    for line in lines:
        name, _, rest = line.partition(": ")
        found[name] += [each.strip() for each in rest.splitlines() if "in the settings of this" not in each]
    return found


@pytest.mark.parametrize("name", STACKS)
def test_what_needs_no_account_is_told(name: str, told: Mapping[str, list[str]]) -> None:
    assert told[name] == STACKS[name][2]


def test_an_api_out_of_reach_is_a_fault_and_hides_no_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    config = f"config:\n  aws:region: us-east-1\n  eks-efa-karpenter:cluster: {{name: train, {ADMINS}}}\n"
    with repository_with(tmp_path, {"trn": config + in_pool("trn1.32xlarge")}):
        monkeypatch.setattr(check_verb, "tell", lines.append)
        monkeypatch.setattr(check_verb, "complain", lines.append)
        assert run(["check"]) == 1
    assert lines == [
        f"trn: warning: provisioners[0]: {NEURON}",
        "trn: 1 fault in the settings of this stack; nothing was changed:\n"
        "  cluster.publicAccess: false, and the VPC is made by the same `up`: nobody outside of it would "
        "reach the API to go on; set it true and your address in publicAccessCidrs; or, once the VPC is "
        "connected with where Pulumi runs, set privateAccess.vpcConnected true and that network in "
        "privateAccess.cidrs",
    ]


READ = ReadAlone("dev")


@pytest.mark.parametrize(("level", "problems"), [
    ("mandatory", ("policy: rule (mandatory): cluster: open",)), ("advisory", ()),
])  # fmt: skip
def test_what_a_mandatory_policy_refuses_is_not_right(level: str, problems: tuple[str, ...]) -> None:
    plan = Plan.of("dev", "us-west-2", [], {}, violations=[Violation("rule", level, "cluster: open")])
    assert verdict_on(READ, plan).problems == problems


def test_what_cannot_be_planned_is_not_right() -> None:
    assert verdict_on(READ, Unplanned("no such file")).problems == ("cannot be planned: no such file",)


def test_faults_of_the_file_and_of_the_plan_are_one_report_in_which_each_is_once() -> None:
    here, there = Fault("b", "wrong"), Fault("a", "worse")
    unplanned = Unplanned("2 faults")
    unplanned.faults = (here, there)
    report = "2 faults in the settings of this stack; nothing was changed:\n  a: worse\n  b: wrong"
    assert verdict_on(ReadAlone("dev", faults=(here,)), unplanned).problems == (report,)


def test_what_is_wrong_here_alone_is_told_though_there_is_a_plan() -> None:
    verdict = verdict_on(ReadAlone("dev", faults=(Fault("sandbox", "this is a real stack"),)), plan_of())
    assert "sandbox: this is a real stack" in verdict.problems[0]

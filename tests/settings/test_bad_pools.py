"""Node groups and provisioners that the hardware, EC2 or Karpenter would refuse."""

from dataclasses import replace

import pytest

from knowledge.hardware import InstanceType
from settings.checks.hardware import may_be_new
from settings.faults import Fault
from tests.knowledge.moto_instance_types import described, descriptions
from tests.settings.bad_settings import (
    RELEASE,
    RESERVATION,
    Case,
    check,
    faults_of,
    lines_of,
    settings_of,
    spoilt,
)
from tests.settings.region_table import RegionTable

GROUP, POOL = "nodeGroups[0]", "provisioners[0]"
ZONES = "us-west-2a, us-west-2b, us-west-2c, us-west-2d"
IMAGE = "ami-0123456789abcdef0"


def reserved(pool: str, **more: object) -> dict[str, object]:
    """A pool that buys a reservation in the right way."""
    if pool == GROUP:
        buys: dict[str, object] = {"capacityType": "reserved", "reservationId": RESERVATION}
    else:
        buys = {"capacityTypes": ["reserved"], "reservationIds": [RESERVATION]}
    return {f"{pool}.{key}": value for key, value in {**buys, "zone": "us-west-2a", **more}.items()}


CASES: dict[str, Case] = {
    "a name twice": ({f"{POOL}.name": "by-hand"}, f'{POOL}.name: "by-hand" already used by {GROUP}'),
    "a type misspelt": (
        {f"{GROUP}.instanceType": "p5.48xlrage"},
        f'{GROUP}.instanceType: unknown type "p5.48xlrage" in us-west-2; did you mean "p5.48xlarge"?',
    ),
    "a type like no other": (
        {f"{GROUP}.instanceType": "dgx"},
        f'{GROUP}.instanceType: unknown type "dgx" in us-west-2',
    ),
    "a type twice": (
        {f"{POOL}.instanceTypes": ["p4d.24xlarge", "p4d.24xlarge"]},
        f'{POOL}.instanceTypes[1]: "p4d.24xlarge" is listed twice',
    ),
    "a type without EFA": (
        {f"{GROUP}.instanceType": "g5.xlarge"},
        f"{GROUP}.instanceType: g5.xlarge has no EFA; "
        "EFA types here: g5.12xlarge, g5.16xlarge, g5.24xlarge, g5.48xlarge, g5.8xlarge; or set efa false",
    ),
    "a type without EFA for Karpenter": (
        {f"{POOL}.instanceTypes": ["g5.xlarge"], f"{POOL}.efa": "dynamic"},
        f"{POOL}.instanceTypes[0]: g5.xlarge has no EFA; "
        "EFA types here: g5.12xlarge, g5.16xlarge, g5.24xlarge, g5.48xlarge, g5.8xlarge; or set efa none",
    ),
    "two layouts": (
        {f"{POOL}.instanceTypes": ["p5.48xlarge", "p5en.48xlarge"]},
        f"{POOL}.instanceTypes: p5.48xlarge (32 EFA interfaces) and p5en.48xlarge (16 EFA interfaces) "
        "cannot share one static layout; split it into two provisioners",
    ),
    "a layout that Karpenter gets wrong": (
        {f"{POOL}.instanceTypes": ["p6-b300.48xlarge"], f"{POOL}.efa": "dynamic"},
        f"{POOL}.instanceTypes[0]: the dynamic layout of p6-b300.48xlarge puts an EFA on network card 0, "
        f'which is not for EFA; set {POOL}.efa to "static"',
    ),
    "a zone of another region": (
        {f"{GROUP}.zone": "us-east-1a"},
        f"{GROUP}.zone: us-east-1a is not in us-west-2; zones: {ZONES}",
    ),
    "a zone the stack is not in": (
        {f"{GROUP}.zone": "us-west-2c"},
        f"{GROUP}.zone: this stack has no subnet in us-west-2c; it has us-west-2a, us-west-2b; "
        "set network.zones to [us-west-2a, us-west-2b, us-west-2c]",
    ),
    "a zone by its id": (
        {f"{GROUP}.zone": "usw2-az2"},
        f"{GROUP}.zone: usw2-az2 is not in us-west-2; zones: {ZONES}; "
        '"usw2-az2" is an id: did you mean "us-west-2b"?',
    ),
    "a zone without the type": (
        {"network.zones": ["us-west-2a", "us-west-2d"], f"{GROUP}.instanceType": "p4de.24xlarge"}
        | {f"{GROUP}.zone": "us-west-2d"},
        f"{GROUP}.zone: p4de.24xlarge is not offered in us-west-2d; "
        "offered in us-west-2a, us-west-2b, us-west-2c",
    ),
    "no zone with the type": (
        {f"{GROUP}.instanceType": "p5e.48xlarge"},
        f"{GROUP}.zone: no zone of this stack (us-west-2a, us-west-2b) offers p5e.48xlarge; "
        "offered in us-west-2c; set network.zones to [us-west-2a, us-west-2b, us-west-2c]",
    ),
    "no zone with all types": (
        {f"{POOL}.instanceTypes": ["p5e.48xlarge", "p6-b200.48xlarge"], f"{POOL}.efa": "dynamic"},
        f"{POOL}.zone: no zone of this stack (us-west-2a, us-west-2b) offers p5e.48xlarge, p6-b200.48xlarge; "
        "no zone of the region offers all of them; split it",
    ),
    "fewest above most": ({f"{GROUP}.minNodes": 3}, f"{GROUP}.minNodes: 3 is more than maxNodes 2"),
    "a disk faster than its size": (
        {f"{GROUP}.storage.iops": 20000, f"{GROUP}.diskGib": 20},
        f"{GROUP}.storage.iops: 20000 I/O operations a second are too many for 20 GiB; "
        "at most 10000: 500 a GiB; lower it, or raise diskGib",
    ),
    "a disk with more throughput than its operations carry": (
        {f"{POOL}.storage.throughput": 1000, f"{POOL}.storage.iops": 3000},
        f"{POOL}.storage.throughput: 1000 MiB a second are too many for 3000 I/O operations a second; "
        "at most 750: a quarter of iops; lower it, or set iops 4000",
    ),
    "a release of system nodes as pools have it": (
        {"systemNodes.ami.release": "v20261012"},
        'systemNodes.ami.release: "v20261012" is not a release of EKS\'s image; '
        "a release is Kubernetes and a date: 1.35.4-20261012",
    ),
    "a release of system nodes for another Kubernetes": (
        {"systemNodes.ami.release": "1.34.7-20261012"},
        "systemNodes.ami.release: 1.34.7-20261012 is for Kubernetes 1.34; the cluster is of 1.35; "
        "name another",
    ),
    "wanted above most": ({f"{GROUP}.desiredNodes": 3}, f"{GROUP}.desiredNodes: 3 is more than maxNodes 2"),
    "wanted below fewest": ({f"{GROUP}.minNodes": 1}, f"{GROUP}.desiredNodes: 0 is less than minNodes 1"),
    "a capacity block without its id": (
        {f"{GROUP}.capacityType": "capacity-block"},
        f'{GROUP}.reservationId: missing; "capacity-block" needs the id of the reservation; '
        f"run: pulumi config set --path '{GROUP}.reservationId' cr-0123456789abcdef0",
    ),
    "reserved capacity without an id": (
        {f"{POOL}.capacityTypes": ["reserved", "on-demand"]},
        f'{POOL}.reservationIds: missing; "reserved" needs the id of the reservation; '
        f"run: pulumi config set --path '{POOL}.reservationIds[0]' cr-0123456789abcdef0",
    ),
    "spot with a reservation": (
        {**reserved(GROUP), f"{GROUP}.capacityType": "spot"},
        f'{GROUP}.capacityType: a capacity reservation needs "reserved" or "capacity-block", got "spot"',
    ),
    "spot with reservations": (
        {**reserved(POOL), f"{POOL}.capacityTypes": ["spot"]},
        f'{POOL}.capacityTypes: a capacity reservation needs "reserved" or "capacity-block", got "spot"',
    ),
    "a reservation somewhere": (
        reserved(GROUP, zone=None),
        f"{GROUP}.zone: missing; a reservation is in one zone; "
        f"run: pulumi config set --path '{GROUP}.zone' <zone of the reservation>",
    ),
    "a reservation twice": (
        reserved(POOL, reservationIds=[RESERVATION, RESERVATION]),
        f'{POOL}.reservationIds[1]: "{RESERVATION}" is listed twice',
    ),
    "more reservations than Karpenter takes": (
        reserved(POOL, reservationIds=[f"cr-{number:017x}" for number in range(31)]),
        f"{POOL}.reservationIds: 31 are too many; at most 30",
    ),
    "reservations that Karpenter may not use": (
        {**reserved(POOL), "karpenter.featureGates.reservedCapacity": False},
        'karpenter.featureGates.reservedCapacity: false, but "elastic" buys reserved capacity; set it true',
    ),
    "nothing to buy": (
        {f"{POOL}.capacityTypes": []},
        f"{POOL}.capacityTypes: at least one is needed",
    ),
    "spot twice": (
        {f"{POOL}.capacityTypes": ["spot", "spot"]},
        f'{POOL}.capacityTypes[1]: "spot" is listed twice',
    ),
    "a placement group and a reservation": (
        reserved(GROUP, placementGroup="mine"),
        f'{GROUP}.placementGroup: "mine" cannot be used with a reservation; '
        "a reservation brings its own placement; remove one of the two",
    ),
    "a placement group by its id": (
        {f"{POOL}.placementGroup": "pg-0123456789abcdef0"},
        f'{POOL}.placementGroup: "pg-0123456789abcdef0" is an id; give the name of the placement group',
    ),
    "a placement group without a name": (
        {f"{POOL}.placementGroup": ""},
        f'{POOL}.placementGroup: "" is not the name of a placement group; 1 to 255 ASCII characters',
    ),
    "a type that cannot be placed together": (
        {f"{GROUP}.instanceType": "t3.medium", f"{GROUP}.efa": False},
        f"{GROUP}.placementGroup: t3.medium cannot be in a cluster placement group; set it false",
    ),
    "no release": (
        {f"{GROUP}.ami.release": "2026-07-14"},
        f'{GROUP}.ami.release: "2026-07-14" is not a release of the EKS AL2023 image; '
        "a release is v and a date: v20260714",
    ),
    "two images": (
        {f"{GROUP}.ami": {"release": RELEASE, "id": IMAGE}},
        f"{GROUP}.ami: release and id are both given; one image only; remove one of the two",
    ),
    "no image id": (
        {f"{POOL}.ami.id": "ubuntu"},
        f'{POOL}.ami.id: "ubuntu" is not ami- plus 8 to 17 hex digits',
    ),
    "an EFA driver to install where it is": (
        {f"{GROUP}.ami.installsEfa": False},
        f"{GROUP}.ami.installsEfa: false, but the EKS image has the EFA driver; "
        "only for an image of your own; remove it",
    ),
    "one image for two architectures": (
        {f"{POOL}.instanceTypes": ["g5g.16xlarge", "g5.8xlarge"], f"{POOL}.efa": "none"}
        | {f"{POOL}.ami.id": IMAGE},
        f"{POOL}.ami.id: g5.8xlarge is x86_64 but g5g.16xlarge is arm64; "
        "an image is for one architecture; split it",
    ),
    "a public key": (
        {f"{GROUP}.keyPair": "ssh-ed25519 AAAAC3"},
        f"{GROUP}.keyPair: this is a key, not the name of a key pair; import it to EC2, give its name",
    ),
    "a key file": (
        {f"{GROUP}.keyPair": "me.pem"},
        f'{GROUP}.keyPair: "me.pem" is a file; give the name EC2 knows the key pair by',
    ),
    "a key pair without a name": (
        {f"{GROUP}.keyPair": " "},
        f'{GROUP}.keyPair: " " is not the name of a key pair; 1 to 255 ASCII characters',
    ),
    "more taints than EKS takes": (
        {f"{GROUP}.taints": [{"key": f"taint-{number}"} for number in range(51)]},
        f"{GROUP}.taints: 51 are too many; EKS takes at most 50",
    ),
    "system nodes of two architectures": (
        {"systemNodes.instanceTypes": ["m6i.xlarge", "m7g.xlarge"]},
        "systemNodes.instanceTypes: m6i.xlarge is x86_64 but m7g.xlarge is arm64; "
        "a node group has one image; keep one architecture",
    ),
    "a system type misspelt": (
        {"systemNodes.instanceTypes": ["m6i.xlrage"]},
        'systemNodes.instanceTypes[0]: unknown type "m6i.xlrage" in us-west-2; did you mean "m6i.xlarge"?',
    ),
    "a system type twice": (
        {"systemNodes.instanceTypes": ["m6i.xlarge", "m6i.xlarge"]},
        'systemNodes.instanceTypes[1]: "m6i.xlarge" is listed twice',
    ),
    "system nodes of no type": (
        {"systemNodes.instanceTypes": []},
        "systemNodes.instanceTypes: at least one is needed",
    ),
    "system nodes that miss a zone": (
        {"systemNodes.instanceTypes": ["p5e.48xlarge"]},
        "systemNodes.instanceTypes[0]: p5e.48xlarge is not offered in us-west-2a, us-west-2b; "
        "offered in us-west-2c",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nodes_that_cannot_be_are_refused(case: Case) -> None:
    check(case)


def everything_everywhere() -> RegionTable:
    return RegionTable(everything=True)


def test_a_layout_that_an_ec2_node_class_cannot_hold_is_refused() -> None:
    line = (
        f"{POOL}.instanceTypes[0]: hpc6id.32xlarge cannot be in a provisioner with EFA; "
        "network card 0 has room for one interface only, which must be of type efa; "
        "an EC2NodeClass takes interface and efa-only; use a managed node group"
    )
    check(({f"{POOL}.instanceTypes": ["hpc6id.32xlarge"]}, line), facts=everything_everywhere)


@pytest.mark.parametrize("pool", [f"{GROUP}.instanceType", f"{POOL}.instanceTypes[0]"])
def test_hardware_that_the_planner_cannot_make_sense_of_is_one_line(pool: str) -> None:
    table = RegionTable()
    table.by_hand["x.large"] = replace(described("p4d.24xlarge"), name="x.large", efa_interfaces=5)
    (line,) = lines_of(spoilt({pool: "x.large"}), facts=lambda: table)
    assert line.startswith(f"{pool}: x.large: ")
    assert "5 EFA interfaces" in line


RADEON = replace(described("g5.8xlarge"), gpu_manufacturer="AMD", gpu_name="Radeon Pro V520")
TRAINIUM_ON_ARM = replace(described("trn1.32xlarge"), architecture="arm64")


@pytest.mark.parametrize(
    ("hardware", "what"),
    [
        (RADEON, "no EKS image has the driver of x.large's AMD Radeon Pro V520"),
        (TRAINIUM_ON_ARM, "there is no neuron image of EKS for x.large (arm64)"),
    ],
)
def test_devices_that_no_image_has_a_driver_for_need_an_image_of_ones_own(
    hardware: InstanceType, what: str
) -> None:
    table = RegionTable()
    table.by_hand["x.large"] = replace(hardware, name="x.large")
    line = f"{GROUP}.instanceType: {what}; give an image of your own: {GROUP}.ami.id"
    check(({f"{GROUP}.instanceType": "x.large"}, line), facts=lambda: table)
    own = {f"{GROUP}.instanceType": "x.large", f"{GROUP}.ami.id": IMAGE}
    assert lines_of(spoilt(own), facts=lambda: table) == []


def test_a_managed_group_can_have_what_a_provisioner_cannot() -> None:
    raw = spoilt({f"{GROUP}.instanceType": "hpc6id.32xlarge"})
    assert lines_of(raw, facts=everything_everywhere) == []


def test_types_of_one_layout_share_a_provisioner() -> None:
    changes = {f"{POOL}.instanceTypes": ["p5.48xlarge", "p5e.48xlarge"], f"{POOL}.zone": "us-west-2c"}
    assert lines_of(spoilt({**changes, "network.zones": ["us-west-2a", "us-west-2c"]})) == []


def test_reserved_capacity_may_fall_back_on_spot() -> None:
    assert lines_of(spoilt(reserved(POOL, capacityTypes=["reserved", "spot"]))) == []


@pytest.mark.parametrize("pool", [GROUP, POOL])
def test_a_reservation_bought_in_the_right_way_is_fine(pool: str) -> None:
    assert lines_of(spoilt(reserved(pool))) == []


@pytest.mark.parametrize(
    "changes",
    [{f"{GROUP}.desiredNodes": 1}, {"autoscaler": "cluster-autoscaler", "clusterAutoscaler": {}}],
    ids=["by hand", "by Cluster Autoscaler"],
)
def test_a_group_with_nodes_that_takes_the_newest_image_is_told_what_that_does(
    changes: dict[str, object],
) -> None:
    told: list[Fault] = []
    settings_of(spoilt(changes), warn=told.append)
    assert [str(warning) for warning in told] == [
        f"{GROUP}.ami: the newest image: an `up` after its next release replaces the nodes under their jobs; "
        f"pin a release where jobs run; run: pulumi config set --path '{GROUP}.ami.release' {RELEASE}"
    ]


def test_a_key_of_the_accounts_own_for_volumes_is_told_to_need_its_leave() -> None:
    table, told = RegionTable(), list[Fault]()
    settings_of(spoilt({}), facts=lambda: table, warn=told.append)
    assert told == []
    table.volume_key = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    settings_of(spoilt({}), facts=lambda: table, warn=told.append)
    assert [str(warning) for warning in told] == [
        f"aws:region: this account encrypts volumes with {table.volume_key}: without its leave nodes end as "
        "they are launched; its policy must name Auto Scaling's role and Karpenter's; add the statements of "
        "docs/nodes.md to it"
    ]


def test_spot_nodes_in_a_placement_group_are_told_to_be_seldom_had() -> None:
    told: list[Fault] = []
    spot = {f"{POOL}.capacityTypes": ["spot"]}
    settings_of(spoilt(spot), warn=told.append)
    assert [str(warning) for warning in told] == [
        f"{POOL}.placementGroup: spot has the least capacity where a group keeps its nodes together; "
        "set it false, or buy on-demand"
    ]
    told.clear()
    settings_of(spoilt({**spot, f"{POOL}.placementGroup": False}), warn=told.append)
    settings_of(spoilt({f"{POOL}.capacityTypes": ["spot", "on-demand"]}), warn=told.append)
    assert told == []


@pytest.mark.parametrize(
    ("changes", "environ"),
    [
        ({f"{GROUP}.ami": {"release": RELEASE}}, {}),
        ({"sandbox": True}, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}),
    ],
    ids=["pinned", "sandbox"],
)
def test_of_a_pinned_image_or_of_the_sandboxs_nothing_is_told(
    changes: dict[str, object], environ: dict[str, str]
) -> None:
    told: list[Fault] = []
    settings_of(spoilt({f"{GROUP}.desiredNodes": 1, **changes}), warn=told.append, environ=environ)
    assert told == []


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (
            "p9.48xlarge",
            '"p9.48xlarge" is not in the list of instance types of 2026-10-27; only AWS can tell; '
            'did you mean "p5.48xlarge"?',
        ),
        ("P5.48xlarge", 'unknown type "P5.48xlarge" in us-west-2; did you mean "p5.48xlarge"?'),
        ("ml.p5.48xlarge", 'unknown type "ml.p5.48xlarge" in us-west-2; did you mean "p5.48xlarge"?'),
        ("p5.47xlarge", 'unknown type "p5.47xlarge" in us-west-2; did you mean "p5.4xlarge"?'),
        ("p5", 'unknown type "p5" in us-west-2'),
    ],
)
def test_a_list_of_one_day_rules_out_only_what_no_type_is_called(name: str, what: str) -> None:
    (fault,) = faults_of(spoilt({f"{POOL}.instanceTypes": [name]}), listed_on="2026-10-27")
    assert str(fault) == f"{POOL}.instanceTypes[0]: {what}"
    assert fault.certain == ("unknown" in what)


def test_every_type_of_the_list_is_called_as_a_new_one_may_be() -> None:
    names = tuple(descriptions())
    assert [name for name in names if not may_be_new(name, names)] == []

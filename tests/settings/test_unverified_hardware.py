from settings.faults import Fault
from tests.settings.bad_settings import GOOD, Changes, settings_of, spoilt

ULTRASERVER = {"provisioners[0].instanceTypes": ["p6e-gb300r.36xlarge"]}


def warnings(changes: Changes) -> list[str]:
    told: list[Fault] = []
    settings_of(spoilt(changes, GOOD), facts=None, warn=told.append)
    return [str(warning) for warning in told]


def test_a_type_whose_layout_nobody_could_confirm_is_told_with_what_is_said_against_it() -> None:
    assert warnings(ULTRASERVER) == [
        "provisioners[0].instanceTypes[0]: the layout of p6e-gb300r.36xlarge's EFA interfaces is not "
        "verified; "
        "NVIDIA/aicr#1256 counted 9 network cards, EC2 said 2 EFA interfaces at most and 1 was attached; "
        "look at `aws ec2 describe-instance-types --instance-types p6e-gb300r.36xlarge` before you pay for it"
    ]


def test_a_layout_that_karpenter_chooses_is_its_own() -> None:
    assert warnings({**ULTRASERVER, "provisioners[0].efa": "dynamic"}) == []

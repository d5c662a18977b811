"""A sandbox stack never reaches AWS; a real stack never lands in a sandbox."""

import pytest

from settings.guard import guard_faults, is_loopback
from tests.settings.bad_settings import GOOD, lines_of, spoilt
from tests.settings.region_table import RegionTable

HERE = "http://127.0.0.1:4566"
THERE = "https://ec2.us-west-2.amazonaws.com"
SANDBOX = spoilt({"sandbox": True})


def never() -> RegionTable:
    raise AssertionError("a refused stack must not ask AWS")


REFUSED_SANDBOXES = [
    ({}, "AWS_ENDPOINT_URL is not set: this would reach the real AWS; run: make up"),
    ({"AWS_ENDPOINT_URL": ""}, "AWS_ENDPOINT_URL is not set: this would reach the real AWS; run: make up"),
    ({"AWS_ENDPOINT_URL": THERE}, f"AWS_ENDPOINT_URL is {THERE}, not on this machine; run: make up"),
    (
        {"AWS_ENDPOINT_URL": HERE, "AWS_ENDPOINT_URL_EC2": THERE},
        f"AWS_ENDPOINT_URL_EC2 is {THERE}, not on this machine; run: make up",
    ),
    (
        {"AWS_ENDPOINT_URL": HERE, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true: this would reach the real AWS; run: make up",
    ),
    (
        {"AWS_ENDPOINT_URL": HERE, "AWS_PROFILE": "prod"},
        'AWS_PROFILE "prod" is set; the sandbox has credentials of its own; run: make up',
    ),
]


@pytest.mark.parametrize(("environ", "why"), REFUSED_SANDBOXES)
def test_a_sandbox_stack_refuses_what_could_reach_aws(environ: dict[str, str], why: str) -> None:
    assert lines_of(SANDBOX, environ=environ, facts=never) == [f"sandbox: true, but {why}"]


def test_a_sandbox_stack_refuses_a_profile_of_its_own_stack_file() -> None:
    assert lines_of(SANDBOX, environ={"AWS_ENDPOINT_URL": HERE}, aws={"profile": "prod"}, facts=never) == [
        'sandbox: true, but aws:profile "prod" is set; the sandbox has credentials of its own; run: make up'
    ]


def test_a_sandbox_stack_with_an_endpoint_on_this_machine_is_fine() -> None:
    assert lines_of(SANDBOX, environ={"AWS_ENDPOINT_URL": HERE}) == []


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL_EKS"])
def test_a_real_stack_refuses_an_endpoint_on_this_machine(name: str) -> None:
    assert lines_of(GOOD, environ={name: HERE}, facts=never) == [
        f"sandbox: this is a real stack, but {name} is {HERE}, on this machine; "
        f"a real stack needs AWS's own endpoints; run: unset {name}"
    ]


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"AWS_PROFILE": "prod"},
        {"AWS_ENDPOINT_URL_STS": "https://sts.us-west-2.amazonaws.com"},
        {"AWS_ENDPOINT_URL": HERE, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
    ],
)
def test_a_real_stack_may_have_what_leads_to_aws(environ: dict[str, str]) -> None:
    assert lines_of(GOOD, environ=environ) == []


@pytest.mark.parametrize("value", ["true", 1, None])
def test_a_sandbox_setting_that_is_no_boolean_does_not_open_the_way_to_a_sandbox(value: object) -> None:
    paths = [
        line.split(":")[0]
        for line in lines_of(spoilt({"sandbox": value}), environ={"AWS_ENDPOINT_URL": HERE})
    ]
    assert paths == ["sandbox", "sandbox"]


@pytest.mark.parametrize(
    ("url", "here"),
    [
        (HERE, True),
        ("http://localhost:4566", True),
        ("http://[::1]:4566", True),
        ("http://127.8.8.8", True),
        (THERE, False),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost.example.com", False),
        ("http://10.0.0.1", False),
        ("127.0.0.1", False),
        ("http://[", False),
    ],
)
def test_only_this_machine_is_this_machine(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_every_reason_is_given_at_once() -> None:
    environ = {"AWS_ENDPOINT_URL_EC2": THERE, "AWS_PROFILE": "prod"}
    assert len(list(guard_faults(True, environ))) == 3

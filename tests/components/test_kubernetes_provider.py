"""The provider of Kubernetes is in the cluster whoever the provider of AWS is in AWS."""

import json
from typing import Any

import pytest

from tests.components.existing_account import ExistingAccount
from tests.components.program_recording import run_program
from tests.components.recorded_run import Run
from tests.components.team_runs import team

PROVIDER = "pulumi:providers:kubernetes"
ROLE = "arn:aws:iam::111122223333:role/deployer"
BARE = ["--cluster-name", "--output", "json"]


def arguments(kubeconfig: str) -> list[str]:
    """Those of the command for the token, but for the cluster's name and region."""
    [user] = json.loads(kubeconfig)["users"]
    found: list[str] = user["user"]["exec"]["args"]
    return [part for part in found[4:] if part not in ("efa-dev", "legacy")]


def dev(**aws: Any) -> Run:
    return run_program("dev", aws=aws)


@pytest.mark.parametrize(
    ("aws", "added"),
    [
        ({}, []),
        ({"profile": "platform"}, ["--profile", "platform"]),
        ({"assumeRoles": [{"roleArn": ROLE}]}, ["--role-arn", ROLE]),
        (
            {"profile": "platform", "assumeRoles": [{"roleArn": ROLE}]},
            ["--role-arn", ROLE, "--profile", "platform"],
        ),
    ],
)
def test_it_fetches_its_token_with_the_stacks_profile_and_role(aws: dict[str, Any], added: list[str]) -> None:
    assert arguments(dev(**aws).one(PROVIDER).inputs["kubeconfig"]) == [*BARE, *added]


def test_the_kubeconfig_that_is_exported_has_no_profile_since_others_have_their_own() -> None:
    run = dev(profile="platform")
    assert arguments(run.outputs["kubeconfig"]) == BARE
    assert run.secret_outputs == {"kubeconfig"}


def test_so_it_is_for_a_cluster_that_somebody_else_made() -> None:
    run = run_program(
        "existing",
        account=ExistingAccount(),
        aws={"assumeRoles": [{"roleArn": ROLE}]},
    )
    assert arguments(run.one(PROVIDER).inputs["kubeconfig"]) == [*BARE, "--role-arn", ROLE]
    assert arguments(run.outputs["kubeconfig"]) == BARE


def test_a_stack_on_a_platform_is_there_with_its_own_profile() -> None:
    run = team(aws={"profile": "vision"})
    assert arguments(run.one(PROVIDER).inputs["kubeconfig"])[-2:] == ["--profile", "vision"]

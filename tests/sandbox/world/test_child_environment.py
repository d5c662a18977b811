import json
import os
from pathlib import Path

import pytest

from sandbox.environment import (
    NOWHERE,
    RealAccountError,
    child_environment,
    is_loopback,
    refuse_real_account,
    without_credentials,
)
from sandbox.paths import REPOSITORY, SandboxPaths

USER = {
    "PATH": "/bin",
    "HOME": "/home/me",
    "XDG_CACHE_HOME": "/home/me/cache",
    "AWS_PROFILE": "prod",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
    "AWS_REGION": "eu-west-1",
    "KUBECONFIG": "/home/me/.kube/prod",
    "HTTPS_PROXY": "http://proxy",
    "PULUMI_ACCESS_TOKEN": "real",
}


def safe(**changes: str) -> dict[str, str]:
    return {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", **changes}


def test_a_child_gets_nothing_of_the_users_accounts(tmp_path: Path) -> None:
    paths = SandboxPaths(tmp_path)
    paths.aws.write_text(json.dumps({"endpoint": "http://127.0.0.1:4566"}))
    assert child_environment(paths, "us-west-2", USER) == {
        "PATH": "/bin",
        "HOME": "/home/me",
        "XDG_CACHE_HOME": "/home/me/cache",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": "us-west-2",
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "KUBECONFIG": str(tmp_path / "kubeconfig"),
    }


def test_before_the_emulated_aws_listens_calls_lead_nowhere(tmp_path: Path) -> None:
    environment = child_environment(SandboxPaths(tmp_path), "us-west-2", USER)
    assert environment["AWS_ENDPOINT_URL"] == NOWHERE
    assert is_loopback(NOWHERE)


def test_a_child_without_credentials_has_neither_keys_nor_region_but_the_endpoint(tmp_path: Path) -> None:
    environment = without_credentials(SandboxPaths(tmp_path), USER)
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"}.isdisjoint(environment)
    refuse_real_account(environment)


@pytest.mark.parametrize(
    "name",
    [
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_CONFIG_FILE",
    ],
)
def test_whatever_leads_to_a_real_account_is_refused_in_one_line_with_its_cure(name: str) -> None:
    with pytest.raises(RealAccountError) as caught:
        refuse_real_account(safe(**{name: "something-real"}))
    assert str(caught.value).startswith(f"{name}: ")
    assert str(caught.value).endswith(f"; unset {name}")
    assert "\n" not in str(caught.value)
    assert "something-real" not in str(caught.value), "no key in an error"


@pytest.mark.parametrize(
    "url",
    [
        "https://sts.amazonaws.com",
        "http://10.0.0.1:4566",
        "http://localhost.example.com",
        "http://127.0.0.1.nip.io",
        "x",
    ],
)
def test_an_endpoint_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(RealAccountError, match="which is not this machine"):
        refuse_real_account(safe(AWS_ENDPOINT_URL_EC2=url))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.9.9.9:1"]
)
def test_an_endpoint_on_this_machine_is_fine(url: str) -> None:
    refuse_real_account({"AWS_ENDPOINT_URL": url})


def test_an_environment_without_an_endpoint_is_refused_because_it_would_reach_aws() -> None:
    with pytest.raises(RealAccountError, match="is missing, so calls would go to AWS"):
        refuse_real_account({"PATH": "/bin"})


def test_the_sandbox_lives_where_the_environment_says_or_in_the_repository(tmp_path: Path) -> None:
    assert SandboxPaths.from_environment({"EKS_EFA_SANDBOX_DIR": str(tmp_path)}).root == tmp_path
    assert SandboxPaths.from_environment({}).root == REPOSITORY / ".sandbox"

from pathlib import Path

import boto3
import pytest
from botocore import exceptions as sdk

from cli import main
from cli.aws_errors import in_one_line
from cli.errors import CommandError

WHO = "check who you are with: aws sts get-caller-identity"
LOG_IN = f"log in again, such as with aws sso login; {WHO}"
NETWORK = "check the network, the proxy and aws:region"


def refusal(code: str) -> sdk.ClientError:
    return sdk.ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeCluster")


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        (refusal("ExpiredToken"), LOG_IN),
        (refusal("ExpiredTokenException"), LOG_IN),
        (sdk.UnauthorizedSSOTokenError(), LOG_IN),
        (sdk.SSOTokenLoadError(error_msg="none"), LOG_IN),
        (sdk.TokenRetrievalError(provider="sso", error_msg="expired"), LOG_IN),
        (sdk.EndpointConnectionError(endpoint_url="https://eks"), NETWORK),
        (sdk.ConnectTimeoutError(endpoint_url="https://eks"), NETWORK),
        (sdk.SSLError(endpoint_url="https://eks", error=ValueError("self-signed")), NETWORK),
        (refusal("AccessDeniedException"), WHO),
    ],
)
def test_what_the_sdk_says_is_one_line_with_what_to_do(error: Exception, cure: str) -> None:
    said = f"EKS: {' '.join(str(error).split())}; {cure}"
    with pytest.raises(CommandError) as told, in_one_line("EKS"):
        raise error
    assert str(told.value) == said
    assert main.one_line(error) == said.replace("EKS: ", "AWS: ", 1)


def test_a_profile_that_is_not_there_is_the_users_to_name() -> None:
    with pytest.raises(CommandError) as told, in_one_line("AWS"):
        boto3.Session(profile_name="nobody")
    assert str(told.value) == (
        "AWS: The config profile (nobody) could not be found; "
        "name a profile that is there, with aws:profile or AWS_PROFILE, or log in: aws sso login"
    )


@pytest.mark.parametrize("process", ["/no/such/command", "echo hello"])
def test_a_credential_process_that_is_not_there_or_talks_is_one_line(
    process: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(f"[profile p]\ncredential_process = {process}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with (
        pytest.raises(CommandError, match=r"AWS: no credentials: .*~/.aws/config: credential_process"),
        in_one_line("AWS"),
    ):
        boto3.Session(profile_name="p", region_name="us-west-2").get_credentials()


def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(KeyError), in_one_line("AWS"):
        raise KeyError("ours")

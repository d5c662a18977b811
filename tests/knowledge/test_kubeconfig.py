import json

import pytest

from knowledge.kubeconfig import token_as, token_kubeconfig


def test_a_kubeconfig_names_the_cluster_and_fetches_a_token_for_it() -> None:
    text = token_kubeconfig(
        cluster="legacy", endpoint="https://legacy.test", certificate_authority="Q0E=", region="eu-west-1"
    )
    kubeconfig = json.loads(text)
    [cluster], [user] = kubeconfig["clusters"], kubeconfig["users"]
    assert cluster["cluster"] == {"server": "https://legacy.test", "certificate-authority-data": "Q0E="}
    assert user["user"] == {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": [
                "--region",
                "eu-west-1",
                "eks",
                "get-token",
                "--cluster-name",
                "legacy",
                "--output",
                "json",
            ],
        }
    }
    assert kubeconfig["current-context"] == kubeconfig["contexts"][0]["name"]


ROLE = "arn:aws:iam::111122223333:role/deployer"
BARE = token_kubeconfig(cluster="c", endpoint="https://c.test", certificate_authority="Q0E=", region="r")


@pytest.mark.parametrize(
    ("profile", "role_arn", "added"),
    [
        ("work", None, ["--profile", "work"]),
        (None, ROLE, ["--role-arn", ROLE]),
        ("work", ROLE, ["--role-arn", ROLE, "--profile", "work"]),
    ],
)
def test_a_token_is_fetched_as_a_profile_a_role_or_both(
    profile: str | None, role_arn: str | None, added: list[str]
) -> None:
    [before], [after] = (
        json.loads(text)["users"] for text in (BARE, token_as(BARE, profile=profile, role_arn=role_arn))
    )
    assert after["user"]["exec"]["args"] == [*before["user"]["exec"]["args"], *added]
    assert after["user"]["exec"]["command"] == "aws"


def test_without_either_a_kubeconfig_stays_as_it_is_to_the_letter() -> None:
    assert token_as(BARE, profile=None, role_arn=None) == BARE


def test_a_user_with_a_certificate_stays_as_he_is() -> None:
    text = json.dumps({"users": [{"name": "u", "user": {"client-certificate-data": "Q0E="}}]})
    assert json.loads(token_as(text, profile="work", role_arn=None)) == json.loads(text)

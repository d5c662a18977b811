import json

from knowledge.kubeconfig import token_kubeconfig


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

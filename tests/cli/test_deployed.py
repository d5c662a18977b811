import json
from pathlib import Path
from typing import Any

import pytest

from cli import deployed as module
from cli.deployed import Deployed, deployed
from cli.stacks import Stack
from settings.stack_file import StackFile

POOL = {"urn": "urn:a", "type": "kubernetes:karpenter.sh/v1:NodePool", "id": "p5", "protect": True}


def stack(*, sandbox: bool) -> Stack:
    return Stack("dev", StackFile(region="us-west-2", profile=None, raw={"sandbox": sandbox}, config={}))


def test_in_the_sandbox_it_is_what_the_engine_has_recorded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EKS_EFA_SANDBOX_DIR", str(tmp_path))
    assert deployed(stack(sandbox=True)) == ()
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "dev.json").write_text(json.dumps({"records": [POOL]}))
    assert deployed(stack(sandbox=True)) == (
        Deployed("urn:a", "kubernetes:karpenter.sh/v1:NodePool", "p5", protect=True),
    )


def test_on_aws_it_is_what_pulumi_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def resources(asked: Stack) -> list[dict[str, Any]]:
        assert asked.name == "dev"
        return [POOL, {"urn": "urn:component", "type": "eks-efa:cluster:Cluster"}]

    monkeypatch.setattr(module, "deployed_resources", resources)
    assert deployed(stack(sandbox=False)) == (
        Deployed("urn:a", "kubernetes:karpenter.sh/v1:NodePool", "p5", protect=True),
        Deployed("urn:component", "eks-efa:cluster:Cluster", "", protect=False),
    )

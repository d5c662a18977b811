import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.engine.charts import Charts
from sandbox.engine.errors import SandboxError
from sandbox.engine.helm import Helm
from sandbox.engine.world import PROGRESS, World
from sandbox.paths import SandboxPaths
from tests.sandbox.engine.handlers.scenario import Made, make

FAKE_HELM = """#!/bin/sh
say() { echo "Error: $1" >&2; exit 1; }
cd {root}
echo "$@" >> log
case "$1" in
  status) [ -f state ] && cat state || say "release: not found";;
  upgrade) [ -f broken ] && say "UPGRADE FAILED: context deadline
 exceeded"; cp deployed state;;
  uninstall) rm -f state; [ -f raced ] && say "Failed to purge the release: release: not found" || true;;
  pull) [ -f gone ] && say "chart not found in the repository"
    [ -f reachable ] && touch charts/pulled/dcgm-exporter-4.0.0.tgz || say "dial tcp: no such host";;
esac
"""

DEPLOYED = {"info": {"status": "deployed"}, "version": 1, "chart": {"metadata": {"appVersion": "1.14.0"}}}


class FakeHelm:
    """A helm that notes what it is asked, and a world that uses it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / "log"
        self.broken, self.reachable = root / "broken", root / "reachable"
        (root / "deployed").write_text(json.dumps(DEPLOYED))
        binary = root / "helm-binary"
        binary.write_text(FAKE_HELM.replace("{root}", str(root)))
        binary.chmod(0o755)
        self.world = World("us-west-2", SandboxPaths(root), helm_binary=binary, chart_source=self._local)

    def _local(self, chart: str, version: str) -> Path | None:
        return self.root / "karpenter" if (chart, version) == ("karpenter", "1.14.0") else None

    def calls(self, verb: str) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(verb)]


@pytest.fixture
def helm(tmp_path: Path) -> FakeHelm:
    return FakeHelm(tmp_path)


def karpenter(helm: FakeHelm, **inputs: Any) -> Made:
    asked = {
        "name": "karpenter",
        "namespace": "kube-system",
        "chart": "oci://public.ecr.aws/karpenter/karpenter",
        "version": "1.14.0",
        "values": {"replicas": 2},
        "skipCrds": True,
        "timeout": 120,
    }
    return make(helm.world, "kubernetes:helm.sh/v3:Release", **{**asked, **inputs})


def exporter(helm: FakeHelm, name: str = "dcgm") -> Made:
    return make(
        helm.world,
        "kubernetes:helm.sh/v3:Release",
        name=name,
        namespace="monitoring",
        chart="dcgm-exporter",
        version="4.0.0",
        repositoryOpts={"repo": "https://nvidia.github.io/dcgm-exporter"},
        values={"serviceMonitor": {"enabled": True}},
    )


def test_a_chart_on_this_machine_is_installed_and_waited_for(helm: FakeHelm) -> None:
    made = karpenter(helm)
    (command,) = helm.calls("upgrade")
    assert f"upgrade --install karpenter {helm.root}/karpenter --namespace kube-system --values" in command
    assert "--timeout 120s" in command
    assert "--skip-crds --wait" in command
    assert f"--kubeconfig {helm.world.paths.kubeconfig}" in command
    values = yaml.safe_load((helm.root / "helm" / "kube-system.karpenter.yaml").read_text())
    assert values == {"replicas": 2}
    assert made.id == "kube-system/karpenter"
    assert made.outputs["status"]["status"] == "deployed"
    assert made.outputs["status"]["appVersion"] == "1.14.0"


def test_an_upgrade_takes_the_new_values(helm: FakeHelm) -> None:
    karpenter(helm).update(values={"replicas": 1}, skipAwait=True)
    assert len(helm.calls("upgrade")) == 2
    assert "--wait" not in helm.calls("upgrade")[1]
    assert "replicas: 1" in (helm.root / "helm" / "kube-system.karpenter.yaml").read_text()


def test_a_release_is_uninstalled_and_its_absence_is_fine(helm: FakeHelm) -> None:
    made = karpenter(helm)
    made.delete()
    assert "--ignore-not-found --wait" in helm.calls("uninstall")[0]


def test_a_release_that_goes_while_it_is_uninstalled_is_fine(helm: FakeHelm) -> None:
    made = karpenter(helm)
    (helm.root / "raced").touch()
    made.delete()
    assert made.found() is None


def test_what_helm_says_is_one_line(helm: FakeHelm) -> None:
    helm.broken.touch()
    with pytest.raises(
        SandboxError, match=r"^helm-upgrade: UPGRADE FAILED: context deadline exceeded; what was"
    ):
        karpenter(helm)


def test_a_half_made_release_of_a_killed_run_is_found(helm: FakeHelm) -> None:
    made = karpenter(helm)
    assert made.found() == "kube-system/karpenter"
    made.delete()
    assert made.found() is None


def test_a_chart_that_cannot_be_had_is_recorded_with_its_values_and_not_called_running(
    helm: FakeHelm,
) -> None:
    told: list[str] = []
    token = PROGRESS.set(told.append)
    try:
        made = exporter(helm)
    finally:
        PROGRESS.reset(token)
    assert made.outputs["status"]["status"] == "not-installed"
    reason = "nvidia.github.io cannot be reached from this machine"
    assert told == [f"not installed: {reason}"]
    assert json.loads((helm.root / "charts" / "dcgm.json").read_text()) == {
        "name": "dcgm",
        "namespace": "monitoring",
        "chart": "dcgm-exporter",
        "version": "4.0.0",
        "reason": reason,
        "values": {"serviceMonitor": {"enabled": True}},
    }
    assert helm.world.charts.not_installed() == [("dcgm", reason)]
    made.delete()
    assert helm.world.charts.not_installed() == []
    assert helm.calls("uninstall") == []


def test_an_unreachable_repository_is_asked_once_in_a_run(helm: FakeHelm) -> None:
    exporter(helm, "one")
    exporter(helm, "two")
    assert len(helm.calls("pull")) == 1


def test_a_repository_that_keeps_silent_holds_up_no_other(tmp_path: Path) -> None:
    both_asked = threading.Barrier(2, timeout=20)

    class SilentHelm(Helm):
        def pull(self, *arguments: object) -> None:
            both_asked.wait()
            raise SandboxError("helm-pull", "no end after 10 s")

    charts = Charts(None, SilentHelm(None, tmp_path, tmp_path), tmp_path)
    with ThreadPoolExecutor() as pool:
        asked = [
            pool.submit(charts.local, "plugin", "1.0.0", f"https://{host}/charts")
            for host in ("a.test", "b.test")
        ]
        reasons = [each.result()[1] for each in asked]
    assert reasons == [f"{host} cannot be reached from this machine" for host in ("a.test", "b.test")]


def test_a_chart_that_its_repository_does_not_have_fails_as_it_would_on_aws(helm: FakeHelm) -> None:
    (helm.root / "gone").touch()
    with pytest.raises(SandboxError, match="helm-pull: chart not found in the repository"):
        exporter(helm)


def test_a_chart_that_can_be_had_is_pulled_and_installed(helm: FakeHelm) -> None:
    helm.reachable.touch()
    made = exporter(helm)
    assert made.outputs["status"]["status"] == "deployed"
    (pull,) = helm.calls("pull")
    assert pull.startswith("pull dcgm-exporter --repo https://nvidia.github.io/dcgm-exporter --version 4.0.0")
    assert "charts/pulled/dcgm-exporter-4.0.0.tgz" in helm.calls("upgrade")[0]
    exporter(helm, "again")
    assert len(helm.calls("pull")) == 1


def test_a_refresh_looks_again_for_what_was_not_installed(helm: FakeHelm) -> None:
    made = exporter(helm)
    assert made.handler.read(helm.world, made.id, made.inputs) is None


def test_a_missing_helm_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    world = World("us-west-2", SandboxPaths(tmp_path), chart_source=lambda chart, version: tmp_path)
    with pytest.raises(SandboxError, match="helm: not found on PATH; build the sandbox's tools"):
        make(world, "kubernetes:helm.sh/v3:Release", chart="karpenter")

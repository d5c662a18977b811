"""A Prometheus for tests, and trouble in the emulated AWS for it to see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from lightkube import Client, KubeConfig
from lightkube.models.core_v1 import Container, PodSpec, ResourceRequirements, Toleration
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Pod

from cli.sandbox_api import private_api
from components.alerts import rule_groups
from knowledge.node_names import GPU_RESOURCE, POOL_LABEL
from sandbox.world.heartbeat import read_heartbeat
from sandbox.world.pins import PROMETHEUS_MODULES
from sandbox.world.prometheus import Prometheus
from sandbox.world.prometheus_api import Alert, PrometheusApi
from sandbox.world.tools import Tools, ensure_tools
from settings.monitoring import AlertSettings
from tests.sandbox_end_to_end.driver import Sandbox, wait_for

IMPATIENT = AlertSettings.model_validate(
    {
        "podsWaitMinutes": 1,
        "nodeRegistrationMinutes": 1,
        "interruptionSeconds": 5,
        "interruptionErrors": 0,
    }
)
"""Thresholds that are met soon."""

"""Karpenter asks EC2 again three minutes after it was out of capacity; a counter needs two of its values."""


@cache
def prometheus_tools() -> Tools:
    return ensure_tools(lambda done, total, text: None, PROMETHEUS_MODULES)


def at_once(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules without their patience: alerts fire as soon as their expressions hold."""
    groups = [
        {**group, "rules": [{**rule, "for": "0s"} for rule in group["rules"]]} for group in rules["groups"]
    ]
    return {"groups": groups}


def watch(sandbox: Sandbox) -> PrometheusApi:
    """The sandbox's Prometheus with impatient alerts, started if it does not run."""
    port = read_heartbeat(sandbox.paths.agent)["karpenter"]["metrics_port"]
    rules = at_once(rule_groups(IMPATIENT))
    return Prometheus(sandbox.paths).start(prometheus_tools(), rules, [port])


def firing(prometheus: PrometheusApi, name: str) -> Alert:
    """The alert, as soon as it fires."""
    found: list[Alert] = []

    def fires() -> bool:
        found[:] = [alert for alert in prometheus.alerts() if alert.name == name and alert.firing]
        return bool(found)

    wait_for(name, fires)
    return found[0]


@contextmanager
def much_trouble(sandbox: Sandbox) -> Iterator[None]:
    """No p5 to be had, a p4d that vanishes, one that does not boot, and a queue that refuses to be read."""
    with _one_node_given_up(sandbox), _no_capacity(sandbox), _unread_queue(sandbox):
        yield


@contextmanager
def _one_node_given_up(sandbox: Sandbox) -> Iterator[None]:
    """Of two nodes of Karpenter's one is left."""
    sandbox.eks_efa("scale-out", "--pods", "2").succeeded()
    try:
        sandbox.eks_efa("scale", "1").succeeded()
        wait_for("node given up as empty", lambda: len(sandbox.karpenter_instances()) == 1)
        yield
    finally:
        sandbox.eks_efa("scale-in").succeeded()


@contextmanager
def _no_capacity(sandbox: Sandbox) -> Iterator[None]:
    """A pod that asks for a whole p5, of which EC2 has none."""
    sandbox.eks_efa("fault", "out-of-capacity", "--type", "p5.48xlarge").succeeded()
    client = Client(KubeConfig.from_file(sandbox.paths.kubeconfig), trust_env=False)
    container = Container("sleep", image="none", resources=ResourceRequirements(limits={GPU_RESOURCE: "8"}))
    spec = PodSpec(
        containers=[container],
        nodeSelector={POOL_LABEL: "p5"},
        tolerations=[Toleration(key=GPU_RESOURCE, operator="Exists")],
        terminationGracePeriodSeconds=0,
    )
    client.create(Pod(metadata=ObjectMeta(name="waits", namespace="default"), spec=spec))
    try:
        yield
    finally:
        client.delete(Pod, "waits", namespace="default")


@contextmanager
def _unread_queue(sandbox: Sandbox) -> Iterator[None]:
    """An instance vanishes while Karpenter is refused every look at its queue, and the next does not boot."""
    times = 20
    try:
        sandbox.eks_efa("fault", "slow-boot", "600").succeeded()
        sandbox.eks_efa("fault", "throttle", "ReceiveMessage", "--times", str(times)).succeeded()
        # A look that was under way is not refused, and would see the message.
        wait_for("look refused", lambda: _refusals_left(sandbox) < times)
        _interrupt_all(sandbox)
        yield
    finally:
        sandbox.eks_efa("fault", "clear").succeeded()
        # What was launched to boot slowly would go on doing so, and Karpenter would wait for it.
        _interrupt_all(sandbox)


def _interrupt_all(sandbox: Sandbox) -> None:
    for instance in sandbox.karpenter_instances():
        document = {"instance_id": instance["instance_id"]}
        private_api(sandbox.endpoint(), "POST", "interrupt", document)


def _refusals_left(sandbox: Sandbox) -> int:
    (fault,) = private_api(sandbox.endpoint(), "GET", "faults")["throttle"]
    left: int = fault["remaining"]
    return left

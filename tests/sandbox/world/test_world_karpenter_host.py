from pathlib import Path
from typing import Any

import psutil

from sandbox.world import kubeconfigs
from sandbox.world.karpenter_host import KarpenterState
from tests.sandbox.world.karpenter_world import World, alive


def test_without_pods_nothing_runs(world: World) -> None:
    assert world.step().state == "absent"
    assert not alive(world)


def test_pods_without_a_node_are_waited_for_by_name(world: World) -> None:
    world.run_pod()
    del world.kubernetes.pods["karpenter-1"]["spec"]["nodeName"]
    assert world.step() == KarpenterState("waiting", "no pod of Karpenter has a node: karpenter-1")
    assert world.kubernetes.pods["karpenter-1"]["status"]["phase"] == "Pending"


def test_a_pod_with_a_node_brings_karpenter_with_the_environment_of_its_container(world: World) -> None:
    world.run_pod()
    state = world.step()
    assert (state.state, state.pod) == ("running", "karpenter-1")
    environment = world.environment()
    assert environment["SYSTEM_NAMESPACE"] == "kube-system"
    assert environment["DISABLE_LEADER_ELECTION"] == "true"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566", "whatever the chart says"
    assert environment["METRICS_PORT"] == str(state.metrics_port) != "8080"
    assert environment["HEALTH_PROBE_PORT"] == str(state.health_port)


def test_karpenter_speaks_to_kubernetes_as_its_service_account(world: World) -> None:
    world.run_pod()
    world.step()
    kubeconfig = kubeconfigs.read(Path(world.environment()["KUBECONFIG"]))
    assert kubeconfig["users"][0]["user"] == {"token": "token-1"}
    assert "POST /api/v1/namespaces/kube-system/serviceaccounts/karpenter/token" in world.kubernetes.calls


def test_pod_identity_brings_keys_and_region(world: World) -> None:
    world.run_pod()
    world.step()
    environment = world.environment()
    assert (environment["AWS_ACCESS_KEY_ID"], environment["AWS_REGION"]) == ("sandbox", "us-west-2")


def test_without_pod_identity_there_are_none_and_a_failure_says_so(world: World) -> None:
    world.facts.identity = False
    world.run_pod(fail="no region")
    world.step()
    assert {"AWS_ACCESS_KEY_ID", "AWS_REGION"}.isdisjoint(world.environment())
    state = world.step_until(lambda state: state.state == "failed")
    assert state.reason == "exit code 2: no region; no pod identity association gives it credentials"


def test_karpenter_goes_with_its_pods(world: World) -> None:
    world.run_pod()
    world.step()
    world.kubernetes.pods.clear()
    assert world.step().state == "absent"
    assert not alive(world)


def test_a_new_pod_brings_a_new_process(world: World) -> None:
    world.run_pod("1")
    before = world.step().pid
    assert world.step().pid == before
    world.run_pod("2")
    assert world.step().pid != before


def test_a_crash_is_told_and_tried_again_after_longer_and_longer_pauses(world: World) -> None:
    world.run_pod(fail="missing field, cluster-name")
    world.step()
    state = world.step_until(lambda state: state.state == "failed")
    assert (state.reason, state.restarts) == ("exit code 2: missing field, cluster-name", 1)
    assert world.step().state == "failed", "not before its time"
    world.now += 1
    assert world.step().state == "running"
    world.step_until(lambda state: state.state == "failed")
    world.now += 1
    assert world.step().state == "failed"
    world.now += 1
    assert (world.step().state, world.host.state.restarts) == ("running", 2)


def test_a_kill_is_told_by_its_signal(world: World) -> None:
    world.run_pod()
    world.step()
    psutil.Process(world.host.state.pid).kill()
    assert world.step_until(lambda state: state.state == "failed").reason == "killed by signal 9"


def test_an_image_that_was_not_built_here_does_not_run(world: World) -> None:
    world.run_pod(image="public.ecr.aws/karpenter/controller:1.13.0")
    state = world.step()
    assert state.state == "failed"
    assert "the sandbox has Karpenter 1.14.0 only" in state.reason
    assert not alive(world)


def test_a_new_host_ends_what_an_older_one_left_behind(world: World) -> None:
    world.run_pod()
    world.step()
    world.new_host()
    assert not alive(world)


def test_a_missing_config_map_is_the_reason(world: World) -> None:
    world.run_pod()
    missing: dict[str, Any] = {"name": "X", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "k"}}}
    world.kubernetes.pods["karpenter-1"]["spec"]["containers"][1]["env"].append(missing)
    assert world.step().reason.startswith("none: no such configMap")

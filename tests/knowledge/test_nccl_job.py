"""The MPIJobs of an NCCL test, as the operator, the scheduler and Karpenter will take them."""

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lightkube.models.core_v1 import PodTemplateSpec

from knowledge.nccl_job import VARIANTS, JobExpectation, Variant, run_name, template_name
from knowledge.nccl_manifest import WORKER_MEMORY_GIB, NcclJob, template
from tests.knowledge.moto_instance_types import described, efa_type_names
from tests.knowledge.nccl_golden import FOLDER, JOB, JOBS, P5

OPERATOR_FIELDS = {
    "spec": {"launcherCreationPolicy", "mpiImplementation", "mpiReplicaSpecs", "runPolicy", "slotsPerWorker"},
    "runPolicy": {
        "activeDeadlineSeconds",
        "backoffLimit",
        "cleanPodPolicy",
        "suspend",
        "ttlSecondsAfterFinished",
    },
    "replica": {"replicas", "restartPolicy", "template"},
}
"""Names of pkg/apis/kubeflow/v2beta1/types.go of mpi-operator 0.8.2: the API server drops what it does not
know."""

NEEDLESS = (
    "FI_PROVIDER",
    "FI_EFA_USE_DEVICE_RDMA",
    "FI_EFA_FORK_SAFE",
    "NCCL_PROTO",
    "NCCL_ALGO",
    "BUFFSIZE",
)


def _replica(job: NcclJob, role: str) -> dict[str, Any]:
    return dict(template(job)["spec"]["mpiReplicaSpecs"][role])


def _pod(job: NcclJob, role: str) -> dict[str, Any]:
    return dict(_replica(job, role)["template"]["spec"])


def _container(job: NcclJob, role: str) -> dict[str, Any]:
    (container,) = _pod(job, role)["containers"]
    return dict(container)


def _variables(job: NcclJob) -> dict[str, str]:
    return {each["name"]: each["value"] for each in _container(job, "Launcher")["env"]}


@pytest.mark.parametrize("name", JOBS)
def test_each_variant_is_the_golden_one(name: str) -> None:
    golden = yaml.safe_load((FOLDER / name).read_text())
    assert template(JOBS[name]) == golden, "run: python -m tests.knowledge.nccl_golden"


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_every_field_is_one_that_kubernetes_and_the_operator_know(job: NcclJob) -> None:
    spec = template(job)["spec"]
    assert set(spec) <= OPERATOR_FIELDS["spec"]
    assert set(spec["runPolicy"]) <= OPERATOR_FIELDS["runPolicy"]
    for replica in spec["mpiReplicaSpecs"].values():
        assert set(replica) <= OPERATOR_FIELDS["replica"]
        pod = replica["template"]
        # lightkube's models leave out what Kubernetes does not know.
        assert PodTemplateSpec.from_dict(pod).to_dict() == pod


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_template_makes_no_pod(variant: Variant) -> None:
    assert template(replace(JOB, variant=variant))["spec"]["runPolicy"]["suspend"] is True


def test_the_devices_are_what_tells_the_variants_apart() -> None:
    asked = {name: _container(job, "Worker")["resources"]["limits"] for name, job in JOBS.items()}
    efa = {name: limits.get("vpc.amazonaws.com/efa") for name, limits in asked.items()}
    assert efa == {"mpijob-socket.yaml": None, "mpijob-efa.yaml": "32", "mpijob-efa-mount.yaml": None}
    assert {limits["nvidia.com/gpu"] for limits in asked.values()} == {"8"}


def test_only_the_mounting_variant_touches_the_host() -> None:
    for job in JOBS.values():
        mounts = job.variant == "efa-mount"
        host_paths = [volume["name"] for volume in _pod(job, "Worker")["volumes"] if "hostPath" in volume]
        assert host_paths == (["infiniband"] if mounts else [])
        assert _container(job, "Worker")["securityContext"].get("privileged", False) is mounts


@given(nodes=st.integers(2, 64), gpus=st.integers(1, 16), interfaces=st.integers(1, 32))
def test_what_is_requested_is_what_is_limited(nodes: int, gpus: int, interfaces: int) -> None:
    pool = replace(P5, gpus_per_node=gpus, efa_interfaces_per_node=interfaces)
    job = replace(JOB, pool=pool, nodes=nodes, gpus_per_node=gpus, hugepages=True)
    resources = _container(job, "Worker")["resources"]
    limits = resources["limits"]
    assert {key: resources["requests"][key] for key in limits} == limits
    command = _container(job, "Launcher")["command"]
    assert command[command.index("-np") + 1] == str(nodes * gpus)
    assert template(job)["spec"]["slotsPerWorker"] == gpus


@pytest.mark.parametrize("name", efa_type_names())
def test_a_worker_fits_every_instance_type_that_can_run_it(name: str) -> None:
    known = described(name)
    if known.gpus and known.gpu_manufacturer == "NVIDIA":
        assert known.memory_mib >= 4 * WORKER_MEMORY_GIB * 1024
        assert known.vcpus > 2 * known.gpus


def test_workers_are_on_nodes_of_the_pool_one_on_each() -> None:
    pod = _pod(JOB, "Worker")
    assert pod["nodeSelector"] == {"eks-efa/pool": "train"}
    assert pod["tolerations"] == [
        {"key": "nvidia.com/gpu", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
    ]
    (rule,) = pod["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert rule["topologyKey"] == "kubernetes.io/hostname"


def test_a_taint_without_a_value_is_tolerated_too() -> None:
    pool = replace(P5, taints=({"key": "team", "effect": "NoExecute"},))
    (toleration,) = _pod(replace(JOB, pool=pool), "Worker")["tolerations"]
    assert toleration == {"key": "team", "operator": "Exists", "effect": "NoExecute"}


def test_karpenter_leaves_a_running_worker_alone() -> None:
    metadata = _replica(JOB, "Worker")["template"]["metadata"]
    assert metadata["annotations"] == {"karpenter.sh/do-not-disrupt": "true"}


def test_the_launcher_is_on_a_system_node_and_takes_no_device() -> None:
    pod, resources = _pod(JOB, "Launcher"), _container(JOB, "Launcher")["resources"]
    assert pod["nodeSelector"] == {"eks-efa/system": "true"}
    assert pod["tolerations"] == [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
    assert set(resources["requests"]) == {"cpu", "memory"}


def test_no_node_is_paid_for_without_end() -> None:
    job = replace(JOB, deadline_minutes=12)
    assert template(job)["spec"]["runPolicy"]["activeDeadlineSeconds"] == 720
    assert _pod(job, "Worker")["activeDeadlineSeconds"] == 720
    assert template(job)["spec"]["runPolicy"]["cleanPodPolicy"] == "Running"


def test_the_launcher_comes_when_every_worker_can_be_called() -> None:
    assert template(JOB)["spec"]["launcherCreationPolicy"] == "WaitForWorkersReady"
    worker = _container(JOB, "Worker")
    assert worker["readinessProbe"]["tcpSocket"]["port"] == worker["ports"][0]["containerPort"] == 22
    assert "StrictModes=no" in worker["command"]


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_ranks_get_the_launchers_variables_and_none_that_is_needless(job: NcclJob) -> None:
    command, variables = _container(job, "Launcher")["command"], _variables(job)
    handed_on = [command[place + 1] for place, word in enumerate(command) if word == "-x"]
    assert handed_on == list(variables)
    assert not any(needless in name for name in variables for needless in NEEDLESS)
    assert (variables["NCCL_DEBUG"], variables["NCCL_DEBUG_SUBSYS"]) == ("INFO", "INIT,NET")


def test_only_the_socket_variant_chooses_the_network() -> None:
    networks = {name: _variables(job).get("NCCL_NET") for name, job in JOBS.items()}
    assert networks == {
        "mpijob-socket.yaml": "Socket",
        "mpijob-efa.yaml": None,
        "mpijob-efa-mount.yaml": None,
    }


def test_the_plugin_is_found_in_each_of_its_homes() -> None:
    paths = _variables(JOB)["LD_LIBRARY_PATH"].split(":")
    assert "/opt/amazon/ofi-nccl/lib" in paths
    assert "/opt/amazon/ofi-nccl/lib/x86_64-linux-gnu" in paths
    assert "/opt/aws-ofi-nccl/install/lib" in paths


def test_huge_pages_are_used_where_they_are_asked_for_and_nowhere_else() -> None:
    with_pages = replace(JOB, hugepages=True)
    assert _container(with_pages, "Worker")["resources"]["limits"]["hugepages-2Mi"] == "5120Mi"
    assert "FI_EFA_USE_HUGE_PAGE" not in _variables(with_pages)
    assert "hugepages-2Mi" not in _container(JOB, "Worker")["resources"]["limits"]
    assert _variables(JOB)["FI_EFA_USE_HUGE_PAGE"] == "0"
    over_tcp = replace(with_pages, variant="socket")
    assert "hugepages-2Mi" not in _container(over_tcp, "Worker")["resources"]["limits"]


def test_the_sweep_is_what_the_settings_say() -> None:
    sweep = replace(JOB.sweep, collective="alltoall", min_bytes="1M", max_bytes="4G", step_factor=4)
    command = _container(replace(JOB, sweep=sweep), "Launcher")["command"]
    program = command.index("/opt/nccl-tests/build/alltoall_perf")
    assert " ".join(command[program + 1 :]) == "-b 1M -e 4G -f 4 -g 1 -n 20 -w 5 -c 1"


@pytest.mark.parametrize(
    ("variant", "provider", "interfaces"), [("socket", "socket", None), ("efa", "efa", 32)]
)
def test_a_job_says_what_its_log_must_show(variant: Variant, provider: str, interfaces: int | None) -> None:
    annotations = template(replace(JOB, variant=variant))["metadata"]["annotations"]
    assert json.loads(annotations["eks-efa/nccl-expectation"]) == {
        "provider": provider,
        "interfaces": interfaces,
        "instance_type": "p5.48xlarge",
        "nodes": 2,
        "collective": "all_reduce",
    }


def test_nodes_of_several_types_have_no_floor_to_reach() -> None:
    pool = replace(P5, instance_types=("g5.8xlarge", "g6.8xlarge"))
    annotation = template(replace(JOB, pool=pool))["metadata"]["annotations"]["eks-efa/nccl-expectation"]
    assert JobExpectation.from_annotation(annotation).instance_type is None


def test_an_expectation_survives_its_journey() -> None:
    expected = JobExpectation("efa", 4, None, 16, "sendrecv")
    assert JobExpectation.from_annotation(expected.to_annotation()) == expected


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '"efa"', "null", '{"provider": "efa", "more": 1}'])
def test_an_annotation_of_somebody_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        JobExpectation.from_annotation(text)


def test_templates_and_runs_have_names_that_tell_the_variant() -> None:
    assert template_name("efa-mount") == "nccl-efa-mount"
    assert run_name("socket", "t3v4k1") == "nccl-socket-t3v4k1"

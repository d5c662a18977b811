"""The examples are what the program's pools take, and what `prove` can judge."""

from typing import Any

import pytest
import yaml

from cli.stacks import find_stack
from knowledge.daemon_pods import comes_to
from knowledge.hardware import InstanceType
from knowledge.node_names import EFA_RESOURCE, GPU_RESOURCE, POOL_LABEL
from nccl.prove.finding import SETTINGS
from sandbox.paths import REPOSITORY
from tests.knowledge.moto_instance_types import descriptions

EXAMPLE = REPOSITORY / "examples" / "pytorch-efa"
SERVICE, CONFIG_MAP, JOB = yaml.safe_load_all((EXAMPLE / "job.yaml").read_text())
TEMPLATE: dict[str, Any] = JOB["spec"]["template"]
POD: dict[str, Any] = TEMPLATE["spec"]
(CONTAINER,) = POD["containers"]


def test_its_pods_find_each_other_by_the_service() -> None:
    assert (SERVICE["kind"], SERVICE["spec"]["clusterIP"], POD["subdomain"]) == (
        "Service",
        "None",
        "pytorch-efa",
    )
    assert SERVICE["spec"]["selector"].items() <= TEMPLATE["metadata"]["labels"].items()
    assert SERVICE["spec"]["publishNotReadyAddresses"]
    master = f"--master-addr={JOB['metadata']['name']}-0.{SERVICE['metadata']['name']}"
    assert master in CONTAINER["args"]


def test_every_node_gets_one_pod_with_a_process_for_each_gpu() -> None:
    nodes, gpus = JOB["spec"]["completions"], CONTAINER["resources"]["limits"][GPU_RESOURCE]
    assert (JOB["spec"]["completionMode"], JOB["spec"]["parallelism"]) == ("Indexed", nodes)
    assert {f"--nnodes={nodes}", f"--nproc-per-node={gpus}"} <= set(CONTAINER["args"])
    (apart,) = POD["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert apart["topologyKey"] == "kubernetes.io/hostname"
    assert apart["labelSelector"]["matchLabels"].items() <= TEMPLATE["metadata"]["labels"].items()


def test_its_environment_is_what_prove_asks_for() -> None:
    environment = {each["name"]: each["value"] for each in CONTAINER["env"]}
    assert " and ".join(f"{name}={value}" for name, value in environment.items()) == SETTINGS


def test_its_script_is_python_and_is_mounted_where_torchrun_looks() -> None:
    compile(CONFIG_MAP["data"]["train.py"], "train.py", "exec")
    (mount,) = [each for each in CONTAINER["volumeMounts"] if each["name"] == "job"]
    assert f"{mount['mountPath']}/train.py" in CONTAINER["args"]


@pytest.mark.parametrize("stack", ["sandbox", "dev"])
def test_it_fits_the_pool_that_it_names(stack: str) -> None:
    settings = find_stack(stack).examine()
    name = POD["nodeSelector"][POOL_LABEL]
    (pool,) = [each for each in settings.provisioners if each.name == name]
    taints = [
        {"key": each.key, "value": each.value or "", "effect": str(each.effect)} for each in pool.taints
    ]
    assert comes_to(POD, {POOL_LABEL: name}, taints)
    limits = CONTAINER["resources"]["limits"]
    for kind in (InstanceType.from_description(descriptions()[each]) for each in pool.instance_types):
        assert (limits[GPU_RESOURCE], limits[EFA_RESOURCE]) == (str(kind.gpus), str(kind.efa_interfaces))

"""The MPIJobs that are kept as golden files, for people to read.

`python -m tests.knowledge.nccl_golden` writes them anew.
"""

from dataclasses import replace
from pathlib import Path

import yaml

from knowledge.nccl_command import Sweep
from knowledge.nccl_job import VARIANTS
from knowledge.nccl_manifest import NcclJob, template
from knowledge.stack_contract import PoolContract
from knowledge.system_nodes import OWN

FOLDER = Path(__file__).parent / "golden"

P5 = PoolContract(
    name="train",
    instance_types=("p5.48xlarge",),
    gpus_per_node=8,
    gpu_memory_mib=81920,
    efa_interfaces_per_node=32,
    max_nodes=2,
    taints=({"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"},),
)

JOB = NcclJob(
    variant="efa",
    pool=P5,
    system_nodes=OWN,
    nodes=2,
    gpus_per_node=8,
    image="registry.example.com/nccl-tests:v1",
    sweep=Sweep("all_reduce", "8", "16G", step_factor=2, iterations=20, warmup_iterations=5),
    hugepages=False,
    deadline_minutes=30,
)

JOBS = {f"mpijob-{variant}.yaml": replace(JOB, variant=variant) for variant in VARIANTS}


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name, job in JOBS.items():
        (FOLDER / name).write_text(yaml.safe_dump(template(job), sort_keys=False, width=110))


if __name__ == "__main__":
    main()

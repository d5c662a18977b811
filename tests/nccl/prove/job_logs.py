"""Pods of a training job with logs in NCCL's own forms: over EFA, over TCP, with and without a reason."""

from collections.abc import Mapping
from dataclasses import replace

from nccl.prove.pods import JobPod, RunningJob
from tests.nccl.nccl_messages import messages
from tests.nccl.nccl_tests_run import Run

EFA = Run(hosts=("train-0", "train-1"), gpus=2, network="Libfabric", fabric="efa", nics=4, plugin="1.16.3")
TCP = replace(EFA, network="Socket")
NO_PLUGIN = "NET/Plugin: Could not find: libnccl-net.so. Using internal network plugin."
ASKED = {"NCCL_DEBUG": "INFO", "NCCL_DEBUG_SUBSYS": "INIT,NET,GRAPH"}


def lines_of(run: Run, host: str, *more: str) -> list[str]:
    """What the processes of one host print, and `more` messages of its first."""
    own = [line for line in messages(run) if line.startswith(f"{host}:")]
    head = own[0].partition("NCCL INFO ")[0]
    return [*own, *(f"{head}NCCL INFO {each}" for each in more)]


def pod(
    run: Run,
    index: int,
    *more: str,
    interfaces: int = 4,
    environment: Mapping[str, str] = ASKED,
    node: str | None = None,
) -> JobPod:
    """One of the two pods; between NCCL's lines it says what training says."""
    host = run.hosts[index]
    text = "\n".join([f"step 1 of 1000 on {host}", *lines_of(run, host, *more), "step 2, loss 1.23", ""])
    return JobPod(
        name=f"{host}-abcde",
        host=host,
        node=node or f"node-{index}",
        gpus=run.gpus,
        interfaces=interfaces,
        environment=environment,
        log=text.encode(),
    )


def job(*pods: JobPod, waiting: int = 0, trap: str | None = None) -> RunningJob:
    return RunningJob("train", "default", pods, waiting, trap)

"""Whether a running job's traffic goes over EFA: the first reason is the one that matters; all are true."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from nccl.facts import RECORDED_MARK
from nccl.junit import cases_of_job, to_junit
from nccl.prove import document
from nccl.prove.document import to_json
from nccl.prove.pods import JobPod
from nccl.prove.report import judge
from nccl.prove.terminal import to_terminal
from nccl.verdict import Outcome
from tests.nccl.nccl_messages import messages
from tests.nccl.prove.job_logs import ASKED, EFA, NO_PLUGIN, TCP, job, lines_of, pod

SCHEMA = Path(document.__file__).with_name("report.schema.json")
BOTH = "train-0-abcde, train-1-abcde"
TRAP = "TrainJob train sets trainer.resourcesPerNode without vpc.amazonaws.com/efa"
SET = "set NCCL_DEBUG=INFO and NCCL_DEBUG_SUBSYS=INIT,NET,GRAPH"


def said_by(*pods: JobPod, **of_job: str) -> tuple[Outcome, tuple[str, ...]]:
    found = judge(job(*pods, trap=of_job.get("trap")))
    return found.outcome, found.reasons


def test_a_job_whose_channels_all_go_over_efa_passes() -> None:
    assert said_by(pod(EFA, 0), pod(EFA, 1)) == (
        Outcome.PASS,
        ("all 2 pods go over EFA (NET/Libfabric), each by 4 interfaces",),
    )


def test_a_job_over_tcp_fails_and_says_that_its_image_has_no_plugin() -> None:
    assert said_by(pod(TCP, 0, NO_PLUGIN), pod(TCP, 1, NO_PLUGIN)) == (
        Outcome.FAIL,
        (
            f"{BOTH} go over Socket",
            f'{BOTH}: NCCL finds no network plugin in its image ("{NO_PLUGIN}"): build aws-ofi-nccl into it',
        ),
    )


@pytest.mark.parametrize(
    "line",
    [
        "NET/Plugin: Could not find: libnccl-net.so",
        "NET/Plugin : No plugin found, using internal implementation",
        "NET/Plugin: No plugin found (libnccl-net.so)",
        "NET/Plugin : Plugin load (libnccl-net.so) returned 2 : libnccl-net.so: cannot open shared object",
        "NET/Plugin : dlerror=libnccl-net.so: cannot open shared object file: No such file or directory",
    ],
)
def test_every_release_of_nccl_is_understood_where_there_is_no_plugin(line: str) -> None:
    _, reasons = said_by(pod(TCP, 0, line), pod(TCP, 1, line))
    assert [("no network plugin" in reason) for reason in reasons] == [False, True]


def test_a_missing_plugin_for_tuning_is_no_missing_network_plugin() -> None:
    line = "TUNER/Plugin: Could not find: libnccl-tuner.so libnccl-net.so. Using internal tuner plugin."
    assert said_by(pod(TCP, 0, line), pod(TCP, 1, line))[1] == (f"{BOTH} go over Socket",)


def test_a_plugin_that_finds_no_device_and_a_pod_without_interfaces_are_told_together() -> None:
    line = "NET/OFI No eligible providers were found"
    pods = [pod(TCP, index, line, interfaces=0) for index in (0, 1)]
    assert said_by(*pods, trap=TRAP) == (
        Outcome.FAIL,
        (
            f"{BOTH} go over Socket",
            f"{BOTH}: the pod asks for no vpc.amazonaws.com/efa",
            f'{BOTH}: the plugin found no EFA device in it ("{line}")',
            TRAP,
        ),
    )


@pytest.mark.parametrize(
    ("environment", "cause"),
    [
        ({"NCCL_NET": "Socket"}, "NCCL_NET=Socket is in its environment: take it out"),
        ({"NCCL_NET_PLUGIN": "none"}, "NCCL_NET_PLUGIN=none is in its environment: take it out"),
        ({"FI_PROVIDER": "tcp"}, "FI_PROVIDER=tcp is in its environment: take it out"),
    ],
)
def test_what_forces_tcp_in_the_environment_is_the_cause(environment: dict[str, str], cause: str) -> None:
    pods = [pod(TCP, index, environment=environment) for index in (0, 1)]
    assert said_by(*pods)[1] == (f"{BOTH} go over Socket", f"{BOTH}: {cause}")


def test_an_environment_that_names_efa_is_no_cause() -> None:
    environment = {"NCCL_NET": "AWS Libfabric", "FI_PROVIDER": "efa", "NCCL_NET_PLUGIN": "ofi"}
    pods = [pod(TCP, index, environment=environment) for index in (0, 1)]
    assert said_by(*pods)[1] == (f"{BOTH} go over Socket",)


def test_one_pod_over_tcp_among_others_over_efa_is_a_mixture_with_their_names() -> None:
    assert said_by(pod(EFA, 0), pod(TCP, 1, NO_PLUGIN)) == (
        Outcome.FAIL,
        (
            "mixed: train-1-abcde goes over Socket; train-0-abcde goes over EFA",
            "train-1-abcde: NCCL finds no network plugin in its image "
            f'("{NO_PLUGIN}"): build aws-ofi-nccl into it',
        ),
    )


def test_another_provider_of_libfabric_is_not_efa() -> None:
    run = replace(EFA, provider="tcp;ofi_rxm")
    assert said_by(pod(run, 0), pod(run, 1))[1][0] == f"{BOTH} go over Libfabric's provider tcp;ofi_rxm"


def test_fewer_interfaces_found_than_asked_for_fail() -> None:
    assert said_by(pod(EFA, 0, interfaces=32), pod(EFA, 1)) == (
        Outcome.FAIL,
        ("train-0-abcde asks for 32 EFA interfaces and found 4",),
    )


def test_a_handshake_that_fails_leads_to_the_security_group() -> None:
    line = (
        "NET/OFI Request 0x7f completed with error. RC: 103. Error: 4126 "
        "(Unresponsive receiver (reachable by EFA device but handshake failed))"
    )
    outcome, reasons = said_by(pod(EFA, 0, line), pod(EFA, 1))
    assert outcome == Outcome.FAIL
    assert reasons == (
        "train-0-abcde does not reach its peers over EFA "
        '("Unresponsive receiver (reachable by EFA device but handshake failed))"): '
        "the nodes' security group must allow all traffic from and to itself, by its own name and not by an "
        "address range, or the peer's process is gone",
    )


def test_an_error_that_a_restart_has_overcome_is_none() -> None:
    before = b"train-0:90:99 [0] NCCL WARN NET/OFI Error: 4124 (Unresponsive receiver (connection ...))\n"
    one = pod(EFA, 0)
    assert said_by(replace(one, log=before + one.log), pod(EFA, 1))[0] == Outcome.PASS


def test_interfaces_that_lie_idle_beside_a_whole_node_of_gpus_are_told() -> None:
    one, other = (replace(pod(EFA, index), of_node=(2, 32)) for index in (0, 1))
    half = replace(other, gpus=1)
    found = judge(job(one, half))
    assert (found.outcome, found.notes) == (
        Outcome.PASS,
        (
            "train-0-abcde has all 2 GPUs of its node and asks for 4 of its 32 EFA interfaces: "
            "the others lie idle",
        ),
    )


def test_logs_without_nccl_say_what_to_set() -> None:
    pods = [replace(pod(EFA, index), log=b"step 1\nstep 2\n", environment={}) for index in (0, 1)]
    assert said_by(*pods) == (
        Outcome.INCONCLUSIVE,
        tuple(f"{each.name} has no line of NCCL in its log; {SET} in its environment" for each in pods),
    )


def test_a_log_whose_beginning_is_gone_is_not_told_to_set_what_is_set() -> None:
    pods = [replace(pod(EFA, index), log=b"step 1\n") for index in (0, 1)]
    assert said_by(*pods)[1][0] == (
        "train-0-abcde has no line of NCCL in its log, although NCCL_DEBUG asks for them: NCCL has not "
        "started, or the node has dropped the log's beginning; restart the job and prove it soon after"
    )


def test_messages_in_a_file_are_asked_for() -> None:
    environment = {**ASKED, "NCCL_DEBUG_FILE": "/tmp/nccl.%h"}
    pods = [replace(pod(EFA, index), log=b"step 1\n", environment=environment) for index in (0, 1)]
    assert said_by(*pods)[1][0] == (
        "train-0-abcde writes NCCL's messages to a file: take NCCL_DEBUG_FILE out of its environment"
    )


def test_a_pod_that_says_nothing_keeps_a_job_from_passing_and_its_ranks_are_missed() -> None:
    silent = replace(pod(EFA, 1), log=b"", trouble="the log of its container train cannot be read (500)")
    assert said_by(pod(EFA, 0), silent) == (
        Outcome.INCONCLUSIVE,
        (
            "train-1-abcde cannot be judged: the log of its container train cannot be read (500)",
            "2 of 4 ranks (rank 2, 3) are in no log that was read: "
            "let every process write to its pod's log, and name the whole job",
        ),
    )


def test_selected_is_not_carried() -> None:
    def cut(each: JobPod) -> JobPod:
        kept = [line for line in each.log.split(b"\n") if b" via " not in line and b"nNodes" not in line]
        return replace(each, log=b"\n".join(kept))

    outcome, reasons = said_by(cut(pod(EFA, 0)), cut(pod(EFA, 1)))
    assert outcome == Outcome.INCONCLUSIVE
    assert reasons[0] == (
        f"train-0-abcde selected EFA, but no line says that it carries anything; {SET} in its environment"
    )


def test_nodes_joined_by_nvlink_prove_no_network() -> None:
    run = replace(EFA, multi_node_nvlink=True)
    outcome, reasons = said_by(pod(run, 0), pod(run, 1))
    assert outcome == Outcome.INCONCLUSIVE
    assert reasons[0] == (
        "train-0-abcde is joined to the others by NVLink; NCCL_MNNVL_ENABLE=0 would use the network"
    )


def test_pods_on_one_node_prove_nothing_whatever_they_selected() -> None:
    def apart_from_channels(each: JobPod) -> JobPod:
        return replace(each, log=each.log.replace(b"via NET/Socket/0", b"via SHM/direct/direct"))

    pods = [apart_from_channels(pod(TCP, index, node="node-9")) for index in (0, 1)]
    assert said_by(*pods) == (
        Outcome.INCONCLUSIVE,
        ("all pods run on node-9: no data crosses the network",),
    )


def test_pods_that_do_not_run_yet_keep_a_job_from_passing() -> None:
    found = judge(job(pod(EFA, 0), pod(EFA, 1), waiting=1))
    assert (found.outcome, found.reasons) == (Outcome.INCONCLUSIVE, ("1 of 3 pods do not run yet",))


def test_an_unknown_network_is_quoted_and_open() -> None:
    run = replace(EFA, network="Warp9")
    outcome, reasons = said_by(pod(run, 0), pod(run, 1))
    assert outcome == Outcome.INCONCLUSIVE
    assert reasons[0].startswith("train-0-abcde has a name in its log that is not known: ")


def test_a_launchers_log_speaks_for_its_workers() -> None:
    workers = [replace(pod(EFA, index), name=f"train-{index}", log=b"sshd listens\n") for index in (0, 1)]
    text = "\n".join(f"[1,0]<stdout>:{line}" for line in messages(EFA)).encode()
    launcher = JobPod("launcher-x", "launcher", "node-9", log=text)
    found = judge(job(launcher, *workers))
    assert found.outcome == Outcome.PASS
    assert [one.pod.name for one in found.findings] == ["train-0", "train-1"]


def test_a_launchers_log_tells_which_worker_fell_back() -> None:
    workers = [replace(pod(EFA, index), name=f"train-{index}", log=b"") for index in (0, 1)]
    lines = [*lines_of(EFA, "train-0"), *lines_of(TCP, "train-1", NO_PLUGIN)]
    launcher = JobPod("launcher-x", "launcher", "node-9", log="\n".join(lines).encode())
    assert judge(job(launcher, *workers)).reasons == (
        "mixed: train-1 goes over Socket; train-0 goes over EFA",
        f'train-1: NCCL finds no network plugin in its image ("{NO_PLUGIN}"): build aws-ofi-nccl into it',
    )


def test_memory_that_fork_lacks_leads_to_huge_pages_without_changing_the_verdict() -> None:
    line = "\nOSError: [Errno 12] Cannot allocate memory\n"
    found = judge(job(replace(pod(EFA, 0), log=pod(EFA, 0).log + line.encode()), pod(EFA, 1)))
    assert (found.outcome, found.notes) == (
        Outcome.PASS,
        (
            "a process of train-0-abcde could not allocate memory; where fork() fails so beside EFA's huge "
            "pages, set FI_EFA_USE_HUGE_PAGE=0, or ask for hugepages-2Mi, in the pod",
        ),
    )


def test_devices_that_the_scheduler_does_not_count_are_told() -> None:
    found = judge(job(pod(EFA, 0, interfaces=0), pod(EFA, 1)))
    assert (found.outcome, found.notes) == (
        Outcome.PASS,
        (
            "train-0-abcde asks for 0 vpc.amazonaws.com/efa and uses 4 EFA interfaces: "
            "devices of the host that the scheduler does not count",
        ),
    )


REPORTS = {
    "efa": judge(job(pod(EFA, 0), pod(EFA, 1))),
    "tcp": judge(job(pod(TCP, 0, NO_PLUGIN), pod(TCP, 1, NO_PLUGIN))),
    "open": judge(job(pod(EFA, 0), replace(pod(EFA, 1), log=f"# {RECORDED_MARK}\n".encode()))),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_keeps_to_its_schema_and_says_the_same_in_all_forms(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    report = REPORTS[name]
    found = json.loads(to_json(report))
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
    assert (found["outcome"], found["reasons"]) == (str(report.outcome), list(report.reasons))
    console = Console(file=StringIO(), width=200)
    with console.capture() as capture:
        console.print(to_terminal(report))
    junit = to_junit("nccl", cases_of_job(report), recorded=report.recorded)
    for form in (capture.get(), junit, to_json(report).replace('"recorded": true', RECORDED_MARK)):
        assert (RECORDED_MARK in form) is (name == "open")
        assert "train-1-abcde" in form


def without_lines(each: JobPod, word: bytes, head: bytes = b"") -> JobPod:
    """The pod without the lines that have the word, of the processes whose messages begin so."""
    lines = each.log.split(b"\n")
    kept = [line for line in lines if word not in line or not line.startswith(head)]
    return replace(each, log=b"\n".join(kept))


def test_one_process_over_tcp_beside_one_over_efa_makes_its_pod_and_its_job_a_mixture() -> None:
    one, other = pod(EFA, 0), pod(EFA, 1)
    lines = one.log.replace(b"NET/Libfabric", b"NET/Socket").replace(
        b"Using network Libfabric", b"Using network Socket"
    )
    half = [
        new if line.startswith(b"train-0:101:") else line
        for line, new in zip(one.log.split(b"\n"), lines.split(b"\n"), strict=True)
    ]
    assert said_by(replace(one, log=b"\n".join(half)), other) == (
        Outcome.FAIL,
        ("mixed: train-0-abcde goes over Socket and EFA; train-1-abcde goes over EFA",),
    )
    everywhere = (
        replace(TCP, provider="efa"),
        "NET/OFI Selected provider is efa, fabric is efa (found 4 nics)",
    )
    assert said_by(*(pod(everywhere[0], index, everywhere[1]) for index in (0, 1)))[1][0] == (
        "mixed: train-0-abcde, train-1-abcde go over Socket and EFA"
    )


def test_a_process_that_names_no_network_leaves_its_pod_open() -> None:
    mute = without_lines(
        without_lines(pod(EFA, 0), b"Using network", b"train-0:100:"), b"NET/OFI", b"train-0:100:"
    )
    assert said_by(mute, pod(EFA, 1)) == (
        Outcome.INCONCLUSIVE,
        ("train-0-abcde has 1 of 2 processes that name no network; let all write to the log",),
    )


def test_a_network_without_a_provider_is_not_yet_efa() -> None:
    pods = [without_lines(pod(EFA, index), b"NET/OFI Selected") for index in (0, 1)]
    assert said_by(*pods)[1][0] == (
        f"train-0-abcde selected Libfabric, but names no provider of Libfabric; {SET} in its environment"
    )


def test_ranks_of_a_smaller_communicator_do_not_stand_for_those_of_the_whole_job() -> None:
    small = pod(replace(EFA, hosts=("train-1",), nccl="2.18.5"), 0)
    other = replace(small, name="train-1-abcde", node="node-1")
    outcome, reasons = said_by(pod(EFA, 0), other)
    assert outcome == Outcome.INCONCLUSIVE
    assert reasons[-1].startswith("2 of 4 ranks (rank 2, 3) are in no log that was read: ")

"""What the sandbox replays for a training job: marked as recorded, and of the verdict it is there for."""

import pytest

from nccl.facts import RECORDED_MARK
from nccl.prove.pods import JobPod
from nccl.prove.report import judge
from nccl.verdict import Outcome
from tests.nccl.generate_job_recordings import FOLDER, recordings
from tests.nccl.prove.job_logs import job


def test_they_are_what_their_generator_writes() -> None:
    assert {path.name: path.read_text() for path in FOLDER.iterdir()} == dict(recordings())


@pytest.mark.parametrize("name", [name for name, _ in recordings()])
def test_each_says_first_that_it_is_a_recording(name: str) -> None:
    assert (FOLDER / name).read_text().startswith(f"# {RECORDED_MARK}: ")


@pytest.mark.parametrize(
    ("kinds", "outcome", "first"),
    [
        (("efa", "efa"), Outcome.PASS, "all 2 pods go over EFA (NET/Libfabric), each by 1 interface"),
        (("tcp", "tcp"), Outcome.FAIL, "pod-0, pod-1 go over Socket"),
        (("efa", "tcp"), Outcome.FAIL, "mixed: pod-1 goes over Socket; pod-0 goes over EFA"),
    ],
)
def test_a_job_of_them_gets_its_verdict(kinds: tuple[str, str], outcome: Outcome, first: str) -> None:
    logs = [(FOLDER / f"{kind}-{index}.log").read_bytes() for index, kind in enumerate(kinds)]
    report = judge(
        job(
            *(
                JobPod(f"pod-{i}", f"pytorch-efa-{i}", f"node-{i}", gpus=1, interfaces=1, log=log)
                for i, log in enumerate(logs)
            )
        )
    )
    assert (report.outcome, report.reasons[0], report.recorded) == (outcome, first, True)

import json
from typing import Any

import pytest

from sandbox.world.karpenter_pods import image_version, last_complaint, leader

IMAGE = "public.ecr.aws/karpenter/controller:1.14.0"


def pod(
    name: str, started: str = "2026-11-24T10:00:00Z", image: str = IMAGE, **metadata: Any
) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "creationTimestamp": started, **metadata},
        "spec": {
            "nodeName": "node-a",
            "containers": [{"name": "sidecar", "image": "x"}, {"name": "controller", "image": image}],
        },
        "status": {"phase": "Pending"},
    }


def test_the_oldest_pod_with_a_node_leads() -> None:
    pods = [
        pod("b", "2026-11-24T10:00:05Z"),
        pod("c", "2026-11-24T10:00:01Z"),
        pod("a", "2026-11-24T10:00:05Z"),
    ]
    found = leader(pods)
    assert found is not None and found["metadata"]["name"] == "c"


def test_a_pod_without_a_node_or_one_that_is_going_does_not_lead() -> None:
    homeless = pod("a")
    del homeless["spec"]["nodeName"]
    assert leader([homeless, pod("b", deletionTimestamp="2026-11-24T11:00:00Z")]) is None


def test_a_pod_of_another_program_does_not_lead() -> None:
    assert leader([pod("a", image="example.com/karpenter-dashboard:1")]) is None


@pytest.mark.parametrize(
    ("image", "version"),
    [(IMAGE, "1.14.0"), (f"{IMAGE}@sha256:abc", "1.14.0"), ("localhost:5000/karpenter/controller", "")],
)
def test_the_version_is_the_images_tag(image: str, version: str) -> None:
    assert image_version({"image": image}) == version


def entry(level: str, **fields: str) -> str:
    return json.dumps({"level": level, **fields})


def test_the_last_error_is_why_karpenter_ended() -> None:
    log = "\n".join(
        [
            entry("ERROR", message="first", error="an old one"),
            entry("ERROR", message="starting", error="no region"),
            entry("INFO", message="bye"),
        ]
    )
    assert last_complaint(log) == "starting: no region"


def test_a_panic_counts_and_its_goroutines_do_not() -> None:
    log = "panic: validating options, missing field, cluster-name\n\ngoroutine 1 [running]:\nmain.main()\n"
    assert last_complaint(log) == "validating options, missing field, cluster-name"


def test_without_an_error_the_last_line_counts() -> None:
    assert last_complaint("one\ntwo\n\n") == "two"
    assert last_complaint("") == "no output"

"""What a program downloads is not downloaded for a plan: it is read from the cache, or stands there by its
checksum."""

import socket
from pathlib import Path

import pytest

from cli.plans import Unplanned, plans_of
from cli.stacks import stack_names
from knowledge.mpi_operator import DEFAULT_MPI_OPERATOR, MPI_OPERATOR_MANIFESTS
from plan.run import plan_stack
from sandbox.engine.handlers import registry
from sandbox.paths import REPOSITORY
from tests.components.stand_in_manifest import manifest_in_the_cache
from tests.plan.small_program import write

PLACEHOLDER = "kubernetes:placeholder.eks-efa/v1:DownloadedManifest"
PUBLISHED = MPI_OPERATOR_MANIFESTS[DEFAULT_MPI_OPERATOR]

DOWNLOADS = """
import socket

def read_manifest(published):
    socket.create_connection(("192.0.2.1", 443))
"""
USES = """
from types import SimpleNamespace
from components.stack_plan import read_manifest
published = SimpleNamespace(url="https://manifest.test/some/operator.yaml", sha256="ab12")
pulumi.export("text", read_manifest(published))
"""


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EKS_EFA_CACHE_DIR", str(tmp_path / "cache"))


def downloading(folder: Path) -> Path:
    """A program that downloads by the function's name, as one module takes it from another."""
    (folder / "components").mkdir(parents=True)
    (folder / "components" / "__init__.py").write_text("")
    (folder / "components" / "manifest_download.py").write_text(DOWNLOADS)
    taken = "from components.manifest_download import read_manifest\n"
    (folder / "components" / "stack_plan.py").write_text(taken)
    return write(folder, USES)


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("stack", stack_names())
def test_every_stack_is_planned_on_a_fresh_clone_without_a_network(
    stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    plan = plan_stack(REPOSITORY, stack, registry())
    placeholders = [each.inputs["spec"] for each in plan.resources if each.type == PLACEHOLDER]
    has_operator = "team" not in stack
    assert placeholders == [{"url": PUBLISHED.url, "sha256": PUBLISHED.sha256}] * has_operator
    said = f"{PUBLISHED.url}, which is not in the cache here, has the sha256 {PUBLISHED.sha256}"
    assert (said in plan.assumptions) == has_operator


def test_what_is_in_the_cache_is_planned_whole() -> None:
    with manifest_in_the_cache():
        plan = plan_stack(REPOSITORY, "dev", registry())
    assert PLACEHOLDER not in {each.type for each in plan.resources}
    assert "kubernetes:apps/v1:Deployment" in {each.type for each in plan.resources}


@pytest.mark.usefixtures("empty_cache")
def test_another_revision_that_downloads_is_planned_without_it(tmp_path: Path) -> None:
    (plan,) = plans_of(["one"], downloading(tmp_path / "earlier")).values()
    assert not isinstance(plan, str), plan
    assert "sha256: ab12" in plan.outputs["text"]
    assert plan.assumptions == (
        "https://manifest.test/some/operator.yaml, which is not in the cache here, has the sha256 ab12",
    )


@pytest.mark.usefixtures("empty_cache")
def test_the_program_may_download_where_a_plan_must_be_whole(tmp_path: Path) -> None:
    program = downloading(tmp_path / "program")
    (program / "components" / "manifest_download.py").write_text("read_manifest = lambda published: 'whole'")
    (plan,) = plans_of(["one"], program, downloads=True).values()
    assert not isinstance(plan, str), plan
    assert plan.outputs["text"] == "whole"


@pytest.mark.parametrize(
    "way", ["create_connection(('192.0.2.1', 443))", "getaddrinfo('manifest.test', 443)"]
)
def test_a_plan_connects_to_nothing_whatever_the_program_tries(tmp_path: Path, way: str) -> None:
    (plan,) = plans_of(["one"], write(tmp_path, f"import socket\nsocket.{way}")).values()
    assert plan == Unplanned("a plan is made offline")

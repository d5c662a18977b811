import pulumi
from pulumi.runtime import mocks

from components.manifests import Manifest, in_waves, objects_of, register_objects, resource_type
from tests.components.program_recording import wait_for
from tests.components.stand_in_manifest import MANIFEST


def _object(kind: str, api_version: str = "v1") -> Manifest:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}}


def test_a_manifest_is_its_objects_without_comments_and_empty_documents() -> None:
    kinds = [each["kind"] for each in objects_of(f"---\n{MANIFEST}\n---\n")]
    assert kinds[:2] == ["Namespace", "CustomResourceDefinition"]
    assert kinds[-1] == "Deployment"
    assert len(kinds) == 6


def test_what_others_need_comes_first_and_what_runs_last_whatever_the_order_of_the_file() -> None:
    shuffled = [_object(kind) for kind in ("Deployment", "ClusterRole", "Namespace", "ServiceAccount")]
    waves = [[each["kind"] for each in wave] for wave in in_waves(shuffled)]
    assert waves == [["Namespace"], ["ClusterRole", "ServiceAccount"], ["Deployment"]]


def test_types_are_spelt_as_pulumis_kubernetes_provider_spells_them() -> None:
    # The tokens of pulumi_kubernetes.core.v1.Namespace and pulumi_kubernetes.apps.v1.Deployment.
    assert resource_type(_object("Namespace")) == "kubernetes:core/v1:Namespace"
    assert resource_type(_object("Deployment", "apps/v1")) == "kubernetes:apps/v1:Deployment"


def test_objects_reach_pulumi_untouched_under_names_that_differ() -> None:
    seen: dict[str, dict[str, object]] = {}

    class Recording(mocks.Mocks):
        def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, object], None]:
            return {}, None

        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, object]]:
            seen[args.name] = args.inputs
            return args.name, args.inputs

    mocks.set_mocks(Recording())
    objects = objects_of(MANIFEST)

    def program() -> None:
        register_objects("operator", objects, pulumi.ResourceOptions())

    wait_for(program)
    assert len(seen) == len(objects)
    assert all(each in seen.values() for each in objects)
    assert "operator-deployment-mpi-operator" in seen

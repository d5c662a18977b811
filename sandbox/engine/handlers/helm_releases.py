"""Helm releases: installed where the chart can be had, else recorded and said to be not installed."""

from contextlib import suppress

from sandbox.engine.errors import UnreachableError
from sandbox.engine.handler import Handler
from sandbox.engine.handlers.definitions import open_storages
from sandbox.engine.values import Properties
from sandbox.engine.world import World

RELEASE_SECONDS = 300
"""Helm's own default for --timeout."""

NOT_INSTALLED = "not-installed"


class HelmRelease(Handler):
    """`kubernetes:helm.sh/v3:Release`. Its id is `namespace/name`."""

    replace_on = frozenset({"name", "namespace"})
    identity = frozenset({"name", "namespace"})

    def create(self, world: World, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Install and wait. A release that a killed run left is upgraded."""
        release: str = inputs.get("name", name)
        namespace: str = inputs.get("namespace", "default")
        return f"{namespace}/{release}", self._install(world, release, namespace, inputs)

    def update(self, world: World, id: str, old_inputs: Properties, new_inputs: Properties) -> Properties:
        """Upgrade and wait."""
        namespace, _, release = id.partition("/")
        return self._install(world, release, namespace, new_inputs)

    def delete(self, world: World, id: str, inputs: Properties, outputs: Properties) -> None:
        """Uninstall, and wait for its objects to go."""
        namespace, _, release = id.partition("/")
        world.charts.forget(release)
        if (outputs.get("status") or {}).get("status") != NOT_INSTALLED:
            with suppress(UnreachableError):  # which helm will say
                open_storages(world.kubernetes, release)
            world.helm.uninstall(release, namespace, inputs.get("timeout", RELEASE_SECONDS))

    def find(self, world: World, name: str, inputs: Properties) -> str | None:
        """A release that a killed run left half-way: helm would refuse to touch it, so it is uninstalled."""
        release: str = inputs.get("name", name)
        namespace: str = inputs.get("namespace", "default")
        status = world.helm.status(release, namespace)
        return f"{namespace}/{release}" if status is not None else None

    def read(self, world: World, id: str, inputs: Properties) -> Properties | None:
        """The release; None where it is not installed, so that a refresh tries again."""
        namespace, _, release = id.partition("/")
        status = world.helm.status(release, namespace)
        return None if status is None else {**inputs, "name": release, "namespace": namespace}

    def _install(self, world: World, release: str, namespace: str, inputs: Properties) -> Properties:
        chart, version = str(inputs["chart"]), str(inputs.get("version", ""))
        repository = (inputs.get("repositoryOpts") or {}).get("repo", "")
        path, reason = world.charts.local(chart, version, repository)
        outputs = {**inputs, "name": release, "namespace": namespace}
        described = {"name": release, "namespace": namespace, "chart": chart, "version": version}
        if path is None:
            world.progress(f"not installed: {reason}")
            world.charts.record(release, {**described, "reason": reason, "values": inputs.get("values", {})})
            return {
                **outputs,
                "status": {**described, "status": NOT_INSTALLED},
                "resourceNames": {},
                "manifest": {},
            }
        world.charts.forget(release)
        seconds = inputs.get("timeout", RELEASE_SECONDS)
        world.helm.install(release, path, namespace, inputs.get("values", {}), seconds, _flags(inputs))
        status = world.helm.status(release, namespace) or {}
        info = status.get("info", {})
        outputs["status"] = {
            **described,
            "status": info.get("status", "unknown"),
            "revision": status.get("version", 0),
            "appVersion": status.get("chart", {}).get("metadata", {}).get("appVersion", ""),
        }
        return outputs


def _flags(inputs: Properties) -> list[str]:
    flags = {
        "createNamespace": "--create-namespace",
        "skipCrds": "--skip-crds",
        "atomic": "--atomic",
        "cleanupOnFail": "--cleanup-on-fail",
        "disableWebhooks": "--no-hooks",
        "forceUpdate": "--force",
        "waitForJobs": "--wait-for-jobs",
        "dependencyUpdate": "--dependency-update",
        "disableOpenapiValidation": "--disable-openapi-validation",
    }
    chosen = [flag for name, flag in flags.items() if inputs.get(name)]
    return chosen if inputs.get("skipAwait") else [*chosen, "--wait"]

"""Makes nodes of instances, keeps their status, and takes away the nodes of instances that are gone.

On AWS an instance boots, its kubelet registers the node and reports on it, and EKS's cloud controller deletes
the node once the instance has been terminated. Here nothing boots, so the joiner does all of it. It looks at
the list of instances several times a second and acts on what changed; everything else it asks for only then.
It can be killed at any moment: what it knows it reads back from the API server.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sandbox.world.aws_facts import AwsFacts
from sandbox.world.device_plugins import DevicePlugins
from sandbox.world.kubelet_capacity import Kubelet, devices
from sandbox.world.kubernetes import (
    CONFLICT,
    NODE_CLAIMS,
    NODES,
    PODS,
    Document,
    Kubernetes,
    KubernetesError,
    pod_path,
    rfc3339,
)
from sandbox.world.machines import Machine
from sandbox.world.node_status import announced, change_of
from sandbox.world.nodes import WITHOUT_NETWORK, Registration, Site, node
from sandbox.world.registrations import drivers, of_node_claim, of_node_group

Item = TypeVar("Item")
Result = TypeVar("Result")

WORKERS = 8
"""Requests to the API server at a time; more only queue up on two cores."""

RESYNC_SECONDS = 10.0
"""How often nodes and DaemonSets are read anew, in case somebody else deleted, changed or made one."""


@dataclass(frozen=True)
class Changes:
    """What one look has led to. `waiting` are running instances whose node cannot be made yet."""

    joined: int = 0
    removed: int = 0
    waiting: int = 0


class Joiner:
    """Keeps the nodes of one cluster in step with the instances of the emulated EC2."""

    def __init__(
        self, kubernetes: Kubernetes, site: Site, charts: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`charts` is where charts are on record; `clock` only decides when to read the nodes anew."""
        self._kubernetes = kubernetes
        self._site = site
        self._plugins = DevicePlugins(kubernetes, charts)
        self._clock = clock
        self._nodes: dict[str, Document] = {}
        self._read_at = float("-inf")
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="joiner")

    def step(self, machines: Mapping[str, Machine], facts: AwsFacts) -> Changes:
        """Bring the nodes up to date with the instances. Raises what the API server or AWS raise."""
        is_due = self._clock() - self._read_at > RESYNC_SECONDS
        if is_due:
            self._read_nodes()
        gone = [instance for instance in self._nodes if instance not in machines]
        new = [machine for machine in machines.values() if self._is_new(machine)]
        self._for_each(gone, self._remove)
        ready = self._registrations(new, facts) if new else []
        have_changed = self._plugins.refresh(ask_cluster=is_due or bool(ready))
        now = rfc3339(datetime.now(UTC))
        self._keep(machines, facts, now, everyone=is_due or have_changed)
        documents = {
            machine.instance_id: self._document(machine, registration, facts, now)
            for machine, registration in ready
        }
        joined = sum(self._for_each(documents.items(), self._join))
        return Changes(joined=joined, removed=len(gone), waiting=len(new) - joined)

    def close(self) -> None:
        """Let the threads end."""
        self._workers.shutdown(cancel_futures=True)

    def _for_each(self, items: Iterable[Item], work: Callable[[Item], Result]) -> list[Result]:
        """Do it with each, several at a time, and raise the first error once nothing is in work any more.

        What still were in work would change the nodes while the next step looks at them.
        """
        futures = [self._workers.submit(work, item) for item in items]
        for future in wait(futures, return_when=FIRST_EXCEPTION).not_done:
            future.cancel()
        wait(futures)
        return [future.result() for future in futures if not future.cancelled()]

    def _is_new(self, machine: Machine) -> bool:
        return machine.state == "running" and machine.instance_id not in self._nodes

    def _read_nodes(self) -> None:
        nodes = self._kubernetes.items(NODES)
        self._nodes = {each["spec"].get("providerID", "").rpartition("/")[2]: each for each in nodes}
        self._nodes.pop("", None)
        self._read_at = self._clock()

    def _registrations(
        self, machines: Iterable[Machine], facts: AwsFacts
    ) -> list[tuple[Machine, Registration]]:
        """Of the machines whose owner has said what they register with."""
        claims: dict[str, Document] | None = None
        groups: dict[tuple[str, str], tuple[Document, Document]] = {}
        found = []
        for machine in machines:
            image = facts.image_name(machine.image_id)
            if machine.is_of_karpenter:
                claims = self._claims() if claims is None else claims
                if claim := claims.get(machine.provider_id):
                    found.append((machine, of_node_claim(claim, image)))
            elif machine.cluster and machine.node_group:
                key = (machine.cluster, machine.node_group)
                if key not in groups:
                    groups[key] = facts.node_group(*key)
                found.append((machine, of_node_group(*groups[key], image, machine.image_id)))
        return found

    def _claims(self) -> dict[str, Document]:
        claims = self._kubernetes.items(NODE_CLAIMS)
        return {claim.get("status", {}).get("providerID", ""): claim for claim in claims}

    def _document(self, machine: Machine, registration: Registration, facts: AwsFacts, now: str) -> Document:
        hardware = facts.hardware(machine.instance_type)
        document = node(machine, hardware, registration, self._site, now)
        counts = announced(document, devices(machine, hardware, registration.kubelet), self._plugins.all)
        for shown in (document["status"]["capacity"], document["status"]["allocatable"]):
            shown.update(counts)
        return document

    def _keep(self, machines: Mapping[str, Machine], facts: AwsFacts, now: str, *, everyone: bool) -> None:
        """Bring the status up to date, of everyone's node or of those whose VPC CNI got its rights."""
        changes = {}
        for instance, document in self._nodes.items():
            machine = machines.get(instance)
            if machine is None or not (everyone or _gets_network(machine, document)):
                continue
            kubelet = Kubelet(**drivers(facts.image_name(machine.image_id)))
            counts = devices(machine, facts.hardware(machine.instance_type), kubelet)
            has_network = machine.vpc_cni_has_rights
            change = change_of(document, counts, self._plugins.all, has_network=has_network, now=now)
            if change:
                changes[f"{NODES}/{document['metadata']['name']}"] = change
        self._for_each(changes.items(), lambda change: self._kubernetes.patch_status(*change))
        if changes:
            self._read_at = float("-inf")

    def _join(self, item: tuple[str, Document]) -> bool:
        instance, document = item
        try:
            self._kubernetes.create(NODES, document)
        except KubernetesError as error:
            if error.status != CONFLICT:
                raise
            # The address, and so the name, still belongs to a node that is going.
            return False
        self._nodes[instance] = document
        return True

    def _remove(self, instance: str) -> None:
        """Delete the node. Karpenter drains its own; a managed node group's takes its pods with it."""
        metadata = self._nodes[instance]["metadata"]
        self._kubernetes.delete(f"{NODES}/{metadata['name']}")
        if "karpenter.sh/nodepool" not in metadata["labels"]:
            for pod in self._kubernetes.items(PODS, fieldSelector=f"spec.nodeName={metadata['name']}"):
                self._kubernetes.delete(pod_path(pod), gracePeriodSeconds=0)
        del self._nodes[instance]


def _gets_network(machine: Machine, node: Document) -> bool:
    """Whether a node that waits for the VPC CNI need not wait any more."""
    return machine.vpc_cni_has_rights and WITHOUT_NETWORK in node["metadata"].get("annotations", {})

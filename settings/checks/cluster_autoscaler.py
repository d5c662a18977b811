"""Checks of `clusterAutoscaler`: a release that fits the cluster."""

import re
from collections.abc import Iterator

from knowledge.cluster_autoscaler import RELEASES, minor_of
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import quoted

RELEASE = re.compile(r"\d+\.\d+\.\d+")


def check_cluster_autoscaler(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of its branch, where one is to run; the account has no say in it.

    Provisioners are no fault where Cluster Autoscaler is alone: they wait in the settings, and so does a test
    of one, so that going back to it is one setting.
    """
    del account
    settings, cluster = reading.cluster_autoscaler, reading.cluster
    if not settings or not cluster or reading.autoscaler not in ("cluster-autoscaler", "both"):
        return
    path, version, kubernetes = "clusterAutoscaler.version", settings.version, cluster.version
    fitting = RELEASES.get(kubernetes)
    example = fitting or f"{kubernetes}.0"
    if version is None:
        if fitting is None:
            what = f"no release is known for Kubernetes {kubernetes}"
            yield Fault(path, what, cure=f"name one, such as {example}")
    elif not RELEASE.fullmatch(version):
        yield Fault(path, f"{quoted(version)} is not a release", f"write it as {example}")
    elif minor_of(version) != kubernetes:
        what = f"{version} simulates the scheduler of {minor_of(version)}, and the cluster is {kubernetes}"
        yield Fault(path, what, cure=f"use {example}, or leave it out")

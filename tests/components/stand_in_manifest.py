"""A small MPI operator in the place of upstream's, so that the program finds one without a network."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from unittest.mock import patch

from knowledge.cache import cached_manifest
from knowledge.mpi_operator import DEFAULT_MPI_OPERATOR, MPI_OPERATOR_MANIFESTS, PublishedManifest

MANIFEST = """\
# Made up for the tests, with the kinds and the order of upstream's.
---
apiVersion: v1
kind: Namespace
metadata: {name: mpi-operator}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: mpijobs.kubeflow.org}
spec:
  group: kubeflow.org
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: mpi-operator, namespace: mpi-operator}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: mpi-operator}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: mpi-operator}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mpi-operator, namespace: mpi-operator}
spec:
  template:
    spec:
      containers: [{name: mpi-operator, image: "mpioperator/mpi-operator:0.8.2"}]
"""

PUBLISHED = PublishedManifest("https://manifest.test/x.yaml", hashlib.sha256(MANIFEST.encode()).hexdigest())


@contextmanager
def manifest_in_the_cache() -> Iterator[None]:
    """A cache that holds the stand-in, which is pinned for as long in upstream's place."""
    with (
        TemporaryDirectory() as cache,
        patch.dict(os.environ, {"EKS_EFA_CACHE_DIR": cache}),
        patch.dict(MPI_OPERATOR_MANIFESTS, {DEFAULT_MPI_OPERATOR: PUBLISHED}),
    ):
        place = cached_manifest(PUBLISHED.sha256)
        place.parent.mkdir(parents=True)
        place.write_text(MANIFEST)
        yield

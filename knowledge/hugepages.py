"""Huge pages of 2 MiB: what hosts with EFA set aside, and what a pod asks of it."""

HUGEPAGES_RESOURCE = "hugepages-2Mi"

PAGE_MIB = 2

HOST_PAGES = 5128
"""Pages that the EFA driver's installation sets aside on a host (EKS user guide, node-efa)."""

HOST_MIB = HOST_PAGES * PAGE_MIB

WORKER_MIB = 5120
"""What AWS's own NCCL manifests ask for a worker (awslabs/awsome-distributed-ai,
micro-benchmarks/nccl-tests/kubernetes/nccl-tests.yaml): half of the host's."""

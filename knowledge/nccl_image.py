"""The images of the NCCL test: AWS's public one, and the one that this project can build."""

IMAGE_NAME = "cuda-efa-nccl-tests"
"""Its folder in `images/`, its name where it is built, and the last part of its repository's name."""

PUBLIC_IMAGE = (
    "public.ecr.aws/hpc-cloud/nccl-tests:cuda12.8.1-efa1.43.2-ofiv1.16.3-ncclv2.27.7-1-testsv2.16.9"
)
"""Built by AWS of versions that AWS has run together (awslabs/awsome-distributed-ai, November 2025)."""

PUBLIC_IMAGE_CODE = ("8.0", "8.6", "8.9", "9.0", "10.0")
"""Compute capabilities that NCCL and nccl-tests are built for in it, and no PTX: NVCC_GENCODE of
micro-benchmarks/nccl-tests/nccl-tests.Dockerfile in awslabs/awsome-distributed-ai, from 0877e0e3 to 92bab567,
whose versions are the tag's. AWS ran it on B300 (10.3) too: architectures/aws-pcs/tests/compute-test.md."""

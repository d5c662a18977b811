"""The image of the NCCL test that this project can build."""

IMAGE_NAME = "cuda-efa-nccl-tests"
"""Its folder in `images/`, its name where it is built, and the last part of its repository's name."""

"""AWS and Kubernetes on one machine: all that it takes to deploy and scale the program without an account.

`aws` is the emulated AWS, `engine` deploys the program into it, `world` builds and runs the real Kubernetes
control plane and the real Karpenter on top of both.
"""

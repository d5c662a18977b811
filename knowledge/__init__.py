"""Pure knowledge of EC2, EKS and Karpenter: plain functions from values to values, apart from Pulumi and
from every SDK."""

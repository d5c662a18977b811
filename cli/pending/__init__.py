"""Why pods are still pending, in one line each, from what Karpenter, the scheduler and EC2 have said."""

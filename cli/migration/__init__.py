"""Moving the pods of a stack's node groups to Karpenter's nodes, while they run.

`planner` decides on what `look` has seen and touches nothing; `move` acts on it, one node at a time. All that
is remembered between two runs is in the cluster: marks on nodes, the replicas of Cluster Autoscaler, and the
size of the groups.
"""

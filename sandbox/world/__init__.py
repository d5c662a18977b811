"""The world the program is deployed into: real Kubernetes and Karpenter, built, started and supervised here.

`tools` builds the pinned Go programs, `control_plane` runs Kubernetes with KWOK nodes, `joiner` makes nodes
of emulated instances, `karpenter_host` runs Karpenter where its pods run, `world` puts all of it in order.
"""

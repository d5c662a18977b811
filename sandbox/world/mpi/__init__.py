"""Stand-ins for the MPI operator and for the kubelets of its pods.

What the operator decides is in `decision` and `status`, after its source, and what it builds in `pods`.
`kubelet` lets the pods run, as far as a status and a log go; `launcher` and `recordings` fill the log.
"""

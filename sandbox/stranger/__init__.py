"""An EKS cluster as a stranger would have made it: by plain calls of AWS's API, and nothing of ours.

It is for showing, in the sandbox, that a stack can adopt a cluster, add to it, and leave it as it was.
Nothing here knows the program, its tags or its state.
"""

"""Before a stack goes onto a cluster that is there already: would anything of ours take the place of theirs?

Kubernetes knows an object by its name. What the program makes is applied on the server's side, and where
somebody has made the same before, it would become ours without a word, and be deleted with us.
"""

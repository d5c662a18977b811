"""Which node is to blame: nodes tested in pairs, who is slow with whom, and what follows from it."""

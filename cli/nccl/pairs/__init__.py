"""Nodes of a pool tested in pairs, to find the one that is to blame."""

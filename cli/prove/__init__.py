"""Finds the pods of a job that runs, and reads what they log; nothing in the cluster is changed."""

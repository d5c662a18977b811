"""Pods of training jobs that keep running, though nothing executes in them, with a recorded log."""

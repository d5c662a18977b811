"""Says of a running job whether its traffic goes over EFA, by its pods and their logs; measures nothing."""

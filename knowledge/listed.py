"""How a program is told that what it asks of EC2 is answered from a list of one day, and not by EC2."""

LISTED_ON = "EKS_EFA_LISTED_ON"
"""Environment variable: the day of the list, as `2026-10-27`. Unset where EC2 itself is asked."""

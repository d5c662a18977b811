"""`python -m cli` is `eks-efa`, for an interpreter without the console script."""

from cli.main import main

main()

"""`mpiOperator`: what turns an MPIJob into pods."""

from knowledge.mpi_operator import DEFAULT_MPI_OPERATOR
from settings.base import Branch


class MpiOperatorSettings(Branch):
    """Kubeflow's MPI operator."""

    enabled: bool = True
    """Install it. False where the cluster has it already."""
    version: str = DEFAULT_MPI_OPERATOR
    """Release; one whose manifest this project knows by its checksum."""

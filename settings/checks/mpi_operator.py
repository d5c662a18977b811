"""Checks of `mpiOperator`: a release whose manifest can be told from any other."""

from collections.abc import Iterator

from knowledge.mpi_operator import MPI_OPERATOR_MANIFESTS
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import listed, quoted


def check_mpi_operator(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the operator's branch; the account has no say in it."""
    del account
    operator = reading.mpi_operator
    if operator and operator.version not in MPI_OPERATOR_MANIFESTS:
        known = listed(quoted(version) for version in MPI_OPERATOR_MANIFESTS)
        what = f"no checksum is known for {quoted(operator.version)}"
        yield Fault("mpiOperator.version", what, f"known: {known}", "add it to knowledge/mpi_operator.py")

"""`prove`: whether the traffic of a job that runs goes over EFA."""

from pathlib import Path
from typing import Annotated

import typer

from cli import options
from cli.console import output, tell
from cli.errors import CommandError
from cli.log_versions import lines_on
from cli.nccl.pairs.show import write_junit
from cli.prove.job import prove_job
from cli.prove.jobs import Wanted
from cli.target import open_target
from nccl.junit import cases_of_job
from nccl.prove.document import to_json
from nccl.prove.terminal import to_terminal


def prove(
    job: Annotated[
        str | None,
        typer.Argument(metavar="JOB", help="Name of a Job, MPIJob, PyTorchJob, JobSet or TrainJob."),
    ] = None,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="Namespace of the job. Default: any.")
    ] = None,
    selector: Annotated[
        str | None, typer.Option("--selector", "-l", help="Labels of the pods instead of a job's name.")
    ] = None,
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the verdict as JUnit XML too.")
    ] = None,
) -> None:
    """Say whether a running job's traffic goes over EFA: exit code 0 PASS, 1 FAIL, 2 INCONCLUSIVE.

    Reads the logs and the environment of its pods; nothing is changed.
    """
    if (job is None) == (selector is None):
        raise CommandError("prove", "one job is asked for", "name it, or give --selector, and not both")
    report = prove_job(open_target(stack, kubeconfig).cluster, Wanted(job, selector, namespace))
    if as_json:
        typer.echo(to_json(report), nl=False)
    else:
        output.print(to_terminal(report))
    for line in lines_on(report.versions):
        tell(line)
    if junit is not None:
        write_junit(junit, cases_of_job(report), recorded=report.recorded)
    raise typer.Exit(report.outcome.exit_code)

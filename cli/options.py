"""Options that several verbs share, so that they are spelled and explained once."""

from pathlib import Path
from typing import Annotated

import typer

Stack = Annotated[
    str,
    typer.Option("--stack", "-s", envvar="STACK", help="Stack: the name in Pulumi.<stack>.yaml."),
]

Kubeconfig = Annotated[
    Path | None,
    typer.Option(
        "--kubeconfig",
        help="Kubeconfig. Default: the sandbox's for a sandbox stack, else $KUBECONFIG or ~/.kube/config.",
    ),
]

Timeout = Annotated[
    float | None,
    typer.Option("--timeout", min=1, help="Most seconds to wait. Default: 180 in the sandbox, 1200 on EKS."),
]

"""`aws-auth`: for clusters that still have that ConfigMap, a role more in it, and the way out of it."""

from typing import Annotated

import typer

from cli import aws_auth as config_map
from cli import options
from cli.console import tell
from cli.errors import CommandError
from cli.stacks import find_stack
from cli.target import open_target
from knowledge.access_entries import access_entries
from knowledge.aws_auth import node_mapping

aws_auth = typer.Typer(no_args_is_help=True, help="Clusters that still go by the ConfigMap aws-auth.")


@aws_auth.command()
def add_role(
    role: Annotated[str, typer.Argument(metavar="ARN", help="Role of nodes, such as Karpenter's.")],
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
) -> None:
    """Let nodes with this role join. No other entry is touched; run twice, it changes nothing more."""
    try:
        mapping = node_mapping(role)
    except ValueError as error:
        raise CommandError("ARN", str(error), "see: aws iam list-roles") from error
    added = config_map.map_role(open_target(stack, kubeconfig).cluster, mapping)
    tell(f"{mapping.role_arn} is mapped {'now' if added else 'already'}")
    tell("access entries do this without a file that locks everybody out: see eks-efa aws-auth entries")


@aws_auth.command()
def entries(
    cluster: Annotated[str, typer.Argument(metavar="CLUSTER", help="Name of the cluster in EKS.")],
    stack: options.Stack = "sandbox",
    kubeconfig: options.Kubeconfig = None,
) -> None:
    """Print the commands that make an access entry of each role in aws-auth. Nothing is changed."""
    region = find_stack(stack).region
    typer.echo("# aws-auth stays in force until the mode is API alone: try each entry out before that.")
    typer.echo("# It leaves out the path of a role; where a role has one, put it back into the ARN.")
    mode = "--access-config authenticationMode"
    typer.echo(f"aws eks update-cluster-config --name {cluster} --region {region} {mode}=API_AND_CONFIG_MAP")
    for entry in access_entries(config_map.mappings(open_target(stack, kubeconfig).cluster)):
        for group in entry.lost_groups:
            typer.echo(f"# no entry can give the group {group}: bind one of your own to what it may do")
        for command in entry.commands(cluster, region):
            typer.echo(command)

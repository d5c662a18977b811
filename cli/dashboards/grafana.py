"""Opens Grafana of a real cluster on this machine, as long as the verb runs."""

import shutil
import subprocess
from pathlib import Path

from cli.console import tell
from cli.dashboards.cluster_objects import administrator_secret, dashboards, require_grafana
from cli.errors import CommandError
from cli.target import Target
from knowledge.monitoring import GRAFANA, GRAFANA_PORT, NAMESPACE


def open_grafana(target: Target, stack: str, port: int) -> None:
    """Forward `port` of this machine to Grafana until Ctrl-C, and say where its dashboards are."""
    require_grafana(target.cluster, stack)
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        cure = "install it from https://kubernetes.io/docs/tasks/tools/"
        raise CommandError("kubectl", "not found; it forwards the port to Grafana", cure)
    for dashboard in dashboards(target.cluster):
        tell(f"http://127.0.0.1:{port}/d/{dashboard['uid']}  {dashboard['title']}")
    secret = administrator_secret(target.cluster)
    user = "admin" if secret == GRAFANA else f"as the key admin-user of Secret {secret} has it"
    tell(f"user {user}; password: {' '.join(_password_command(target.cluster.kubeconfig, secret))}")
    tell("Ctrl-C ends it")
    command = [kubectl, *forwarding(target.cluster.kubeconfig, port)]
    code = subprocess.run(command, check=False).returncode
    if code:
        raise CommandError("kubectl", f"ended with code {code}", f"free port {port}, or give --port")


def forwarding(kubeconfig: Path, port: int) -> list[str]:
    """What kubectl is told. Only this machine can reach the port."""
    place = ["--kubeconfig", str(kubeconfig), "--namespace", NAMESPACE]
    return [*place, "port-forward", "--address", "127.0.0.1", f"service/{GRAFANA}", f"{port}:{GRAFANA_PORT}"]


def _password_command(kubeconfig: Path, secret: str) -> list[str]:
    """How to read the password; it is shown nowhere else."""
    place = ["kubectl", "--kubeconfig", str(kubeconfig), "-n", NAMESPACE]
    return [*place, "get", "secret", secret, "-o", "jsonpath={.data.admin-password}", "|", "base64", "-d"]

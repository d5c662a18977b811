"""Whatever is wrong with a kubeconfig or its credentials is the user's to mend, and one line says how."""

import base64
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import main
from tests.cli.test_identity import OURS
from tests.sandbox.engine.fake_kubernetes import FakeKubernetes, serving

UNREADABLE = base64.b64encode(b"-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n").decode()

EXPIRED = "Error when retrieving token from sso: Token has expired and refresh failed"


def written(folder: Path, user: dict[str, Any], **cluster: str) -> Path:
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:9", **cluster}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(content))
    return path


def plugin(folder: Path, program: str) -> dict[str, Any]:
    """A user whose token is fetched by a command, as `aws eks get-token` does for EKS."""
    (folder / "plugin.py").write_text(program)
    fetch = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": sys.executable,
        "args": [str(folder / "plugin.py")],
    }
    return {"exec": fetch}


def said(kubeconfig: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `scale-in` says of it, which it ends with; never that it is a fault of the program."""
    assert main.run(["scale-in", "--kubeconfig", str(kubeconfig)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "this is a fault of eks-efa" not in line
    return line.removeprefix("error: ").replace(str(kubeconfig), "KUBECONFIG")


def test_an_expired_token_says_to_log_in_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    user = plugin(tmp_path, f"import sys; sys.exit('\\n{EXPIRED}')")
    assert said(written(tmp_path, user), capsys) == (
        f"kubeconfig: no credentials: Exec {sys.executable} returned 1: {EXPIRED}; "
        "log in again, such as with aws sso login; check who you are with: aws sts get-caller-identity"
    )


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("print('A new release is available'); print('{}')", "Expecting value: line 1 column 1 (char 0)"),
        ("print('{}')", "'status'"),
        ("print('{\"status\": {}}')", "'token'"),
        ("print('[]')", "list indices must be integers or slices, not str"),
        ("", "Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_a_plugin_that_talks_or_gives_no_token_is_named_as_the_cause(
    program: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(written(tmp_path, plugin(tmp_path, program)), capsys) == (
        f"kubeconfig: the command that fetches its credentials gives no token as JSON ({reason}); "
        "run the command in users[].user.exec by hand: it may print nothing else on standard output"
    )


def test_a_plugin_that_cannot_be_started_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = tmp_path / "aws"
    command.write_text("#!/nowhere/python\n")
    command.chmod(0o755)
    fetch = {"apiVersion": "client.authentication.k8s.io/v1beta1", "command": str(command)}
    assert said(written(tmp_path, {"exec": fetch}), capsys) == (
        f"kubeconfig: {command}, which fetches its credentials, cannot be run; "
        "install it or put it on PATH (AWS CLI v2 for EKS), or write the kubeconfig anew"
    )


def test_a_plugin_of_a_version_that_is_gone_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch = {"apiVersion": "client.authentication.k8s.io/v2", "command": sys.executable}
    line = said(written(tmp_path, {"exec": fetch}), capsys)
    assert line.startswith(
        "kubeconfig: no credentials: auth exec api version client.authentication.k8s.io/v2 not"
    )


@pytest.mark.parametrize(
    ("user", "cluster", "missing"),
    [
        ({"exec": {"apiVersion": "v1beta1", "command": "no-such-aws"}}, {}, "the command no-such-aws"),
        ({"token": "t"}, {"certificate-authority": "/no/ca.crt"}, "/no/ca.crt"),
        ({"client-certificate": "/no/me.crt", "client-key": "/no/me.key"}, {}, "/no/me.crt"),
        ({"tokenFile": "/no/token"}, {}, "/no/token"),
    ],
)
def test_what_it_names_and_is_not_there_is_named(
    user: dict[str, Any],
    cluster: dict[str, str],
    missing: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said(written(tmp_path, user, **cluster), capsys) == (
        f"KUBECONFIG: names {missing}, which is not there; "
        "write it anew: aws eks update-kubeconfig --region <region> --name <cluster>"
    )


def test_a_certificate_that_cannot_be_read_is_to_be_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = written(tmp_path, {"token": "t"}, **{"certificate-authority-data": UNREADABLE})
    line = said(broken, capsys)
    assert line.startswith("KUBECONFIG: holds a certificate or key that cannot be read (")
    assert line.endswith("; write it anew: aws eks update-kubeconfig --region <region> --name <cluster>")


@pytest.mark.parametrize(
    ("user", "cluster"),
    [
        ({"token": "t"}, {"certificate-authority-data": "abc"}),
        ({"token": 5}, {}),
        ({"client-certificate-data": OURS}, {}),
        ({"token": "t"}, {"server": "http://[::1"}),
        ({"auth-provider": {"name": "gcp"}}, {}),
    ],
)
def test_what_is_of_no_use_in_it_is_one_line(
    user: dict[str, Any], cluster: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = said(written(tmp_path, user, **cluster), capsys)
    assert line.startswith("KUBECONFIG: not a usable kubeconfig (")
    assert line.endswith("; check its current-context, and what that names")


@pytest.mark.parametrize("text", ["{]", "", "[]", "clusters: 5", "\x00", "current-context: nowhere"])
def test_a_file_that_is_no_kubeconfig_is_one_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kubeconfig").write_text(text)
    assert said(tmp_path / "kubeconfig", capsys).startswith("KUBECONFIG: not a usable kubeconfig (")


def test_a_context_without_a_user_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, {"token": "t"})
    content = yaml.safe_load(path.read_text())
    del content["contexts"][0]["context"]["user"]
    path.write_text(yaml.safe_dump(content))
    assert "not a usable kubeconfig (its context names no user)" in said(path, capsys)


def test_a_server_that_does_not_answer_is_told_with_the_ways_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = said(written(tmp_path, {"token": "t"}), capsys)
    assert line.startswith("127.0.0.1: the cluster does not answer (")
    assert line.endswith(
        "; check your way there (VPN, publicAccessCidrs, privateAccess) and the kubeconfig's server"
    )


@pytest.mark.parametrize("arguments", [["status"], ["status", "--json"]])
def test_status_of_a_server_that_does_not_answer_is_an_error(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, {"token": "t"})
    assert main.run([*arguments, "--kubeconfig", str(path)]) == 1
    seen = capsys.readouterr()
    assert seen.out == ""
    assert "127.0.0.1: the cluster does not answer (" in seen.err


def test_a_server_that_does_not_know_the_token_says_to_log_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kubeconfig"
    with serving(FakeKubernetes(refuses=401), path):
        line = said(path, capsys)
    assert line.startswith("Kubernetes: does not know you (")
    assert line.endswith("the cluster needs an access entry for that role")


def test_a_server_that_is_no_kubernetes_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, {"token": "t"}, server="ftp://127.0.0.1")
    assert "kubeconfig" in said(path, capsys)

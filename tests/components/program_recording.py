"""Runs the program under Pulumi's mocks and keeps every registration as the engine would see it."""

import json
import os
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pulumi
from pulumi.runtime import mocks, rpc
from pulumi.runtime.settings import get_root_resource
from pulumi.runtime.stack import Stack

from knowledge.kubeconfig import token_kubeconfig
from settings.stack_file import read_stack_file
from tests.components.fake_account import ACCOUNT_ID, REGION, FakeAccount
from tests.components.recorded_run import Registered, Run
from tests.components.stand_in_manifest import manifest_in_the_cache

ROOT = Path(__file__).parents[2]
PROJECT = "eks-efa-karpenter"
STACKS = ("dev", "prod", "sandbox")
PUBLIC: dict[str, Any] = {"publicAccess": True, "publicAccessCidrs": ["8.8.8.8/32"]}
"""What whoever deploys a stack on AWS puts in the place of its placeholders: an address of his own."""


class _Monitor(mocks.MockMonitor):
    """Pulumi's mock monitor, with what it hides from mocks: parents, dependencies, options."""

    def __init__(self, answering: "_Answers", run: Run) -> None:
        super().__init__(answering)
        self._run = run

    def _register(self, request: Any) -> Any:
        response = self._answer(request)
        if request.type != "pulumi:pulumi:Stack":
            is_at_the_top = request.parent.split("::")[2:3] == ["pulumi:pulumi:Stack"]
            self._run.resources[response.urn] = Registered(
                urn=response.urn,
                type=request.type,
                name=request.name,
                inputs=_plain(rpc.deserialize_properties(request.object)),
                parent="" if is_at_the_top else request.parent,
                dependencies=frozenset(request.dependencies),
                property_dependencies={
                    name: frozenset(needed.urns) for name, needed in request.propertyDependencies.items()
                },
                provider=request.provider,
                custom=request.custom,
                ignore_changes=tuple(request.ignoreChanges),
                delete_before_replace=request.deleteBeforeReplace,
                protect=request.protect,
                aliases=tuple(alias.spec.name for alias in request.aliases),
            )
        return response

    _answer: Callable[..., Any] = mocks.MockMonitor.RegisterResource
    RegisterResource = _register


class _Answers(mocks.Mocks):
    """Outputs that AWS would add; in a first preview there are none, so that they are unknown."""

    monitor: _Monitor

    def __init__(
        self, account: FakeAccount, *, preview: bool, platforms: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._account = account
        self._preview = preview
        self._platforms = platforms

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        try:
            return self._account.call(args.token, args.args), []
        except LookupError as error:
            return {}, [("", str(error))]

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            outputs = dict(self._platforms[args.name])
            return args.name, {"name": args.name, "outputs": outputs, "secretOutputNames": ["kubeconfig"]}
        if self._preview:
            return "", dict(args.inputs)
        if args.typ == "eks:index:Cluster":
            return f"{args.name}-id", self._eks_cluster(args)
        arn = f"arn:aws:test:{REGION}:{ACCOUNT_ID}:{args.name}"
        autonamed = f"{args.name}-1a2b3c4"
        computed = {"name": autonamed, "nodeGroupName": autonamed, "arn": arn, "latestVersion": 1}
        return f"{args.name}-id", {**computed, "url": f"https://sqs/{args.name}", **args.inputs}

    def _eks_cluster(self, args: mocks.MockResourceArgs) -> dict[str, Any]:
        """A remote component gives a resource back: the cluster inside it."""
        type_, name = "aws:eks/cluster:Cluster", f"{args.name}-eksCluster"
        urn = self.monitor.make_urn("", type_, name)
        state: dict[str, Any] = {
            "name": args.inputs["name"],
            "arn": f"arn:aws:eks:{REGION}:{ACCOUNT_ID}:cluster/{args.inputs['name']}",
            "endpoint": "https://cluster.test",
            "certificateAuthority": {"data": "Q0E="},
        }
        self.monitor.resources[urn] = mocks.MockMonitor.ResourceRegistration(urn, state["name"], state)
        reference = {
            rpc._special_sig_key: rpc._special_resource_sig,
            "urn": urn,
            "id": state["name"],
            "packageVersion": "",
            "name": name,
            "type": type_,
        }
        return {
            **args.inputs,
            "eksCluster": reference,
            "clusterSecurityGroupId": "sg-0cluster",
            "kubeconfigJson": token_kubeconfig(
                cluster=args.inputs["name"],
                endpoint=state["endpoint"],
                certificate_authority="Q0E=",
                region=REGION,
            ),
            "oidcIssuer": "oidc.test/id/1",
        }


def stack_config(
    stack: str, changes: Mapping[str, Any] | None = None, aws: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """The configuration of a stack as the engine hands it over; `changes` replace whole top-level keys, `aws`
    those of the AWS provider."""
    config = dict(read_stack_file(ROOT, stack, PROJECT).config)
    cluster = config.get(f"{PROJECT}:cluster")
    if isinstance(cluster, dict) and "publicAccessCidrs" in cluster:
        config[f"{PROJECT}:cluster"] = {**cluster, **PUBLIC}
    config |= {f"{PROJECT}:{key}": value for key, value in (changes or {}).items()}
    config |= {f"aws:{key}": value for key, value in (aws or {}).items()}
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in config.items()
        if value is not None
    }


def prod_cluster(**changes: Any) -> dict[str, Any]:
    """The branch `cluster` of prod without its ways to the API, and with these."""
    cluster = json.loads(stack_config("prod")[f"{PROJECT}:cluster"])
    return {key: value for key, value in cluster.items() if key not in PUBLIC} | changes


def run_program(
    stack: str,
    *,
    preview: bool = False,
    changes: Mapping[str, Any] | None = None,
    aws: Mapping[str, Any] | None = None,
    account: FakeAccount | None = None,
    platforms: Mapping[str, Mapping[str, Any]] | None = None,
    into: Run | None = None,
) -> Run:
    """Run `__main__.py` once; in a `preview` nothing exists yet, so everything computed is unknown.

    `platforms` are the outputs of other stacks, by name. `into` is for a program that fails: what it
    registered until then can be seen there.
    """
    run = Run() if into is None else into
    answers = _Answers(account or FakeAccount(), preview=preview, platforms=platforms or {})
    answers.monitor = _Monitor(answers, run)
    pulumi.runtime.set_all_config(stack_config(stack, changes, aws))
    mocks.set_mocks(answers, PROJECT, stack, preview=preview, monitor=answers.monitor)

    def program() -> pulumi.Output[Any]:
        root = get_root_resource()
        assert isinstance(root, Stack)
        root.outputs.clear()  # the mocks keep one root for all runs of this process
        with patch.dict(os.environ, _environment(stack), clear=True), manifest_in_the_cache():
            runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
        kept: list[Any] = [_keep(run, *each) for each in root.outputs.items()]
        return pulumi.Output.from_input(kept)

    wait_for(program)
    return run


def _environment(stack: str) -> dict[str, str]:
    """Where AWS is: a stack of the sandbox refuses the real one, and every other an emulated one."""
    of_the_machine = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    is_emulated = read_stack_file(ROOT, stack, PROJECT).raw.get("sandbox") is True
    emulated = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"} if is_emulated else {}
    return of_the_machine | emulated


def wait_for(program: Callable[[], object]) -> None:
    """Run a program under the mocks that were set and wait for all that it sets off; raise its errors."""
    as_test: Callable[[Callable[[], object]], Callable[[], None]] = mocks.test
    as_test(program)()


async def _keep(run: Run, name: str, value: Any) -> None:
    output = pulumi.Output.from_input(value)
    if await output.is_secret():
        run.secret_outputs.add(name)
    if await output.is_known():
        run.outputs[name] = await output.future()
    else:
        run.unknown_outputs.add(name)


def _plain(value: Any) -> Any:
    """The value without the wrapping of secrets."""
    if rpc.is_rpc_secret(value):
        return _plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value

"""The outputs of a resource that was only taken down: its inputs, and stand-ins for what AWS would add."""

from datetime import UTC, datetime

from knowledge.regions import partition_of
from plan.names import ACCOUNT, CLUSTER, stand_in
from sandbox.engine.handlers.eks_cluster_outputs import component_outputs
from sandbox.engine.registration import Registration
from sandbox.engine.values import Properties

COMPUTED = ("name", "url", "repositoryUrl", "nodeGroupName", "latestVersion", "oidcIssuer")
"""Outputs that the program puts into documents of its own, such as policies. Others stay unknown, as in any
first preview: what is made of them cannot be seen then."""


def outputs_of(request: Registration, region: str) -> Properties:
    """The outputs of a resource as far as they can be named: its inputs, and stand-ins."""
    if request.type == CLUSTER:
        return _cluster(request, region)
    named = {output: stand_in(request.type, request.name, output) for output in COMPUTED}
    return {**named, "arn": _arn(request, region), **request.inputs}


def _arn(request: Registration, region: str) -> str:
    """Of the form of an ARN, since the program takes some apart: the last part is what AWS will say."""
    service = "eks" if request.type == CLUSTER else request.type.split(":")[1].partition("/")[0]
    place = "" if service == "iam" else region
    resource = stand_in(request.type, request.name, "arn")
    return f"arn:{partition_of(region)}:{service}:{place}:{ACCOUNT}:{resource}"


def _cluster(request: Registration, region: str) -> Properties:
    """pulumi-eks's component gives the cluster itself, which others take their values from."""
    inputs = request.inputs

    def of(output: str) -> str:
        return stand_in(request.type, request.name, output)

    described = {
        "name": inputs.get("name", of("name")),
        "arn": _arn(request, region),
        "endpoint": of("endpoint"),
        "certificateAuthority": {"data": of("certificateAuthority")},
        "createdAt": datetime.fromtimestamp(0, UTC),
        "identity": {"oidc": {"issuer": f"https://{of('oidcIssuer')}"}},
        "platformVersion": of("platformVersion"),
        "resourcesVpcConfig": {"clusterSecurityGroupId": of("clusterSecurityGroupId")},
        "roleArn": of("roleArn"),
        "status": "ACTIVE",
        "version": inputs.get("version", ""),
    }
    kubeconfig = {"cluster": of("kubeconfig")}
    return component_outputs(described, kubeconfig, inputs)

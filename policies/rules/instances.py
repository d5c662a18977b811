"""What every instance is launched with, by a managed node group's launch template or by Karpenter's
EC2NodeClass."""

from collections.abc import Iterator
from typing import Any

from knowledge.fault import Fault
from policies.environment import Environment
from policies.reading import get, is_on, items, together
from policies.references import checkov, cis, eks_guide, practice, trivy
from policies.rule import Finding, Rule, Severity
from policies.views import Resource

LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
SUBNET = "aws:ec2/subnet:Subnet"

_CRD_DEFAULTS = {"httpTokens": "required", "httpPutResponseHopLimit": 1, "httpEndpoint": "enabled"}
"""Of an EC2NodeClass's `metadataOptions`; a launch template has none that are safe."""

_METADATA = {
    "httpEndpoint": ("enabled", "the node itself needs the service"),
    "httpTokens": ("required", "without a token any request that a pod can be made to send is answered"),
    "httpPutResponseHopLimit": (1, "pods, one hop further away, could take the node's credentials"),
}

_MOVING_IMAGES = {"alias": ("@latest",), "ssmParameter": ("/recommended", "/latest")}
"""Parts of a term that say that it is another image after each release; the parameters are AL2023's and
Bottlerocket's (EKS user guide, retrieve-ami-id and retrieve-ami-id-bottlerocket)."""


def _metadata(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type == LAUNCH_TEMPLATE:
        yield from _metadata_options(resource, ("metadataOptions",), {"httpEndpoint": "enabled"})
    if resource.type == NODE_CLASS:
        yield from _metadata_options(resource, ("spec", "metadataOptions"), _CRD_DEFAULTS)
    if resource.type == NODE_GROUP and resource.properties.get("launchTemplate") is None:
        fault = Fault("missing", "nothing else sets metadata options and disks of a group", "give it one")
        yield Finding("launchTemplate", fault, resource)


def _metadata_options(
    resource: Resource, branch: tuple[str, ...], defaults: dict[str, Any]
) -> Iterator[Finding]:
    options = get(resource.properties, *branch)
    for name, (wanted, reason) in _METADATA.items():
        found = get(options, name)
        found = defaults.get(name) if found is None else found
        if found != wanted and str(found) != str(wanted):
            problem = "missing" if found is None else f"{found}"
            yield Finding(
                f"{'.'.join(branch)}.{name}",
                Fault(f"{problem}, and {reason}", cure=f"set {wanted}"),
                resource,
            )


def _volumes(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type == LAUNCH_TEMPLATE:
        where, key, mappings = (
            "blockDeviceMappings",
            "kmsKeyId",
            resource.properties.get("blockDeviceMappings"),
        )
        if mappings in (None, []):
            fault = Fault(
                "missing, so that the image decides about encryption", cure="describe the root volume"
            )
            yield Finding(where, fault, resource)
    elif resource.type == NODE_CLASS:
        where, key = "spec.blockDeviceMappings", "kmsKeyID"
        mappings = get(resource.properties, "spec", "blockDeviceMappings")
    else:
        return
    yield from together(
        _volume(resource, f"{where}[{index}].ebs", key, mapping)
        for index, mapping in enumerate(items(mappings))
    )


def _volume(resource: Resource, where: str, key: str, mapping: Any) -> Iterator[Finding]:
    volume = get(mapping, "ebs")
    if not is_on(get(volume, "encrypted")):
        yield Finding(
            f"{where}.encrypted", Fault("the volume is not encrypted", cure="set it true"), resource
        )
    if not is_on(get(volume, "deleteOnTermination")):
        problem = "the volume outlives its instance and is paid for"
        yield Finding(f"{where}.deleteOnTermination", Fault(problem, cure="set it true"), resource)
    kind = get(volume, "volumeType")
    if kind != "gp3":
        problem = f"{kind} costs more than gp3 for less" if kind else "missing"
        yield Finding(f"{where}.volumeType", Fault(problem, cure="set gp3"), resource)
    if not get(volume, key):
        problem = "the account's default key encrypts the volume, which may be AWS's"
        yield Finding(f"{where}.{key}", Fault(problem, cure="name a customer-managed key"), resource)


def _private_nodes(resource: Resource, environment: Environment) -> Iterator[Finding]:
    nobody = "nodes have private addresses only"
    if resource.type == SUBNET and is_on(get(resource.properties, "mapPublicIpOnLaunch")):
        fault = Fault("whatever is launched here gets a public address", nobody, "set it false")
        yield Finding("mapPublicIpOnLaunch", fault, resource)
    problem = "a public address, with which EC2 launches no second interface"
    if resource.type == LAUNCH_TEMPLATE:
        for index, interface in enumerate(items(resource.properties, "networkInterfaces")):
            if is_on(get(interface, "associatePublicIpAddress")):
                where = f"networkInterfaces[{index}].associatePublicIpAddress"
                yield Finding(where, Fault(problem, nobody, "leave it out"), resource)
    if resource.type == NODE_CLASS and is_on(get(resource.properties, "spec", "associatePublicIPAddress")):
        yield Finding("spec.associatePublicIPAddress", Fault(problem, nobody, "leave it out"), resource)


def _pinned_image(resource: Resource, environment: Environment) -> Iterator[Finding]:
    if resource.type != NODE_CLASS:
        return
    for index, term in enumerate(items(resource.properties, "spec", "amiSelectorTerms")):
        where = f"spec.amiSelectorTerms[{index}]"
        for name, moving in _MOVING_IMAGES.items():
            chosen = get(term, name) or ""
            if environment.is_prod and any(each in chosen for each in moving):
                problem = f"{chosen}: a new image would replace every node unasked"
                fault = Fault(problem, "in prod a release is named", "name one, such as al2023@v20260714")
                yield Finding(f"{where}.{name}", fault, resource)
        if get(term, "name") and not get(term, "owner"):
            # DescribeImageQueries in pkg/providers/amifamily/ami.go of karpenter-provider-aws, v1.14.0.
            problem = "missing, so that the newest of that name is taken, be it the account's own or Amazon's"
            yield Finding(f"{where}.owner", Fault(problem, cure="name the account that owns it"), resource)


RULES = (
    Rule(
        id="imdsv2-hop-1",
        summary="Instance metadata is given for a token and to the node alone, not to its pods.",
        severity=Severity.HIGH,
        references=(
            *checkov("CKV_AWS_79", "CKV_AWS_341"),
            *trivy("AWS-0130", "AWS-0028"),
            *eks_guide("security/iam: Restrict access to the instance profile"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
        remediation="Set httpTokens required and a hop limit of 1; give pods their rights by EKS Pod "
        "Identity.",
        resource_check=_metadata,
    ),
    Rule(
        id="ebs-encrypted",
        summary="Every disk of a node is encrypted with a customer-managed key, is gp3 and goes with its "
        "node.",
        severity=Severity.HIGH,
        references=(
            *checkov("CKV_AWS_3", "CKV_AWS_189", "CKV_AWS_106"),
            *trivy("AWS-0131", "AWS-0026", "AWS-0027"),
        ),
        url="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/EBSEncryption.html",
        remediation="Describe each disk: encrypted, gp3, delete on termination, with a KMS key.",
        resource_check=_volumes,
    ),
    Rule(
        id="nodes-private",
        summary="Nothing gets a public address by itself.",
        severity=Severity.HIGH,
        references=(
            *cis("5.4.3"),
            *checkov("CKV_AWS_130", "CKV_AWS_88"),
            *trivy("AWS-0164"),
            *eks_guide("security/hosts: Deploy workers onto private subnets"),
            *practice("aws/karpenter-provider-aws#5666"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/best-practices/protecting-the-infrastructure.html",
        remediation="Put nodes into private subnets and let NAT gateways and VPC endpoints lead out of them.",
        resource_check=_private_nodes,
    ),
    Rule(
        id="ami-pinned",
        summary="In prod every image is named by its release; an image found by name has a named owner.",
        severity=Severity.MEDIUM,
        references=(
            *eks_guide("autoscaling/karpenter: Lock down AMIs"),
            *checkov("CKV_AWS_386"),
            *trivy("AWS-0344"),
        ),
        url="https://docs.aws.amazon.com/eks/latest/best-practices/karpenter.html",
        remediation="Set `provisioners[].ami.release` to a release of "
        "https://github.com/awslabs/amazon-eks-ami/releases.",
        resource_check=_pinned_image,
    ),
)

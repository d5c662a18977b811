"""Checks of `cluster`: versions that go together, a usable range, key and roles, production's rules."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network

from knowledge.eks_addons import EKS_ADDONS, FLOATING
from knowledge.regions import partition_of
from knowledge.subnets import SERVICE_RANGES, cidr_faults
from settings.arn import parse_arn, role_faults
from settings.checks.retention import retention_fault
from settings.cluster import AddonVersions, ClusterSettings
from settings.faults import Fault
from settings.reading import Reading
from settings.survey import Account
from settings.words import listed, quoted

ADDON_VERSION = re.compile(r"^v\d+\.\d+\.\d+-eksbuild\.\d+$")
SERVICE_PREFIX_BITS = range(12, 25)
"""How many there may be (EKS API reference, KubernetesNetworkConfigRequest)."""


def check_cluster(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """Every fault of the cluster branch."""
    cluster = reading.cluster
    if not cluster:
        return
    yield from _addons(cluster.addons)
    if reading.environment == "prod" and not reading.adopts:
        yield from _floating_addons(cluster)
    yield from _service_cidr(cluster.service_cidr)
    yield from _logs(cluster)
    if account:
        yield from _key(cluster.kms_key_arn, account.region)
    yield from _admins(cluster.admin_role_arns, account)
    if _is_unprotected(reading, cluster) and "deletion_protection" not in cluster.model_fields_set:
        yield Fault("cluster.deletionProtection", "missing", "production protects its cluster", PROTECT)


PROTECT = "run: pulumi config set --path cluster.deletionProtection true"


def cluster_warnings(reading: Reading, account: Account | None) -> Iterator[Fault]:
    """What is allowed and should not stay so: production without protection, the first step of its end."""
    cluster = reading.cluster
    if cluster and _is_unprotected(reading, cluster):
        why = "production is not protected, which is meant for taking it away"
        yield Fault("cluster.deletionProtection", "false", why, f"to keep it, {PROTECT}")


def _is_unprotected(reading: Reading, cluster: ClusterSettings) -> bool:
    return reading.environment == "prod" and not cluster.deletion_protection and not reading.adopts


def _addons(addons: AddonVersions) -> Iterator[Fault]:
    for name, version in addons:
        path = f"cluster.addons.{AddonVersions.model_fields[name].alias}"
        if version != "default" and not ADDON_VERSION.fullmatch(version):
            allowed = 'allowed: "default", or a version such as "v1.20.4-eksbuild.1"'
            yield Fault(path, f"{quoted(version)} is not an addon version", allowed)


def _floating_addons(cluster: ClusterSettings) -> Iterator[Fault]:
    """Addons whose version is EKS's choice of the day: any `up` may roll them on every node."""
    versions = cluster.addons.by_name()
    for key, name in EKS_ADDONS.items():
        if versions[name] == FLOATING:
            path = f"cluster.addons.{key}"
            what = "the version changes by itself, and an `up` for something else rolls the addon"
            command = f"aws eks describe-addon-versions --kubernetes-version {cluster.version} --addon-name"
            yield Fault(path, what, "name one in prod", f"one of: {command} {name}")


def _service_cidr(cidr: str) -> Iterator[Fault]:
    path = "cluster.serviceCidr"
    if faults := cidr_faults(cidr):
        yield from (Fault.at(path, fault) for fault in faults)
        return
    network = IPv4Network(cidr)
    if network.prefixlen not in SERVICE_PREFIX_BITS:
        yield Fault(path, f"/{network.prefixlen} is not possible", "allowed: /12 to /24")
    elif not any(network.subnet_of(block) for block in SERVICE_RANGES):
        yield Fault(path, f"{cidr} is not a private range", f"inside one of {listed(SERVICE_RANGES)}")


def _logs(cluster: ClusterSettings) -> Iterator[Fault]:
    for index, kind in enumerate(cluster.log_types):
        if kind in cluster.log_types[:index]:
            yield Fault(f"cluster.logTypes[{index}]", f'"{kind}" is listed twice')
    if fault := retention_fault(cluster.log_retention_days):
        yield Fault.at("cluster.logRetentionDays", fault)


def _key(text: str | None, region: str) -> Iterator[Fault]:
    """EKS takes a key of its own region only; one of another account is fine where its policy allows it."""
    path = "cluster.kmsKeyArn"
    if text is None:
        return
    arn = parse_arn(text)
    if not arn or arn.service != "kms" or not arn.resource.startswith("key/"):
        example = f"such as arn:aws:kms:{region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        yield Fault(path, f"{quoted(text)} is not the ARN of a KMS key", example)
    elif arn.partition != partition_of(region):
        yield Fault(path, f"key is in partition {arn.partition} but the stack is in {partition_of(region)}")
    elif arn.region != region:
        yield Fault(path, f"key is in {arn.region} but the stack is in {region}")


def _admins(arns: tuple[str, ...], account: Account | None) -> Iterator[Fault]:
    for index, text in enumerate(arns):
        path = f"cluster.adminRoleArns[{index}]"
        if text in arns[:index]:
            yield Fault(path, "listed twice")
        else:
            yield from role_faults(path, text, account.partition if account else None)

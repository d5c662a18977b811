"""Control planes that EKS would refuse, that are open to all, or that do not fit the rest of the stack."""

import pytest

from tests.settings.bad_settings import PROD, Case, check, lines_of, spoilt

KEY = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = "arn:aws:iam::111122223333:role/admin"
MINORS = 'use one of "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"'


def public(*cidrs: str) -> dict[str, object]:
    return {"cluster.publicAccess": True, "cluster.publicAccessCidrs": list(cidrs)}


CASES: dict[str, Case] = {
    "a minor nobody supports": (
        {"cluster.version": "1.19"},
        f'cluster.version: "1.19" is not supported; {MINORS}',
    ),
    "a patch release": (
        {"cluster.version": "1.35.4"},
        f'cluster.version: "1.35.4" is not supported; {MINORS}; leave the patch out: EKS chooses it',
    ),
    "an older Karpenter": (
        {"karpenter.version": "1.5.0"},
        "karpenter.version: Karpenter 1.5.0 is too old for Kubernetes 1.35; it needs 1.9 or newer",
    ),
    "a release with a v": (
        {"karpenter.version": "v1.14.0"},
        'karpenter.version: "v1.14.0" is not a Karpenter release; write it as 1.14.0',
    ),
    "public without ranges": (
        {"cluster.publicAccess": True},
        "cluster.publicAccessCidrs: a public endpoint without ranges is open to the whole internet; "
        "list your ranges or set publicAccess false",
    ),
    "public to all": (
        public("0.0.0.0/0"),
        "cluster.publicAccessCidrs[0]: 0.0.0.0/0 is not allowed; list your own ranges instead",
    ),
    "public to all of IPv6": (
        public("::/0"),
        "cluster.publicAccessCidrs[0]: ::/0 is not allowed; list your own ranges instead",
    ),
    "a private range": (
        public("10.1.0.0/16"),
        "cluster.publicAccessCidrs[0]: 10.1.0.0/16 is a private range; "
        "the public endpoint sees public addresses only; give your public address",
    ),
    "an address for a range": (
        public("198.51.100.7"),
        'cluster.publicAccessCidrs[0]: "198.51.100.7" has no prefix length; did you mean 198.51.100.7/32?',
    ),
    "ranges of a private endpoint": (
        {"cluster.publicAccessCidrs": ["198.51.100.7/32"]},
        "cluster.publicAccessCidrs: not used while publicAccess is false; "
        "set publicAccess true or remove them",
    ),
    "too small a service range": (
        {"cluster.serviceCidr": "172.20.0.0/25"},
        "cluster.serviceCidr: /25 is not possible; allowed: /12 to /24",
    ),
    "a public service range": (
        {"cluster.serviceCidr": "8.8.0.0/16"},
        "cluster.serviceCidr: 8.8.0.0/16 is not a private range; "
        "inside one of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16",
    ),
    "a service range with host bits": (
        {"cluster.serviceCidr": "172.20.1.0/16"},
        "cluster.serviceCidr: 172.20.1.0/16 has host bits set; did you mean 172.20.0.0/16?",
    ),
    "logs for 100 days": (
        {"cluster.logRetentionDays": 100},
        "cluster.logRetentionDays: CloudWatch Logs cannot keep logs for 100 days; allowed: 1, 3, 5, 7, 14, "
        "30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; set 120",
    ),
    "a log twice": ({"cluster.logTypes": ["api", "api"]}, 'cluster.logTypes[1]: "api" is listed twice'),
    "a key of another region": (
        {"cluster.kmsKeyArn": KEY.replace("us-west-2", "us-east-1")},
        "cluster.kmsKeyArn: key is in us-east-1 but the stack is in us-west-2",
    ),
    "a key of another partition": (
        {"cluster.kmsKeyArn": KEY.replace("arn:aws:", "arn:aws-cn:")},
        "cluster.kmsKeyArn: key is in partition aws-cn but the stack is in aws",
    ),
    "a key by its alias": (
        {"cluster.kmsKeyArn": "alias/eks"},
        'cluster.kmsKeyArn: "alias/eks" is not the ARN of a KMS key; '
        "such as arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
    "a session for a role": (
        {"cluster.adminRoleArns": ["arn:aws:sts::111122223333:assumed-role/admin/me"]},
        "cluster.adminRoleArns[0]: a session of a role cannot have an access entry; "
        "give the role: arn:aws:iam::<account>:role/<name>",
    ),
    "a role by its name": (
        {"cluster.adminRoleArns": ["admin"]},
        f'cluster.adminRoleArns[0]: "admin" is not the ARN of an IAM role; such as {ROLE}',
    ),
    "a role twice": ({"cluster.adminRoleArns": [ROLE, ROLE]}, "cluster.adminRoleArns[1]: listed twice"),
    "a role of another partition": (
        {"cluster.adminRoleArns": [ROLE.replace("arn:aws:", "arn:aws-us-gov:")]},
        "cluster.adminRoleArns[0]: role is in partition aws-us-gov but the stack is in aws",
    ),
    "no addon version": (
        {"cluster.addons.coredns": "1.13"},
        'cluster.addons.coredns: "1.13" is not an addon version; '
        'allowed: "default", or a version such as "v1.20.4-eksbuild.1"',
    ),
    "a CNI that knows no efa-only": (
        {"cluster.addons.vpcCni": "v1.18.3-eksbuild.1"},
        "cluster.addons.vpcCni: v1.18.3-eksbuild.1 cannot handle efa-only interfaces; at least v1.18.5; "
        'or set "default"',
    ),
    "a batch that never closes idle": (
        {"karpenter.batchIdleDuration": "20s"},
        "karpenter.batchIdleDuration: 20s is longer than batchMaxDuration 10s",
    ),
    "no duration to wait": (
        {"karpenter.batchIdleDuration": "soon"},
        'karpenter.batchIdleDuration: "soon" is not a duration; '
        "a duration is numbers with h, m, s or ms, such as 10s, 500ms or 1m30s",
    ),
    "no duration": (
        {"karpenter.batchMaxDuration": "10"},
        'karpenter.batchMaxDuration: "10" is not a duration; '
        "a duration is numbers with h, m, s or ms, such as 10s, 500ms or 1m30s; "
        'name the unit: "10s", "10m" or "10h"',
    ),
    "memory in GB": (
        {"karpenter.memory": "1GB"},
        'karpenter.memory: "1GB" is not a Kubernetes quantity; use "1Gi"',
    ),
    "no CPU at all": ({"karpenter.cpuRequest": "0"}, 'karpenter.cpuRequest: "0" is nothing; more than 0'),
    "more replicas than hosts": (
        {"karpenter.replicas": 3},
        "karpenter.replicas: 3 replicas want a host each; systemNodes.minNodes is 2; "
        "raise systemNodes.minNodes",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_cluster_that_cannot_be_is_refused(case: Case) -> None:
    check(case)


def test_a_key_and_roles_of_ones_own_region_and_partition_are_fine() -> None:
    changes = {"cluster.kmsKeyArn": KEY, "cluster.adminRoleArns": [ROLE], **public("198.51.100.7/32")}
    assert lines_of(spoilt(changes)) == []


def test_a_cluster_without_efa_nodes_may_have_any_cni() -> None:
    raw = spoilt(
        {"cluster.addons.vpcCni": "v1.18.3-eksbuild.1", "nodeGroups[0].efa": False, "provisioners": []}
    )
    assert lines_of(raw) == []


def test_production_names_the_versions_of_its_addons() -> None:
    floating = lines_of(spoilt({"cluster.addons": {"vpcCni": "v1.22.4-eksbuild.3"}}, PROD))
    assert len(floating) == 4
    assert (
        "cluster.addons.ebsCsiDriver: the version changes by itself, and an `up` for something else rolls "
        "the addon; name one in prod; one of: aws eks describe-addon-versions --kubernetes-version 1.35 "
        "--addon-name aws-ebs-csi-driver"
    ) in floating

"""An EKS cluster of a test, and the control plane that stands behind it."""

import yaml

from sandbox.engine.values import Properties
from sandbox.engine.world import World
from tests.sandbox.engine.handlers.scenario import Made, make, subnet, unique, vpc


def write_kubeconfig(world: World, port: int = 6443) -> None:
    """As kwokctl writes it: with files beside it."""
    pki = world.paths.root / "pki"
    pki.mkdir(exist_ok=True)
    for name in ("ca.crt", "admin.crt", "admin.key"):
        (pki / name).write_text(f"content of {name}")
    cluster = {"server": f"https://127.0.0.1:{port}", "certificate-authority": "pki/ca.crt"}
    user = {"client-certificate": str(pki / "admin.crt"), "client-key": str(pki / "admin.key")}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    world.paths.kubeconfig.write_text(yaml.safe_dump(content))


def two_subnets(world: World) -> list[str]:
    """Ids of subnets in two zones, as a cluster wants them."""
    network = vpc(world)
    return [subnet(world, network.id).id, subnet(world, network.id, "b", "10.0.1.0/24").id]


def cluster(world: World, subnet_ids: list[str], **inputs: object) -> Made:
    write_kubeconfig(world)
    asked: Properties = {
        "name": unique("train"),
        "version": "1.35",
        "privateSubnetIds": subnet_ids,
        "authenticationMode": "API",
        "skipDefaultNodeGroup": True,
        "skipDefaultSecurityGroups": True,
        "useDefaultVpcCni": True,
        "kubeProxyAddonOptions": {"enabled": False},
        "corednsAddonOptions": {"enabled": False},
        "enabledClusterLogTypes": ["api", "audit"],
        "tags": {"owner": "platform"},
    }
    return make(world, "eks:index:Cluster", **{**asked, **inputs})

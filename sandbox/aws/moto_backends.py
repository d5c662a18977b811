"""The only place that reaches into moto's internals, and why.

* `SandboxEc2` replaces moto's EC2 backend through `BackendDict.backend`, the class it makes backends of. Its
  tags are looked up by id: moto runs a regular expression over every tag of every resource to find one
  resource's, which at a hundred nodes with four interfaces each takes minutes in all.
* moto's own images are not loaded (`MOTO_EC2_LOAD_DEFAULT_AMIS`, read when a backend is made): there are
  hundreds, none of them an EKS image. `machine_images.py` adds those.
* moto keeps every resource it ever made in a list for its dashboard, which nobody sees here:
  `forget_the_dead` empties it.
* `SandboxIam` takes the place of moto's IAM handler in its table of urls, for one filter that moto leaves
  out.
* moto's EC2 urls are found next to the module of the backend's class, so the subclass says where they are.
"""

import os
from types import ModuleType
from typing import Any

import moto.ec2.urls
import moto.iam.urls
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.nat_gateways import NatGateway
from moto.events.models import EventsBackend, events_backends
from moto.iam.models import IAMBackend, iam_backends
from moto.iam.responses import IamResponse
from moto.logs.models import LogsBackend, logs_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from sandbox.aws.errors import AwsError


class SandboxEc2(EC2Backend):
    """moto's EC2 of one account and region, with tags found by resource id."""

    @property
    def _url_module(self) -> ModuleType:
        return moto.ec2.urls

    def describe_tags(self, filters: dict[str, list[str]] | None = None) -> list[dict[str, str]]:
        """Tags matching the filters; straight from the dictionary where one resource's are asked for."""
        if filters is not None and list(filters) == ["resource-id"] and len(filters["resource-id"]) == 1:
            resource_id = filters["resource-id"][0]
            if "*" not in resource_id and "?" not in resource_id:
                tags = self.tags.get(resource_id, {})
                return [
                    {"resource_id": resource_id, "key": key, "value": value} for key, value in tags.items()
                ]
        found: list[dict[str, str]] = super().describe_tags(filters)
        return found

    def delete_nat_gateway(self, nat_gateway_id: str) -> NatGateway:
        """Delete the gateway and its interface, which moto leaves in the subnet for ever."""
        if nat_gateway_id not in self.nat_gateways:
            raise AwsError("NatGatewayNotFound", f"The NAT gateway {nat_gateway_id} was not found")
        gateway: NatGateway = super().delete_nat_gateway(nat_gateway_id)
        self.enis.pop(gateway._eni.id, None)
        return gateway


class SandboxIam(IamResponse):
    """moto's IAM calls, with a filter that moto ignores.

    By path prefix Karpenter finds the instance profiles it may delete.
    """

    def list_instance_profiles(self) -> ActionResult:
        """The instance profiles below a path."""
        prefix = str(self._get_param("PathPrefix") or "/")
        profiles = [one for one in self.backend.get_instance_profiles() if str(one.path).startswith(prefix)]
        return ActionResult({"InstanceProfiles": profiles})


class OutsideCloudFormation:
    """Three methods that moto's resources have to have, for resources that CloudFormation does not make."""

    @classmethod
    def update_from_cloudformation_json(cls, *_: Any, **__: Any) -> Any:
        """Not made by CloudFormation."""
        raise NotImplementedError(cls.__name__)

    @classmethod
    def delete_from_cloudformation_json(cls, *_: Any, **__: Any) -> None:
        """Not made by CloudFormation."""
        raise NotImplementedError(cls.__name__)

    def is_created(self) -> bool:
        """Always: it exists once it is made."""
        return True


def new_account(account: str, region: str) -> SandboxEc2:
    """Forget everything moto holds in this process and make the account's EC2 anew, with its default VPC."""
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    BackendDict.reset()
    forget_the_dead()
    moto.iam.urls.url_paths["{0}/$"] = SandboxIam.dispatch
    backends: Any = ec2_backends
    backends.backend = SandboxEc2
    ec2 = backends[account][region]
    if not isinstance(ec2, SandboxEc2):
        raise TypeError(f"moto made a {type(ec2).__name__} where {SandboxEc2.__name__} was asked for")
    return ec2


def forget_the_dead() -> None:
    """Let go of resources that are kept for moto's dashboard alone."""
    reset_model_data()


def identity_management(account: str, region: str) -> IAMBackend:
    """moto's IAM of the account; IAM has one per partition."""
    return iam_backends[account][get_partition(region)]


def role_behind(account: str, region: str, access_key: str) -> str | None:
    """ARN of the role of a session, by the session's key; None for a key of no session."""
    sessions = sts_backends[account][get_partition(region)]
    session = sessions.get_assumed_role_from_access_key(access_key)
    return session.role_arn if session else None


def event_bridge(account: str, region: str) -> EventsBackend:
    """moto's EventBridge of the account and region."""
    return events_backends[account][region]


def cloud_watch_logs(account: str, region: str) -> LogsBackend:
    """moto's CloudWatch Logs of the account and region."""
    return logs_backends[account][region]

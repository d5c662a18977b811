"""What handlers work in: clients of the emulated AWS and of the local control plane, and a way to wait."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

from sandbox.engine.charts import Charts, ChartSource
from sandbox.engine.errors import SandboxError
from sandbox.engine.helm import Helm
from sandbox.environment import ACCESS_KEY
from sandbox.paths import SandboxPaths

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_ecr import ECRClient
    from types_boto3_eks import EKSClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_iam import IAMClient
    from types_boto3_kms import KMSClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient
    from types_boto3_sts import STSClient

    from sandbox.engine.kubernetes_api import KubernetesApi

PROGRESS: ContextVar[Callable[[str], None] | None] = ContextVar("progress", default=None)
"""Where a handler's waiting is reported to; set around every call of a handler."""

POLL_SECONDS = 0.25
"""Between two looks at something that is waited for. Everything is on this machine, so looking is cheap."""

_CONFIG = Config(
    max_pool_connections=32, read_timeout=120, retries={"mode": "standard", "total_max_attempts": 5}
)


class World:
    """Region, directory and clients. Clients are made on first use: each costs up to 0.2 s of start-up."""

    partition = "aws"

    def __init__(
        self,
        region: str,
        paths: SandboxPaths,
        endpoint: str | None = None,
        helm_binary: Path | None = None,
        chart_source: ChartSource | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`paths` are the sandbox's, `endpoint` its emulated AWS; helm is looked for on PATH by default."""
        self.region = region
        self.paths = paths
        self.endpoint = endpoint
        self._helm_binary = helm_binary
        self._chart_source = chart_source
        self._sleep = sleep
        self._clock = clock
        self._lock = RLock()  # making a client is not thread-safe, using one is (boto3's guide to threads)

    @cached_property
    def _session(self) -> botocore.session.Session:
        return botocore.session.get_session()

    def _client(self, service: str) -> Any:
        """A client with region, keys and endpoint spelt out.

        No environment and no configuration file can then lead to an account that exists. It is botocore's and
        not boto3's, which takes another tenth of a second to import.
        """
        with self._lock:
            return self._session.create_client(
                service,
                region_name=self.region,
                endpoint_url=self.endpoint,
                aws_access_key_id=ACCESS_KEY,
                aws_secret_access_key=ACCESS_KEY,
                config=_CONFIG,
            )

    @cached_property
    def ec2(self) -> "EC2Client":
        """EC2 and VPC."""
        client: EC2Client = self._client("ec2")
        return client

    @cached_property
    def ecr(self) -> "ECRClient":
        """ECR."""
        client: ECRClient = self._client("ecr")
        return client

    @cached_property
    def eks(self) -> "EKSClient":
        """EKS."""
        client: EKSClient = self._client("eks")
        return client

    @cached_property
    def iam(self) -> "IAMClient":
        """IAM."""
        client: IAMClient = self._client("iam")
        return client

    @cached_property
    def kms(self) -> "KMSClient":
        """KMS."""
        client: KMSClient = self._client("kms")
        return client

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        """CloudWatch Logs."""
        client: CloudWatchLogsClient = self._client("logs")
        return client

    @cached_property
    def events(self) -> "EventBridgeClient":
        """EventBridge."""
        client: EventBridgeClient = self._client("events")
        return client

    @cached_property
    def sqs(self) -> "SQSClient":
        """SQS."""
        client: SQSClient = self._client("sqs")
        return client

    @cached_property
    def ssm(self) -> "SSMClient":
        """Systems Manager."""
        client: SSMClient = self._client("ssm")
        return client

    @cached_property
    def sts(self) -> "STSClient":
        """STS."""
        client: STSClient = self._client("sts")
        return client

    @cached_property
    def account(self) -> str:
        """Account id of the emulated AWS."""
        return str(self.sts.get_caller_identity()["Account"])

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this region and account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @cached_property
    def kubernetes(self) -> "KubernetesApi":
        """The local control plane's API."""
        from sandbox.engine.kubernetes_api import KubernetesApi

        return KubernetesApi(self.paths.kubeconfig)

    @cached_property
    def helm(self) -> Helm:
        """The helm binary."""
        return Helm(self._helm_binary, self.paths.kubeconfig, self.paths.root / "helm")

    @cached_property
    def charts(self) -> Charts:
        """Where charts come from."""
        return Charts(self._chart_source, self.helm, self.paths.charts)

    def progress(self, message: str) -> None:
        """Say what the resource in hand is waiting for."""
        report = PROGRESS.get()
        if report is not None:
            report(message)

    def wait(self, until: Callable[[], bool], seconds: float, reason: Callable[[], str]) -> None:
        """Poll `until` it holds, saying the reason now and then; SandboxError with it after `seconds`."""
        begin = self._clock()
        reported = begin
        while not until():
            now = self._clock()
            if now - begin > seconds:
                raise SandboxError(
                    reason(), f"still waiting after {seconds:.0f} s", "see to it, then run again"
                )
            if now - reported > 3:
                reported = now
                self.progress(f"waiting for {reason()} ({now - begin:.0f} s)")
            self._sleep(POLL_SECONDS)

"""A real Prometheus for the sandbox: it takes Karpenter's metrics and evaluates the alerts of the stack.

It is started by who wants to see metrics, and then stays until the sandbox is taken down. It is no part of
the world that `up` starts: its build takes minutes of its own, and nothing else needs it.
"""

import json
import signal
import time
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from sandbox.environment import without_credentials
from sandbox.paths import SandboxPaths
from sandbox.world.control_plane_config import LOOPBACK, reserved_ports
from sandbox.world.errors import ProcessError
from sandbox.world.processes import Processes
from sandbox.world.prometheus_api import PrometheusApi
from sandbox.world.tools import Tools

NAME = "prometheus"

READY_SECONDS = 30.0
"""How long it may take to answer; it takes about 1 s."""

SCRAPE_SECONDS = 5
"""Between two looks at Karpenter, and between two evaluations of the alerts."""

RETENTION = "1d"

_LISTEN = "--web.listen-address="


class Prometheus:
    """The daemon of one sandbox."""

    def __init__(self, paths: SandboxPaths) -> None:
        """Its configuration and its data are kept in `paths.prometheus`."""
        self._folder = paths.prometheus
        self._paths = paths
        self._processes = Processes(paths)

    def start(self, tools: Tools, rules: Mapping[str, Any], ports: Sequence[int]) -> PrometheusApi:
        """Start it, or tell a running one of other rules or ports; return once it answers.

        `rules` is a rule file's content (`groups: ...`), `ports` those of this machine to take metrics from.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._write("targets.json", json.dumps([{"targets": [f"{LOOPBACK}:{port}" for port in ports]}]))
        changed = self._write("rules.yaml", yaml.safe_dump(dict(rules), sort_keys=False))
        self._write("prometheus.yaml", yaml.safe_dump(self._configuration(), sort_keys=False))
        record = self._processes.running().get(NAME)
        process = record.process() if record else None
        if record is None or process is None:
            with reserved_ports(1) as (port,):
                self._processes.start(NAME, self._command(tools, port), without_credentials(self._paths))
                return self._answering(port)
        if changed:
            process.send_signal(signal.SIGHUP)
        return self._answering(_port(record.command))

    def stop(self) -> None:
        """End it; what it has measured is kept."""
        self._processes.stop(NAME)

    def _command(self, tools: Tools, port: int) -> list[str]:
        return [
            str(tools.path("prometheus")),
            f"--config.file={self._folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={self._folder / 'data'}",
            f"--storage.tsdb.retention.time={RETENTION}",
            f"{_LISTEN}{LOOPBACK}:{port}",
            "--log.level=warn",
        ]

    def _configuration(self) -> dict[str, Any]:
        return {
            "global": {
                "scrape_interval": f"{SCRAPE_SECONDS}s",
                "evaluation_interval": f"{SCRAPE_SECONDS}s",
            },
            "rule_files": [str(self._folder / "rules.yaml")],
            "scrape_configs": [
                {
                    "job_name": "karpenter",
                    # As Karpenter's ServiceMonitor says: a pod's own namespace is not Karpenter's.
                    "honor_labels": True,
                    "file_sd_configs": [{"files": [str(self._folder / "targets.json")]}],
                    # Every instance type that AWS has, in every zone: three quarters of all series.
                    "metric_relabel_configs": [
                        {
                            "source_labels": ["__name__"],
                            "regex": "karpenter_cloudprovider_instance_type_.*",
                            "action": "drop",
                        }
                    ],
                }
            ],
        }

    def _write(self, name: str, text: str) -> bool:
        """Write a file at once, as Prometheus may be reading it; whether that changed it."""
        path = self._folder / name
        if path.exists() and path.read_text() == text:
            return False
        draft = path.with_suffix(".draft")
        draft.write_text(text)
        draft.replace(path)
        return True

    def _answering(self, port: int) -> PrometheusApi:
        api = PrometheusApi(port)
        deadline = time.monotonic() + READY_SECONDS
        while not api.is_ready():
            if NAME not in self._processes.running() or time.monotonic() > deadline:
                fault = f"does not answer: {self._processes.last_words(NAME)}"
                raise ProcessError(NAME, fault, f"see {self._processes.log(NAME)}")
            time.sleep(0.1)
        return api


def _port(command: Sequence[str]) -> int:
    address = next(word for word in command if word.startswith(_LISTEN))
    return int(address.rpartition(":")[2])

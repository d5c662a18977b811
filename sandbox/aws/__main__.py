"""`python -m sandbox.aws --directory ROOT --region R`: serve an emulated AWS until told to stop."""

import argparse
import json
import logging
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from sandbox.aws.server import Server
from sandbox.aws.world import Clock, World, utc_now
from sandbox.signals import requests_to_end


def main() -> int:
    """Serve, write `aws.json` once listening, remove it and exit with 0 on SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="sandbox.aws", description=__doc__)
    parser.add_argument(
        "--directory", type=Path, required=True, help="directory of the sandbox; gets aws.json"
    )
    parser.add_argument("--region", default="us-west-2", help="the region to be")
    parser.add_argument("--day", type=date.fromisoformat, help="the day to begin at; today without it")
    arguments = parser.parse_args()
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    requests = requests_to_end()
    server = Server(World(arguments.region, beginning_at(arguments.day) if arguments.day else utc_now))
    server.start()
    announcement: Path = arguments.directory / "aws.json"
    announce(announcement, server.endpoint)
    logging.getLogger("sandbox.aws").info("region %s at %s", arguments.region, server.endpoint)
    requests.get()
    announcement.unlink(missing_ok=True)
    server.stop()
    return 0


def beginning_at(day: date) -> Clock:
    """A clock that shows the midnight at which that day begins, and goes on from there."""
    ahead = datetime(day.year, day.month, day.day, tzinfo=UTC) - utc_now()
    return lambda: utc_now() + ahead


def announce(file: Path, endpoint: str) -> None:
    """Write the endpoint so that a reader sees either nothing or all of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps({"endpoint": endpoint}), encoding="utf-8")
    unfinished.replace(file)


if __name__ == "__main__":
    sys.exit(main())

"""The two logs that this project began with. The sandbox replays them, and so they are kept there."""

from pathlib import Path

RECORDINGS = Path(__file__).parents[2] / "sandbox" / "recordings"

SEED_EFA = RECORDINGS / "g4dn.8xlarge" / "2-nodes" / "all_reduce-efa.log"
SEED_SOCKET = SEED_EFA.with_name("all_reduce-socket.log")

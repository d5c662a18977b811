import base64
import stat
from pathlib import Path

from sandbox.world import kubeconfigs
from sandbox.world.control_plane_config import PORTS, free_ports, kwokctl_configuration
from sandbox.world.tools import Tools


def kubeconfig(folder: Path) -> dict[str, object]:
    for name in ("ca.crt", "admin.crt", "admin.key"):
        (folder / name).write_text(name)
    return {
        "clusters": [
            {
                "name": "c",
                "cluster": {"server": "https://127.0.0.1:7", "certificate-authority": str(folder / "ca.crt")},
            }
        ],
        "users": [
            {
                "name": "u",
                "user": {
                    "client-certificate": str(folder / "admin.crt"),
                    "client-key": str(folder / "admin.key"),
                },
            }
        ],
        "current-context": "c",
    }


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_an_embedded_kubeconfig_needs_no_file_beside_it(tmp_path: Path) -> None:
    embedded = kubeconfigs.embedded(kubeconfig(tmp_path))
    assert str(tmp_path) not in str(embedded)
    assert kubeconfigs.certificate_authority(embedded) == encoded("ca.crt")
    assert kubeconfigs.server(embedded) == "https://127.0.0.1:7"
    assert embedded["users"][0]["user"] == {
        "client-certificate-data": encoded("admin.crt"),
        "client-key-data": encoded("admin.key"),
    }


def test_a_token_takes_the_place_of_the_admins_certificate(tmp_path: Path) -> None:
    seen = kubeconfigs.with_token(kubeconfigs.embedded(kubeconfig(tmp_path)), "secret")
    assert [user["user"] for user in seen["users"]] == [{"token": "secret"}]
    assert kubeconfigs.server(seen) == "https://127.0.0.1:7"


def test_a_kubeconfig_is_its_owners_alone_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    kubeconfigs.write(path, kubeconfigs.embedded(kubeconfig(tmp_path)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kubeconfigs.read(path) == kubeconfigs.embedded(kubeconfig(tmp_path))


def test_ports_are_all_different() -> None:
    assert len(set(free_ports(50))) == 50


def test_the_control_plane_is_of_our_own_binaries_on_loopback_and_downloads_nothing(tmp_path: Path) -> None:
    ports = dict(zip(PORTS, range(1, 7), strict=True))
    options = kwokctl_configuration(Tools(tmp_path), ports, tmp_path / "stages.yaml")["options"]
    assert options["bindAddress"] == "127.0.0.1"
    binaries = {value for key, value in options.items() if key.endswith("Binary")}
    assert {Path(binary).parent for binary in binaries} == {tmp_path / "bin"}
    assert len(binaries) == 6
    assert ports.items() <= options.items()

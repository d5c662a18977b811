import subprocess
from pathlib import Path

import pytest

from components.efa_counters import EFA_COUNTERS, SYSFS, TEXTFILES, counters_script, efa_counters_values
from tests.components.known_metrics import listed


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    """The /sys of a node with two EFA devices, one with an older driver than the other."""
    root = tmp_path / "sys"
    for device, counters in {
        "rdmap16s27": {"tx_bytes": 18446744073709551615, "rx_drops": 0, "retrans_bytes": 7, "lifespan": 12},
        "rdmap32s27": {"tx_bytes": 5, "rx_drops": 3},
    }.items():
        folder = root / "class/infiniband" / device / "ports/1/hw_counters"
        folder.mkdir(parents=True)
        for counter, value in counters.items():
            (folder / counter).write_text(f"{value}\n")
    return root


def look(sysfs: Path, textfiles: Path) -> str:
    """What one look leaves for the collector."""
    textfiles.mkdir(exist_ok=True)
    script = counters_script(str(sysfs), str(textfiles))
    done = subprocess.run(["/bin/sh", "-euc", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert [path.name for path in textfiles.iterdir()] == ["efa.prom"]
    return (textfiles / "efa.prom").read_text()


def test_every_counter_of_every_device_becomes_a_metric(sysfs: Path, tmp_path: Path) -> None:
    assert look(sysfs, tmp_path / "textfiles").splitlines() == [
        "# TYPE node_amazonefa_tx_bytes counter",
        'node_amazonefa_tx_bytes{device="rdmap16s27",port="1"} 18446744073709551615',
        'node_amazonefa_tx_bytes{device="rdmap32s27",port="1"} 5',
        "# TYPE node_amazonefa_rx_drops counter",
        'node_amazonefa_rx_drops{device="rdmap16s27",port="1"} 0',
        'node_amazonefa_rx_drops{device="rdmap32s27",port="1"} 3',
        "# TYPE node_amazonefa_retrans_bytes counter",
        'node_amazonefa_retrans_bytes{device="rdmap16s27",port="1"} 7',
    ]


def test_a_node_without_efa_has_no_metric_and_no_complaint(tmp_path: Path) -> None:
    (tmp_path / "sys").mkdir()
    assert look(tmp_path / "sys", tmp_path / "textfiles") == ""


def test_a_counter_that_cannot_be_read_hides_no_other(sysfs: Path, tmp_path: Path) -> None:
    broken = sysfs / "class/infiniband/rdmap16s27/ports/1/hw_counters/tx_bytes"
    broken.write_text("")
    told = look(sysfs, tmp_path / "textfiles")
    assert 'node_amazonefa_tx_bytes{device="rdmap16s27"' not in told
    assert 'node_amazonefa_tx_bytes{device="rdmap32s27",port="1"} 5' in told


def test_a_second_look_replaces_the_first(sysfs: Path, tmp_path: Path) -> None:
    first = look(sysfs, tmp_path / "textfiles")
    (sysfs / "class/infiniband/rdmap32s27/ports/1/hw_counters/tx_bytes").write_text("6\n")
    second = look(sysfs, tmp_path / "textfiles")
    assert first != second
    assert 'tx_bytes{device="rdmap32s27",port="1"} 6' in second


def test_the_counters_are_all_those_of_the_driver() -> None:
    assert sorted(EFA_COUNTERS) == sorted(listed("efa-driver"))


def test_the_shell_can_read_the_counters_and_write_the_file_and_nothing_else() -> None:
    (sidecar,) = efa_counters_values()["sidecars"]
    (shared,) = efa_counters_values()["sidecarVolumeMount"]
    assert sidecar["volumeMounts"] == [{"name": "sys", "mountPath": SYSFS, "readOnly": True}]
    assert (shared["mountPath"], shared["readOnly"]) == (TEXTFILES, False)
    assert "image" not in sidecar

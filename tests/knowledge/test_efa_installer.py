"""The script runs for real, with stand-ins for what it would download and verify."""

import os
import subprocess
from pathlib import Path

import pytest

from knowledge.efa_installer import EFA_INSTALLER, SIGNING_KEY, install_script

STAND_INS = {
    # Leaves a file of the address's last part, as curl --remote-name does, and notes the address.
    "curl": 'for url; do :; done; echo "$url" >> "$NOTES/downloads"; touch "$(basename "$url")"',
    # Amazon Linux 2023: a gpg that does not do, until dnf has swapped it.
    "rpm": 'test "$*" = "--query --quiet gnupg2-minimal" && test ! -e "$NOTES/swapped"',
    "dnf": 'echo "$*" > "$NOTES/swapped"',
    "systemctl": 'echo "$@" > "$NOTES/systemctl"',
    "gpg": 'test -e "$NOTES/swapped" || exit 2; case "$*" in *--verify*) echo "[GNUPG:] $VERDICT";; esac',
    "tar": """
        mkdir aws-efa-installer
        printf '#!/bin/bash\\necho "$@" > "$NOTES/installed"\\n' > aws-efa-installer/efa_installer.sh
        chmod +x aws-efa-installer/efa_installer.sh
    """,
}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    for name, body in STAND_INS.items():
        stand_in = tmp_path / "bin" / name
        stand_in.parent.mkdir(exist_ok=True)
        stand_in.write_text(f"#!/bin/bash\n{body}\n")
        stand_in.chmod(0o755)
    return tmp_path


def run(notes: Path, verdict: str) -> int:
    environment = {
        "PATH": f"{notes / 'bin'}:{os.defpath}",
        "NOTES": str(notes),
        "VERDICT": verdict,
        "TMPDIR": str(notes),
    }
    return subprocess.run(["bash", "-c", install_script()], env=environment, timeout=30).returncode


def valid(key: str) -> str:
    return f"VALIDSIG {'A' * 40} 2026-04-14 1776124800 0 4 0 1 10 00 {key}"


def test_a_signed_installer_is_run_for_the_driver_alone(notes: Path) -> None:
    assert run(notes, valid(SIGNING_KEY)) == 0
    assert (notes / "installed").read_text() == "--minimal -y\n"


@pytest.mark.parametrize("verdict", [valid("B" * 40), f"BADSIG {SIGNING_KEY}", f"ERRSIG {SIGNING_KEY}"])
def test_an_installer_with_another_signature_is_not_run(notes: Path, verdict: str) -> None:
    assert run(notes, verdict) != 0
    assert not (notes / "installed").exists()


@pytest.mark.parametrize("broken", ["curl", "dnf", "tar"])
def test_an_instance_that_cannot_have_efa_is_switched_off_before_its_kubelet_starts(
    notes: Path, broken: str
) -> None:
    (notes / "bin" / broken).write_text("#!/bin/bash\nexit 3\n")
    assert run(notes, valid(SIGNING_KEY)) != 0
    assert (notes / "systemctl").read_text() == "poweroff\n"


def test_one_that_has_it_stays(notes: Path) -> None:
    assert run(notes, valid(SIGNING_KEY)) == 0
    assert not (notes / "systemctl").exists()


def test_a_gpg_that_imports_no_key_is_swapped_for_one_that_does(notes: Path) -> None:
    run(notes, valid(SIGNING_KEY))
    assert (notes / "swapped").read_text() == "--assumeyes --quiet swap gnupg2-minimal gnupg2-full\n"


def test_other_systems_keep_their_gpg(notes: Path) -> None:
    (notes / "bin" / "rpm").unlink()
    (notes / "bin" / "gpg").write_text(f"#!/bin/bash\n{STAND_INS['gpg'].partition('; ')[2]}\n")
    assert run(notes, valid(SIGNING_KEY)) == 0
    assert not (notes / "swapped").exists()


def test_the_pinned_version_its_signature_and_the_key_are_downloaded_from_aws(notes: Path) -> None:
    run(notes, valid(SIGNING_KEY))
    assert (notes / "downloads").read_text().split() == [
        "https://efa-installer.amazonaws.com/aws-efa-installer.key",
        f"https://efa-installer.amazonaws.com/aws-efa-installer-{EFA_INSTALLER}.tar.gz",
        f"https://efa-installer.amazonaws.com/aws-efa-installer-{EFA_INSTALLER}.tar.gz.sig",
    ]


def test_nothing_is_left_in_the_temporary_directory(notes: Path) -> None:
    run(notes, valid(SIGNING_KEY))
    assert {each.name for each in notes.iterdir()} == {"bin", "downloads", "installed", "swapped"}

"""The EFA installer at first boot, for images of your own that lack the driver.

EKS's AL2023 NVIDIA and Neuron images carry it already (EKS user guide, node-efa).
"""

EFA_INSTALLER = "1.48.0"
"""The installer in AWS's own nccl-tests image of 2026-06-23, whose whole set of versions AWS has run together
(awslabs/awsome-distributed-ai, micro-benchmarks/nccl-tests/nccl-tests.Dockerfile)."""

SIGNING_KEY = "4E9091BCBB97A96B26B15E59A05480B1DD2D3CCC"
"""Fingerprint of the key that AWS signs installers with (EC2 user guide, efa-start)."""

_SCRIPT = """\
#!/bin/bash
# Installs the EFA kernel module and rdma-core; libfabric and the NCCL plugin come with the containers.
set -euo pipefail

readonly version={version} key={key}
readonly archive="aws-efa-installer-${{version}}.tar.gz" site=https://efa-installer.amazonaws.com
readonly installed=/opt/amazon/efa_installed_packages

if grep --quiet --fixed-strings "EFA installer version: ${{version}}" "${{installed}}" 2>/dev/null; then
  exit 0
fi

work=$(mktemp --directory)
ended() {{
  local status=$?
  rm -rf "${{work}}"
  if [ "${{status}}" -ne 0 ]; then
    # The kubelet has not started yet. A node without its EFA would be paid for and of no use; one that is off
    # is replaced by Auto Scaling or Karpenter.
    echo "EFA could not be installed (status ${{status}}): this instance is switched off" >&2
    systemctl poweroff
  fi
}}
trap ended EXIT
cd "${{work}}"
for file in aws-efa-installer.key "${{archive}}" "${{archive}}.sig"; do
  curl --fail --silent --show-error --retry 5 --retry-all-errors --remote-name "${{site}}/${{file}}"
done

# Amazon Linux 2023 has a gpg that imports no key, and no gpgv (amazonlinux/amazon-linux-2023#243, #650).
# EKS's own image is made so, too (awslabs/amazon-eks-ami, templates/al2023/provisioners/install-efa.sh).
if rpm --query --quiet gnupg2-minimal 2>/dev/null; then
  dnf --assumeyes --quiet swap gnupg2-minimal gnupg2-full
fi
export GNUPGHOME="${{work}}/gnupg"
mkdir --mode 700 "${{GNUPGHOME}}"
gpg --batch --quiet --import aws-efa-installer.key
gpg --batch --status-fd 1 --verify "${{archive}}.sig" "${{archive}}" \\
  | grep "^\\[GNUPG:\\] VALIDSIG .*${{key}}$" >/dev/null

tar --extract --gzip --file "${{archive}}"
cd aws-efa-installer
./efa_installer.sh --minimal -y
"""


def install_script(version: str = EFA_INSTALLER) -> str:
    """A shell script that installs this version unless it is there, and runs nothing that AWS did not
    sign. Where it cannot, it switches the instance off."""
    return _SCRIPT.format(version=version, key=SIGNING_KEY)

#!/bin/bash
# Installs the EFA software that belongs into a container: libfabric, Open MPI and aws-ofi-nccl. The kernel module is
# the node's (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-installer-containers.html).
set -euo pipefail

: "${EFA_INSTALLER_VERSION:?comes from versions.env}" "${AWS_OFI_NCCL_VERSION:?comes from versions.env}"

# Fingerprint of the key that AWS signs installers with (EC2 user guide, efa-start).
readonly key=4E9091BCBB97A96B26B15E59A05480B1DD2D3CCC
readonly site=https://efa-installer.amazonaws.com archive="aws-efa-installer-${EFA_INSTALLER_VERSION}.tar.gz"

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends ca-certificates curl gnupg

work=$(mktemp --directory)
trap 'rm -rf "${work}"' EXIT
cd "${work}"
for file in aws-efa-installer.key "${archive}" "${archive}.sig"; do
  curl --fail --silent --show-error --retry 5 --retry-all-errors --remote-name "${site}/${file}"
done

export GNUPGHOME="${work}/gnupg"
mkdir --mode 700 "${GNUPGHOME}"
gpg --batch --quiet --import aws-efa-installer.key
gpg --batch --status-fd 1 --verify "${archive}.sig" "${archive}" | grep "^\[GNUPG:\] VALIDSIG .*${key}$" > /dev/null

tar --extract --gzip --file "${archive}"
# A container can neither load modules nor raise its limits, and finds no device before it runs on a node.
(cd aws-efa-installer && ./efa_installer.sh -y --skip-kmod --skip-limit-conf --no-verify)
rm -rf /var/lib/apt/lists/*

# The image's tag names the plugin, so it must not be another. It logs its name and its version as it starts.
plugin=$(find /opt/amazon/ofi-nccl -name libnccl-net.so -print -quit)
if ! grep --text --quiet --fixed-strings "aws-ofi-nccl ${AWS_OFI_NCCL_VERSION#v}" "${plugin:-/dev/null}"; then
  echo "versions.env: EFA installer ${EFA_INSTALLER_VERSION} brings no aws-ofi-nccl ${AWS_OFI_NCCL_VERSION}" >&2
  exit 1
fi

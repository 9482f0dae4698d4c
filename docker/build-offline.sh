#!/bin/sh
# Builds the image where no registry of images can be reached: the base comes from debootstrap and this machine's own
# apt sources, the build runs in buildah. Needs root, debootstrap and buildah on Debian; pip must reach a package index.
#
#   docker/build-offline.sh [TAG] [DOCKER-ARCHIVE]      e.g. docker/build-offline.sh lienthong:local /tmp/lienthong.tar
#
# With an archive, the image goes there (`docker load -i`, `podman load -i`) and nothing else stays behind;
# without, it stays in build/image/storage.
set -eu

tag=${1:-lienthong:local}
archive=${2:-}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=$root/build/image
base=lienthong-base:bookworm
mkdir -p "$work"
buildah() {
    command buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"
}

# Security fixes and point-release updates come from the same sources as this machine's own.
apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    grep -E ' bookworm(-updates|-security)? main$' | sort -u >"$work/sources.list"
mirror=$(awk '$3 == "bookworm" { print $2; exit }' "$work/sources.list")
test -n "$mirror" || { echo "No apt source of Debian bookworm on this machine." >&2; exit 1; }

# Whatever happens, no half-made container stays on the disk.
trap 'test ! -d "$work/storage" || buildah rm --all >/dev/null' EXIT
container=$(buildah from scratch)
tree=$(buildah mount "$container")
debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv bookworm "$tree" "$mirror" >"$work/debootstrap.log"
cp "$work/sources.list" "$tree/etc/apt/sources.list"
chroot "$tree" apt-get -qq update
DEBIAN_FRONTEND=noninteractive chroot "$tree" apt-get -qq -y -o Dpkg::Use-Pty=0 upgrade >>"$work/debootstrap.log"
rm -rf "$tree"/var/cache/apt/* "$tree"/var/lib/apt/lists/* "$tree"/var/log/* "$tree"/tmp/* \
    "$tree"/usr/share/man/* "$tree"/usr/share/locale/*
find "$tree/usr/share/doc" ! -type d ! -name copyright -delete
buildah umount "$container" >/dev/null
buildah commit -q --rm "$container" "$base" >/dev/null

# This machine's package index and certificates are lent to the build and do not stay in the image.
set --
test ! -f /etc/pip.conf || set -- "$@" --secret id=pip,src=/etc/pip.conf
test ! -f /etc/ssl/certs/ca-certificates.crt || set -- "$@" --secret id=ca,src=/etc/ssl/certs/ca-certificates.crt
# docker's format, since OCI's has no HEALTHCHECK.
buildah bud --isolation chroot --format docker --layers=false --build-arg BASE="localhost/$base" "$@" \
    -f "$root/docker/Dockerfile" -t "$tag" "$root"

if [ -n "$archive" ]; then
    rm -f "$archive"
    buildah push -q "$tag" "docker-archive:$archive:$tag"
    buildah rmi --all --force >/dev/null
    rm -rf "$work"
    ls -lh "$archive"
fi

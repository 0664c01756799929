#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# demo.sh - a harmless attack to watch saker with: a container with more rights
# than it needs mounts a tmpfs and moves into new namespaces.
set -eu

attack='mount -t tmpfs none /mnt; unshare -m true; echo done'

for engine in docker podman; do
	if "$engine" info >/dev/null 2>&1; then
		set -x
		exec "$engine" run --rm --privileged busybox sh -c "$attack"
	fi
done

if [ "$(id -u)" -ne 0 ] || ! command -v runc >/dev/null ||
	! command -v jq >/dev/null || ! command -v busybox >/dev/null; then
	echo "demo.sh: needs docker or podman, or root with runc, jq and busybox-static" >&2
	exit 3
fi

bundle=$(mktemp -d)
trap 'rm -rf "$bundle"' EXIT
mkdir -p "$bundle/rootfs/bin" "$bundle/rootfs/mnt"
cp "$(command -v busybox)" "$bundle/rootfs/bin/busybox"
ln -s busybox "$bundle/rootfs/bin/sh"
cd "$bundle"
runc spec
jq --arg attack "$attack" '
	.process.terminal = false | .root.readonly = false |
	.process.args = ["sh", "-c", $attack] |
	.process.capabilities[] = ["CAP_SYS_ADMIN"]' config.json >new.json
mv new.json config.json
set -x
runc run "saker-demo-$$"

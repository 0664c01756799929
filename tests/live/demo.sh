#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# demo.sh - a harmless attack to watch saker with: a container with more rights
# than it needs mounts a tmpfs and moves into new namespaces. Of docker, podman
# and runc the first that can do it: an engine may have no image, and no way to
# get one.
set -u

# The shell stays for a while: what a response would have reached is there.
attack='mount -t tmpfs none /mnt; unshare -m true; echo done; sleep 3'
image=${DEMO_IMAGE:-docker.io/library/busybox}

say()
{
	echo "demo.sh: $*" >&2
}

# limited COMMAND...: a registry that does not answer is none.
limited()
{
	if command -v timeout >/dev/null; then timeout "${DEMO_PATIENCE:-20}" "$@"; else "$@"; fi
}

for engine in docker podman; do
	command -v "$engine" >/dev/null || continue
	limited "$engine" info >/dev/null 2>&1 || continue
	if ! "$engine" image inspect "$image" >/dev/null 2>&1 &&
		! limited "$engine" pull -q "$image" >/dev/null 2>&1; then
		say "$engine has no image $image and cannot get it"
		continue
	fi
	say "$engine run --rm --privileged $image sh -c '$attack'"
	"$engine" run --rm --privileged "$image" sh -c "$attack" && exit 0
	say "$engine could not run it"
done

if [ "$(id -u)" -ne 0 ] || ! command -v runc >/dev/null ||
	! command -v jq >/dev/null || ! command -v busybox >/dev/null; then
	say "needs docker or podman with the image $image, or root with runc, jq and busybox-static"
	exit 3
fi

set -e
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
say "runc run saker-demo-$$: sh -c '$attack'"
runc run "saker-demo-$$"

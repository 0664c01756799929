#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# matrix.sh [SUITE...] - builds saker in each Debian release, with that
# release's compiler and libraries, boots that release's kernel in qemu, and runs
# the live tests there, against its auditd and runc. Root, debootstrap,
# qemu-system-x86 and e2fsprogs are needed, and a Debian mirror; minutes to an
# hour a release, because qemu emulates where there is no /dev/kvm.
#   MATRIX_DIR    where trees and images stay for the next time (default: matrix)
#   MATRIX_TESTS  the tests, as in make check-live TESTS=... (default: those that
#                 measure nothing)
#   MATRIX_MIRROR default: http://deb.debian.org/debian
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
dir=${MATRIX_DIR:-matrix}
mirror=${MATRIX_MIRROR:-http://deb.debian.org/debian}
tests=${MATRIX_TESTS:-netlink auditd_plugin attribution identity hostile kernel_state restore blinded snapshot}
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(bullseye bookworm trixie)

die()
{
	echo "matrix.sh: $*" >&2
	exit 77
}

for command in debootstrap qemu-system-x86_64 mke2fs; do
	command -v "$command" >/dev/null || die "$command is missing"
done
[ "$(id -u)" -eq 0 ] || die "needs root"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

# The release with a kernel, once.
make_tree() # SUITE
{
	[ ! -f "$dir/$1.tree/.ready" ] || return 0
	rm -rf "$dir/$1.tree"
	debootstrap --variant=minbase \
		--include=linux-image-amd64,initramfs-tools,ca-certificates,iproute2,kmod \
		"$1" "$dir/$1.tree" "$mirror" >"$dir/$1.debootstrap.log" 2>&1 ||
		{
			tail -n 3 "$dir/$1.debootstrap.log" >&2
			return 1
		}
	: >"$dir/$1.tree/.ready"
}

# saker of this source tree, built there by the way that the README tells.
build_there() # SUITE
{
	local tree=$dir/$1.tree

	rm -rf "$tree/saker"
	mkdir -p "$tree/saker"
	(cd "$here" && git ls-files -z | xargs -0 tar -cf -) | tar -C "$tree/saker" -xf -
	cp /etc/resolv.conf "$tree/etc/resolv.conf"
	mount --bind /dev "$tree/dev"
	mount -t proc proc "$tree/proc"
	chroot "$tree" sh -c 'cd /saker && ./bootstrap build &&
		apt-get -q -y --no-install-recommends install auditd runc crun busybox-static procps jq make gcc libc6-dev &&
		make -C build -j2 check TESTS=' >"$dir/$1.build.log" 2>&1 || {
		local rc=$?
		umount "$tree/proc" "$tree/dev"
		tail -n 20 "$dir/$1.build.log" >&2
		return "$rc"
	}
	umount "$tree/proc" "$tree/dev"
}

# What runs as the machine's first process: mounts, the tests, the end.
make_init() # SUITE
{
	cat >"$dir/$1.tree/matrix-init" <<-END
	#!/bin/bash
	export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs dev /dev 2>/dev/null
	mkdir -p /dev/pts /dev/shm /run/lock
	mount -t devpts devpts /dev/pts
	mount -t tmpfs tmpfs /run
	mount -t tmpfs tmpfs /tmp
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	ip link set lo up
	echo "kernel \$(uname -r), \$(auditctl -v), \$(runc --version | head -n 1)"
	cd /saker/build
	for test in $tests; do
		timeout 1800 make check-TESTS TESTS=tests/live/\$test.sh \\
			TEST_SUITE_LOG=tests/live/test-suite.log </dev/null 2>&1 |
			grep -E '^(PASS|FAIL|SKIP|ERROR|XFAIL):' ||
			echo "FAIL: tests/live/\$test.sh did not end"
		grep -E '^(FAIL|ERROR)' tests/live/\$test.sh.trs >/dev/null 2>&1 &&
			tail -n 30 tests/live/\$test.sh.log
		grep -q ':test-result: \\(FAIL\\|ERROR\\)' tests/live/\$test.sh.trs 2>/dev/null &&
			tail -n 30 tests/live/\$test.sh.log
	done
	echo "matrix: done"
	sync
	echo o >/proc/sysrq-trigger
	sleep 60
	END
	chmod 755 "$dir/$1.tree/matrix-init"
}

boot() # SUITE
{
	local tree=$dir/$1.tree image=$dir/$1.img accel=tcg kernel

	[ ! -w /dev/kvm ] || [ -z "${MATRIX_KVM:-}" ] || accel=kvm
	kernel=$(basename "$tree"/boot/vmlinuz-*)
	rm -f "$image"
	mke2fs -q -t ext4 -d "$tree" "$image" 6G
	timeout "${MATRIX_SECONDS:-7200}" qemu-system-x86_64 -accel "$accel" -cpu max \
		-smp 2 -m 2048 -nographic -no-reboot -kernel "$tree/boot/$kernel" \
		-initrd "$tree/boot/initrd.img-${kernel#vmlinuz-}" \
		-drive "file=$image,format=raw,if=virtio,cache=unsafe" \
		-append "root=/dev/vda rw console=ttyS0 quiet panic=-1 init=/matrix-init" \
		</dev/null >"$dir/$1.console" 2>&1 || true
	rm -f "$image"
	tr -d '\r' <"$dir/$1.console" | sed -n '/^kernel /,/^matrix: done/p'
}

failed=0
for suite in "${suites[@]}"; do
	echo "== $suite"
	make_tree "$suite" && build_there "$suite" && make_init "$suite" || {
		echo "FAIL: $suite"
		failed=1
		continue
	}
	boot "$suite" | tee "$dir/$suite.result"
	grep -q '^matrix: done' "$dir/$suite.result" || {
		echo "FAIL: $suite did not come to its end; see $dir/$suite.console"
		failed=1
	}
	! grep -Eq '^(FAIL|ERROR)' "$dir/$suite.result" || failed=1
done
exit "$failed"

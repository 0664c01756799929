#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# matrix.sh [SUITE...] - boots each Debian release's kernel in qemu (vm.sh), and
# runs the live tests under it, against its auditd and runc. What is left is a line
# for each test, all output below MATRIX_DIR/SUITE.logs, and at the end one table,
# also of what failed, was not over in time, or was not run at all. A row of it is
# a test's last run: one release, or one test, can be run again by itself.
#   MATRIX_BUILD   static: one static saker, built here, for all releases (default);
#                  there: in each release, with its compiler and libraries, and
#                  make check run there
#   MATRIX_TESTS   names of live tests (default: all of make check-live)
#   MATRIX_RESUME  1: leave out what passed already
#   MATRIX_LIMIT   seconds for all releases together, of which each gets an even
#                  part of what is left (default: 21600)
#   MATRIX_EACH    seconds for a test (default: 1800)
#   MATRIX_CHECK   "no": leave out make check
#   MATRIX_BOOT    "no": only build and check
#   MATRIX_SLOW    by how much the tests wait longer (default: 20; an emulated
#                  machine is as many times slower)
#   MATRIX_SYSTEMD 1: systemd is the machine's first process, otherwise nothing
#                  but the tests runs there
# and those of vm.sh.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
dir=${MATRIX_DIR:-matrix}
export MATRIX_DIR=$dir
# what tells most in the least time first
first="kernel_state blinded netlink auditd_plugin restore response response_trail attribution audit_rules snapshot first_hour stalled_output hostile identity response_tiers"
tests=${MATRIX_TESTS:-all}
if [ "$tests" = all ]; then
	tests=$(sed -n '/^LIVE_TESTS/,/[^\\]$/s|.*tests/live/\(.*\)\.sh.*|\1|p' "$here/tests/live/local.mk")
	# shellcheck disable=SC2086 # lists of names
	tests=$(printf '%s\n' $first $tests | awk '!seen[$0]++' | xargs)
fi
version=$(git -C "$here" describe --always --dirty 2>/dev/null || echo -)
end=$((SECONDS + ${MATRIX_LIMIT:-21600}))
build=${MATRIX_BUILD:-static}
contained=$(sed -n 's|^tests_live_\([a-z]*\)_LDFLAGS = -static$|tests/live/\1|p' "$here/tests/live/local.mk" | xargs)
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(bullseye bookworm trixie)

# in_tree TREE COMMAND: in the release's tree, on this kernel. No daemon of it is
# started here (Debian's packages ask policy-rc.d), where its auditd would take
# this host's audit.
in_tree()
{
	local rc=0

	printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
	chmod 755 "$1/usr/sbin/policy-rc.d"
	cp "$1/etc/resolv.conf" "$1/etc/resolv.conf.vm"
	cp /etc/resolv.conf "$1/etc/resolv.conf"
	unshare --mount sh -c 'mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
		mount --rbind /sys "$1/sys" && mount -t tmpfs tmpfs "$1/tmp" &&
		exec chroot "$1" sh -c "$2"' sh "$1" "$2" </dev/null || rc=$?
	mv "$1/etc/resolv.conf.vm" "$1/etc/resolv.conf"
	rm -f "$1/usr/sbin/policy-rc.d"
	return "$rc"
}

# unpack DIR: the files of this source tree.
unpack()
{
	mkdir -p "$1"
	(cd "$here" && git ls-files -z | xargs -0 tar -cf -) | tar -C "$1" -xf -
}

# One for all releases: it needs nothing of theirs. What runs in containers is
# static anyway, and no static PIE.
build_static()
{
	local build=$dir/static

	mkdir -p "$build"
	{
		[ -x "$here/configure" ] || (cd "$here" && autoreconf -i)
		[ -f "$build/Makefile" ] || (cd "$build" && "$here/configure" --without-curl \
			PKG_CONFIG='pkg-config --static' LDFLAGS=-static-pie)
		make -C "$build" -j"$(nproc)" saker audisp-saker \
			tests/live/kernel_session tests/live/respond &&
			make -C "$build" -j"$(nproc)" LDFLAGS= $contained
	} >"$dir/static.log" 2>&1 || {
		tail -n 20 "$dir/static.log" | sed 's/^/	/'
		echo "FAIL: static build"
		return 1
	}
	rm -rf "$dir/stage"
	unpack "$dir/stage/saker"
	mkdir -p "$dir/stage/saker/build/tests/live"
	(cd "$build" && tar -cf - saker audisp-saker tests/live/kernel_session \
		tests/live/respond $contained) | tar -C "$dir/stage/saker/build" -xf -
	tar -C "$dir/stage" -cf "$dir/saker.tar" saker
}

# saker of this source tree, built there by the way that the README tells.
build_there() # SUITE
{
	local tree=$dir/$1.saker.tree

	[ -f "$tree/.ready" ] || {
		rm -rf "$tree"
		cp -a "$dir/$1.tree" "$tree"
	}
	unpack "$tree/saker"
	in_tree "$tree" 'cd /saker && ./bootstrap build &&
		apt-get -q -y --no-install-recommends install jq make gcc libc6-dev &&
		make -C build -k -j"$(nproc)" check TESTS=' >"$dir/$1.logs/build.log" 2>&1 || {
		tail -n 20 "$dir/$1.logs/build.log" | sed 's/^/	/'
		echo "FAIL: $1: build"
		return 1
	}
	echo "PASS: $1: build"
	: >"$tree/.ready"
}

check_there() # SUITE
{
	[ "${MATRIX_CHECK:-yes}" != no ] || return 0
	if in_tree "$dir/$1.saker.tree" 'make -C /saker/build -j"$(nproc)" check' \
		>"$dir/$1.logs/check.log" 2>&1; then
		echo "PASS: $1: make check ($(sed -n 's/^# PASS: *//p' "$dir/$1.logs/check.log" | tail -n 1) passed)"
	else
		grep -E '^(FAIL|ERROR|XPASS):' "$dir/$1.logs/check.log" | sed 's/^/	/'
		echo "FAIL: $1: make check"
		return 1
	fi
}

# merge SUITE TESTS: what the machine wrote of this run takes the place of former rows;
# what it did not come to is told, too.
merge()
{
	local machine=- test result seconds

	[ ! -s "$dir/$1.logs/machine" ] || machine=$(cat "$dir/$1.logs/machine")
	[ "$machine" != - ] || machine='- -'
	touch "$dir/$1.logs/rows"
	for test in $2; do
		read -r result seconds < <(awk -v test="$test" '$1 == test { r = $2; s = $3 }
			END { print (r == "" ? "NOT-RUN" : r == "began" ? "TIME" : r), s + 0 }' \
			"$dir/$1.logs/rows")
		awk -v test="$test" '$4 != test' "$dir/$1.table" >"$dir/$1.table.new"
		echo "$1 $machine $test $result $seconds $version" >>"$dir/$1.table.new"
		mv "$dir/$1.table.new" "$dir/$1.table"
	done
}

# left SUITE: the tests to be run.
left()
{
	local test

	for test in $tests; do
		[ -n "${MATRIX_RESUME:-}" ] && awk -v test="$test" '$4 == test && $5 == "PASS" { found = 1 }
			END { exit !found }' "$dir/$1.table" || echo "$test"
	done
}

live_there() # SUITE SECONDS
{
	local bare=-b machine=$1

	[ "${MATRIX_BOOT:-yes}" != no ] || return 0
	[ -z "${MATRIX_SYSTEMD:-}" ] || bare=
	cp "$here/tests/matrix/live.sh" "$dir/$1.logs/"
	rm -f "$dir/$1.logs/rows" "$dir/$1.logs/machine"
	if [ "$build" = there ]; then machine=$1.saker; else cp "$dir/saker.tar" "$dir/$1.logs/"; fi
	# shellcheck disable=SC2086,SC2046 # lists of names, an option or none
	MATRIX_SECONDS=$2 bash "$here/tests/matrix/vm.sh" $bare -d "$dir/$1.logs" "$machine" \
		env "SAKER_TEST_SLOW=${MATRIX_SLOW:-20}" \
		bash ./live.sh "${MATRIX_EACH:-1800}" "$2" $(left "$1") |
		sed -u "s/^\([A-Z]*: \)/\1$1: /" && return
	[ -f "$dir/$1.logs/.vm-status" ] || echo "FAIL: $1: the machine did not come to its end: $dir/$machine.console"
	return 1
}

failed=0
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
[ "$build" = there ] || build_static || exit 1
count=${#suites[@]}
for suite in "${suites[@]}"; do
	mkdir -p "$dir/$suite.logs"
	{
		rc=0
		bash "$here/tests/matrix/vm.sh" -n "$suite" >/dev/null || rc=$?
		if [ "$rc" -eq 0 ] && [ "$build" = there ]; then
			build_there "$suite" && check_there "$suite" || rc=1
		fi
		touch "$dir/$suite.table"
		list=$(left "$suite")
		[ "$rc" -ne 0 ] || [ -z "$list" ] || live_there "$suite" $(((end - SECONDS) / count)) || rc=1
		[ "${MATRIX_BOOT:-yes}" = no ] || merge "$suite" "$list"
		[ "$rc" -eq 0 ]
	} || failed=1
	count=$((count - 1))
done
{
	echo "release kernel auditd test result seconds saker"
	for suite in bullseye bookworm trixie; do
		[ ! -f "$dir/$suite.table" ] || cat "$dir/$suite.table"
	done
} | tee "$dir/table" | column -t
echo "logs: $dir/*.logs"
exit "$failed"

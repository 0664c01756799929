#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# live.sh SECONDS TEST... - runs live tests in a machine of matrix.sh, from
# /saker/build, which may come as ./saker.tar: a line for each, its output in
# ./TEST.log, and what a failed one left in ./TEST.files.
set -u

seconds=$1
shift
logs=$PWD
export top_srcdir=/saker top_builddir=/saker/build
failed=0
[ ! -f saker.tar ] || tar -C / -xf saker.tar
cd "$top_builddir" || exit 3
systemctl stop auditd 2>/dev/null # the tests start one of their own
auditctl -e 0 >/dev/null
auditctl -D >/dev/null
echo "kernel $(uname -r), $(auditctl -v), $(runc --version | head -n 1), $(crun --version | head -n 1)"
for test in "$@"; do
	began=$SECONDS
	rm -rf /tmp/saker-live.*
	KEEP=1 timeout -k 60 "$seconds" bash "$top_srcdir/tests/live/$test.sh" \
		</dev/null >"$logs/$test.log" 2>&1
	rc=$?
	case $rc in
	0) result=PASS ;;
	77) result=SKIP ;;
	*) result=FAIL ;;
	esac
	echo "$result: $test ($((SECONDS - began)) s, exit $rc, $(grep -c '^ok - ' "$logs/$test.log") ok, $(grep -c '^NOT OK - ' "$logs/$test.log") not)"
	[ $result != SKIP ] || sed -n 's/^SKIP: /	/p' "$logs/$test.log"
	[ $result != FAIL ] || {
		failed=1
		tail -n 30 "$logs/$test.log" | sed 's/^/	/'
		mkdir -p "$logs/$test.files"
		cp /tmp/saker-live.*/*.{json,err,out,log,yaml,rules} "$logs/$test.files" 2>/dev/null
	}
done
exit "$failed"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# live.sh SECONDS ALL TEST... - runs live tests in a machine of matrix.sh, from
# /saker/build, which may come as ./saker.tar: each for SECONDS at most, and no
# new one after ALL. A line for each on standard output, its output in ./TEST.log,
# what a failed one left in ./TEST.files. ./machine has the versions, ./rows the
# results: "TEST RESULT SECONDS", with RESULT "began" as long as there is none.
set -u

seconds=$1 all=$2
shift 2
logs=$PWD
export top_srcdir=/saker top_builddir=/saker/build
failed=0
[ ! -f saker.tar ] || tar -C / -xf saker.tar
cd "$top_builddir" || exit 3
systemctl stop auditd 2>/dev/null # the tests start one of their own
auditctl -e 0 >/dev/null
auditctl -D >/dev/null
echo "$(uname -r) $(auditctl -v | awk '{ print $NF }')" >"$logs/machine"
echo "kernel $(uname -r), $(auditctl -v), $(runc --version | head -n 1), $(crun --version | head -n 1)"
for test in "$@"; do
	began=$SECONDS
	left=$((all - began))
	[ "$left" -gt 0 ] || { failed=1; break; }
	echo "$test began 0" >>"$logs/rows"
	rm -rf /tmp/saker-live.*
	KEEP=1 timeout -k 60 "$((left < seconds ? left : seconds))" \
		bash "$top_srcdir/tests/live/$test.sh" </dev/null >"$logs/$test.log" 2>&1
	rc=$?
	case $rc in
	0) result=PASS ;;
	77) result=SKIP ;;
	124 | 137) result=TIME ;;
	*) result=FAIL ;;
	esac
	echo "$test $result $((SECONDS - began))" >>"$logs/rows"
	echo "$result: $test ($((SECONDS - began)) s, exit $rc, $(grep -c '^ok - ' "$logs/$test.log") ok, $(grep -c '^NOT OK - ' "$logs/$test.log") not)"
	case $result in
	SKIP) sed -n 's/^SKIP: /	/p' "$logs/$test.log" ;;
	FAIL | TIME)
		failed=1
		tail -n 30 "$logs/$test.log" | sed 's/^/	/'
		mkdir -p "$logs/$test.files"
		cp /tmp/saker-live.*/*.{json,err,out,log,yaml,rules} "$logs/$test.files" 2>/dev/null
		;;
	esac
done
exit "$failed"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# old_kernel.sh - what asks the kernel for its newer system calls, once more without
# those of later kernels than 3.10, 5.1 (no pidfd_open) and 5.2: the fallbacks.
set -uo pipefail

old_kernel=${top_builddir:?}/tests/lib/old_kernel
[ -x "$old_kernel" ] || exit 99
output=$(mktemp) || exit 99
trap 'rm -f "$output"' EXIT
failures=0

"$old_kernel" 3.10 true || { echo "SKIP: no filter of system calls here"; exit 77; }

# without KERNEL TEST...
without()
{
	local kernel=$1 test

	shift
	for test in "$@"; do
		"$old_kernel" "$kernel" "$top_builddir/tests/unit/$test" >"$output" 2>&1
		case $? in
		0) echo "ok - $test as on $kernel" ;;
		77) echo "skipped - $test as on $kernel" ;;
		*)
			echo "NOT OK - $test as on $kernel"
			grep -E 'LINE|ERROR|FAILED' "$output"
			failures=$((failures + 1))
			;;
		esac
	done
}

without 3.10 test_base_io test_host test_identity test_monitor test_posture \
	test_process test_response test_ring test_source test_spool test_tracker
without 5.1 test_response test_monitor
without 5.2 test_response

# The signal takes the way that each kernel has.
tier()
{
	local victim answer

	sleep 600 &
	victim=$!
	answer=$("$old_kernel" "$1" "$top_builddir/tests/live/respond" -H kill process "$victim")
	kill -KILL "$victim" 2>/dev/null
	wait "$victim" 2>/dev/null
	case $answer in
	*"\"tier\":\"$2\""*) echo "ok - by $2 as on $1" ;;
	*)
		echo "NOT OK - by $2 as on $1: $answer"
		failures=$((failures + 1))
		;;
	esac
}
tier 3.10 stop-verify
tier 5.1 proc-fd
tier 5.2 proc-fd

. "${top_srcdir:-.}/tests/lib/leaks.sh"
# A kernel without the multicast group would let root listen to nothing.
answer=$("$old_kernel" 3.10 "$top_builddir/saker" run --source netlink -r "$top_srcdir/rules" \
	-o control.socket= 2>&1 </dev/null)
rc=$?
case $rc:$answer in
3:*"netlink cannot be used"*"before 3.16"*) echo "ok - no multicast group: $(tail -n 1 <<<"$answer")" ;;
*)
	echo "NOT OK - no multicast group: $rc: $answer"
	failures=$((failures + 1))
	;;
esac
exit $((failures != 0))

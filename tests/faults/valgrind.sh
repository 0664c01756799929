#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# valgrind.sh - memcheck on whole replays: no errors, nothing lost.
set -uo pipefail

saker=${top_builddir:?}/saker
generate=$top_builddir/tests/bench/generate
command -v valgrind >/dev/null || { echo "SKIP: needs valgrind"; exit 77; }
! grep -aqs __asan_init "$saker" || { echo "SKIP: the binary has sanitizers"; exit 77; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

"$generate" --records "${VALGRIND_RECORDS:-20000}" --eoe --raw --containers 20 --attacks 50 >"$work/log" || exit 99
for jobs in 1 2; do
	valgrind -q --leak-check=full --errors-for-leak-kinds=definite,indirect,possible \
		--error-exitcode=9 "$saker" replay --jobs "$jobs" -r "$top_srcdir/rules" \
		"$top_srcdir"/tests/data/live/*.log "$top_srcdir/tests/data/recorded-attack.log" \
		"$work/log" >"$work/out" 2>"$work/err" ||
		{ echo "NOT OK - a replay with $jobs threads"; cat "$work/err"; exit 1; }
	grep ' records, ' "$work/err"
done

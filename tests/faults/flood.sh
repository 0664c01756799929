#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# flood.sh - records as fast as they are written, for FLOOD_SECONDS (60), to an
# engine with a small ring: memory stays bounded, what is dropped is counted
# exactly, and what comes behind the flood is seen.
set -uo pipefail

saker=${top_builddir:?}/saker
generate=$top_builddir/tests/bench/generate
[ -x "$saker" ] && [ -x "$generate" ] || exit 99
command -v jq >/dev/null || exit 77
seconds=${FLOOD_SECONDS:-60}
work=$(mktemp -d) || exit 99
pid=''
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$work"' EXIT
failures=0
. "${top_srcdir:-.}/tests/lib/balance.sh"

not_ok()
{
	echo "NOT OK - $*"
	failures=$((failures + 1))
}

cat >"$work/rules.yaml" <<'END'
- rule: Last
  desc: comes behind the flood
  condition: evt.type = user_login and audit.serial = 4242
  output: the last
  priority: NOTICE
  source: audit
END
mkfifo "$work/in"
"$saker" run --source stdin -c /dev/null -r "$work/rules.yaml" -r "$top_srcdir/rules" --json \
	--output "file:$work/alerts.json" -o process.connector=false -o control.socket= -o spool.dir= \
	-o limits.ring_bytes=1048576 -o limits.processes=20000 -o limits.containers=1000 \
	<"$work/in" 2>"$work/err" &
pid=$!
exec 8>"$work/in"
timeout "$seconds" "$generate" --eoe --raw --records 100000000000 | tee >(wc -l >"$work/count") >&8
echo >&8 # where the flood was cut
peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")
sleep 5
echo "type=USER_LOGIN msg=audit(1900000000.000:4242): pid=1 uid=0 auid=0 ses=1 msg='op=login res=success'" >&8
exec 8>&-
wait "$pid" || not_ok "it ends well"
pid=''
dropped=$(jq -s 'map(.output_fields.records_dropped // 0) | add // 0' "$work/alerts.json")
echo "peak of memory $peak KiB, $(cat "$work/count") records, $dropped of them dropped"
[ "$peak" -lt 65536 ] || not_ok "memory stays below 64 MiB"
grep -q '"rule":"Last"' "$work/alerts.json" || not_ok "what comes behind the flood is seen"
balanced "the flood" "$work/err"
exit $((failures != 0))

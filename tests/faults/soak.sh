#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# soak.sh - SOAK_SECONDS (1800) at half of what this machine can do (or at
# SOAK_RATE records a second): memory and descriptors of all of saker's processes
# stay as they were after a quarter of the time, no counter goes back, nothing is
# lost. Where others had the host's processors half of what it can do may be more
# than it could: then losses are told and no failure.
set -uo pipefail

saker=${top_builddir:?}/saker
generate=$top_builddir/tests/bench/generate
pace=$top_builddir/tests/lib/pace
for program in "$saker" "$generate" "$pace"; do
	[ -x "$program" ] || exit 99
done
command -v jq >/dev/null || exit 77
seconds=${SOAK_SECONDS:-1800}
work=$(mktemp -d) || exit 99
control="control.socket=$work/control.sock"
pid=
trap 'kill $pid 2>/dev/null; rm -rf "$work"' EXIT
failures=0
. "${top_srcdir:-.}/tests/lib/balance.sh"

run()
{
	exec "$saker" run --source "${SOAK_SOURCE:-stdin}" -r "$top_srcdir/rules" -r "$work/rules.yaml" \
		--json --output "file:$work/alerts.json" -o "$control" -o spool.dir="$work/spool" \
		-o process.connector=false -o suppress.mode=never
}

cat >"$work/rules.yaml" <<'END'
- rule: Some
  desc: an alert now and then
  condition: evt.type in (mount, umount2, setns, unshare, ptrace)
  output: "%evt.type %proc.cmdline %audit.serial"
  priority: NOTICE
END

# What one run takes without a pace, in ms.
if [ -z "${SOAK_RATE:-}" ]; then
	"$generate" --eoe --raw --records 300000 >"$work/log" || exit 99
	began=$(date +%s%N)
	(run <"$work/log" 2>"$work/err") || exit 99
	SOAK_RATE=$((300000 * 1000 / (($(date +%s%N) - began) / 1000000) / 2))
	rm -f "$work/log" "$work/alerts.json"
fi
echo "$SOAK_RATE records a second for $seconds s"

mkfifo "$work/in"
"$generate" --eoe --raw --records 100000000000 2>/dev/null |
	"$pace" "$SOAK_RATE" "$seconds" >"$work/in" 2>"$work/pace" &
run <"$work/in" >/dev/null 2>"$work/err" &
pid=$!

# memory NAME: KiB of saker's processes, NAME as in /proc/PID/status
memory()
{
	sed 's/.*/\/proc\/&\/status/' "$work/pids" | xargs awk -v name="$1:" '$1 == name { n += $2 } END { print n + 0 }'
}

descriptors()
{
	sed 's/.*/\/proc\/&\/fd/' "$work/pids" | xargs -I{} find {} -mindepth 1 | wc -l
}

# status: a line of "seconds kb_of_its_own descriptors kb_in_all in"
began=$SECONDS busiest=0
while kill -0 "$pid" 2>/dev/null && [ $((SECONDS - began)) -lt "$seconds" ]; do
	sleep $((seconds / 120 + 1))
	"$saker" status --json -o "$control" >"$work/now" 2>/dev/null || continue
	jq '.processes[].pid' "$work/now" >"$work/pids"
	[ -s "$work/pids" ] || echo "$pid" >"$work/pids"
	echo "$((SECONDS - began)) $(memory RssAnon) $(descriptors) $(memory VmRSS) $(jq '.counters.records_in' "$work/now") $(jq -c .tables "$work/now")" >>"$work/samples"
	load=$(cut -d. -f1 /proc/loadavg)
	[ "$load" -le "$busiest" ] || busiest=$load
	jq -r '.counters | to_entries[] | "\(.key) \(.value)"' "$work/now" >"$work/counters"
	[ ! -e "$work/before" ] || back=$(join "$work/before" "$work/counters" | awk '$3 < $2')
	[ -z "${back-}" ] || { echo "NOT OK - a counter goes back: $back"; failures=$((failures + 1)); }
	mv "$work/counters" "$work/before"
	# what is alerted is not what is measured
	: >"$work/alerts.json"
done
wait "$pid" || { echo "NOT OK - saker failed"; failures=$((failures + 1)); }
pid=
cat "$work/samples"
balanced "soak" "$work/err"

# Of the last three quarters: the least and most memory that is a process's own
# (what they share is made at the start, of a fixed size, and touched as it is
# used), and descriptors.
awk -v whole="$seconds" '
	$1 >= whole / 4 {
		if (min == "" || $2 < min) min = $2
		if ($2 > max) max = $2
		if (first == "") first = $2
		last = $2
	}
	# who asks for the status has one for a moment
	$1 >= whole / 4 && (early == "" || $3 < early) && $1 < whole / 2 { early = $3 }
	$1 >= whole / 2 && (late == "" || $3 < late) { late = $3 }
	END {
		printf "memory %d to %d KiB, first %d, last %d; descriptors %d, then %d\n",
			min, max, first, last, early, late
		if (early != late) { print "NOT OK - descriptors come or go"; bad = 1 }
		if (last > first * 1.05 + 512) { print "NOT OK - memory grows"; bad = 1 }
		exit bad
	}' "$work/samples" || failures=$((failures + 1))
# the end cuts an event
if grep -E 'losses|unaccounted' "$work/err" | grep -v 'losses: events_partial +1$'; then
	if [ "$busiest" -gt $((2 * $(nproc))) ] && ! grep -q unaccounted "$work/err"; then
		echo "something was lost, and told: this host was busy (load $busiest)"
	else
		echo "NOT OK - something was lost"
		failures=$((failures + 1))
	fi
fi
tail -n 1 "$work/err"
cat "$work/pace"
exit $((failures != 0))

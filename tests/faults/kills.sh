#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kills.sh - each process of saker behind the relay is killed KILLS (100) times at
# random points, RATE (2000) records a second on their way: the engine, the courier,
# the reader, and the monitor, behind which saker is started again as systemd does.
# Who writes to the relay is never held up, the relay never ends, every event raises
# its alert, and an alert that comes twice has the same uuid.
set -uo pipefail

[ "$(id -u)" -eq 0 ] || { echo "SKIP: needs root"; exit 77; }
saker=${top_builddir:?}/saker
relay=$top_builddir/audisp-saker
dispatcher=$top_builddir/tests/lib/dispatcher
[ -x "$saker" ] && [ -x "$relay" ] && [ -x "$dispatcher" ] || exit 99
command -v jq >/dev/null || exit 77
kills=${KILLS:-100} rate=${RATE:-2000}
. "${top_srcdir:-.}/tests/lib/leaks.sh"
work=$(mktemp -d) || exit 99
chmod 755 "$work"
monitor='' dispatching=''
failures=0
. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/balance.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"

cleanup()
{
	touch "$work/stop"
	[ -z "$monitor" ] || kill -KILL "$monitor" 2>/dev/null
	[ -z "$dispatching" ] || wait "$dispatching"
	[ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 143' TERM INT

cat >"$work/rules.yaml" <<'END'
- rule: Each removal
  desc: tells its serial number
  condition: evt.type = unlink and fs.path.name = "/removed"
  output: removed %audit.serial
  priority: NOTICE
END

start()
{
	"$saker" run --source "relay:$work/socket" -c /dev/null -r "$work/rules.yaml" --json \
		--output "file:$work/alerts.json" -o process.connector=false -o suppress.mode=never \
		-o "control.socket=$work/control.sock" -o privileges.separate=true -o spool.dir= \
		-o hostname=test </dev/null >/dev/null 2>>"$work/saker.err" &
	monitor=$!
}

gone()
{
	local pid

	for pid; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done
}

pause()
{
	sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
}

# Milliseconds, each a line: how many, the middle, the 99th of a hundred, the longest.
spread()
{
	awk '{ v[NR] = $1 } END { if (NR) printf "%d: p50 %d, p99 %d, longest %d ms\n",
		NR, v[int((NR + 1) / 2)], v[int(NR * 99 / 100 + 0.999)], v[NR] }'
}

start
within 20 status || { cat "$work/saker.err"; exit 99; }
EVENTS=1 STOP=$work/stop "$dispatcher" 1000000000 "$rate" 0 60000 "$relay" "$work/socket" \
	>"$work/dispatcher.out" 2>"$work/relay.err" &
dispatching=$!
within 20 test -s "$work/alerts.json" || { cat "$work/saker.err"; exit 99; }

for ((i = 1; i <= kills; i++)); do
	for role in engine courier reader; do
		pause
		status || within 20 status || exit 1
		victim=$(pid_of "$role")
		kill -KILL "$victim"
		within 20 another "$role" "$victim" || { cat "$work/saker.err"; exit 1; }
	done
done
status
for role in engine courier reader; do
	equal "each end of the $role is counted" "$kills" "$(jq ".counters.${role}_restarts" "$work/status")"
done
echo "engines away: $(engines_away "$work/saker.err" | spread)"

# One that lives for less than the relay takes to come back would be given nothing.
at_work()
{
	status && [ "$(jq .counters.records_in "$work/status")" -gt 0 ]
}

for ((i = 1; i <= kills; i++)); do
	within 20 at_work || exit 1
	pause
	others=$(jq '.processes[].pid' "$work/status")
	kill -KILL "$monitor"
	wait "$monitor" 2>/dev/null
	# shellcheck disable=SC2086 # one word each
	within 60 gone $others || { not_ok "all end behind the monitor"; break; }
	start
	within 20 test -S "$work/socket"
done

sleep 1
touch "$work/stop"
wait "$dispatching"
dispatching=''
kill -TERM "$monitor"
wait "$monitor"
monitor=''
written=$(sed -nE 's/^wrote ([0-9]+) .*/\1/p' "$work/dispatcher.out")
events=$((written / 4))
echo "$(tail -n 1 "$work/dispatcher.out") (longest write in us); $(tail -n 1 "$work/relay.err")"
equal "the dispatcher was never refused, and the relay ended well" 0 \
	"$(sed -n 's/^wrote.*status //p' "$work/dispatcher.out")"
equal "the relay dropped nothing" 0 "$(sed -nE 's/^audisp-saker: .*dropped ([0-9]+).*/\1/p' "$work/relay.err" | tail -n 1)"
grep -F '"rule":"Each removal"' "$work/alerts.json" |
	sed -E 's/.*"audit.serial":([0-9]+).*"uuid":"([^"]+)".*/\1 \2/' >"$work/raised"
sort -u "$work/raised" | cut -d ' ' -f 1 | sort -n >"$work/seen"
echo "$events events, $(wc -l <"$work/raised") alerts, $(($(wc -l <"$work/raised") - $(sort -u "$work/raised" | wc -l))) of them again"
equal "no event has two uuids" "" "$(uniq -d <"$work/seen" | head -n 3)"
equal "no event is missing" "" "$(seq 0 $((events - 1)) | diff - <(uniq "$work/seen") | head -n 5)"
balanced "saker" "$work/saker.err"
exit $((failures != 0))

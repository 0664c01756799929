#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# stopped.sh - an engine that is stopped for STOP_SECONDS (30) behind the relay,
# at RATE (5000) records a second: who writes to the relay is not held up, and
# what the relay drops is counted exactly, by it and by the engine.
set -uo pipefail

saker=${top_builddir:?}/saker
relay=$top_builddir/audisp-saker
dispatcher=$top_builddir/tests/lib/dispatcher
[ -x "$saker" ] && [ -x "$relay" ] && [ -x "$dispatcher" ] || exit 99
command -v jq >/dev/null || exit 77
rate=${RATE:-5000} seconds=${STOP_SECONDS:-30}
count=$((rate * (seconds + 10)))
work=$(mktemp -d) || exit 99
engine=''
trap '[ -z "$engine" ] || kill -KILL "$engine" 2>/dev/null; rm -rf "$work"' EXIT
failures=0
. "${top_srcdir:-.}/tests/lib/balance.sh"

equal()
{
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "NOT OK - $1: expected $2, found $3"
		failures=$((failures + 1))
	fi
}

# Of the relay's last words: in, taken, dropped, pending.
said()
{
	sed -nE "s/^audisp-saker: .*\\b$1 ([0-9]+).*/\\1/p" "$work/relay.err" | tail -n 1
}

cat >"$work/rules.yaml" <<'END'
- rule: Each record
  desc: tells its serial number
  condition: evt.type = user_login
  output: login %audit.serial
  priority: NOTICE
  source: audit
END
"$saker" run --source "relay:$work/socket" -c /dev/null -r "$work/rules.yaml" --json \
	--output "file:$work/alerts.json" -o process.connector=false -o control.socket= \
	-o spool.dir= -o hostname=test </dev/null 2>"$work/engine.err" &
engine=$!
until [ -S "$work/socket" ]; do sleep 0.05; done
"$dispatcher" "$count" "$rate" 0 60000 "$relay" "$work/socket" \
	>"$work/dispatcher.out" 2>"$work/relay.err" &
dispatching=$!
until [ -s "$work/alerts.json" ]; do sleep 0.05; done
pid=$(sed -n 's/^plugin //p' "$work/dispatcher.out")
kill -USR1 "$pid"
sleep 1
before=$(said in)
kill -STOP "$engine"
sleep "$seconds"
kill -USR1 "$pid"
sleep 1
during=$(($(said in) - before))
kill -CONT "$engine"
wait "$dispatching"
kill -TERM "$engine"
wait "$engine"
engine=''

echo "written while the engine was stopped: $during of $((rate * seconds)); $(tail -n 1 "$work/dispatcher.out")"
[ "$during" -gt $((rate * seconds / 2)) ]
equal "the writer goes on while the engine is stopped" 0 $?
equal "all was written, the relay ended well" "wrote $count status 0" \
	"$(sed -nE '/^wrote/s/ longest [0-9]+//p' "$work/dispatcher.out")"
equal "the relay: in = taken + dropped + pending" "$count" \
	$(($(said taken) + $(said dropped) + $(said pending)))
equal "something was dropped" yes "$([ "$(said dropped)" -gt 0 ] && echo yes)"
equal "the engine tells the same number" "$(said dropped)" \
	"$(jq -s 'map(.output_fields.relay_dropped // 0) | add // 0' "$work/alerts.json")"
equal "what was taken became alerts, once each" "$(said taken) $(said taken)" \
	"$(jq -r '.output_fields["audit.serial"] // empty' "$work/alerts.json" | sort | tee "$work/all" | wc -l) $(sort -u "$work/all" | wc -l)"
balanced "the engine" "$work/engine.err"
exit $((failures != 0))

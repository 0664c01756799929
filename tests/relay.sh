#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# relay.sh - audisp-saker between a dispatcher that writes as auditd does and an
# engine that is there, comes late, is stopped, is killed, or never comes: the
# dispatcher always gets through, and every record is accounted for.
set -uo pipefail

saker=${top_builddir:?}/saker
relay=$top_builddir/audisp-saker
dispatcher=$top_builddir/tests/lib/dispatcher
[ -x "$saker" ] && [ -x "$relay" ] && [ -x "$dispatcher" ] || exit 99
work=$(mktemp -d) || exit 99
engine=
failures=0
. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/balance.sh"

cleanup()
{
	[ -z "$engine" ] || kill -KILL "$engine" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT

cat >"$work/rules.yaml" <<'END'
- rule: Each record
  desc: tells its serial number
  condition: evt.type = user_login
  output: login %audit.serial
  priority: NOTICE
  source: audit
END

# The shared one, with what saker said.
equal()
{
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "NOT OK - $1: expected $2, found $3"
		sed 's/^/  /' "$work"/*.err
		failures=$((failures + 1))
	fi
}

start_engine()
{
	"$saker" run --source "relay:$work/socket" -r "$work/rules.yaml" --json \
		--output "file:$work/alerts.json" -o process.connector=false \
		-o hostname=test "$@" </dev/null 2>>"$work/engine.err" &
	engine=$!
	within 20 test -S "$work/socket" || exit 99
}

# Ends the engine; its counters are at the end of engine.err.
stop_engine()
{
	kill -USR1 "$engine"
	within 20 grep -q records_in "$work/engine.err"
	kill -TERM "$engine"
	wait "$engine"
	engine=
	balanced "$what" "$work/engine.err"
}

counter()
{
	awk -v name="$1" '$2 == name { n = $3 } END { print n + 0 }' "$work/engine.err"
}

# dispatch COUNT RATE CHUNK [MIB]: in the foreground
dispatch()
{
	"$dispatcher" "$1" "$2" "$3" "${grace:-10000}" "$relay" "$work/socket" "${4:-16}" \
		>"$work/dispatcher.out" 2>"$work/relay.err"
}

# hold ARGUMENT...: dispatch in the background, until half is written
hold()
{
	HOLD=1 dispatch "$@" &
	dispatching=$!
	within 20 is_held || exit 99
}

is_held()
{
	read -r held < <(pgrep -P "$dispatching") &&
		grep -q '^State:.T' "/proc/$held/status" 2>/dev/null
}

go_on()
{
	kill -CONT "$held"
	wait "$dispatching"
}

# The relay answers, so it is past its start.
said_something()
{
	kill -USR1 "$1" && [ -n "$(said in)" ]
}

# Of the relay's last words: in, taken, dropped, pending.
said()
{
	sed -nE "s/^audisp-saker: .*\\b$1 ([0-9]+).*/\\1/p" "$work/relay.err" | tail -n 1
}

# all_written COUNT: nothing stopped the dispatcher, and the relay counted right.
all_written()
{
	equal "$what: the dispatcher wrote all of it, the relay ended well" "wrote $1 status 0" \
		"$(sed -nE '/^wrote/s/ longest [0-9]+//p' "$work/dispatcher.out")"
	equal "$what: in = taken + dropped + pending" "$1" \
		"$(($(said taken) + $(said dropped) + $(said pending)))"
	equal "$what: in" "$1" "$(said in)"
}

serials()
{
	jq -r '.output_fields["audit.serial"] | select(. != null)' "$work/alerts.json"
}

# expects_all COUNT: once each, in order
expects_all()
{
	equal "$what: each record became one alert, in order" "$(seq 0 $(($1 - 1)) | md5sum)" \
		"$(serials | md5sum)"
}

begin()
{
	what=$1
	: >"$work/alerts.json"
	: >"$work/engine.err"
	: >"$work/relay.err"
	: >"$work/dispatcher.out"
}

engine_is_there()
{
	begin "engine is there"
	start_engine
	dispatch 20000 0 0
	stop_engine
	all_written 20000
	equal "$what: nothing dropped" "0 0" "$(said dropped) $(counter relay_dropped)"
	equal "$what: the relay said good-bye" 0 "$(counter relay_aborts)"
	expects_all 20000
	equal "$what: the socket is gone" no "$([ -e "$work/socket" ] && echo yes || echo no)"
}

one_byte_at_a_time()
{
	begin "one byte at a time"
	start_engine
	dispatch 200 0 1
	stop_engine
	all_written 200
	expects_all 200
}

engine_comes_late()
{
	begin "engine comes late"
	hold 5000 0 0
	start_engine
	go_on
	stop_engine
	all_written 5000
	equal "$what: nothing dropped" 0 "$(said dropped)"
	expects_all 5000
}

engine_never_comes()
{
	begin "engine never comes"
	grace=50 dispatch 20000 0 0 1
	all_written 20000
	equal "$what: taken by nobody" 0 "$(said taken)"
	equal "$what: the queue was full" yes "$([ "$(said dropped)" -gt 0 ] && echo yes)"
}

# Stops the engine until the relay has dropped something.
engine_is_stopped()
{
	begin "engine is stopped"
	start_engine -o limits.ring_bytes=65536
	kill -STOP "$engine"
	dispatch 20000 15000 0 1 &
	dispatching=$!
	within 20 relay_has_dropped
	kill -CONT "$engine"
	wait "$dispatching"
	stop_engine
	all_written 20000
	equal "$what: something was dropped" yes "$([ "$(said dropped)" -gt 0 ] && echo yes)"
	equal "$what: the engine knows how much" "$(said dropped)" "$(counter relay_dropped)"
	equal "$what: and received the rest" "$(said taken)" "$(counter records_in)"
	equal "$what: and dropped nothing itself" 0 "$(counter records_dropped)"
	equal "$what: each record taken became one alert" "$(said taken)" "$(serials | sort -u | wc -l)"
	equal "$what: the loss is an alert" yes \
		"$(grep -q '"relay_dropped":'"[1-9]" "$work/alerts.json" && echo yes)"
}

relay_pid()
{
	sed -n 's/^plugin //p' "$work/dispatcher.out"
}

relay_has_dropped()
{
	kill -USR1 "$(relay_pid)" 2>/dev/null && [ "$(said dropped)" -gt 0 ] 2>/dev/null
}

# What an engine took and had not judged dies with it; nothing comes twice.
engine_is_killed()
{
	begin "engine is killed"
	start_engine
	dispatch 12000 12000 0 &
	dispatching=$!
	within 20 test -s "$work/alerts.json"
	for _ in 1 2 3; do
		sleep 0.1
		kill -KILL "$engine"
		wait "$engine" 2>/dev/null
		start_engine
	done
	wait "$dispatching"
	stop_engine
	all_written 12000
	equal "$what: the relay lost nothing" 0 "$(said dropped)"
	equal "$what: the last record came" 11999 "$(serials | tail -n 1)"
}

lines_are_cut()
{
	begin "odd lines"
	start_engine
	{
		echo 'type=USER_LOGIN msg=audit(1700000000.000:0): pid=1'
		printf '\n\n'
		printf 'type=USER_LOGIN msg=audit(1700000000.000:1): pid=1 x='
		head -c 200000 /dev/zero | tr '\0' x
		printf '\n'
		# what a record says is never taken for the relay's own word
		printf 'type=USER_LOGIN msg=audit(1700000000.000:2): pid=1 \010\000\000\000\003\000\001\000\377\377\377\377\000\000\000\000\n'
		printf 'type=USER_LOGIN msg=audit(1700000000.000:3): pid=1'
	} | "$relay" "$work/socket" 2>"$work/relay.err"
	stop_engine
	equal "$what: four records, empty lines are none" "4 4" "$(said in) $(said taken)"
	equal "$what: the long one is counted" 1 "$(counter records_oversize)"
	equal "$what: each became an alert" "0 1 2 3" "$(serials | tr '\n' ' ' | sed 's/ $//')"
	equal "$what: no record is the relay's own word" 0 "$(counter relay_dropped)"
}

# Of its dispatcher alone a relay takes SIGTERM; SIGHUP ends nothing.
signals_and_privileges()
{
	local pid status

	begin "signals"
	start_engine
	hold 300 0 0
	pid=$(relay_pid)
	within 20 said_something "$pid"
	kill -TERM "$pid"
	kill -HUP "$pid"
	sleep 0.1
	status=$(grep -E '^(CapEff|CapPrm|NoNewPrivs|Seccomp):' "/proc/$pid/status" | tr -s '\t\n' '  ')
	go_on
	stop_engine
	all_written 300
	expects_all 300
	case $(uname -m) in
	x86_64 | aarch64)
		equal "$what: nothing is left to misuse" \
			"CapPrm: 0000000000000000 CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: ${sanitized:-2} " "$status"
		;;
	esac
}

usage_is_told()
{
	local rc

	for arguments in "a b c" "/s 0" "/s x" "--help" "$(printf '/%0200d' 0)"; do
		# shellcheck disable=SC2086
		"$relay" $arguments </dev/null >/dev/null 2>"$work/usage.err"
		rc=$?
		equal "usage: $rc for '${arguments:0:20}'" "2 yes" \
			"$rc $(grep -q '^usage:' "$work/usage.err" && echo yes)"
	done
}

command -v jq >/dev/null || exit 77
# the address sanitizer needs system calls that the filter refuses
sanitized=
! grep -aqs __asan_init "$relay" || sanitized=0
engine_is_there
one_byte_at_a_time
engine_comes_late
engine_never_comes
# a relay at its end waits a few seconds for an engine, which must not be slowed
[ -n "${INJECT_SHORT:-}" ] || engine_is_stopped
engine_is_killed
lines_are_cut
signals_and_privileges
usage_is_told
[ "$failures" -eq 0 ]

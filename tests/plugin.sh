#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# plugin.sh - saker as the plugin of a dispatcher that writes as auditd does: with
# rules that hang, an output that hangs, patterns that explode, signals, memory that
# may not be executed, and stopped for longer than events wait. The dispatcher always
# gets through, and every record is accounted for.
set -uo pipefail

saker=${top_builddir:?}/saker
dispatcher=$top_builddir/tests/lib/dispatcher
inject=$top_builddir/tests/lib/inject.so
[ -x "$saker" ] && [ -x "$dispatcher" ] && [ -e "$inject" ] || exit 99
command -v jq >/dev/null || exit 77
work=$(mktemp -d) || exit 99
started=
trap '[ -z "$started" ] || kill -KILL $started 2>/dev/null; rm -rf "$work"' EXIT
failures=0
. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/balance.sh"
. "${top_srcdir:-.}/tests/lib/leaks.sh"

# The shared one, with what saker said.
equal()
{
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "NOT OK - $1: expected '$2', found '$3'"
		sed 's/^/  /' "$work/err"
		failures=$((failures + 1))
	fi
}

cat >"$work/rules.yaml" <<'END'
- rule: Each record
  desc: tells its serial number, by a pattern
  condition: evt.type = user_login and audit.msg.op regex "l.g.*"
  output: login %audit.serial
  priority: NOTICE
  source: audit
END

# dispatch COUNT RATE GRACE [OPTION...]: in the background; environment of the
# plugin in $with
dispatch()
{
	local count=$1 rate=$2 grace=$3

	shift 3
	: >"$work/alerts.json"
	# shellcheck disable=SC2086
	"$dispatcher" "$count" "$rate" 0 "$grace" /usr/bin/env ${with:-} \
		"$saker" run --source stdin -c /dev/null -r "$work/rules.yaml" --json \
		--output "file:$work/alerts.json" -o control.socket= -o spool.dir= \
		-o process.connector=false -o hostname=test "$@" \
		>"$work/dispatcher.out" 2>"$work/err" &
	started=$!
}

# ends_as WHAT COUNT: the dispatcher wrote so many, the plugin ended well.
ends_as()
{
	wait "$started"
	started=
	equal "$1" "wrote $2 status 0" "$(sed -nE '/^wrote/s/ longest [0-9]+//p' "$work/dispatcher.out")"
}

alerts()
{
	jq -r 'select(.rule == "Each record").output_fields["audit.serial"]' "$work/alerts.json" | sort -u | wc -l
}

# lost COUNTER: what internal alerts told of it
lost()
{
	jq -s --arg name "$1" 'map(.output_fields[$name] // 0) | add // 0' "$work/alerts.json"
}

is_written()
{
	grep -qx written "$work/dispatcher.out"
}

has_alert()
{
	[ -s "$work/alerts.json" ]
}

is_running()
{
	grep -q 'running:' "$work/err"
}

# Nothing is judged until all is written: the ring is full, and drops.
rules_hang()
{
	touch "$work/stall"
	with="LD_PRELOAD=$inject INJECT_STALL=$work/stall" \
		dispatch 20000 0 60000 -o limits.ring_bytes=65536
	within 60 is_written
	equal "rules hang: the dispatcher writes all of it meanwhile" 0 $?
	rm "$work/stall"
	ends_as "rules hang: it ends well" 20000
	equal "rules hang: something was dropped" yes "$([ "$(lost records_dropped)" -gt 0 ] && echo yes)"
	equal "rules hang: what is no alert is told as dropped" 20000 \
		$(($(alerts) + $(lost records_dropped) + $(lost events_shed)))
	balanced "rules hang" "$work/err"
}

# A program that never reads what it gets, and no room for it.
output_hangs()
{
	dispatch 20000 0 60000 --output "program:/bin/sleep 60" -o suppress.mode=never
	within 60 is_written
	ends_as "an output hangs: it ends well" 20000
	equal "an output hangs: detection goes on" 20000 \
		$(($(alerts) + $(lost records_dropped) + $(lost events_shed)))
	balanced "an output hangs" "$work/err"
}

# Of its dispatcher alone it takes SIGTERM, and then hands on what it has read.
signals()
{
	local pid

	HOLD=1 dispatch 400 0 0
	within 20 is_running
	within 20 has_alert
	pid=$(sed -n 's/^plugin //p' "$work/dispatcher.out")
	kill -TERM "$pid"
	sleep 0.2
	equal "signals: another's SIGTERM ends nothing" yes "$(kill -0 "$pid" && echo yes)"
	kill -CONT "$started"
	ends_as "signals: the dispatcher's does" 400
	equal "signals: with all that was written" 400 "$(alerts)"
	balanced "signals" "$work/err"
}

# auditd.service of Debian 12: patterns cannot be compiled to machine code.
no_executable_memory()
{
	MDWE=1 dispatch 500 0 10000
	ends_as "no executable memory" 500
	equal "no executable memory: patterns match" 500 "$(alerts)"
}

# syscall SERIAL, rest SERIAL: an event in two parts
syscall()
{
	printf 'type=SYSCALL msg=audit(1700000000.%03d:%d): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=1 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="m" exe="/bin/m" key="k"\n' "$1" "$1"
}

rest()
{
	printf 'type=EXECVE msg=audit(1700000000.%03d:%d): argc=2 a0="m" a1="%s"\n' "$1" "$1" "${2:-x}"
	printf 'type=PATH msg=audit(1700000000.%03d:%d): item=0 name="/bin/m" inode=1 dev=fe:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL\n' "$1" "$1"
	printf 'type=EOE msg=audit(1700000000.%03d:%d): \n' "$1" "$1"
}

# start CONDITION OPTION...: without a dispatcher, fed through descriptor 8
start()
{
	printf -- '- rule: It\n  desc: d\n  condition: %s\n  output: "%%proc.args"\n  priority: NOTICE\n' "$1" >"$work/one.yaml"
	shift
	rm -f "$work/in"
	mkfifo "$work/in"
	: >"$work/alerts.json"
	"$saker" run --source stdin -c /dev/null -r "$work/one.yaml" --json \
		--output "file:$work/alerts.json" -o control.socket= -o spool.dir= \
		-o process.connector=false "$@" <"$work/in" 2>"$work/err" &
	started=$!
	exec 8>"$work/in"
	within 20 is_running
}

finish()
{
	exec 8>&-
	wait "$started"
	equal "$1: it ends well" 0 $?
	started=
	balanced "$1" "$work/err"
}

it_alerts()
{
	grep -c '"rule":"It"' "$work/alerts.json"
}

# The time that events wait for their records does not pass for who is stopped.
stopped_for_long()
{
	local all

	start 'evt.type = execve and fs.path.name = /bin/m' -o limits.event_timeout_ms=1000
	syscall 1 >&8
	sleep 0.3
	# where it is several processes, all of them
	mapfile -t all < <(echo "$started"; pgrep -P "$started")
	kill -STOP "${all[@]}"
	sleep 2.5
	rest 1 >&8
	kill -CONT "${all[@]}"
	finish "stopped for longer than events wait"
	equal "stopped for longer than events wait: the event is whole" 1 "$(it_alerts)"
	equal "stopped for longer than events wait: nothing lacks" 0 "$(lost events_partial)"
}

exploding_pattern()
{
	start 'proc.args regex "(a+)+$"'
	for n in 1 2 3; do
		syscall "$n"
		rest "$n" aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab
	done >&8
	{ syscall 4; rest 4 aaaa; } >&8
	finish "an exploding pattern"
	equal "an exploding pattern: what is given up is told" 3 "$(lost regex_limited)"
	equal "an exploding pattern: others match" 1 "$(it_alerts)"
}

if grep -aqs __asan_init "$saker"; then
	echo "not with sanitizers, which have an allocator of their own: rules_hang"
else
	rules_hang
fi
output_hangs
signals
if MDWE=1 "$dispatcher" 0 0 0 1000 /bin/true | grep -q 'status 0'; then
	no_executable_memory
fi
stopped_for_long
exploding_pattern
[ "$failures" -eq 0 ]

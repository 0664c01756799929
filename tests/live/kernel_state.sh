#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel_state.sh - a session with kernel rules puts back what it found, whoever
# of engine and guard dies first, and leaves alone what is not its own.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin pgrep mkfifo
session=$top_builddir/tests/live/kernel_session

own='-a always,exit -F arch=b64 -S unshare -F key=saker-test'
theirs='-a always,exit -F arch=b64 -S setns -F key=saker-test'
printf '%s\n' "$own" "$theirs" >"$work/session.rules"
# shellcheck disable=SC2086
auditctl $theirs >/dev/null
auditctl -e 0 >/dev/null
auditctl -b 500 >/dev/null
auditctl --backlog_wait_time 1000 >/dev/null
before=$(audit_state)
mkfifo "$work/stdin"
exec 8<>"$work/stdin"

is_ready()
{
	[ "$(cat "$work/session.out")" = ready ]
}

state_is_back()
{
	[ "$(audit_state)" = "$before" ]
}

start_session()
{
	: >"$work/session.out"
	"$session" "$work/session.rules" <"$work/stdin" >"$work/session.out" \
		2>"$work/session.err" 8>&- 9>&- &
	pid=$!
	pids+=("$pid")
	wait_for 20 is_ready || die "no session: $(cat "$work/session.err")"
	guard=$(pgrep -x -P "$pid" saker-guard) || die "no guard"
	pids+=("$guard")
}

expect_back()
{
	if wait_for 10 state_is_back; then
		ok "$1: the state is as before"
	else
		equal "$1: the state is as before" "$before" "$(audit_state)"
	fi
}

start_session
equal "audit is on, nobody waits, both rules are there" \
	"enabled 1
failure 1
pid 0
rate_limit 0
backlog_limit 32768
backlog_wait_time 0
$theirs
$own" "$(audit_state)"
equal "the guard has a session of its own" "$guard" "$(ps -o sid= -p "$guard" | tr -d ' ')"
equal "the guard holds no file of ours" "" \
	"$(readlink "/proc/$guard/fd/"* | grep -vE '^(/dev/null|pipe:.*|anon_inode:.*)$')"
echo >&8
wait "$pid"
equal "the session ends well" 0 "$?"
equal "normal end: the state is as before" "$before" "$(audit_state)"

start_session
kill -INT "$guard"
kill -TERM "$guard"
kill -HUP "$guard"
kill -KILL "$pid"
expect_back "engine killed"

start_session
kill -KILL "$guard"
wait_for 5 is_dead "$guard"
echo >&8
wait "$pid"
equal "guard killed, then normal end: the state is as before" "$before" "$(audit_state)"

start_session
auditctl -b 700 >/dev/null
auditctl -D -k saker-test >/dev/null
echo >&8
wait "$pid"
equal "what was changed meanwhile stays" \
	"enabled 0
failure 1
pid 0
rate_limit 0
backlog_limit 700
backlog_wait_time 1000
No rules" "$(audit_state)"

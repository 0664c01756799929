#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# restore.sh - kernel.rules=load leaves the kernel's audit as it found it, however
# saker ends.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin
before=$(audit_state)

rules_loaded()
{
	! auditctl -l | grep -qx 'No rules'
}

state_is_back()
{
	[ "$(audit_state)" = "$before" ]
}

for signal in INT TERM KILL; do
	# bash starts background jobs with SIGINT ignored
	env --default-signal=INT "$saker" run --source netlink -r "$top_srcdir/rules" \
		-o kernel.rules=load \
		</dev/null >/dev/null 2>"$work/saker.err" 9>&- &
	pid=$!
	pids+=("$pid")
	wait_for 20 rules_loaded || {
		not_ok "rules are loaded: $(cat "$work/saker.err")"
		break
	}
	kill "-$signal" "$pid"
	wait_for 10 is_dead "$pid" || not_ok "SIG$signal ends saker"
	if wait_for 10 state_is_back; then
		ok "SIG$signal: the kernel's audit state is as before"
	else
		equal "SIG$signal: the kernel's audit state is as before" "$before" "$(audit_state)"
	fi
done

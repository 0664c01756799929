#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# response_trail.sh - what an auditor finds in auditd's own log: the execve that a rule is
# about and the response to it, by ausearch and aureport, for a kill and for a dry run.

# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"
begin auditd ausearch aureport busybox

own_rules_only=1
for name in killed spared; do
	cat <<-END
	- rule: Payload $name
	  desc: test
	  condition: evt.type in (execve, execveat) and proc.exepath = "$work/payload-$name"
	  output: payload (%proc.pid)
	  priority: ERROR
	  response: {action: kill, host: true, mode: $([ "$name" = killed ] && echo enforce || echo dry-run)}
	END
	install -m 755 "$(command -v sleep)" "$work/payload-$name"
	rules+=("-a always,exit -F arch=b64 -S execve -F path=$work/payload-$name -k saker-test")
done >"$work/rules/response.yaml"
printf '%s\n' "${rules[@]}" '-a always,exit -F arch=b64 -S unshare -k saker-test' >"$work/kernel.rules"
auditctl -R "$work/kernel.rules" >/dev/null
auditctl -e 1 >/dev/null
start_saker_plugin response.mode=enforce "response.journal=$work/journal"

# run NAME: in $pid
run()
{
	"$work/payload-$1" 600 9>&- &
	pid=$!
	disown "$pid"
	pids+=("$pid")
	wait_for 10 has_response "Payload $1" || not_ok "$1: an alert tells of it"
}

has_response()
{
	jq -e --arg rule "$1" 'select(.rule == $rule) | .response' "$work/alerts.json" >/dev/null
}

# search TYPE: records of that type, interpreted
search()
{
	ausearch -if "$work/audit.log" -i -m "$1" 2>/dev/null
}

is_in_log() { search "$1" | grep -q "opid=$pid "; }

# expect NAME TYPE TEXT
expect()
{
	wait_for 10 is_in_log "$2" || not_ok "$1: ausearch finds $2: $(tail -n 3 "$work/audit.log")"
	search "$2" | grep "opid=$pid " >"$work/found"
	for text in "$3" "op=kill" "key=Payload $1" "path=$work/payload-$1"; do
		grep -qF "$text" "$work/found" || not_ok "$1: '$text' in: $(cat "$work/found")"
	done
	ausearch -if "$work/audit.log" -i -sc execve -p "$pid" 2>/dev/null | grep -q "payload-$1" &&
		ok "$1: detection and response" || not_ok "$1: ausearch finds the execve of $pid"
}

run killed
expect killed RESP_KILL_PROC 'resp_mode=enforce'
grep -q 'res=success' "$work/found" && ok "killed: a success" || not_ok "killed: $(cat "$work/found")"
run spared
expect spared RESP_ANOMALY 'outcome=would-kill'
grep -q 'res=failed' "$work/found" && ok "spared: nothing done" || not_ok "spared: $(cat "$work/found")"
report=$(aureport -if "$work/audit.log" --response -i 2>&1)
grep -q RESP_KILL_PROC <<<"$report" && ok "aureport --response" || not_ok "aureport --response: $report"
report=$(aureport -if "$work/audit.log" 2>&1)
grep -qE '^Number of responses to anomaly events: [1-9]' <<<"$report" && ok "aureport counts" ||
	not_ok "aureport counts: $report"
stop_auditd

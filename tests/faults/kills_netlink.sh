#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kills_netlink.sh - the engine that reads the kernel's audit group is killed KILLS (30)
# times at random points while CALLS (10000) system calls are audited: the kernel goes on
# queueing, and each call raises its alert, with one uuid.
. "${top_srcdir:-.}/tests/live/lib.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"

begin python3
kills=${KILLS:-30} calls=${CALLS:-10000}
cat >"$work/rules/each.yaml" <<'END'
- rule: Each call
  desc: tells its serial number
  condition: evt.type = setdomainname and proc.name exists
  output: call %audit.serial
  priority: NOTICE
END
own_rules_only=1
load_kernel_rules '-a always,exit -F arch=b64 -S setdomainname -k saker-call'
start_saker_netlink privileges.separate=true suppress.mode=never spool.dir= \
	"control.socket=$work/control.sock"

# Calls that fail and change nothing: no name has that length.
python3 -c 'import ctypes, sys, time
c = ctypes.CDLL(None)
for i in range(int(sys.argv[1])): c.setdomainname(b"x", -1); time.sleep(0.001)' "$calls" 9>&- &
caller=$!
pids+=("$caller")
for ((i = 1; i <= kills; i++)); do
	sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
	wait_for 20 status || die "no answer"
	kill -KILL "$(jq '.processes[] | select(.role == "engine").pid' "$work/status")"
done
wait "$caller"
wait_for 20 status || die "no answer"
marker "$saker_pid" || not_ok "all that happened is seen"
equal "the kernel lost nothing" 0 "$(kernel_lost)"
stop_saker
echo "engines away (ms): $(engines_away "$work/saker.err" | tr '\n' ' ')"
jq -r 'select(.rule == "Each call") | "\(.output_fields["audit.serial"]) \(.uuid)"' "$work/alerts.json" |
	sort -u >"$work/raised"
equal "each call has its alert" "$calls" "$(cut -d ' ' -f 1 <"$work/raised" | sort -u | wc -l)"
equal "no call has two uuids" "$calls" "$(wc -l <"$work/raised")"
equal "all records are accounted for" "" "$(grep 'unaccounted for' "$work/saker.err")"

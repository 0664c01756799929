#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# stopped_auditd.sh - behind a real auditd whose plugin is the relay, at RATE (5000)
# records a second, saker is stopped ROUNDS (3) times for STOP_SECONDS (30), the
# engine alone and every process of it in turns: what an exec takes stays within
# twice its normal 99th percentile, neither the kernel nor auditd loses anything,
# auditd keeps its plugin, and relay and saker tell the same exact number of drops.
# shellcheck disable=SC2015 # ok does not fail
. "${top_srcdir:-.}/tests/live/lib.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"
. "${top_srcdir:-.}/tests/lib/balance.sh"

begin auditd
rate=${RATE:-5000} seconds=${STOP_SECONDS:-30} rounds=${ROUNDS:-3} window=${WINDOW:-500}
load=$work/poke-load
install -m 755 "$top_builddir/audisp-saker" "$work/audisp-saker"
# auditd's plugins have no stderr
cat >"$work/plugin" <<'END_SCRIPT'
#!/bin/sh
exec "${0%/*}/audisp-saker" "$@" 2>>"${0%/*}/relay.err"
END_SCRIPT
chmod 755 "$work/plugin"
install -m 755 "$poke_binary" "$load"
install -m 755 "$poke_binary" "$work/poke-exec"
cat >"$work/rules/each.yaml" <<'END_RULES'
- rule: Each call
  desc: tells its serial number
  condition: evt.type = setdomainname
  output: call %audit.serial
  priority: NOTICE
END_RULES
auditctl -a always,exit -F arch=b64 -S setdomainname -F "exe=$load" -k saker-call >/dev/null || die "no rule"
auditctl -a always,exit -F arch=b64 -S execve -F "exe=$work/poke-exec" -k saker-exec >/dev/null || die "no rule"
auditctl -a always,exit -F arch=b64 -S unshare -F "exe=$work/poke-marker" -k saker-test >/dev/null || die "no rule"
# What is lost here with no time to wait is where, with the kernel's own minute of
# it, each process of which a record is made would wait (audit_log_start()).
auditctl -b 8192 >/dev/null
auditctl -e 1 >/dev/null

"$saker" run --source "relay:$work/socket" -c /dev/null -r "$work/rules" --json \
	--output "file:$work/alerts.json" -o suppress.mode=never -o spool.dir= \
	-o "control.socket=$work/control.sock" -o privileges.separate=true \
	-o limits.ring_bytes=4194304 -o process.connector=false \
	</dev/null >/dev/null 2>"$work/saker.err" 9>&- &
saker_pid=$!
pids+=("$saker_pid")
wait_for 20 status || die "saker does not answer: $(cat "$work/saker.err")"
install -d -m 700 "$work/auditd" "$work/auditd/plugins.d"
cat >"$work/auditd/plugins.d/saker.conf" <<END_PLUGIN
active = yes
direction = out
path = $work/plugin
type = always
args = $work/socket 1
format = string
END_PLUGIN
chmod 640 "$work/auditd/plugins.d/saker.conf"
start_auditd
marker || die "auditd or the relay does not answer: $(cat "$work/auditd.out" "$work/saker.err")"
plugin=$(pgrep -P "$auditd_pid" audisp-saker)

# said WORD: of the relay's last words
said()
{
	sed -nE "s/^audisp-saker: .*\\b$1 ([0-9]+).*/\\1/p" "$work/relay.err" | tail -n 1
}

# A window of execs after the other, its 99th percentile, for SECONDS at least.
windows()
{
	local end=$((SECONDS + $1))

	while ((SECONDS < end)); do
		"$work/poke-exec" execs "$window" x >"$work/window"
		cat "$work/window" >>"$work/execs.$2"
		sort -n "$work/window" | awk '{ v[NR] = $1 } END { print v[int(NR * .99 + .999)] }' >>"$work/p99.$2"
	done
}

median()
{
	sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# The execs make seven records each besides.
"$load" calls $((rate / 3)) $((rounds * (seconds + 60) + 120)) 9>&- >"$work/calls" &
loader=$!
pids+=("$loader")
for ((i = 1; i <= rounds; i++)); do
	windows $((seconds / 2)) normal
	status || die "no answer"
	if ((i % 2)); then
		mapfile -t stopped < <(pid_of engine)
	else
		mapfile -t stopped < <(jq '.processes[].pid' "$work/status")
	fi
	kill -USR1 "$plugin"
	pause 0.5
	before=$(said in)
	kill -STOP "${stopped[@]}"
	began=$SECONDS
	windows "$seconds" stopped
	kill -USR1 "$plugin"
	pause 0.5
	took=$((SECONDS - began)) came=$(($(said in) - before))
	kill -CONT "${stopped[@]}"
	echo "round $i, ${#stopped[@]} stopped: $((came / took)) records a second into the relay, $(said dropped) dropped so far"
	[ $((came / took)) -ge $((rate * 3 / 4)) ] || not_ok "the relay goes on reading"
	marker "$saker_pid" || not_ok "saker goes on"
	windows $((seconds / 2)) normal
done
kill "$loader"
wait "$loader" 2>/dev/null
marker "$saker_pid" || not_ok "all that happened is seen"

normal=$(median "$work/p99.normal") during=$(median "$work/p99.stopped")
echo "exec, normally:   $(percentiles us <"$work/execs.normal"); median p99 of $(wc -l <"$work/p99.normal") windows: $normal us"
echo "exec, stopped:    $(percentiles us <"$work/execs.stopped"); median p99 of $(wc -l <"$work/p99.stopped") windows: $during us"
[ "$during" -le $((2 * normal)) ] && ok "execs take no more than twice as long" ||
	not_ok "execs take no more than twice as long"
equal "the kernel lost nothing" 0 "$(kernel_lost)"
equal "the plugin is the one that auditd started" "$plugin" "$(pgrep -P "$auditd_pid" audisp-saker)"
stop_auditd
within 10 is_dead "$plugin" || not_ok "the relay ends"
wait_for 20 status || not_ok "saker answers"
echo "the relay: in $(said in), taken $(said taken), dropped $(said dropped), pending $(said pending)"
equal "the relay: in = taken + dropped, nothing pending" "$(said in) 0" "$(($(said taken) + $(said dropped))) $(said pending)"
[ "$(said dropped)" -gt 0 ] && ok "something was dropped" || not_ok "something was dropped"
equal "saker counts the same" "$(said taken) $(said dropped) 0 0" \
	"$(jq -r '.counters | "\(.records_in) \(.relay_dropped) \(.relay_aborts) \(.records_dropped)"' "$work/status")"
stop_saker
equal "and tells it" "$(said dropped)" "$(jq -s 'map(.output_fields.relay_dropped // 0) | add // 0' "$work/alerts.json")"
balanced "saker" "$work/saker.err"
# auditd logs no EOE
logged=$(awk '/^type=SYSCALL / { n++ } END { print NR + n }' "$work/audit.log")
equal "what auditd logged, with the ends of events, came to the relay" "$logged" "$(said in)"
sed -nE 's/^type=SYSCALL msg=audit\([0-9.]+:([0-9]+)\).* syscall=171 .*/\1/p' "$work/audit.log" | sort >"$work/logged"
jq -r 'select(.rule == "Each call") | .output_fields["audit.serial"]' "$work/alerts.json" | sort >"$work/raised"
echo "$(wc -l <"$work/logged") calls logged, $(wc -l <"$work/raised") alerts"
equal "no call has two alerts, or one without a record" "" "$(uniq -d <"$work/raised" | head -n 3)$(comm -13 "$work/logged" "$work/raised" | head -n 3)"
[ $(($(wc -l <"$work/logged") - $(wc -l <"$work/raised"))) -le "$(said dropped)" ] && ok "no more are missing than were dropped" ||
	not_ok "no more are missing than were dropped"

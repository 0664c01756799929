#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kills_auditd.sh - behind a real auditd whose plugin is the relay, each process of
# saker is killed KILLS (10) times at random points while system calls are audited:
# auditd keeps its plugin, the kernel loses nothing, and what auditd logged saker
# raised an alert for, one uuid each. Then the relay is, RELAY_KILLS times (as often):
# auditd starts it again when it next writes, and loses nothing itself; what went
# with the relay is told, and saker goes on.
. "${top_srcdir:-.}/tests/live/lib.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"

begin auditd python3
kills=${KILLS:-10}
relay_kills=${RELAY_KILLS:-$kills} auditd_restarts=$((relay_kills + 10))
relay=$work/audisp-saker
install -m 755 "$top_builddir/audisp-saker" "$relay"
cat >"$work/rules/each.yaml" <<'END'
- rule: Each call
  desc: tells its serial number
  condition: evt.type = setdomainname and proc.name exists
  output: call %audit.serial
  priority: NOTICE
END
load_kernel_rules '-a always,exit -F arch=b64 -S setdomainname -k saker-call'

start()
{
	"$saker" run --source "relay:$work/socket" -c /dev/null -r "$work/rules" --json \
		--output "file:$work/alerts.json" -o suppress.mode=never -o spool.dir= \
		-o "control.socket=$work/control.sock" -o privileges.separate=true \
		</dev/null >/dev/null 2>>"$work/saker.err" 9>&- &
	saker_pid=$!
	pids+=("$saker_pid")
}

another_plugin()
{
	local now

	now=$(plugin) && [ "$now" != "$1" ] && ! is_dead "$now"
}

counter()
{
	jq ".counters.$1" "$work/status"
}

gone()
{
	local pid

	for pid; do
		is_dead "$pid" || return 1
	done
}

# Calls that fail and change nothing: no name has that length.
call()
{
	while [ ! -e "$work/stop" ]; do
		python3 -c 'import ctypes, time
c = ctypes.CDLL(None)
for i in range(200): c.setdomainname(b"x", -1); time.sleep(0.002)'
	done
}

plugin()
{
	pgrep -P "$auditd_pid" audisp-saker
}

start
wait_for 20 status || die "saker does not answer: $(cat "$work/saker.err")"
install -d -m 700 "$work/auditd" "$work/auditd/plugins.d"
cat >"$work/auditd/plugins.d/saker.conf" <<END
active = yes
direction = out
path = $relay
type = always
args = $work/socket
format = string
END
chmod 640 "$work/auditd/plugins.d/saker.conf"
start_auditd
marker || die "auditd or the relay does not answer: $(cat "$work/auditd.out" "$work/saker.err")"
before=$(plugin)
call 9>&- &
caller=$!
pids+=("$caller")
for ((i = 1; i <= kills; i++)); do
	for role in engine courier reader; do
		sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
		wait_for 20 status || die "no answer"
		victim=$(pid_of "$role")
		kill -KILL "$victim"
		wait_for 20 another "$role" "$victim" || die "no other $role"
	done
	others=$(jq '.processes[].pid' "$work/status")
	kill -KILL "$saker_pid"
	wait "$saker_pid" 2>/dev/null
	# shellcheck disable=SC2086 # one word each
	wait_for 60 gone $others || not_ok "all end behind the monitor"
	start
	wait_for 20 status || die "no answer"
done
touch "$work/stop"
wait "$caller"
marker "$saker_pid" || not_ok "all that happened is seen"
equal "the plugin is the one that auditd started first" "$before" "$(plugin)"
equal "the kernel lost nothing" 0 "$(kernel_lost)"

install -m 755 "$poke_binary" "$work/poke-calls"
wait_for 20 status || die "no answer"
aborts=$(counter relay_aborts)
cp "$work/alerts.json" "$work/alerts.1"
wc -l <"$work/audit.log" >"$work/lines.1"
for ((i = 1; i <= relay_kills; i++)); do
	"$work/poke-calls" calls 500 1 9>&- >>"$work/made" &
	caller=$!
	sleep "0.$((RANDOM % 7))$((RANDOM % 10))"
	victim=$(plugin)
	kill -KILL "$victim"
	wait "$caller"
	marker "$saker_pid" || not_ok "saker goes on"
	another_plugin "$victim" || not_ok "auditd has another relay"
done
equal "the kernel lost nothing while relays were killed" 0 "$(kernel_lost)"
stop_auditd
wait_for 20 status || die "no answer"
equal "each relay that went is told" "$relay_kills" "$(($(counter relay_aborts) - aborts))"
stop_saker
tail -n +$(($(cat "$work/lines.1") + 1)) "$work/audit.log" | sed -nE 's/^type=SYSCALL msg=audit\([0-9.]+:([0-9]+)\).* syscall=171 .*/\1/p' | sort >"$work/logged.2"
tail -n +$(($(wc -l <"$work/alerts.1") + 1)) "$work/alerts.json" >"$work/alerts.2"
jq -r 'select(.rule == "Each call") | .output_fields["audit.serial"]' "$work/alerts.2" | sort >"$work/raised.2"
echo "relay killed $relay_kills times: $(wc -l <"$work/logged.2") calls, $(wc -l <"$work/raised.2") alerts"
equal "auditd logged every call" "$(awk '{ n += $1 } END { print n }' "$work/made")" "$(wc -l <"$work/logged.2")"
equal "no call has two alerts, or one without a record" "" \
	"$(uniq -d <"$work/raised.2" | head -n 3)$(comm -13 "$work/logged.2" "$work/raised.2" | head -n 3)"
equal "it is an alert, too" "$relay_kills" \
	"$(jq -s 'map(.output_fields.relay_aborts // 0) | add // 0' "$work/alerts.2")"
[ $(($(wc -l <"$work/logged.2") - $(wc -l <"$work/raised.2"))) -le $((relay_kills * 100)) ] ||
	not_ok "a relay takes no more along than was on its way"

head -n "$(cat "$work/lines.1")" "$work/audit.log" >"$work/audit.1"
mv "$work/audit.1" "$work/audit.log"
mv "$work/alerts.1" "$work/alerts.json"
sed -nE 's/^type=SYSCALL msg=audit\([0-9.]+:([0-9]+)\).* syscall=171 .*/\1/p' "$work/audit.log" | sort -n >"$work/logged"
jq -r 'select(.rule == "Each call") | "\(.output_fields["audit.serial"]) \(.uuid)"' "$work/alerts.json" >"$work/raised"
sort -u "$work/raised" | cut -d ' ' -f 1 | sort -n >"$work/seen"
echo "engines away (ms): $(engines_away "$work/saker.err" | tr '\n' ' ')"
echo "$(wc -l <"$work/logged") calls, $(wc -l <"$work/raised") alerts, $((kills * 4)) kills"
equal "many calls were audited" yes "$([ "$(wc -l <"$work/logged")" -gt $((kills * 20)) ] && echo yes)"
equal "no call has two uuids" "" "$(uniq -d <"$work/seen" | head -n 3)"
equal "none is missing" "" "$(uniq "$work/seen" | diff "$work/logged" - | head -n 5)"
equal "all records are accounted for" "" "$(grep 'unaccounted for' "$work/saker.err")"

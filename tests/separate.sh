#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# separate.sh - monitor, engine, reader and courier: what protects each, and numbered events
# while engine and courier are killed KILLS (5) times each, and the monitor at the end: all
# are seen.
set -uo pipefail

[ "$(id -u)" -eq 0 ] || { echo "SKIP: needs root"; exit 77; }
saker=${top_builddir:?}/saker
[ -x "$saker" ] || exit 99
kills=${KILLS:-5}
. "${top_srcdir:-.}/tests/lib/leaks.sh"
work=$(mktemp -d) || exit 99
chmod 755 "$work"
control="control.socket=$work/control.sock"
pid= feeder=
trap 'touch "$work/stop" "$work/close"; kill $pid $feeder 2>/dev/null; sleep 0.2; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
failures=0

. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"

# Numbered events until told to stop, never so many that the ring is full.
feed()
{
	local n=1

	while [ ! -e "$work/stop" ]; do
		awk -v first="$n" 'BEGIN { for (i = first; i < first + 100; i++) {
			stamp = sprintf("1700000000.%03d:%d", i % 1000, i)
			printf "type=SYSCALL msg=audit(%s): arch=c000003e syscall=165 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=0 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"mounter\" exe=\"/bin/mounter\" key=\"k\"\n", stamp
			printf "type=EOE msg=audit(%s): \n", stamp } }'
		n=$((n + 100))
		sleep 0.01
	done
	echo $((n - 1)) >"$work/fed"
	until [ -e "$work/close" ]; do sleep 0.05; done
}

# Each record and each alert is somewhere.
adds_up()
{
	status && jq -e '(.counters | .records_in == .records_parsed + .records_malformed +
		.records_dropped + .records_skipped) and
		([.sources[].records_pending] | add == 0) and
		(.outputs | .pending == 0 and .submitted == .written + .dropped)' "$work/status" >"$work/sum"
}

gone()
{
	! kill -0 "$1" 2>/dev/null
}

wait_for()
{
	local tries=${TRIES:-1000}

	until "$@"; do
		((tries-- > 0)) || return 1
		sleep 0.01
	done
}

# of PID NAME: a line of its status
of()
{
	awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1/status"
}

# uid_of USER PID: the user's; where there is none, the process's own if nobody has it
uid_of()
{
	local uid

	uid=$(of "$2" Uid)
	id -u "$1" 2>/dev/null || { [ "$uid" -ge 61184 ] && ! getent passwd "$uid" && echo "$uid"; }
}

printf -- '- rule: Any mount\n  desc: each event\n  condition: evt.type = mount\n  output: "mount %%audit.serial"\n  priority: NOTICE\n' >"$work/rules.yaml"
# only root can open what is in it
mkdir -m 700 "$work/closed"
mkfifo "$work/in"
feed >"$work/in" &
feeder=$!
"$saker" run --source stdin -r "$work/rules.yaml" -o output.format=json -o suppress.mode=never \
	--output "file:$work/closed/alerts.json" -o "$control" \
	-o "spool.dir=$work/closed/spool" \
	<"$work/in" >/dev/null 2>"$work/err" &
pid=$!
wait_for status || { cat "$work/err"; exit 99; }

equal "the monitor is what was started" "$pid" "$(pid_of monitor)"
for set in CapPrm CapEff; do
	equal "the monitor's $set has what its work takes alone" 0 \
		$((0x$(of "$pid" $set) & ~0x20600811ef))
done
equal "the monitor has no new privileges" 1 "$(of "$pid" NoNewPrivs)"
engine=$(pid_of engine)
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	equal "the engine's $set is empty" 0000000000000000 "$(of "$engine" $set)"
done
equal "the engine has no new privileges" 1 "$(of "$engine" NoNewPrivs)"
equal "the engine has a filter for system calls" 2 "$(of "$engine" Seccomp)"
user=$(uid_of saker "$engine")
courier=$(pid_of courier)
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	equal "the courier's $set is empty" 0000000000000000 "$(of "$courier" $set)"
done
equal "the courier is its own user" "$(uid_of saker-courier "$courier")" "$(of "$courier" Uid)"
[ "$(of "$courier" Uid)" != "$user" ] && ok "which is not the engine's" ||
	not_ok "engine and courier are the same user"
equal "the courier is in no other groups" "" "$(of "$courier" Groups)"
for thread in "/proc/$courier/task/"*; do
	equal "the courier's thread $(cat "$thread/comm") has no way back" "0000000000000000 1 2" \
		"$(awk '/^(CapEff|NoNewPrivs|Seccomp):/ { v[$1] = $2 } END { print v["CapEff:"], v["NoNewPrivs:"], v["Seccomp:"] }' "$thread/status")"
done
reader=$(pid_of reader)
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	equal "the reader's $set is empty" 0000000000000000 "$(of "$reader" $set)"
done
equal "the reader has no new privileges, a filter, and the engine's user" "1 2 $user" \
	"$(of "$reader" NoNewPrivs) $(of "$reader" Seccomp) $(of "$reader" Uid)"
equal "the engine is its own user" "$user" "$(of "$engine" Uid)"
equal "the engine is in no other groups" "" "$(of "$engine" Groups)"
for thread in "/proc/$engine/task/"*; do
	equal "thread $(cat "$thread/comm") has all that" "0000000000000000 1 2 $user" \
		"$(awk '/^(CapEff|NoNewPrivs|Seccomp|Uid):/ { v[$1] = $2 } END { print v["CapEff:"], v["NoNewPrivs:"], v["Seccomp:"], v["Uid:"] }' "$thread/status")"
done
equal "saker status tells that they are separated" '{"active":true}' "$(jq -c .separation "$work/status")"
equal "saker status tells" '[0,"engine",true,"filter"]' \
	"$(jq -c '.processes[] | select(.role == "engine") | [(.capabilities | length), .role, .no_new_privs, .seccomp]' "$work/status")"
"$saker" doctor -r "$work/rules.yaml" -o "$control" >"$work/doctor" 2>&1
grep -q "engine's privileges.* 0 capabilities, no_new_privs yes, seccomp filter" "$work/doctor" &&
	ok "saker doctor tells" || not_ok "saker doctor tells"
"$saker" reload -o "$control" >/dev/null || not_ok "a reload in the sandbox"
chmod o+w "$work/rules.yaml"
"$saker" reload -o "$control" >/dev/null 2>&1 && not_ok "rules that others may write are loaded" ||
	ok "the engine refuses rules that others may write, though it is not root"
chmod o-w "$work/rules.yaml"

for ((i = 1; i <= kills; i++)); do
	sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
	for role in engine courier; do
		wait_for status || { cat "$work/err"; exit 1; }
		victim=$(pid_of "$role")
		kill -KILL "$victim"
		wait_for another "$role" "$victim" || { cat "$work/err"; exit 1; }
	done
done
echo "engines were away for $(engines_away "$work/err" | tr '\n' ' ')ms"
equal "each was followed by another that went on" "$kills" "$(grep -c 'goes on after' "$work/err")"
equal "each end of an engine is counted" "$kills" "$(jq .counters.engine_restarts "$work/status")"
equal "each end of a courier is counted" "$kills" "$(jq .counters.courier_restarts "$work/status")"

touch "$work/stop"
wait_for [ -s "$work/fed" ]
wait_for adds_up && ok "in = processed + dropped, of records and of alerts" ||
	not_ok "in = processed + dropped + pending: $(jq -c '[.counters, .sources, .outputs]' "$work/status")"
touch "$work/close"
wait "$feeder"
wait "$pid"
equal "it ends well" 0 "$?"
feeder='' pid=''
fed=$(cat "$work/fed")
jq -r 'select(.rule == "Any mount") | "\(.output_fields["audit.serial"]) \(.uuid)"' "$work/closed/alerts.json" |
	sort -u >"$work/alerts"
cut -d ' ' -f 1 <"$work/alerts" | sort -n >"$work/seen"
equal "none of $fed events has two alerts" "" "$(uniq -d <"$work/seen")"
raised=$(jq .counters.alerts "$work/status")
[ "$(jq -r .uuid "$work/closed/alerts.json" | sort -u | wc -l)" -ge "$raised" ] &&
	ok "all $raised alerts that were raised are there" || not_ok "alerts that were raised are lost"
missing=$(seq "$fed" | comm -23 <(seq "$fed" | sort) <(sort "$work/seen") | wc -l)
echo "$missing of $fed events are missing after $kills kills"
equal "no event is lost" 0 "$missing"
grep -q '"engine_restarts":[1-9].*"saker internal: losses"' "$work/closed/alerts.json" &&
	ok "an alert tells of it" || not_ok "an alert tells of it"
[ ! -e "$work/control.sock" ] && ok "the socket is gone" || not_ok "the socket is gone"

# The monitor is killed: what the others have they deliver, or the next start does.
run()
{
	"$saker" run --source stdin -r "$work/rules.yaml" -o output.format=json -o suppress.mode=never \
		--output "file:$work/closed/second.json" -o "$control" \
		-o "spool.dir=$work/closed/spool" >/dev/null 2>>"$work/err"
}
rm "$work/stop" "$work/close" "$work/fed"
feed >"$work/in" &
feeder=$!
run <"$work/in" &
pid=$!
wait_for status
wait_for [ -s "$work/closed/second.json" ]
status
engine=$(pid_of engine) courier=$(pid_of courier) monitor=$(pid_of monitor)
kill -KILL "$monitor"
wait_for gone "$engine" && ok "the engine ends behind the monitor" || not_ok "the engine is still there"
wait_for gone "$courier" && ok "the courier ends behind the monitor" || not_ok "the courier is still there"
touch "$work/stop" "$work/close"
wait "$pid" 2>/dev/null
wait "$feeder"
feeder='' pid=''
run </dev/null
jq -r 'select(.rule == "Any mount") | "\(.output_fields["audit.serial"]) \(.uuid)"' "$work/closed/second.json" |
	sort -u | cut -d ' ' -f 1 | sort -n >"$work/seen"
equal "no alert of $(tail -n 1 "$work/seen") is missing or there twice" "" \
	"$(seq "$(tail -n 1 "$work/seen")" | diff - "$work/seen" | head -n 5)"
[ "$failures" -eq 0 ] || cat "$work/err"
exit $((failures != 0))

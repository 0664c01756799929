#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# reload.sh - RELOADS (20) reloads while numbered events come in: none missed,
# none seen twice, the former rules kept on every error; saker status tells.
set -uo pipefail

saker=${top_builddir:?}/saker
[ -x "$saker" ] || exit 99
reloads=${RELOADS:-20}
work=$(mktemp -d) || exit 99
control="control.socket=$work/control.sock"
pid= feeder=
trap 'kill $pid $feeder 2>/dev/null; rm -rf "$work"' EXIT
failures=0
. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/balance.sh"
. "${top_srcdir:-.}/tests/lib/leaks.sh"

# rules NAME: of which each event raises one.
rules()
{
	printf -- '- rule: %s\n  desc: each event\n  condition: evt.type = mount\n  output: "%s %%audit.serial"\n  priority: NOTICE\n' \
		"$1" "$1" >"$work/new.yaml"
	mv "$work/new.yaml" "$work/rules.yaml"
}

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
}

ask()
{
	"$saker" "$@" -o "$control"
}

# wait_for COMMAND...
wait_for()
{
	local tries=1200

	until "$@"; do
		((tries-- > 0)) || return 1
		sleep 0.05
	done
}

is_up()
{
	ask status --json >"$work/status" 2>/dev/null
}

rules first
printf 'output.format: json\n' >"$work/saker.yaml"
mkfifo "$work/in"
feed >"$work/in" &
feeder=$!
"$saker" run -c "$work/saker.yaml" --source stdin -r "$work/rules.yaml" \
	--output "file:$work/alerts.json" -o "$control" -o process.connector=false -o suppress.mode=never \
	<"$work/in" >/dev/null 2>"$work/err" &
pid=$!
wait_for is_up || { cat "$work/err"; exit 99; }
first_hash=$(jq -r .rules.hash "$work/status")
echo "processes: $(jq -c '[.processes[].role]' "$work/status")"

failed=0
for ((i = 1; i <= reloads; i++)); do
	case $((i % 4)) in
	0) # by signal
		rules signalled
		done_before=$(ask status --json | jq '.counters.reloads')
		kill -HUP "$pid"
		until [ "$(ask status --json | jq '.counters.reloads')" -gt "$done_before" ]; do
			kill -0 "$pid" || break 2
			sleep 0.01
		done
		;;
	1)
		rules "odd_$i"
		ask reload >/dev/null || not_ok "reload $i"
		;;
	2) # wrong rules stay out
		echo '- rule: broken' >>"$work/rules.yaml"
		ask reload >"$work/out" 2>&1
		equal "reload $i of wrong rules ends with 1" 1 "$?"
		failed=$((failed + 1))
		;;
	3) # so does a wrong configuration
		rules behind_bad_config
		printf 'output.format: json\nrespons.mode: enforce\n' >"$work/saker.yaml"
		ask reload >"$work/out" 2>&1
		equal "reload $i of a wrong configuration ends with 1" 1 "$?"
		grep -q 'did you mean' "$work/out" || not_ok "the reason is told"
		printf 'output.format: json\n' >"$work/saker.yaml"
		failed=$((failed + 1))
		;;
	esac
done

printf 'output.format: json\nhostname: elsewhere\n' >"$work/saker.yaml"
echo '- rule: broken' >>"$work/rules.yaml"
ask reload >/dev/null 2>&1
ask status --json >"$work/status"
equal "status names the error" true \
	"$(jq '.reload.result == "failed" and (.reload.messages | contains("LOAD_ERR"))' "$work/status")"
# LIMIT_RELOAD_ERROR_BYTES
for i in {1..400}; do echo "- rule: broken $i"; done >>"$work/rules.yaml"
ask reload >/dev/null 2>&1
ask status --json >"$work/status"
[ "$(jq '.reload.messages | utf8bytelength' "$work/status")" -gt 15000 ] &&
	[ "$(jq '.reload.messages | utf8bytelength' "$work/status")" -le 16384 ]
equal "thousands of errors are cut" 0 "$?"
failed=$((failed + 1))
rules last
ask reload >"$work/out" 2>&1
grep -q 'hostname has changed: that takes a restart' "$work/out" && ok "a key that takes a restart is named" ||
	not_ok "a key that takes a restart is named"
ask status --json >"$work/status"
equal "it is in the status, too" '["hostname"]' "$(jq -c .reload.restart_needed_for "$work/status")"
equal "reloads are counted" "$((failed + 1))" "$(jq .counters.reloads_failed "$work/status")"
[ "$(jq -r .rules.hash "$work/status")" != "$first_hash" ] && ok "the hash is another" ||
	not_ok "the hash is another"
equal "the ring dropped nothing" 0 "$(jq .counters.records_dropped "$work/status")"

touch "$work/stop"
wait "$feeder"
wait "$pid"
equal "it ends well" 0 "$?"
feeder='' pid=''
balanced "$reloads reloads" "$work/err"
fed=$(cat "$work/fed")
jq -r '.output_fields["audit.serial"] // empty' "$work/alerts.json" | sort -n >"$work/seen"
equal "each of $fed events is seen, once, in $reloads reloads" "$(seq "$fed" | md5sum)" "$(md5sum <"$work/seen")"
used=$(jq -r 'select(.source != "internal").rule' "$work/alerts.json" | sort -u | grep -c .)
[ "$used" -ge 3 ] && ok "$used sets of rules were used" || not_ok "$used sets of rules were used"
[ ! -e "$work/control.sock" ] && ok "the socket is gone" || not_ok "the socket is gone"
ask status 2>"$work/out"
equal "without a saker, status could not run" 3 "$?"
[ "$failures" -eq 0 ] || cat "$work/err"
exit $((failures != 0))

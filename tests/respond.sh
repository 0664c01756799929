#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# respond.sh - responses of a whole saker to processes of this test, which are told of
# in records on its standard input: a kill; thresholds, modes, ages; evidence with what
# the process did before; a list that is reloaded; commands. As root once more with
# the privileges in a process of their own.
set -uo pipefail

saker=${top_builddir:?}/saker
[ -x "$saker" ] || exit 99
work=$(mktemp -d) || exit 99
pids=()
failures=0
serial=100

tidy()
{
	exec 7>&-
	[ ${#pids[@]} -eq 0 ] || kill -KILL "${pids[@]}" 2>/dev/null
	wait 2>/dev/null
	rm -rf "$work"
}
trap tidy EXIT

. "${top_srcdir:-.}/tests/lib/assert.sh"

# wait_for COMMAND...: for up to 20 seconds
wait_for()
{
	local tries=400

	until "$@"; do
		((tries-- > 0)) || return 1
		sleep 0.05
	done
}

rule()
{
	cat <<-END
	- rule: $1
	  desc: test
	  condition: evt.type = mount and proc.name = "$2"
	  output: $1 (%proc.pid)
	  priority: ERROR
	  response: $3
	END
}
{
	rule Kill killed '{action: kill, host: true}'
	rule Containers contained '{action: kill}'
	rule Dry dry '{action: kill, host: true, mode: dry-run}'
	rule Twice twice '{action: kill, host: true, count: 2, within: 60}'
	rule Tree family '{action: kill, scope: tree, host: true}'
	rule Command told '{action: exec, host: true}'
} >"$work/rules.yaml"

# config NEVER_KILL
config()
{
	cat >"$work/new" <<-END
	output.format: json
	response.mode: ${mode:-enforce}
	response.rate.rule: 100/1m
	response.rate.container: 100/1m
	response.rate.host: 100/1m
	response.max_age: 100
	response.exec_ms: 60000
	response.max_processes: 2
	response.never_kill: [$1]
	response.evidence: $work/evidence
	response.evidence_ms: 20000
	response.exec: [/bin/sh, -c, "cat >$work/told"]
	response.journal: $work/journal
	response.audit: false
	control.socket: $work/control
	privileges.separate: $separate
	END
	mv "$work/new" "$work/saker.yaml"
}

# start NAME: a process that waits, in $pid.
start()
{
	sleep 1000 7>&- &
	pid=$!
	disown "$pid"
	pids+=("$pid")
	wait_for test "$(readlink "/proc/$pid/exe")" != "$(readlink /proc/$$/exe)"
}

# start_family COUNT: so many and their parent.
start_family()
{
	local n=$1

	sh -c 'for i in $(seq "$1"); do sleep 1000 & done; wait' sh "$n" 7>&- &
	pid=$!
	disown "$pid"
	pids+=("$pid")
	wait_for has_children "$n"
	# shellcheck disable=SC2207
	pids+=($(pgrep -P "$pid"))
}

has_children() { [ "$(pgrep -P "$pid" | wc -l)" -eq "$1" ]; }

# act NAME [SECONDS_AGO [CALL]]: the process is said to have made a call.
act()
{
	local stamp exe

	serial=$((serial + 1))
	stamp=$(awk -v now="$EPOCHREALTIME" -v ago="${2:-0}" -v n="$serial" \
		'BEGIN { printf "%.3f:%d", now - ago, n }')
	exe=$(readlink "/proc/$pid/exe")
	printf 'type=SYSCALL msg=audit(%s): arch=c000003e syscall=%s success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=0 ppid=%d pid=%d auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="%s" exe="%s" key="k"\n' \
		"$stamp" "${3:-165}" $$ "$pid" "$1" "$exe" >&7
	printf 'type=EOE msg=audit(%s): \n' "$stamp" >&7
}

result()
{
	jq -r --argjson pid "$pid" 'select(.output_fields["proc.pid"] == $pid) | .response.result' \
		"$work/alerts" 2>/dev/null | tail -n 1 | sed 's/[0-9]* us/N us/'
}

has_result() { [ -n "$(result)" ]; }

# expect WHAT RESULT
expect()
{
	wait_for has_result || not_ok "$1: nothing is told: $(cat "$work/err")"
	equal "$1" "$2" "$(result)"
}

# A busy machine may take longer to end it than is waited for.
expect_kill()
{
	wait_for has_result || not_ok "$1: nothing is told: $(cat "$work/err")"
	case $(result) in
	"terminated "*"after N us" | "failed: not seen to be terminated"*) ok "$1" ;;
	*) not_ok "$1: $(result)" ;;
	esac
	dies "$1"
}

is_alive() { ! grep -q '^State:.[ZX]' "/proc/$pid/status" 2>/dev/null && kill -0 "$pid" 2>/dev/null; }
lives() { is_alive && ok "$1: it lives" || not_ok "$1: it lives"; }
is_gone() { ! is_alive; }
dies()
{
	if wait_for is_gone; then ok "$1: it is dead"; else not_ok "$1: it is dead"; fi
}

run()
{
	rm -rf "$work/evidence" "$work/told" "$work/in"
	: >"$work/alerts"
	mkfifo "$work/in"
	"$saker" run -c "$work/saker.yaml" --source stdin -r "$work/rules.yaml" \
		--output "file:$work/alerts" <"$work/in" >/dev/null 2>"$work/err" &
	saker_pid=$!
	pids+=("$saker_pid")
	exec 7>"$work/in"
	wait_for grep -q running "$work/err" || not_ok "it runs: $(cat "$work/err")"
}

end()
{
	exec 7>&-
	wait "$saker_pid"
	equal "it ends well" 0 $?
}

check()
{
	local folder

	echo "# privileges.separate: $separate"
	config ''
	run
	start
	act other 0 39 # getpid: what it did before
	act killed
	expect_kill "a kill"
	folder=$(jq -r 'select(.rule == "Kill") | .response.evidence' "$work/alerts")
	equal "evidence: whole" true "$(jq .complete "$folder/manifest.json")"
	equal "evidence: what it did before" 'other killed' \
		"$(grep -o 'comm="[a-z]*"' "$folder/events.log" | cut -d'"' -f2 | paste -sd' ')"
	equal "evidence: the alert" Kill "$(jq -r .rule "$folder/alert.json")"
	[ -s "$folder/descriptors" ] && [ -s "$folder/links" ] && [ -s "$folder/environ" ] ||
		not_ok "evidence: $(ls "$folder")"
	start
	act contained
	wait_for has_result
	if jq -e 'select(.rule == "Containers") | .output_fields["container.id"] == "host"' "$work/alerts" >/dev/null; then
		expect "a host's process without the rule's word" \
			"refused: not in a container (process $pid, $(readlink "/proc/$pid/exe"))"
		lives "a host's process"
	else
		echo "# this test runs in a container itself"
	fi
	start
	act dry
	expect "the rule's mode" "would kill"
	lives "the rule's mode"
	start
	act killed 200
	expect "an old event" "refused: the event is too old"
	lives "an old event"
	start
	act twice
	expect "once of twice" "refused: not often enough yet"
	act twice
	dies "twice"
	start_family 2
	act family
	expect "a tree of three" "refused: it would reach too many processes"
	lives "a tree of three"
	start_family 1
	act family
	expect_kill "a tree of two"
	start
	act told
	expect "a command" "command done after N us"
	equal "a command is told" Command "$(jq -r .rule "$work/told")"
	lives "a command"
	config "$(readlink "/proc/$pid/exe")"
	"$saker" reload -o "control.socket=$work/control" >/dev/null || not_ok "it reloads"
	: >"$work/alerts"
	act killed
	expect "the list is reloaded" "refused: on the never-kill list (process $pid, $(readlink "/proc/$pid/exe"))"
	lives "the list is reloaded"
	end
	mode=dry-run config ''
	run
	start
	act killed
	expect "the global mode can only lower" "would kill"
	lives "the global mode"
	end
	equal "nothing is kept of what is not done" "" "$(ls "$work/evidence" 2>/dev/null)"
}

separate=false
check
if [ "$(id -u)" -eq 0 ]; then
	chmod 755 "$work"
	. "${top_srcdir:-.}/tests/lib/leaks.sh"
	separate=true
	check
fi
[ "$failures" -eq 0 ] || echo "FAILED: $failures assertions"
[ "$failures" -eq 0 ]

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# explain.sh - saker rules and saker explain, word for word. UPDATE=1 writes them
# anew.
set -uo pipefail

saker=$top_builddir/saker
case $saker in /*) ;; *) saker=$PWD/$saker ;; esac
golden=$(cd "$top_srcdir" && pwd)/tests/golden/explain
cd "$top_srcdir/tests/data" || exit 99
rules=explain/rules.yaml
log=live/att_mount.log
failed=0

# Other machines have other numbers of calls; what is loaded differs from host to
# host, and libauparse from version to version.
plain()
{
	sed -e 's/  \[\(not loaded\|loaded in part\|loaded\)\]$//' \
		-e '/^  Audit is switched off/d' -e '/^  The loaded rule/d' \
		-e '/^records:$/,/^$/d' -e 's/,"loaded":[a-z]*,"loaded_in_part":[a-z]*//' |
		case $(uname -m) in x86_64) cat ;; *) grep -v '^  -a ' ;; esac
}

# compare NAME COMMAND...: what it prints, standard error and exit code included.
compare()
{
	local name=$1 got
	shift
	got=$("$@" 2>&1)
	got="exit code $?
$got"
	if [ -n "${UPDATE:-}" ]; then
		mkdir -p "$golden"
		plain <<<"$got" >"$golden/$name"
	elif diff -u <(case $(uname -m) in x86_64) cat ;; *) grep -v '^  -a ' ;; esac \
		<"$golden/$name") <(plain <<<"$got"); then
		echo "ok - $name"
	else
		echo "NOT OK - $name"
		failed=1
	fi
}

check()
{
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "NOT OK - $1: $2, not $3"
		failed=1
	fi
}

explain()
{
	"$saker" explain -r "$rules" "$@"
}

compare rules.txt "$saker" rules -r "$rules"
compare rules.json "$saker" rules --json -r "$rules"
compare bind.txt explain 'Bind mount'
compare connect.txt explain 'Connects to a socket'
compare login.txt explain 'Login or module'
compare container.txt explain 'Container or page'
compare cpu.txt explain 'Needs the CPU'
compare unknown.txt explain 'mount'
compare log.txt explain 'Bind mount' "$log"
compare nothing.txt explain 'Connects to a socket' "$log"
compare event.txt explain 'Bind mount' "$log:2679304"
compare stamp.txt explain 'Root mounted anew' "$log:1795298692.785:2679317"
compare container-event.txt explain 'Container or page' "$log:2679301"
compare source.txt explain 'Login or module' "$log:2679304"
compare no-serial.txt explain 'Bind mount' "$log:1"
compare no-stamp.txt explain 'Bind mount' "$log:1.2:2679304"
compare no-number.txt explain 'Bind mount' "$log:x"
compare no-snapshot.txt explain --snapshot missing.snapshot 'Bind mount' "$log"
compare no-log.txt explain 'Bind mount' missing.log

record=$(explain 'Bind mount' "$log:2679304" |
	sed -nE '/^records:/,$s/^  SYSCALL   arch=\S+ syscall=mount success=yes exit=0 .* comm=mount .*/yes/p')
check 'records are interpreted' "$record" yes

# shellcheck disable=SC2016
facts='[.event."audit.serial", .matches, .distance, (.nodes | length),
	(.nodes[] | select(.truth == "missing") | .text),
	(.nodes[] | select(.blamed) | "\(.file):\(.line):\(.column)"),
	(.nodes[] | select(.macro == "bind_mount") | .kind),
	(.nodes[] | select(.text == "mount.flags contains MS_BIND") | .values[0].value),
	.records[0].type, (.records[0].text | test("syscall=mount"))] | @csv'
check 'an event as JSON' "$(explain --json 'Bind mount' "$log:2679304" | jq -r "$facts")" \
	'2679304,false,1,14,"explain/rules.yaml:18:36","and","MS_SILENT","SYSCALL",true'
check 'a log as JSON' "$(explain --json 'Bind mount' "$log" | jq -rc \
	'[.events, .candidates, .matches, (.nearest | length), .nearest[0].like]')" \
	"$(explain 'Bind mount' "$log" | sed -nE \
		's/^events: ([0-9]+), .*: ([0-9]+), matching: ([0-9]+)$/[\1,\2,\3,/p')$(
		explain --json 'Bind mount' "$log" | jq -r '"\(.nearest | length),\(.nearest[0].like)]"')"
check 'kernel rules as JSON' "$(explain --json 'Login or module' | jq -rc \
	'([.kernel_rules[].line] | length > 0), (.fields[0] | .field, .from)' | tr '\n' ' ')" \
	'true evt.type records '

# The same event under every name of its log.
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cp "$log" "$work/a:7"
cp "$log" "$work/b"
head -n 200 "$log" >"$work/1"
tail -n +201 "$log" >"$work/2"
expected=$(explain 'Bind mount' "$log:2679304")
check 'a log with a colon in its name' "$(explain 'Bind mount' "$work/a:7:2679304")" "$expected"
check 'a log in parts' "$(explain 'Bind mount' "$work/1" "$work/2:2679304")" "$expected"
check 'standard input' "$(explain 'Bind mount' -- "-:2679304" <"$log")" "$expected"

if command -v script >/dev/null; then
	colored()
	{
		script -qec "$1 $saker explain -r $rules 'Bind mount' $log:2679304" /dev/null |
			grep -c $'\033'
	}
	check 'colours on a terminal' "$([ "$(colored '')" -gt 5 ] && echo yes)" yes
	check 'no colours with NO_COLOR' "$(colored 'NO_COLOR=1')" 0
fi
check 'no colours in a file' "$(explain 'Bind mount' "$log" | grep -c $'\033')" 0
exit $failed

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# robustness.sh - broken input: a clear message, the right exit code, the sound
# records beside it not lost.
set -uo pipefail

saker=${top_builddir:?}/saker
[ -x "$saker" ] || exit 99
. "${top_srcdir:-.}/tests/lib/leaks.sh"
work=$(mktemp -d) || exit 99
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
failures=0

cat >"$work/rules.yaml" <<'END'
- rule: Any mount
  desc: what the sound records raise
  condition: evt.type = mount
  output: mount %proc.name %audit.serial
  priority: NOTICE
END

# sound SERIAL: one whole event
sound()
{
	printf 'type=SYSCALL msg=audit(1700000000.%03d:%d): arch=c000003e syscall=165 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=0 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="mounter" exe="/bin/mounter" key="k"\n' "$1" "$1"
	printf 'type=PROCTITLE msg=audit(1700000000.%03d:%d): proctitle="x"\n' "$1" "$1"
}

# run WHAT EXPECTED_CODE COMMAND...: output in $work/out and $work/err
run()
{
	local what=$1 expected=$2 rc

	shift 2
	timeout 60 "$@" >"$work/out" 2>"$work/err" </dev/null
	rc=$?
	if [ "$rc" -eq "$expected" ]; then
		echo "ok - $what"
	else
		echo "NOT OK - $what: exit code $rc, expected $expected"
		sed 's/^/  /' "$work/err"
		failures=$((failures + 1))
	fi
	if grep 'unaccounted for' "$work/err"; then
		echo "NOT OK - $what: in = processed + dropped"
		failures=$((failures + 1))
	fi
}

# says PATTERN: a message names the fault.
says()
{
	grep -Eqs -e "$1" "$work/err" "$work/out" && return
	echo "NOT OK - a message with '$1':"
	sed 's/^/  /' "$work/err"
	failures=$((failures + 1))
}

# raises N: so many alerts came.
raises()
{
	local n

	n=$(grep -c '"rule":"Any mount"' "$work/out")
	[ "$n" -eq "$1" ] && return
	echo "NOT OK - $n alerts, expected $1"
	failures=$((failures + 1))
}

# replay FILE WHAT: three sound events around something broken
replay()
{
	run "$2" 0 "$saker" replay --json -r "$work/rules.yaml" "$1"
	raises "${3:-3}"
}

broken()
{
	sound 1
	"$@"
	sound 2
	sound 3
}

truncated_line()
{
	printf 'type=SYSCALL msg=audit(17000\n'
	printf 'type=SYSC\n=\n\n'
	printf 'type=PATH msg=audit(1700000000.500:77): item=0 name="/x\n'
}

long_line()
{
	printf 'type=USER_CMD msg=audit(1700000000.500:77): '
	head -c 1048576 /dev/zero | tr '\0' a
	[ "${1-}" = open ] || echo
}

nuls()
{
	head -c 5000 /dev/zero
	printf '\ntype=EXECVE msg=audit(1700000000.500:77): argc=1 a0="\0\0"\n'
}

wrong_hex()
{
	printf 'type=SYSCALL msg=audit(1700000000.500:77): arch=zz syscall=-1 items=99999999999999999999 pid=x comm=0G exe=ABC key=6\n'
	printf 'type=EXECVE msg=audit(1700000000.500:77): argc=18446744073709551615 a0=4 a1_len=99999999 a1[0]=41 a1[7]=42\n'
	printf 'type=SOCKADDR msg=audit(1700000000.500:77): saddr=0\n'
}

random_bytes()
{
	head -c 200000 /dev/urandom
	echo
}

for kind in truncated_line long_line nuls wrong_hex random_bytes; do
	broken "$kind" >"$work/log"
	replay "$work/log" "$kind"
done
{ sound 1; sound 2; sound 3; long_line open; } >"$work/log"
replay "$work/log" "a log that ends in 1 MiB without a newline"
: >"$work/empty"
replay "$work/empty" "an empty log" 0

run "a summary of nothing" 0 "$saker" replay --summary -r "$work/rules.yaml" "$work/empty"

# the same as auditd's plugin gets it: the end of input is the end of the run
for kind in truncated_line long_line nuls random_bytes; do
	broken "$kind" >"$work/log"
	run "$kind on standard input" 0 bash -c '"$@" <"$0"' "$work/log" \
		"$saker" run --source stdin --json -r "$work/rules.yaml"
	raises 3
	run "$kind explained" 0 "$saker" explain -r "$work/rules.yaml" 'Any mount' "$work/log"
	run "$kind explained as JSON" 0 "$saker" explain --json -r "$work/rules.yaml" 'Any mount' "$work/log"
done

run "a directory instead of a log" 3 "$saker" replay -r "$work/rules.yaml" "$work"
says "$work"
run "a log that is not there" 3 "$saker" replay -r "$work/rules.yaml" "$work/none"
says "$work/none"
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 "$work/log"
	run "a log without permission" 3 "$saker" replay -r "$work/rules.yaml" "$work/log"
	says "$work/log"
fi

run "a list of rules" 0 "$saker" rules -r "$work/rules.yaml"
run "valid rules" 0 "$saker" check "$work/rules.yaml"
sed 's/evt.type/evt.tipe/' "$work/rules.yaml" >"$work/field.yaml"
run "a rule with an unknown field" 1 "$saker" check "$work/field.yaml"
says "field.yaml:3:.*evt.tipe"
sed 's/= mount/= mount and (/' "$work/rules.yaml" >"$work/syntax.yaml"
run "a rule with a syntax error" 1 "$saker" check "$work/syntax.yaml"
says 'syntax.yaml:3:'
printf -- '- rule: x\n  condition: [\n' >"$work/yaml.yaml"
run "a file that is no YAML" 1 "$saker" check "$work/yaml.yaml"
says 'yaml.yaml:[0-9]+:'
head -c 100000 /dev/urandom >"$work/random.yaml"
run "random bytes as rules" 1 "$saker" check "$work/random.yaml"
says 'random.yaml'
run "rules that are not there" 3 "$saker" check "$work/none.yaml"
says 'none.yaml'
run "invalid rules in a replay" 1 "$saker" replay -r "$work/field.yaml" "$work/empty"
says 'evt.tipe'
run "a full disk" 3 "$saker" replay -r "$top_srcdir/rules" --output file:/dev/full \
	"$top_srcdir/tests/data/recorded-attack.log"
says 'could not be written'
run "an unknown source" 2 "$saker" run --source foo
says 'no source'
run "an unknown output" 2 "$saker" run --output ftp:x
says 'no output'
run "an unknown verb" 2 "$saker" nonsense
run "an unknown option" 2 "$saker" replay --nonsense
run "an unknown configuration key" 2 "$saker" replay -o no.such=1 "$work/empty"
says 'no.such'

[ "$failures" -eq 0 ]

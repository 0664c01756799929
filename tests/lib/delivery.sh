# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# delivery.sh - what the tests of outputs share: saker fed with numbered events,
# each of which raises an alert, and the numbers that arrived.

saker=${top_builddir:?}/saker
work=$(mktemp -d) || exit 99
pids=()
failures=0
. "$top_srcdir/tests/lib/balance.sh"

cleanup()
{
	kill -9 "${pids[@]}" 2>/dev/null
	mountpoint -q "$work/small" && umount -l "$work/small"
	rm -rf "$work"
}
trap cleanup EXIT

# equal WHAT EXPECTED FOUND
equal()
{
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "NOT OK - $1: expected '$2', found '$3'"
		sed 's/^/  /' "$work"/saker.err
		failures=$((failures + 1))
	fi
}

# until CONDITION...: waits for what is about to come true.
until_true()
{
	local tries=0

	until "$@"; do
		tries=$((tries + 1))
		if [ "$tries" -gt "${PATIENCE:-600}" ]; then
			echo "NOT OK - waited for: $*"
			failures=$((failures + 1))
			return 1
		fi
		sleep 0.05
	done
}

cat >"$work/rules.yaml" <<'END'
- rule: Any mount
  desc: each event raises an alert with its number
  condition: evt.type = mount
  output: mount %audit.serial
  priority: NOTICE
END

# events FIRST LAST
events()
{
	awk -v a="$1" -v b="$2" 'BEGIN { for (i = a; i <= b; i++) {
		printf "type=SYSCALL msg=audit(1700000000.%03d:%d): arch=c000003e syscall=165 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=0 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"m\" exe=\"/bin/m\" key=\"k\"\n", i % 1000, i
		printf "type=PROCTITLE msg=audit(1700000000.%03d:%d): proctitle=\"x\"\n", i % 1000, i
		printf "type=EOE msg=audit(1700000000.%03d:%d):\n", i % 1000, i } }'
}

# start OPTION...: saker, fed through descriptor 8
start()
{
	rm -f "$work/in"
	mkfifo "$work/in"
	"$saker" run --source stdin -r "$work/rules.yaml" -c /dev/null \
		-o spool.dir="$work/spool" -o control.socket= "$@" \
		<"$work/in" >"$work/stdout" 2>>"$work/saker.err" &
	pid=$!
	pids+=("$pid")
	exec 8>"$work/in"
}

# ends the input and waits for the end
finish()
{
	exec 8>&-
	wait "$pid"
	balanced "a run" "$work/saker.err"
}

# serials FILE: the numbers in it, repeated ones once, in their order
serials()
{
	grep -o '"audit.serial":[0-9]*' "$1" | cut -d: -f2 | awk '!seen[$1]++' | tr '\n' ' '
}

has_serial()
{
	grep -qs "\"audit.serial\":$2[,}]" "$1"
}

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# poison.sh - an event, and then a burst of them, that the engine dies of each time it
# judges it: it is given up after three engines and told, what came before and comes
# behind it is judged, once, and everything is accounted for.
set -uo pipefail

[ "$(id -u)" -eq 0 ] || { echo "SKIP: needs root"; exit 77; }
saker=${top_builddir:?}/saker
inject=$top_builddir/tests/lib/inject.so
[ -x "$saker" ] && [ -e "$inject" ] || exit 99
command -v jq >/dev/null || exit 77
! grep -aqs __asan_init "$saker" || { echo "SKIP: sanitizers come before what is injected"; exit 77; }
work=$(mktemp -d) || exit 99
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; sleep 0.2; rm -rf "$work"' EXIT
failures=0
. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/balance.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"

# event SERIAL COMMAND
event()
{
	printf 'type=SYSCALL msg=audit(1700000000.%03d:%d): arch=c000003e syscall=165 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=0 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="%s" exe="/bin/m" key="k"\ntype=EOE msg=audit(1700000000.%03d:%d): \n' "$1" "$1" "$2" "$1" "$1" >&8
}

serials()
{
	jq -r 'select(.rule == "It") | [.output_fields["audit.serial"], .uuid] | @tsv' "$work/alerts.json" |
		sort -u | cut -f 1 | sort -n | tr '\n' ' '
}

raised() { [ "$(serials)" = "$1" ]; }
counted() { status && [ "$(jq ".counters.$1" "$work/status")" -eq "$2" ]; }

cat >"$work/rules.yaml" <<'END'
- rule: It
  desc: each event, by a pattern
  condition: evt.type = mount and proc.name regex "[a-z]+"
  output: "mount %audit.serial"
  priority: NOTICE
END
mkfifo "$work/in"
LD_PRELOAD=$inject INJECT_POISON=poison "$saker" run --source stdin -c /dev/null \
	-r "$work/rules.yaml" --json --output "file:$work/alerts.json" -o spool.dir= \
	-o "control.socket=$work/control.sock" -o process.connector=false \
	-o suppress.mode=never <"$work/in" 2>"$work/err" &
pid=$!
exec 8>"$work/in"
within 30 status || { cat "$work/err"; exit 1; }
event 1 good
event 2 poison
event 3 good
within 60 raised "1 3 " && ok "what stands around it is judged" || not_ok "raised: $(serials)"
within 30 counted events_skipped 1 && ok "one event is given up" || not_ok "events_skipped"
equal "after three engines" 3 "$(jq .counters.engine_restarts "$work/status")"
for n in 4 5 6; do
	event "$n" "poison$n"
done
event 7 good
within 60 raised "1 3 7 " && ok "so with several in a row" || not_ok "raised: $(serials)"
within 30 counted events_skipped 4 && ok "each is given up" || not_ok "events_skipped"
# an engine that dies before it has read them all starts the count anew
restarts=$(jq .counters.engine_restarts "$work/status")
[ "$restarts" -ge 12 ] && [ "$restarts" -le 24 ] && ok "after three engines each, or a few more" ||
	not_ok "$restarts engines"
equal "the monitor is who it was" "$pid" "$(pid_of monitor)"
exec 8>&-
wait "$pid"
equal "it ends well" 0 $?
pid=
balanced "all is accounted for" "$work/err"
told=$(jq -s 'map(.output_fields.events_skipped // 0) | add' "$work/alerts.json")
equal "what is given up is told" 4 "$told"
[ "$failures" -eq 0 ] || cat "$work/err"
exit $((failures != 0))

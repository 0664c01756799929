#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# share.sh - somebody floods saker with system calls that are costly to judge, so
# that records have to be dropped: what others do comes through, and the operator
# is told whose flood it was. Without limits.fair_share it would not.
set -uo pipefail

saker=${top_builddir:?}/saker
pace=$top_builddir/tests/lib/pace
[ -x "$saker" ] && [ -x "$pace" ] || exit 99
command -v jq >/dev/null || exit 77
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failures=0
. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/balance.sh"

cat >"$work/rules.yaml" <<'END2'
- rule: Quiet user
  desc: tells the serial number
  condition: evt.type = openat and user.loginuid = 1001
  output: quiet %audit.serial
  priority: NOTICE
- rule: Rare call
  desc: of the one who floods
  condition: evt.type = mount and user.loginuid = 1000
  output: rare %audit.serial
  priority: NOTICE
- rule: Costly
  desc: patterns that are given up after a hundred thousand steps each
  condition: >
    evt.type = openat and (fs.path.name regex "^/(a+)+$" or
    fs.path.name regex "^/(a*)*$" or fs.path.name regex "^/(a|aa)+$")
  output: never %audit.serial
  priority: NOTICE
END2

# Every 200th event is the quiet user's, every 250th another call of the other.
awk 'BEGIN {
	for (i = 1; i <= 20000; i++) {
		quiet = i % 200 == 0
		stamp = sprintf("msg=audit(1700000000.%03d:%d): ", i / 100, i)
		printf "type=SYSCALL %sarch=c000003e syscall=%d success=yes exit=3 a0=ffffff9c a1=7ffe a2=0 a3=0 items=1 ppid=1 pid=%d auid=%d uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=%d comm=\"cat\" exe=\"/usr/bin/cat\" key=(null)\n", stamp, i % 250 == 1 ? 165 : 257, quiet ? 4194200 : 4194100, quiet ? 1001 : 1000, quiet ? 2 : 1
		printf "type=PATH %sitem=0 name=\"/%s\" inode=7 dev=fe:00 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL\n", stamp, quiet ? "quiet" : "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"
		printf "type=EOE %s\n", stamp
	}
}' >"$work/flood.log"

# flood NAME RING OPTION...
flood()
{
	local name=$1 ring=$2

	shift 2
	"$pace" 20000 100 <"$work/flood.log" 2>/dev/null |
		"$saker" run --source stdin -c /dev/null -r "$work/rules.yaml" --json \
			--output "file:$work/$name.json" -o control.socket= -o spool.dir= \
			-o process.connector=false -o hostname=test \
			-o "metrics.file=$work/$name.prom" -o limits.ring_bytes="$ring" \
			"$@" 2>"$work/$name.err"
}

# alerts NAME RULE
alerts()
{
	jq -r --arg rule "$2" 'select(.rule == $rule) | .uuid' "$work/$1.json" | wc -l
}

flood unfair 524288 -o limits.fair_share=false &
flood fair 8388608
wait
equal "all that the quiet user did is told" 100 "$(alerts fair 'Quiet user')"
[ "$(alerts unfair 'Quiet user')" -lt 90 ]
equal "without shares it is not" 0 $?
[ "$(alerts fair 'Rare call')" -gt 20 ]
equal "the flood of one call does not hide another of the same user" 0 $?
equal "nothing was dropped unseen" 0 \
	"$(jq -s 'map(.output_fields.records_dropped // 0) | add' "$work/fair.json")"
equal "who was shed is told" "user 1000" \
	"$(jq -r '.output_fields.shed_from // empty' "$work/fair.json" | sort -u)"
[ "$(jq -s 'map(.output_fields.events_shed // 0) | add' "$work/fair.json")" -gt 1000 ]
equal "and how much" 0 $?
grep -q '^saker_shed_events{kind="user",id="1000"} [1-9]' "$work/fair.prom"
equal "metrics tell, too" 0 $?
balanced "with shares" "$work/fair.err"
balanced "without" "$work/unfair.err"
exit $((failures != 0))

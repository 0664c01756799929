#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# old_host.sh - a whole saker, as root starts it, on kernels that lack what later ones
# have: it is as many processes, says what protects none of them, raises its alerts, also
# once its engine was killed, and answers a reload.
set -uo pipefail

[ "$(id -u)" -eq 0 ] || { echo "SKIP: needs root"; exit 77; }
old_kernel=${top_builddir:?}/tests/lib/old_kernel
saker=$top_builddir/saker
[ -x "$saker" ] && [ -x "$old_kernel" ] || exit 99
"$old_kernel" 3.10 true || { echo "SKIP: no filter of system calls here"; exit 77; }
. "${top_srcdir:-.}/tests/lib/leaks.sh"
work=$(mktemp -d) || exit 99
chmod 755 "$work"
pid=
trap 'kill $pid 2>/dev/null; sleep 0.2; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
failures=0

. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"

printf -- '- rule: Any mount\n  desc: each event\n  condition: evt.type = mount\n  output: "mount %%audit.serial"\n  priority: NOTICE\n' >"$work/rules.yaml"

# event N
event()
{
	printf 'type=SYSCALL msg=audit(1700000000.000:%d): arch=c000003e syscall=165 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=0 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="m" exe="/bin/m" key="k"\ntype=EOE msg=audit(1700000000.000:%d): \n' "$1" "$1" >&8
}

# raised N: that event, once
raised()
{
	[ "$(grep -c "\"audit.serial\":$1[,}]" "$work/alerts.json")" = 1 ]
}

# written_down PID: what its tables hold, in files without a name
written_down()
{
	find -L "/proc/$1/fd" -type f -links 0 -size +0 2>/dev/null | grep -q .
}

# on KERNEL [REASON]: why there is no Landlock
on()
{
	local engine

	rm -f "$work/in" "$work/alerts.json"
	mkfifo "$work/in"
	"$old_kernel" "$1" "$saker" run --source stdin -r "$work/rules.yaml" --json \
		--output "file:$work/alerts.json" -o "control.socket=$work/control.sock" \
		-o suppress.mode=never <"$work/in" >/dev/null 2>"$work/err" &
	pid=$!
	exec 8>"$work/in"
	within 30 status || { not_ok "$1: it starts: $(cat "$work/err")"; exec 8>&-; return; }
	equal "$1: its processes" "courier engine monitor reader" \
		"$(jq -r '[.processes[].role] | sort | join(" ")' "$work/status")"
	[ -z "${2:-}" ] || equal "$1: no Landlock" "$2" "$(jq -r '.processes[] |
		select(.role == "engine").landlock.reason' "$work/status")"
	event 1
	within 30 raised 1 && ok "$1: an alert" || not_ok "$1: an alert: $(cat "$work/err")"
	engine=$(pid_of engine)
	within 30 written_down "$engine" && ok "$1: its tables are written down" ||
		not_ok "$1: its tables are written down: $(ls -l "/proc/$engine/fd")"
	kill -KILL "$engine"
	within 30 another engine "$engine" && ok "$1: another engine" ||
		not_ok "$1: another engine: $(cat "$work/err")"
	"$saker" reload -o "control.socket=$work/control.sock" >"$work/reload" 2>&1 &&
		ok "$1: a reload" || not_ok "$1: a reload: $(cat "$work/reload")"
	event 2
	within 30 raised 2 && ok "$1: an alert again" || not_ok "$1: an alert again: $(cat "$work/err")"
	exec 8>&-
	wait "$pid"
	equal "$1: it ends well" 0 "$?"
	pid=
}

on 3.10 "the kernel has none"
on 5.12 "the kernel has none"
on no-seccomp
# the filter that hides them is one, too: only words tell
for role in monitor engine courier; do
	grep -q "filters no system calls (seccomp): the $role does without" "$work/err" &&
		ok "no-seccomp: the $role says so" ||
		not_ok "no-seccomp: the $role says so: $(cat "$work/err")"
done

# --- the kernel's stream of records is not for this root
if command -v setpriv >/dev/null && setpriv --bounding-set=-audit_read true 2>/dev/null; then
	answer=$(setpriv --bounding-set=-audit_read --inh-caps=-audit_read "$saker" run --source netlink \
		-r "$work/rules.yaml" -o "control.socket=$work/control.sock" 2>&1 </dev/null)
	equal "no CAP_AUDIT_READ: it ends with" 3 "$?"
	grep -q 'CAP_AUDIT_READ' <<<"$answer" && ok "no CAP_AUDIT_READ: it says so" ||
		not_ok "no CAP_AUDIT_READ: it says so: $answer"
fi
exit $((failures != 0))

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# confined.sh - saker as root starts it, without being asked: what protects each thread of
# its processes, what they cannot do, and that they do their work on files that only root
# may read; and single-process mode, which says what it is.
set -uo pipefail

[ "$(id -u)" -eq 0 ] || { echo "SKIP: needs root"; exit 77; }
saker=${top_builddir:?}/saker
[ -x "$saker" ] || exit 99
. "${top_srcdir:-.}/tests/lib/leaks.sh"
work=$(mktemp -d) || exit 99
pid=
trap 'kill $pid 2>/dev/null; sleep 0.2; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
failures=0

. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"

# rule NAME FILE
rule()
{
	printf -- '- rule: %s\n  desc: each event\n  condition: evt.type = mount\n  output: "mount %%audit.serial"\n  priority: NOTICE\n' "$1" >"$2"
}

# event N
event()
{
	printf 'type=SYSCALL msg=audit(1700000000.000:%d): arch=c000003e syscall=165 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=0 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="m" exe="/bin/m" key="k"\ntype=EOE msg=audit(1700000000.000:%d): \n' "$1" "$1" >&8
}

# raised N RULE: the event has raised that rule's alert
raised()
{
	jq -se "any(.output_fields[\"audit.serial\"] == $1 and .rule == \"$2\")" "$work/alerts.json" >"$work/raised" 2>&1
}

reload()
{
	"$saker" reload -c "$work/saker.yaml" >"$work/reload" 2>&1
}

# start OPTION...: fed through descriptor 8
start()
{
	rm -f "$work/in"
	mkfifo "$work/in"
	"$saker" run -c "$work/saker.yaml" --source stdin "$@" <"$work/in" >/dev/null 2>"$work/err" &
	pid=$!
	exec 8>"$work/in"
	within 30 status || { cat "$work/err"; exit 1; }
}

stop()
{
	exec 8>&-
	wait "$pid"
	equal "it ends well" 0 "$?"
	pid=
}

# threads ROLE WANTED: /proc of each thread
threads()
{
	local thread

	for thread in "/proc/$(pid_of "$1")/task/"*; do
		equal "$1's thread $(cat "$thread/comm"): capabilities, no_new_privs, seccomp" "$2" \
			"$(awk '/^(CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):/ { printf "%s ", $2 }' "$thread/status")"
	done
}

# refused ROLE WRITE EXECVE SIGNAL FLAGS: what each thread comes to that tries
refused()
{
	local rc

	"$top_builddir/tests/lib/inside" calls "$(pid_of "$1")" >"$work/calls"
	rc=$?
	[ "$rc" -ne 77 ] || { echo "# threads cannot be looked into here"; return; }
	equal "$1's threads let themselves be asked" 0 "$rc"
	equal "$1: what is forbidden is refused, in all of $(wc -l <"$work/calls") threads" "" \
		"$(grep -v "write=$2 execve=$3 socket=EPERM kill=$4 setuid=$4 flags=$5 $denied" "$work/calls")"
}

# What no process needs, the monitor and what it starts neither.
denied="ptrace=EPERM setns=EPERM unshare=EPERM handle=EPERM memory=EPERM bpf=EPERM mount=EPERM module=EPERM kexec=EPERM"

# Nothing of it is for others to read.
umask 077
mkdir "$work/rules"
rule first "$work/rules/one.yaml"
cat >"$work/saker.yaml" <<END
rules: $work/rules
output: file:$work/alerts.json
output.format: json
spool.dir: $work/spool
metrics.file: $work/saker.prom
metrics.interval: 1
metrics.listen: unix:$work/metrics.sock
control.socket: $work/control.sock
suppress.mode: never
END
start
none="0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000 1 2 "
threads engine "$none"
threads reader "$none"
threads courier "$none"
equal "each of its threads has no_new_privs and a filter of system calls" "" \
	"$(awk '/^(NoNewPrivs|Seccomp):/ { printf "%s ", $2 } END { print "" }' "/proc/$pid/task/"*/status | sed 's/1 2 //g; /^$/d')"
equal "the monitor's capabilities are those of its work" 0 \
	$((0x$(awk '/^CapEff/ { print $2 }' "/proc/$pid/status") & ~0x20600811ef))
abi=$(jq '.processes[] | select(.role == "engine").landlock.abi' "$work/status")
write=done
[ "$abi" -eq 0 ] || write=EACCES
echo "# landlock: $abi"
refused engine "$write" EPERM EPERM EPERM
refused reader "$write" EPERM EPERM EPERM
refused courier "$write" EPERM EPERM EBADF
refused monitor done ENOENT done EBADF
"$top_builddir/tests/lib/inside" forge "$(pid_of engine)" >"$work/forged"
case $? in
0) status
	equal "forged requests are refused, and counted" "$(cut -d ' ' -f 1 <"$work/forged")" \
		"$(jq .counters.monitor_refused "$work/status")" ;;
77) echo "# no socket can be taken here" ;;
*) not_ok "forged requests: $(cat "$work/forged")" ;;
esac
"$saker" status -c "$work/saker.yaml" >"$work/text"
grep -q "^processes   separated" "$work/text" && [ "$(grep -c 'landlock' "$work/text")" -eq 4 ] &&
	ok "saker status tells" || not_ok "saker status: $(grep process "$work/text")"
"$saker" doctor -c "$work/saker.yaml" >"$work/text" 2>&1
grep -q "monitor, engine and courier are separated" "$work/text" && ok "saker doctor tells" ||
	not_ok "saker doctor tells"

event 1
within 30 raised 1 first && ok "rules that only root may read" || not_ok "rules that only root may read"
within 30 test -s "$work/saker.prom" && ok "metrics.file where only root may write" ||
	not_ok "metrics.file where only root may write"
equal "which is for all to read" 644 "$(stat -c %a "$work/saker.prom")"

rule second "$work/rules/one.yaml"
rule third "$work/third.yaml"
echo "rules: [$work/rules, $work/third.yaml]
rule_matching: all" >>"$work/saker.yaml"
reload && ok "a reload of such files" || not_ok "a reload: $(cat "$work/reload")"
event 2
within 30 raised 2 second && within 30 raised 2 third && ok "has their rules" || not_ok "has their rules"
echo "- rule: broken" >"$work/rules/one.yaml"
reload && not_ok "a wrong file is loaded" || ok "a wrong file is not loaded"
chmod o+w "$work/third.yaml"
former=$(pid_of engine)
kill -KILL "$former"
within 60 another engine "$former" || not_ok "there is no other engine"
event 3
within 60 raised 3 second && within 30 raised 3 third &&
	ok "an engine that is started anew has the rules and settings of the last good reload" ||
	not_ok "an engine that is started anew has other rules"
threads engine "$none"
stop
[ ! -e "$work/metrics.sock" ] && ok "its sockets are gone" || not_ok "its sockets are gone"

rule first "$work/rules/one.yaml"
chmod go-w "$work/third.yaml"
start -o privileges.separate=false
grep -q "^saker: single-process mode, which is for debugging: .*privileges.separate is false" "$work/err" &&
	ok "single-process mode says what it is" || not_ok "$(cat "$work/err")"
equal "so does saker status" '{"active":false,"reason":"privileges.separate is false"}' \
	"$(jq -c .separation "$work/status")"
"$saker" doctor -c "$work/saker.yaml" >"$work/text" 2>&1
grep -q "single-process mode: privileges.separate is false" "$work/text" && ok "so does saker doctor" ||
	not_ok "so does saker doctor"
event 4
within 30 raised 4 first && ok "and works" || not_ok "it raises nothing"
stop

# As in a container whose root may not become anybody else.
if command -v capsh >/dev/null; then
	saker_run=$saker
	printf '#!/bin/sh\nexec capsh --drop=cap_setuid,cap_setgid -- -c '\''exec "$0" "$@"'\'' %s "$@"\n' \
		"$(readlink -f "$saker")" >"$work/without"
	chmod 700 "$work/without"
	saker=$work/without
	start
	saker=$saker_run
	grep -q "^saker: single-process mode.*may not become another user" "$work/err" &&
		ok "where privileges are missing it says so" || not_ok "$(cat "$work/err")"
	event 5
	within 30 raised 5 first && ok "and works" || not_ok "it raises nothing"
	stop
fi
[ "$failures" -eq 0 ] || cat "$work/err"
exit $((failures != 0))

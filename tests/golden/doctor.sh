# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# doctor.sh - saker doctor on hosts that are made up: each fault is found, with its
# remedy, and a host without faults has none.
set -uo pipefail

saker=$top_builddir/saker
data=$top_srcdir/tests/data/audit-rules
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

ok() { echo "ok - $1"; }
not_ok() { echo "NOT OK - $*"; failed=1; }

# host: a root directory with nothing wrong in it.
host()
{
	rm -rf "$work/host"
	mkdir -p "$work/host"/{etc/audit/plugins.d,proc/self,proc/net,proc/77,run,var/log,usr/sbin}
	printf 'q_depth = 2000\noverflow_action = SYSLOG\nmax_restarts = 10\n' >"$work/host/etc/audit/auditd.conf"
	printf 'active = yes\ndirection = out\npath = /usr/sbin/audisp-saker\ntype = always\n' \
		>"$work/host/etc/audit/plugins.d/saker.conf"
	: >"$work/host/usr/sbin/audisp-saker"
	chmod 755 "$work/host/usr/sbin/audisp-saker"
	ln -s /usr/sbin/audisp-saker "$work/host/proc/77/exe"
	printf 'Name:\taudisp-saker\nPPid:\t70\n' >"$work/host/proc/77/status"
	echo 'root=/dev/sda audit=1' >"$work/host/proc/cmdline"
	printf 'Name:\tsaker\nCapEff:\t000001ffffffffff\n' >"$work/host/proc/self/status"
	echo '         0          0 4294967295' >"$work/host/proc/self/uid_map"
	echo '24 1 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw' >"$work/host/proc/self/mountinfo"
	printf 'sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n0 9 77 00000000 0 0 0 2 0 1\n' \
		>"$work/host/proc/net/netlink"
	printf '%s\n' 'enabled 1' 'failure 1' 'pid 70' 'rate_limit 0' 'backlog_limit 8192' 'lost 0' \
		'backlog 0' 'backlog_wait_time 0' >"$work/status"
}

doctor()
{
	"$saker" doctor --json -r "$data" --disable 'Anything*' --kernel-rules "$work/rules" \
		--kernel-status "$work/status" --root "$work/host" "$@"
}

# finds WHAT LEVEL: that, with a remedy, and ends accordingly.
finds()
{
	local out rc

	out=$(doctor)
	rc=$?
	if jq -s -e --arg what "$1" --arg level "$2" \
		'any(.what == $what and .level == $level and .remedy != "")' <<<"$out" >/dev/null &&
		[ "$rc" -eq "$([ "$2" = FAULT ] && echo 1 || echo 0)" ]; then
		ok "$1"
	else
		not_ok "$1 ($rc): $out"
	fi
	host
	cp "$work/good" "$work/rules"
}

# status NAME VALUE
status() { sed -i "s/^$1 .*/$1 $2/" "$work/status"; }

"$saker" audit-rules -r "$data" >"$work/good" || exit
cp "$work/good" "$work/rules"
host
if out=$(doctor) && ! grep -v '"level":"ok"' <<<"$out"; then
	ok "nothing wrong, nothing found"
else
	not_ok "nothing wrong: $out"
fi

status enabled 0; finds 'kernel audit' FAULT
status enabled 2; finds 'kernel audit locked' advice
status failure 2; finds 'failure mode' advice
status lost 9; finds 'kernel lost' advice
status backlog_limit 64; finds 'kernel backlog' advice
status backlog 8000; finds 'kernel backlog full' advice
status backlog_wait_time 60000; finds 'backlog wait time' advice
status rate_limit 100; finds 'rate limit' FAULT
echo '-a never,task' >>"$work/rules"; finds 'never,task' FAULT
echo '-a task,never' >>"$work/rules"; finds 'never,task' FAULT
echo '-a always,exit -F arch=b64 -S chmod -F auid!=unset -k x' >>"$work/rules"; finds 'auid!=unset' advice
echo '-a always,exit -F arch=b64 -S chmod -F auid!=-1 -k x' >>"$work/rules"; finds 'auid!=unset' advice
echo '-a always,exclude -F msgtype=PATH' >>"$work/rules"; finds 'excluded records' FAULT
: >"$work/rules"; finds 'kernel rules' FAULT
sed -i '/ptrace/s/$/ -F auid!=unset/' "$work/rules"; finds 'blind rule' FAULT
{ echo '-a never,exit -F arch=b64 -S ptrace -F euid=0'; cat "$work/good"; } >"$work/rules"
doctor | grep -q '"blind rule"' && not_ok 'a narrower never blinds no rule' || ok 'a narrower never'
{ echo '-a never,exit -F arch=b64 -S ptrace'; cat "$work/good"; } >"$work/rules"; finds 'blind rule' FAULT
{ cat "$work/good"; echo '-A never,exit -F arch=b64 -S ptrace'; } >"$work/rules"; finds 'blind rule' FAULT
echo 'audit=0' >"$work/host/proc/cmdline"; finds 'boot parameter' FAULT
echo 'quiet' >"$work/host/proc/cmdline"; finds 'boot parameter' advice
echo 'q_depth = 250' >"$work/host/etc/audit/auditd.conf"; finds 'auditd q_depth' advice
echo 'overflow_action = HALT' >"$work/host/etc/audit/auditd.conf"; finds 'overflow_action' advice
echo 'local_events = no' >"$work/host/etc/audit/auditd.conf"; finds 'local_events' FAULT
echo 'plugin queue overflow detected = yes' >"$work/host/run/auditd.state"; finds 'dispatcher overflow' FAULT
echo 'plugin queueing suspended = yes' >"$work/host/run/auditd.state"; finds 'dispatcher suspended' FAULT
echo 'x auditd[1]: queue to plugins is full - dropping event' >"$work/host/var/log/syslog"
finds 'dispatcher overflow' FAULT
echo 'x auditd[1]: plugin /usr/sbin/audisp-saker has exceeded max_restarts' >"$work/host/var/log/messages"
finds 'plugin given up' FAULT
echo 'x auditd[1]: plugin /usr/sbin/audisp-saker terminated unexpectedly' >"$work/host/var/log/messages"
finds 'plugin restarted' advice
rm -r "$work/host/proc/77"; finds 'plugin dropped' FAULT
rm "$work/host/usr/sbin/audisp-saker"; finds 'plugin' FAULT
chmod 777 "$work/host/usr/sbin/audisp-saker"; finds 'plugin' FAULT
sed -i 's/^active.*/active = no/' "$work/host/etc/audit/plugins.d/saker.conf"; finds 'plugin' advice
# where auditd has its plugins
mkdir "$work/host/etc/audisp"
mv "$work/host/etc/audit/plugins.d" "$work/host/etc/audisp/"
: >"$work/host/usr/sbin/audispd"
sed -i 's/^active.*/active = no/' "$work/host/etc/audisp/plugins.d/saker.conf"; finds 'plugin' advice
mv "$work/host/etc/audit/plugins.d" "$work/host/etc/own.d"
echo 'plugin_dir = /etc/own.d' >>"$work/host/etc/audit/auditd.conf"
sed -i 's/^active.*/active = no/' "$work/host/etc/own.d/saker.conf"; finds 'plugin' advice
mkdir -p "$work/host/etc/systemd/system"
echo 'MemoryDenyWriteExecute=true' >"$work/host/etc/systemd/system/auditd.service"
mv "$work/host/usr/sbin/audisp-saker" "$work/host/usr/sbin/saker"
sed -i 's/audisp-saker/saker/' "$work/host/etc/audit/plugins.d/saker.conf"
ln -sf /usr/sbin/saker "$work/host/proc/77/exe"; finds "plugin's sandbox" advice
echo '0 9 1 00000001 0 0 0 2 0 1' >>"$work/host/proc/net/netlink"; finds 'journald' advice
echo 'systemd-journal' >"$work/host/proc/77/comm"
echo '0 9 77 00000001 0 0 0 2 0 1' >>"$work/host/proc/net/netlink"; finds 'journald' advice
printf 'CapEff:\t0000000000000000\n' >"$work/host/proc/self/status"; finds 'privileges' FAULT
printf 'CapEff:\t000001ffffffefff\n' >"$work/host/proc/self/status"; finds 'privileges' advice
echo '0 100000 65536' >"$work/host/proc/self/uid_map"; finds 'user namespace' FAULT
echo '24 1 0:22 / /proc rw - proc proc rw' >"$work/host/proc/self/mountinfo"; finds 'cgroups' FAULT
echo '24 1 0:22 / /sys/fs/cgroup ro - cgroup2 cgroup2 ro' >"$work/host/proc/self/mountinfo"; finds 'cgroups' advice
echo '24 1 0:22 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids' >"$work/host/proc/self/mountinfo"
finds 'killing containers' advice
echo '25 1 0:5 / /proc rw - proc proc rw,hidepid=2' >>"$work/host/proc/self/mountinfo"; finds '/proc' advice
"$saker" doctor --kernel-rules "$work/missing" >/dev/null 2>&1
[ $? -eq 3 ] && ok 'a missing file of rules' || not_ok 'a missing file of rules'

# Each line, taken away, blinds those rules that are said to need it.
wrong=0 lines=0
"$saker" audit-rules --json -r "$data" --disable 'Anything*' >"$work/lines.json"
while IFS= read -r line; do
	lines=$((lines + 1))
	grep -vxF -- "$line" "$work/good" >"$work/rules"
	expected=$(jq -r --arg line "$line" 'select(.line == $line) | .needed_by[]' "$work/lines.json" | sort)
	found=$(doctor | jq -r 'select(.what == "blind rule") | .found | sub(" \\(in part\\)$"; "")' | sort)
	[ "$expected" = "$found" ] || { wrong=1; not_ok "without $line: $found, not $expected"; }
done < <(jq -r 'select(.line and (.io_uring | not) and (.left_out | not)) | .line | select(startswith("-a always"))' "$work/lines.json")
[ "$wrong" -eq 0 ] && [ "$lines" -gt 15 ] && ok "doctor names the rules that each of $lines lines blinds"
exit $failed

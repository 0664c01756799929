#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# steps.sh DEB NEWER-DEB - a saker's life on this machine, which is to be spare: a
# bare Debian with a real auditd that runs. Installed, enabled, an attack in a
# container, rotated, upgraded, disabled, enabled again, purged: nothing is left.
# Where no systemd runs, the unit's commands are carried out.
set -uo pipefail

deb=$1 newer=$2
here=$(cd "$(dirname "$0")" && pwd)
failures=0
service=
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
work=$(mktemp -d /tmp/saker-steps.XXXXXX) || exit 99
alerts=/var/log/saker/alerts.json

ok()
{
	echo "ok - $*"
}

not_ok()
{
	echo "NOT OK - $*"
	failures=$((failures + 1))
}

# equal WHAT EXPECTED FOUND
equal()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") |
			sed -n 's/^</  expected:/p; s/^>/  found:   /p' | head -20
	fi
}

# wait_for SECONDS COMMAND...
wait_for()
{
	local tries=$(($1 * 10))

	shift
	until "$@"; do
		((tries-- > 0)) || return 1
		sleep 0.1
	done
}

has_systemd()
{
	[ -d /run/systemd/system ]
}

apt()
{
	apt-get -q -y -o Dpkg::Use-Pty=0 "$@" </dev/null >"$work/apt" 2>&1 ||
		{ not_ok "apt-get $*"; tail -20 "$work/apt"; }
}

# What is on this machine, but for what dpkg, apt and the machine itself write.
files()
{
	find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp \
		-o -path /host -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache \
		-o -path '/var/log/apt*' -o -path /var/log/dpkg.log -o -path /var/log/alternatives.log \
		-o -path /var/log/audit -o -path /var/log/syslog -o -path /var/log/journal \
		-o -path '/var/log/*.log' -o -path /var/lib/systemd -o -path /root \
		-o -path '/etc/*-' -o -path /etc/.pwd.lock -o -path /etc/ld.so.cache -o -path /var/lib/logrotate \
		-o -path /var/log/lastlog -o -path /var/log/faillog -o -path /var/log/wtmp \) -prune \
		-o -type f -printf '%p %m %u:%g ' -exec sh -c 'md5sum <"$1"' sh {} \; \
		-o -printf '%p %m %u:%g %y %l\n' | sort
}

configuration()
{
	find /etc /var/lib/saker \( -name '*-' -o -path /var/lib/saker/spool \) -prune -o -type f -printf '%p %m ' \
		-exec sh -c 'md5sum <"$1"' sh {} \; | sort
}

kernel_rules()
{
	auditctl -l | grep -vx 'No rules'
}

# auditd's own: a chroot has its host's processes.
relay_runs()
{
	pgrep -P "$(auditctl -s | sed -n 's/^pid //p')" -x audisp-saker >/dev/null
}

no_relay_runs()
{
	! relay_runs
}

# eventually WHAT SECONDS COMMAND...
eventually()
{
	local what=$1

	shift
	if wait_for "$@"; then
		ok "$what"
	else
		not_ok "$what"
		tail -3 "$work/service.out" 2>/dev/null
	fi
}

start_service()
{
	if has_systemd; then
		return
	fi
	local command

	systemd-tmpfiles --create saker.conf 2>/dev/null ||
		mkdir -p /run/saker /var/lib/saker /var/log/saker
	command=$(sed -n 's/^ExecStart=//p' /lib/systemd/system/saker.service)
	$command </dev/null >"$work/service.out" 2>&1 &
	service=$!
}

stop_service()
{
	if has_systemd || [ -z "$service" ]; then
		return
	fi
	kill "$service"
	wait "$service"
	service=
}

make_container()
{
	local rootfs=$work/bundle/rootfs

	mkdir -p "$rootfs"/{bin,mnt,proc,dev,sys}
	cp "$(command -v busybox)" "$rootfs/bin/busybox"
	ln -s busybox "$rootfs/bin/sh"
	ln -s busybox "$rootfs/bin/mount"
	(cd "$work/bundle" && runc spec && jq '.process.terminal = false |
		.root.readonly = false | .linux.seccomp = null |
		.process.capabilities[] = ["CAP_SYS_ADMIN"] |
		.linux.namespaces |= map(select(.type != "network")) |
		.process.args = ["mount", "-t", "tmpfs", "none", "/mnt"]' config.json >new &&
		mv new config.json)
}

# A file system mounted in a container, which a rule that is shipped tells of.
attack()
{
	runc run --bundle "$work/bundle" "saker-steps-$1" </dev/null >"$work/runc" 2>&1 ||
		{ not_ok "the container runs"; cat "$work/runc"; }
}

alerts_in()
{
	jq -r .rule "$1" 2>/dev/null | grep -c '^File system mounted in container$'
}

alerts_are()
{
	[ "$(alerts_in "$alerts")" -ge "$1" ]
}

in_syslog()
{
	if has_systemd; then
		journalctl -q -t saker | grep -q 'File system mounted in container'
	else
		cat /var/log/syslog /var/log/auth.log | grep 'saker.*File system mounted in container' >/dev/null
	fi
}

trap 'stop_service; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
make_container
kernel_rules >"$work/kernel.before"
files >"$work/files.before"

# --- installed: nothing happens
apt install "$deb"
equal "installed" "install ok installed" "$(dpkg-query -W -f '${Status}' saker)"
equal "users for engine and outputs" 2 "$(getent passwd saker saker-courier | wc -l)"
equal "the shipped configuration is right" 0 "$(saker check -c /etc/saker/saker.yaml -c /etc/saker/service.yaml >&2; echo $?)"
equal "the kernel has the rules that it had" "$(cat "$work/kernel.before")" "$(kernel_rules)"
relay_runs && not_ok "auditd's plugin waits for saker enable"
has_systemd && equal "so does the service" inactive "$(systemctl is-active saker)"
saker completion bash | cmp -s - /usr/share/bash-completion/completions/saker ||
	not_ok "completion is where bash looks for it"

# --- enabled
configuration >"$work/configuration"
saker enable --dry-run >"$work/dry" || not_ok "saker enable --dry-run: $(cat "$work/dry")"
equal "a dry run changes nothing" "$(cat "$work/configuration")" "$(configuration)"
saker enable >"$work/enable" 2>&1 || not_ok "saker enable: $(cat "$work/enable")"
sed 's/^/  /' "$work/enable"
equal "a dry run says what happens then" \
	"$(sed -n 's/^would *\([^ ]*\): .*/\1/p' "$work/dry")" \
	"$(sed -n 's/^done *\([^ ]*\): .*/\1/p' "$work/enable")"
start_service
eventually "auditd runs the relay" 30 relay_runs
eventually "saker runs" 60 test -S /run/saker/control.sock
wanted=$(saker audit-rules -c /etc/saker/saker.yaml -c /etc/saker/service.yaml | grep -c '^-')
equal "all kernel rules are loaded" "$wanted" "$(($(kernel_rules | wc -l) - $(wc -l <"$work/kernel.before")))"
grep -q '^-a ' /etc/audit/audit.rules || not_ok "augenrules has them for the next boot"
saker enable >"$work/again" || not_ok "saker enable twice: $(cat "$work/again")"
equal "enabled twice: nothing to do" "" "$(grep '^done' "$work/again")"

# --- an attack
attack one
eventually "the alert is in the file" 30 alerts_are 1
equal "it is about the container" saker-steps \
	"$(jq -r 'select(.rule == "File system mounted in container") | .output_fields["container.name"] // .output_fields["container.id"]' "$alerts" | head -1 | cut -c1-11)"
eventually "the alert is in syslog" 30 in_syslog

# --- rotated
if command -v logrotate >/dev/null; then
	logrotate -f /etc/logrotate.d/saker || not_ok "logrotate"
	has_systemd || kill -USR1 "$service" # what systemctl kill does there
	eventually "the file is opened anew" 10 test -e "$alerts"
	attack two
	eventually "alerts go to the new file" 30 alerts_are 1
	equal "the former ones are kept" 1 "$(alerts_in "$alerts.1")"
fi

# --- upgraded
before=$(md5sum /etc/audit/plugins.d/saker.conf)
relay=$(pgrep -P "$(auditctl -s | sed -n 's/^pid //p')" -x audisp-saker)
apt install "$newer"
equal "upgraded" "$(dpkg-deb -f "$newer" Version)" "$(dpkg-query -W -f '${Version}' saker)"
equal "it stays enabled" "$before" "$(md5sum /etc/audit/plugins.d/saker.conf)"
relay_is_new()
{
	relay_runs && ! kill -0 "$relay" 2>/dev/null
}
eventually "auditd runs the new relay" 20 relay_is_new
has_systemd && equal "so does the service" active "$(systemctl is-active saker)"

# --- disabled
saker disable >"$work/disable" || not_ok "saker disable: $(cat "$work/disable")"
sed 's/^/  /' "$work/disable"
stop_service
equal "disable puts back all files" "$(cat "$work/configuration")" "$(configuration)"
equal "and the kernel's rules" "$(cat "$work/kernel.before")" "$(kernel_rules)"
eventually "auditd ends the relay" 10 no_relay_runs
equal "disabled twice: nothing to do" "" "$(saker disable | grep '^done')"

# --- purged while it is enabled
saker enable >"$work/enable" || not_ok "saker enable once more: $(cat "$work/enable")"
start_service
eventually "the relay runs again" 30 relay_runs
stop_service # systemd does that: users who have processes stay
apt purge saker
eventually "no relay is left" 10 no_relay_runs
has_systemd && equal "no service is left" "" "$(systemctl list-units -q --all 'saker*')"
apt autoremove --purge
equal "the kernel's rules are as before" "$(cat "$work/kernel.before")" "$(kernel_rules)"
equal "no users are left" "" "$(getent passwd saker saker-courier)"
files >"$work/files.after"
diff "$work/files.before" "$work/files.after" >"$work/left"
equal "nothing is left behind" "" "$(cat "$work/left")"
[ "$failures" -eq 0 ] && echo "PASS: $here/steps.sh"
exit "$((failures != 0))"

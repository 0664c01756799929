#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# behaviours_surface.sh - what the rules on the kernel's surface, on files of the
# host and on programs describe, done harmlessly in containers; then what resembles
# it. Each act raises exactly its alerts.
. "${top_srcdir:-.}/tests/live/lib.sh"

surface_binary=$top_builddir/tests/live/surface
[ -x "$surface_binary" ] || die "$surface_binary is not built"

# possible RULE, TAB, COMMAND: left out where this kernel has no such thing.
possible()
{
	! "$surface_binary" ${1#*	surface } >/dev/null 2>&1 || printf '%s\n' "$1"
}

# One act a line: rule, TAB, what the container runs. Files of the host are opened
# and not written.
surface_acts()
{
	possible 'BPF program loaded in container	surface bpf_load'
	possible 'Performance events opened in container	surface call perf_event_open @0100000070000000 0 -1 -1 0'
	possible 'Kernel key read in container	surface call keyctl 11 0xfffffffd @ 256'
	possible 'Session keyring joined in container	surface call keyctl 1 0'
	possible 'Kernel key added in container	surface call add_key @75736572 @61 @61 1 0xfffffffe'
	possible 'Userfaultfd made in container	surface call userfaultfd 1'
	possible 'Ring for io_uring made in container	surface call io_uring_setup 1 @'
	possible 'Packet socket opened in container	surface call socket 17 3 0'
	possible 'Crypto socket opened in container	surface call socket 38 5 0'
	possible 'Virtual machine socket opened in container	surface call socket 40 1 0'
	possible 'Socket of rare family opened in container	surface call socket 15 3 2'
	possible 'File system events of others watched in container	surface call fanotify_init 0 0'
	possible 'Kernel log read in container	surface call syslog 3 @ 16'
	possible 'Protection of memory layout lifted in container	surface call personality 0x40000'
	possible 'Descriptor table of processor changed in container	surface call modify_ldt 17 @ 16'
	cat <<-'END'
	Scheduled task of host changed from container	poke wopen /host/etc/crontab
	Accounts of host changed from container	poke wopen /host/etc/passwd
	Authentication of host changed from container	poke wopen /host/etc/nsswitch.conf
	Shell profile of host changed from container	poke wopen /host/etc/profile
	Preloaded library of host changed from container	poke wopen /host/etc/ld.so.conf
	Configuration of host changed from container	poke wopen /innocent
	Passwords of host read from container	poke ropen /host/etc/shadow
	Program run from memory in container	surface memfd /bin/busybox sleep 0.1
	Deleted program run in container	surface deleted /bin/busybox /data/gone sleep 0.1
	Shell talks to network in container	surface connected /bin/sh
	Reverse shell started in container	/bin/busybox nc 127.0.0.1 1 -e sh
	Miner run in container	/bin/echo -o stratum+tcp://127.0.0.1:1
	Process masquerades as kernel thread in container	sh -c 'exec -a "[kworker/0:9]" sleep 0'
	Process masquerades as kernel thread in container	surface named [kworker/0:9] /nonexistent
	Library preloaded from writable directory in container	LD_PRELOAD=/tmp/x.so sleep 0.2
	New program run from temporary directory in container	busybox cp /bin/busybox /tmp/sleep; /tmp/sleep 0.2
	New program run in container	busybox cp /bin/busybox /data/sleep; /data/sleep 0.2
	Program run from shared memory in container	busybox cp /bin/busybox /dev/shm/sleep; /dev/shm/sleep 0.2
	Hidden program run in container	busybox cp /bin/busybox /data/.x; PATH=/data; .x sleep 0.2; PATH=/bin
	Encoded command run in container	sh -c 'echo OiAK | base64 -d | sh'
	Service account token used by hand in container	cat /run/secrets/kubernetes.io/serviceaccount/token
	Cloud metadata asked by hand in container	/bin/echo http://169.254.169.254/latest
	Way out of container looked for	cat /proc/1/cgroup
	END
}

# Without the rights.
surface_attempts()
{
	cat <<-'END'
	Kernel interface refused in container	surface call socket 17 3 0
	Kernel interface refused in container	surface call syslog 5
	Reboot called in container	surface call reboot 0xfee1dead 0x28121969 0x1234567
	END
}

surface_lookalikes()
{
	cat <<-'END'
	surface call socket 1 1 0
	surface call socket 2 1 0
	surface call socket 16 3 0
	surface call personality 0xffffffff
	surface call keyctl 0 0xfffffffd 0
	surface call syslog 10
	poke ropen /host/etc/passwd
	poke ropen /host/etc/crontab
	poke append /etc/passwd
	poke append /etc/crontab
	poke ropen /etc/shadow
	sh -c 'echo see the stratum docs; sh -c true'
	(exec -a true /proc/self/exe)
	sleep 0.1 </dev/null | cat
	LD_PRELOAD=/lib/x.so sleep 0
	cat /proc/self/cgroup
	END
}

surface_bundle()
{
	make_bundle "$work/$1" "" '.process.args = ["sh", "/acts.sh"] |
		.mounts += [
			{destination: "/host/etc", type: "bind", source: "/etc", options: ["bind", "rw"]},
			{destination: "/innocent", type: "bind", source: "/etc/hosts", options: ["bind", "rw"]}] |
		(.mounts[] | select(.destination == "/dev/shm").options) -= ["noexec"] |
		'"$2"
	install -m 755 "$surface_binary" "$work/$1/rootfs/bin/surface"
	ln -s busybox "$work/$1/rootfs/bin/base64"
	: >"$work/$1/rootfs/etc/shadow"
	{
		echo "exec >/out/$1.log 2>&1"
		cat
		echo ': >/out/'"$1"'.done; while [ ! -e /out/stop ]; do sleep 0.2; done'
	} >"$work/$1/rootfs/acts.sh"
}

surface_run()
{
	run_detached "$work/$1" "saker-$1" || die "runc: $(cat "$work/saker-$1.out")"
	wait_for 60 test -e "$work/out/$1.done" || not_ok "the container $1 gets to its end"
	sed 's/^/  in the container: /' "$work/out/$1.log"
	marker || not_ok "a marker after $1"
}

# What is said of acts; that containers are given so much has rules of its own.
told()
{
	alerts "$work/alerts.json" | grep -v '^Container started with'
}

# The same acts on the host, and a runtime's own.
surface_on_host()
{
	local command

	surface_acts | cut -f 2 | grep '^surface call' | grep -v fanotify | while read -r command; do
		"$surface_binary" ${command#surface } >/dev/null 2>&1
	done
	"$poke_binary" wopen /etc/crontab
	"$poke_binary" ropen /etc/shadow
	"$surface_binary" memfd "$(command -v busybox)" sleep 0
	"$surface_binary" connected "$(command -v sh)"
	install -m 755 "$(command -v busybox)" "$work/sleep"
	"$work/sleep" 0
	echo true | base64 | base64 -d | sh
}

begin runc busybox
load_kernel_rules
start_saker_netlink
surface_acts >"$work/expected"
surface_acts | cut -f 2 | surface_bundle acts '.process.capabilities[] = ["CAP_SYS_ADMIN",
	"CAP_SYSLOG", "CAP_PERFMON", "CAP_BPF", "CAP_NET_RAW", "CAP_NET_ADMIN", "CAP_DAC_OVERRIDE"]'
surface_attempts | cut -f 2 | surface_bundle attempts '.process.capabilities[] = []'
surface_lookalikes | surface_bundle alike '.'
surface_on_host
surface_run alike
equal "what resembles it raises nothing" "" "$(told)"
surface_run acts
surface_run attempts
touch "$work/out/stop"
equal "each act raises its alert, in its container" \
	"$( {
		sed 's/\t.*/\tsaker-acts/' "$work/expected"
		surface_attempts | sed 's/\t.*/\tsaker-attempts/'
	} | sort)" "$(told | sort)"
equal "the kernel lost nothing" 0 "$(kernel_lost)"
echo "acts: $(wc -l <"$work/expected") and $(surface_attempts | wc -l) attempts"
delete_containers
stop_saker

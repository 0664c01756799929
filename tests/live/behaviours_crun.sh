#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# behaviours_crun.sh - acts of all themes in containers that crun has started, which
# sets them up by other calls than runc; then their look-alikes.
. "${top_srcdir:-.}/tests/live/lib.sh"

# One act a line: rule, TAB, what the container runs. Nothing is changed outside.
crun_acts()
{
	cat <<-'END'
	Container runtime binary opened for writing in container	poke wopen /opt/tool
	File system mounted in container	poke mount_tmpfs /mnt
	Path mounted in container	poke bind /data/src /data/dst
	File system mounted in container	poke newmount /mnt2
	Namespace joined from container	poke setns /proc/self/ns/uts
	User or mount namespace made in container	poke unshare 0x00020000
	Core pattern written in container	: 3>>/proc/sys/kernel/core_pattern
	Kernel hardening changed in container	poke wopen /proc/sys/kernel/randomize_va_space
	Block device node made in container	busybox mknod /tmp/b b 240 200
	File handle tried in container	poke call 304 0 @12345678901234567890 0
	Set-user-id or set-group-id bit set in container	: >/tmp/s; busybox chmod 4755 /tmp/s
	Program started with an empty command line	poke bare /bin/true
	Root directory changed in container	poke call 161 @/tmp
	Input pushed into terminal in container	poke call 16 0 0x5412 @x
	Scheduled task of host changed from container	poke wopen /host/etc/crontab
	Passwords of host read from container	poke ropen /host/etc/shadow
	Shim socket used from container	poke uconnect @/containerd-shim/decoy
	Miner run in container	/bin/echo -o stratum+tcp://127.0.0.1:1
	Reverse shell started in container	busybox nc 127.0.0.1 1 -e sh
	New program run in container	busybox cp /bin/busybox /data/sleep; /data/sleep 0.2
	Mount options set again and again in container	i=0; while [ $i -lt 50 ]; do poke call 431 -1 1 @a @b 2>/dev/null; i=$((i + 1)); done
	END
}

crun_lookalikes()
{
	cat <<-'END'
	read -r _ </proc/sys/kernel/core_pattern
	poke ropen /opt/tool
	poke ropen /host/etc/crontab
	poke append /etc/hostname
	poke uconnect @/tmp/.X11-unix/X0
	poke call 135 0xffffffff
	busybox mknod /tmp/null c 1 3
	: >/tmp/x; busybox chmod 755 /tmp/x
	(exec -a true /proc/self/exe)
	sh -c 'echo see the stratum docs; sh -c true'
	poke call 431 -1 1 @a @b
	END
}

# crun_bundle NAME <COMMANDS: with all rights, a runtime's decoy and the host's /etc.
crun_bundle()
{
	make_bundle "$work/$1" "/docker/${ids[$1]}" "$privileged"' |
		del(.linux.resources) | del(.process.rlimits) |
		.process.capabilities[] += ["CAP_MKNOD", "CAP_SYS_CHROOT", "CAP_SYS_TTY_CONFIG", "CAP_DAC_READ_SEARCH", "CAP_FSETID"] |
		.process.args = ["sh", "/acts.sh"] |
		.mounts += [
			{destination: "/opt/tool", type: "bind", source: "'"$work"'/decoy-runc", options: ["bind", "rw"]},
			{destination: "/host/etc", type: "bind", source: "/etc", options: ["bind", "rw"]}]'
	mkdir -p "$work/$1/rootfs"/{tmp,data/src,data/dst,mnt,mnt2}
	{
		echo 'exec >/out/'"$1"'.log 2>&1'
		sed 's/.*/(&)/'
		echo 'exit 0'
	} >"$work/$1/rootfs/acts.sh"
}

# Its file systems of control groups are its own, as crun wants version 2 alone.
crun_container()
{
	timeout 60 unshare --mount sh -c '
		[ -f /sys/fs/cgroup/cgroup.controllers ] || {
			umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
		} || exit
		exec crun run --bundle "$1" "$2"' sh "$work/$1" "saker-crun-$1" </dev/null ||
		not_ok "crun runs $1 to its end"
	sed 's/^/  in the container: /' "$work/out/$1.log"
	marker || not_ok "a marker after $1"
}

# What is said of acts; that containers are given so much has rules of its own.
told()
{
	alerts "$work/alerts.json" | grep -vE '^(Privileged container started|Container started with)' | sort
}

declare -A ids=([benign]=$(random_id) [acts]=$(random_id))
begin crun busybox runc
install -m 755 "$poke_binary" "$work/decoy-runc"
load_kernel_rules
start_saker_netlink "container.runtimes=$work/decoy-runc"
crun_lookalikes | crun_bundle benign
crun_container benign
equal "look-alikes in a container of crun raise nothing" "" "$(told)"
crun_acts | cut -f 2 | crun_bundle acts
crun_container acts
equal "in a container of crun: each its rule, with its id" \
	"$(crun_acts | cut -f 1 | sed "s/\$/\t${ids[acts]:0:12}/" | sort)" "$(told)"
equal "the kernel lost nothing" 0 "$(kernel_lost)"
stop_saker

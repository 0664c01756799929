# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# behaviours_kernel.sh - acts on the kernel, devices and other processes in
# harmless form, and their look-alikes: sourced, one function a kind. Files are
# opened and nothing is written; calls fail for their arguments.

kernel_module_rule='Kernel module loaded or removed in container'
[ -e /proc/modules ] || kernel_module_rule='Kernel module refused in container'

kernel_prepare()
{
	mkdir -p /sys/fs/cgroup/devices/saker-decoy
}

kernel_clean()
{
	rmdir /sys/fs/cgroup/devices/saker-decoy
}

# What the container needs beside its own.
kernel_mounts()
{
	jq -n '[{destination: "/dev/loop7", type: "bind", source: "/dev/loop7",
		options: ["bind", "rw"]}]'
}

# One act a line: expected rule, TAB, what runs in a container with all rights and
# the host's process ids; /hostcg is the host's cgroupfs.
kernel_attacks()
{
	grep . <<-END | sed 's/  \+/\t/'
	Release agent written in container  mkdir -p /tmp/cgroup/a && : 3>>/tmp/cgroup/a/release_agent
	Release notification switched in container  : 3>>/hostcg/pids/notify_on_release
	Device access of cgroup changed in container  poke wopen /hostcg/devices/saker-decoy/devices.allow
	Cgroup membership changed in container  poke wopen /sys/fs/cgroup/pids/tasks
	Cgroup membership changed in container  mkdir -p /tmp/sys/fs/cgroup/x && poke append /tmp/sys/fs/cgroup/x/cgroup.procs
	Core pattern written in container  : 3>>/proc/sys/kernel/core_pattern
	Core pattern written in container  cd /proc/sys/kernel && : 3>>core_pattern
	Kernel helper program changed in container  poke wopen /proc/sys/kernel/poweroff_cmd
	Kernel helper program changed in container  poke wopen /proc/sys/kernel/usermodehelper/bset
	$([ ! -e /proc/sysrq-trigger ] || echo 'System request sent from container  poke wopen /proc/sysrq-trigger')
	Kernel hardening changed in container  poke wopen /proc/sys/kernel/randomize_va_space
	Kernel hardening changed in container  poke wopen /proc/sys/vm/mmap_min_addr
	Kernel limit changed in container  poke wopen /proc/sys/kernel/pid_max
	Loopback routing allowed in container  poke wopen /proc/sys/net/ipv4/conf/all/route_localnet
	Kernel setting changed in container  poke wopen /proc/sys/vm/overcommit_memory
	Kernel module parameter changed in container  poke wopen /sys/module/printk/parameters/time
	User namespace mapping written in container  poke wopen /proc/self/uid_map
	$kernel_module_rule  poke call 313 -1 @ 0
	$kernel_module_rule  poke call 176 @saker-no-such-module 0x800
	New kernel loaded in container  poke call 246 0 -1 0 0
	Character device node made in container  mknod /tmp/m c 1 1
	Physical memory opened in container  poke ropen /tmp/m
	Block device node made in container  mknod /tmp/b b 240 200
	Block device tried in container  poke ropen /tmp/b
	Block device read in container  poke ropen /dev/loop7
	Block device opened for writing in container  poke wopen /dev/loop7
	Character device node made in container  mknod /tmp/c c 10 237
	Loop or mapped device controlled in container  poke ropen /tmp/c
	Input pushed into terminal in container  poke call 16 0 0x5412 @x
	Input and output ports allowed in container  poke call 172 0
	File handle tried in container  poke call 304 0 @12345678901234567890 0
	Process traced from container with the host's process ids  poke seize
	Memory of another process written in container  poke call 311 0 0 0 0 0 0
	Memory of a process opened for writing in container  poke wopen /proc/self/mem
	Descriptor taken from another process in container  poke call 438 -1 0 0
	Set-user-id or set-group-id bit set in container  touch /tmp/s && chmod 4755 /tmp/s
	Program started with an empty command line  poke bare /bin/true
	Preloaded libraries written in container  poke append /etc/ld.so.preload
	END
}

# The same attempts in a container with default rights.
kernel_attempts()
{
	sed 's/  \+/\t/' <<-'END'
	Kernel setting refused in container  : 3>>/proc/sys/kernel/core_pattern
	Kernel setting refused in container  poke wopen /proc/sys/vm/overcommit_memory
	Kernel module refused in container  poke call 313 -1 @ 0
	New kernel loaded in container  poke call 246 0 -1 0 0
	Block device node refused in container  mknod /tmp/b b 7 200
	File handle tried in container  poke call 304 0 @12345678901234567890 0
	Process traced in container  poke seize
	END
}

# Must raise nothing, in a container with all rights.
kernel_lookalikes()
{
	cat <<-'END'
	read -r _ </proc/sys/kernel/core_pattern
	poke ropen /proc/self/mem
	poke ropen /proc/self/uid_map
	mkdir -p /tmp/src/sys/kernel && : 3>>/tmp/src/sys/kernel/core_pattern
	: 3>>/tmp/src/release_agent
	poke wopen /proc/sys/net/ipv4/ip_forward
	poke wopen /proc/sys/kernel/shmmax
	poke wopen /dev/null
	poke ropen /dev/urandom
	mknod /tmp/null c 1 3
	mknod /tmp/whiteout c 0 0
	mkfifo /tmp/fifo
	touch /tmp/x && chmod 755 /tmp/x
	mkdir /tmp/shared && chmod 2775 /tmp/shared
	poke call 135 0xffffffff
	poke call 303 -100 @/tmp 0 0 0
	END
}

agent_is_told()
{
	grep -q '"rule":"Kernel started an unexpected program"' "$work/alerts.json"
}

# What the kernel starts by itself: a release agent, in a hierarchy of control
# groups that nobody else uses.
run_release_agent()
{
	local tree=$work/release-tree

	mkdir -p "$tree"
	mount -t cgroup -o none,name=saker-test none "$tree" || return
	mounts+=("$tree")
	ln -f "$poke_binary" "$work/agent" 2>/dev/null || cp "$poke_binary" "$work/agent"
	echo "$work/agent" >"$tree/release_agent"
	mkdir "$tree/x"
	echo 1 >"$tree/x/notify_on_release"
	sh -c "echo \$\$ >'$tree/x/cgroup.procs'"
	wait_for 5 agent_is_told
	rmdir "$tree/x"
	umount "$tree"
}

# Expected rule, TAB, what runs on the host.
kernel_host_attacks()
{
	sed 's/  \+/\t/' <<-'END'
	Kernel helper program changed on host  "$poke_binary" wopen /proc/sys/kernel/core_pattern
	Kernel started an unexpected program  run_release_agent
	END
}

# Must raise nothing on the host.
kernel_host_lookalikes()
{
	sysctl -q -w kernel.core_pattern="$(sysctl -n kernel.core_pattern)"
	"$poke_binary" wopen /proc/sys/vm/overcommit_memory
	"$poke_binary" ropen /dev/loop7
	blkid /dev/loop7
	"$poke_binary" seize
	"$poke_binary" call 304 0 @12345678901234567890 0
	mknod "$work/node" b 7 200
	chmod 4755 "$work/node"
	setarch -R true
}

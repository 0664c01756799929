#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# hostile.sh - a container that forks, renames itself runc, brings a runc of its
# own, changes namespaces, root and cgroup, and forges user messages: it stays a
# container, and what comes nearer to the host is told.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin auditd runc busybox
hostile_binary=$top_builddir/tests/live/hostile
[ -x "$hostile_binary" ] || die "$hostile_binary is not built"
id=$(random_id) neighbour=$(random_id)
cat >"$work/rules/exec.yaml" <<'END'
- rule: Test exec
  desc: every exec at the end of an act
  condition: evt.type in (execve, execveat) and proc.args contains "act-"
  output: exec %container.full_id %proc.state %proc.args %proc.drift %proc.pid
  priority: DEBUG
- rule: Test claim
  desc: a user message, whoever it claims to be from
  condition: evt.type = user_login
  output: claim %container.full_id %container.id %proc.state %proc.name
  priority: DEBUG
  source: audit
END

# One act a line: name, what the container runs, and after a TAB the rule about
# drift that it raises, if any.
acts()
{
	cat <<-END
	act-plain	poke stay act-plain
	act-rename	hostile rename act-rename
	act-init	hostile init act-init
	act-image-runc	hostile as act-image-runc /usr/bin/runc
	act-sbin-runc	hostile as act-sbin-runc /usr/sbin/runc
	act-host-runc	/opt/runc stay act-host-runc
	act-daemon	hostile daemon act-daemon
	act-namespaces	hostile unshare act-namespaces 0x2c020000
	act-clone	hostile clone act-clone 0x28020000
	act-pivot	hostile pivot_root act-pivot
	act-memfd	hostile memfd act-memfd
	act-forge	hostile forge act-forge
	act-user	hostile drop_user act-user
	act-below	hostile cgroup act-below $own_cgroup/below/cgroup.procs
	act-cgroup	hostile cgroup act-cgroup $host_cgroup/cgroup.procs	Container cgroup left
	act-neighbour	hostile cgroup act-neighbour $host_cgroup/docker/$neighbour/cgroup.procs	Container cgroup left
	act-net	hostile join act-net /hostproc/$outside/ns/net /bin/poke	Host namespace reached from container
	act-chroot	hostile chroot act-chroot /host $work/poke-marker	Host file system reached from container
	act-mount	hostile join act-mount /hostproc/$outside/ns/mnt $work/poke-marker
	END
}

# Where the container, which sees the host's cgroups, finds its own and the top.
find_cgroups()
{
	if [ -d /sys/fs/cgroup/pids ]; then
		host_cgroup=/cgroup/pids own_cgroup=/cgroup/pids/docker/$id
	else
		host_cgroup=/cgroup own_cgroup=/cgroup/docker/$id
	fi
}

prepare()
{
	# the container sees it in the host's /proc
	sleep 1000 9>&- &
	outside=$!
	pids+=("$outside")
	find_cgroups
	make_bundle "$work/hostile" "/docker/$id" "$privileged"' |
		.process.capabilities[] += ["CAP_AUDIT_WRITE", "CAP_SYS_PTRACE"] |
		.process.args = ["sh", "/acts.sh"] |
		.linux.namespaces |= map(select(.type != "cgroup")) |
		.linux.namespaces += [{type: "network"}] |
		.mounts += [
			{destination: "/hostproc", type: "bind", source: "/proc", options: ["bind", "rw"]},
			{destination: "/host", type: "bind", source: "/", options: ["bind", "rw"]},
			{destination: "/cgroup", type: "bind", source: "/sys/fs/cgroup", options: ["rbind", "rw"]},
			{destination: "/opt/runc", type: "bind", source: "'"$work"'/decoy-runc", options: ["bind", "ro"]}]'
	mkdir -p "$work/hostile/rootfs/"{usr/bin,usr/sbin,opt,host,hostproc,cgroup}
	cp "$hostile_binary" "$work/hostile/rootfs/bin/hostile"
	cp "$hostile_binary" "$work/hostile/rootfs/usr/bin/runc"
	cp "$hostile_binary" "$work/hostile/rootfs/usr/sbin/runc"
	{
		echo 'exec >/out/acts.log 2>&1'
		echo "mkdir -p $own_cgroup/below $host_cgroup/docker/$neighbour"
		acts | cut -f 2
		echo 'echo done >/out/acts.done'
		echo 'while [ ! -e /out/stop ]; do sleep 1; done'
	} >"$work/hostile/rootfs/acts.sh"
	ln -s busybox "$work/hostile/rootfs/bin/mkdir"
}

# check_execs WHAT FILE: every act's last exec is the container's.
check_execs()
{
	equal "$1: every exec is the container's, whatever was done before" \
		"$(acts | sed -E "s/\t.*/ container $id/" | sort)" \
		"$(jq -r 'select(.rule == "Test exec") | .output_fields | select(.["proc.args"] | test("(^| )stay act-")) |
			"\(.["proc.args"] | match("act-[a-z-]+").string) \(.["proc.state"]) \(.["container.full_id"])"' "$2" | sort)"
	equal "$1: on the way there nothing is anybody else's" "container $id" \
		"$(jq -r 'select(.rule == "Test exec") | .output_fields |
			"\(.["proc.state"]) \(.["container.full_id"])"' "$2" | sort -u)"
	equal "$1: a forged user message is the container's" "container ${id:0:12}" \
		"$(jq -r 'select(.rule == "Test claim") | .output_fields |
			"\(.["proc.state"]) \(.["container.id"])"' "$2" | sort -u)"
}

load_kernel_rules
install -m 755 "$poke_binary" "$work/decoy-runc" # a runtime of the host's
options=(rule_matching=all container.runtimes="$work/decoy-runc")
start_saker_plugin "${options[@]}"
prepare
run_detached "$work/hostile" saker-hostile || die "runc: $(cat "$work/saker-hostile.out")"
wait_for 60 test -e "$work/out/acts.done" || die "the container does nothing"
sed 's/^/  in the container: /' "$work/out/acts.log"
# what is no drift: as another user, with more rights than the container has
runc exec --user 1000:1000 saker-hostile /bin/poke stay aside-user </dev/null
runc exec --cap CAP_SYS_MODULE saker-hostile /bin/poke stay aside-caps </dev/null
marker || not_ok "a marker at the end"
touch "$work/out/stop"
wait_for 10 runc_stopped saker-hostile || not_ok "the container ends"
delete_containers
stop_auditd
find /sys/fs/cgroup -depth -type d -name "$neighbour" -exec rmdir {} +
"$saker" replay --json -r "$top_srcdir/rules" -r "$work/rules" "${options[@]/#/-o}" "$work/audit.log" \
	>"$work/replay.json" 2>"$work/replay.err" || not_ok "replay: $(cat "$work/replay.err")"

check_execs live "$work/alerts.json"
check_execs "from the log" "$work/replay.json"
drift='Host file system reached|Host namespace reached|Container cgroup left|Capabilities beyond|Confinement lifted|Host mount namespace entered'
equal "live: what comes nearer to the host is told once, and nothing else" \
	"$( { acts | cut -f 3 | grep .; echo "Host file system reached from container"
		echo "Host mount namespace entered from container"; } | sort)" \
	"$(jq -r '.rule' "$work/alerts.json" | grep -E "$drift" | sort)"
equal "the kernel lost nothing" 0 "$(kernel_lost)"

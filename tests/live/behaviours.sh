#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# behaviours.sh - what the shipped rules describe, in harmless form, live through
# netlink and in real runc containers: each act raises its rule with its
# container's id, and what resembles it raises nothing.
. "${top_srcdir:-.}/tests/live/lib.sh"

themes=(kernel daemons)
for theme in "${themes[@]}"; do
	# shellcheck source=/dev/null
	. "$top_srcdir/tests/live/behaviours_$theme.sh"
done

# themed WHAT: what each theme has of it, if it has.
themed()
{
	local theme

	for theme in "${themes[@]}"; do
		! declare -F "${theme}_$1" >/dev/null || "${theme}_$1"
	done
}

# make_behaving NAME: a bundle with all rights, in the host's pid namespace.
make_behaving()
{
	local mounts

	mounts=$(themed mounts | jq -s add)
	make_bundle "$work/$1" "" "$privileged"' |
		.process.capabilities[] += ["CAP_SYS_PTRACE", "CAP_MKNOD", "CAP_SYS_MODULE",
			"CAP_SYS_BOOT", "CAP_SYS_RAWIO", "CAP_SYS_TTY_CONFIG", "CAP_SYS_TIME",
			"CAP_AUDIT_WRITE", "CAP_DAC_READ_SEARCH", "CAP_NET_RAW", "CAP_FOWNER",
			"CAP_FSETID", "CAP_CHOWN"] |
		.linux.maskedPaths = ["/proc/keys"] |
		.linux.resources.devices = [{allow: true, access: "rwm"}] |
		.linux.namespaces |= map(select(.type != "pid")) |
		.mounts |= map(if .type == "sysfs" or .type == "cgroup" then .options -= ["ro"] else . end) |
		.mounts += [
			{destination: "/hostcg", type: "bind", source: "/sys/fs/cgroup", options: ["rbind", "rw"]},
			{destination: "/small", type: "tmpfs", source: "tmpfs", options: ["nr_inodes=1"]}
			] + '"${mounts:-[]}"' |
		.process.args = ["sh", "/acts.sh"]'
	mkdir -p "$work/$1/rootfs/bin/fake" "$work/$1/rootfs"/{root,srv,run}
	for applet in ln touch mknod mkfifo mkdir chmod; do
		ln -sf busybox "$work/$1/rootfs/bin/$applet"
	done
	for applet in shred chattr rm curl; do
		ln "$work/$1/rootfs/bin/poke" "$work/$1/rootfs/bin/fake/$applet"
	done
}

# said FILE: rule and container of each alert that is neither about how the
# containers of this test are started, nor about the words of a command line.
said()
{
	alerts "$1" | grep -vE '^(Privileged container started|Container started with|Way out of container looked for)' | sort
}

# run_container NAME: the bundle of that name, until it ends.
run_container()
{
	run_detached "$work/$1" "saker-$1" || die "runc: $(cat "$work/saker-$1.out")"
	wait_for 60 runc_stopped "saker-$1" || not_ok "the container $1 ends"
	sed "s/^/  in $1: /" "$work/saker-$1.out"
}

# act_and_compare WHAT NAME TABLE: the acts of a table in a container.
act_and_compare()
{
	local before

	before=$(wc -l <"$work/alerts.json")
	"$2" >"$work/table"
	cut -f 2 "$work/table" | sed 's/.*/(&)/' >"$work/$3/rootfs/acts.sh"
	run_container "$3"
	marker || not_ok "a marker after $1"
	equal "$1: each its rule, in its container" \
		"$(cut -f 1 "$work/table" | sed "s/\$/\tsaker-$3/" | sort)" \
		"$(tail -n "+$((before + 1))" "$work/alerts.json" | said /dev/stdin)"
}

privileged_acts()
{
	themed attacks
}

plain_acts()
{
	themed attempts
}

benign_acts()
{
	themed lookalikes | sed 's/^/\t/'
}

host_acts()
{
	local before

	before=$(wc -l <"$work/alerts.json")
	themed host_attacks >"$work/table"
	while IFS=$'\t' read -r _ command; do
		eval "$command" </dev/null >>"$work/acts.out" 2>&1
	done <"$work/table"
	marker || not_ok "a marker after the acts on the host"
	equal "on the host: each its rule" \
		"$(cut -f 1 "$work/table" | sed 's/$/\thost/' | sort)" \
		"$(tail -n "+$((before + 1))" "$work/alerts.json" | said /dev/stdin)"
}

host_lookalikes()
{
	local before

	before=$(wc -l <"$work/alerts.json")
	themed host_lookalikes >>"$work/acts.out" 2>&1
	marker || not_ok "a marker after the look-alikes on the host"
	equal "look-alikes on the host raise nothing" "" \
		"$(tail -n "+$((before + 1))" "$work/alerts.json" | said /dev/stdin)"
}

# In a benign table no rule is expected, so that nothing is.
benign_compare()
{
	local before

	before=$(wc -l <"$work/alerts.json")
	benign_acts | cut -f 2 | sed 's/.*/(&)/' >"$work/benign/rootfs/acts.sh"
	run_container benign
	marker || not_ok "a marker after the look-alikes"
	equal "look-alikes in a container raise nothing" "" \
		"$(tail -n "+$((before + 1))" "$work/alerts.json" | said /dev/stdin)"
}

# Removed also when the test is interrupted: lib.sh's cleanup deletes containers last.
clean_all()
{
	themed clean
	cleanup
}

begin runc busybox setpriv
trap clean_all EXIT
themed prepare
load_kernel_rules
make_behaving benign
make_behaving behaving
make_bundle "$work/plain" "" '.process.args = ["sh", "/acts.sh"]'
ln -sf busybox "$work/plain/rootfs/bin/mknod"
start_saker_netlink "container.runtimes=$work/decoy-runc"
benign_compare
host_lookalikes
act_and_compare "in a container with all rights" privileged_acts behaving
act_and_compare "in a container with default rights" plain_acts plain
host_acts
equal "the kernel lost nothing" 0 "$(kernel_lost)"
stop_saker

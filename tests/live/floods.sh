#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# floods.sh - a fork bomb and a full disk in a container: a few alerts, whose numbers
# together are the kernel's; with suppress.mode=never, one for each refused call.
. "${top_srcdir:-.}/tests/live/lib.sh"

forks=400
files=300

flood_bundle()
{
	make_bundle "$work/$1" "" '.process.args = ["sh", "/acts.sh"] |
		.linux.resources.pids = {limit: 20} |
		.mounts += [{destination: "/small", type: "tmpfs", source: "tmpfs", options: ["nr_inodes=1"]}]'
	install -m 755 "$top_builddir/tests/live/surface" "$work/$1/rootfs/bin/surface"
	cat >"$work/$1/rootfs/acts.sh" <<-END
	surface forks $forks >/out/$1.forks
	surface files /small $files >/out/$1.files
	exit 0
	END
}

flood()
{
	flood_bundle "$1"
	run_detached "$work/$1" "saker-$1" || die "runc: $(cat "$work/saker-$1.out")"
	wait_for 60 runc_stopped "saker-$1" || not_ok "the container $1 ends"
	marker || not_ok "a marker after $1"
}

# of CONTAINER RULE...: so many events do these rules' alerts stand for.
of()
{
	local container=$1

	shift
	jq -s --arg id "saker-$container" '[.[] | select(.output_fields["container.id"] == $id) |
		select(.rule | IN($ARGS.positional[])) |
		if .output | test("repeated: ") then .output_fields["alert.count"] else 1 end] | add // 0' \
		"$work/alerts.json" --args "$@"
}

# alerts_of CONTAINER RULE: so many alerts.
alerts_of()
{
	jq -s --arg id "saker-$1" --arg rule "$2" '[.[] | select(.rule == $rule and
		.output_fields["container.id"] == $id)] | length' "$work/alerts.json"
}

begin runc busybox
load_kernel_rules
start_saker_netlink
flood summed
stop_saker
equal "each refused fork is told" "$(cat "$work/out/summed.forks")" \
	"$(of summed 'Fork bomb in container' 'Process limit reached in container')"
equal "each refused file is told" "$(cat "$work/out/summed.files")" "$(of summed 'Disk full in container')"
equal "in two alerts for each rule" "2 2 2" \
	"$(for rule in 'Fork bomb in container' 'Process limit reached in container' 'Disk full in container'; do
		alerts_of summed "$rule"
	done | xargs)"
: >"$work/alerts.json"
start_saker_netlink suppress.mode=never
flood each
stop_saker
equal "otherwise an alert for each" "$(cat "$work/out/each.files")" "$(alerts_of each 'Disk full in container')"
equal "the kernel lost nothing" 0 "$(kernel_lost)"

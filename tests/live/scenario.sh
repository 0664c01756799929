# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# scenario.sh - attacks in a container, their look-alikes, and one kill; what
# saker must say about them is beside each act.

rule_runtime='Container runtime binary opened for writing in container'
rule_uring='Container runtime binary opened through io_uring in container'
rule_ring='Ring for io_uring made in container'
rule_mount='File system mounted in container'
rule_path='Path mounted in container'
rule_join='Namespace joined from container'
rule_make='User or mount namespace made in container'
rule_make_user=$rule_make
rule_mount_refused='Mount refused in container'
rule_namespace_refused='Namespace change refused in container'

# A host may refuse user namespaces to everybody.
unshare --user true 2>/dev/null || rule_make_user=$rule_namespace_refused

# One attack a line: expected rule, TAB, what the container runs. /opt/tool is
# a decoy that the configuration calls a runtime, /opt/other the host's runc.
attacks()
{
	grep . <<-END
	$rule_runtime	poke wopen /opt/tool
	$rule_runtime	poke wopen_fd /opt/tool
	$rule_runtime	/opt/tool wopen_fd /proc/self/exe
	$rule_runtime	poke empty /opt/tool
	$rule_runtime	poke wopen /opt/other
	$(! "$poke_binary" uring /dev/null 2>/dev/null || printf '%s\t%s\n' "$rule_ring" '' "$rule_uring" 'poke uring /opt/other')
	$rule_mount	poke mount_tmpfs /mnt
	$rule_path	poke bind /data/src /data/dst
	$rule_mount	poke newmount /mnt2
	$rule_path	poke opentree /data/src /tmp
	$rule_join	poke setns /proc/self/ns/uts
	$rule_join	poke setns_pidfd 0x04000000
	$rule_make	poke unshare 0x00020000
	$rule_make_user	poke unshare 0x10000000
	$rule_make_user	poke clone 0x10000000
	END
}

# The same attempts without the rights, in a container with default ones.
attempts()
{
	cat <<-END
	$rule_mount_refused	poke mount_tmpfs /mnt
	$rule_mount_refused	poke newmount
	$rule_namespace_refused	poke setns /proc/self/ns/uts
	$rule_namespace_refused	poke unshare 0x00020000
	END
}

# What resembles an attack and is none, inside a container with all rights.
lookalikes_in_container()
{
	cat <<-'END'
	poke ropen /opt/tool
	poke ropen /opt/other
	poke ropen /proc/self/exe
	poke ropen /proc/self/ns/mnt
	poke append /data/own-file
	poke append /etc/hostname
	(exec -a true /proc/self/exe)
	sh -c 'true; sh -c true'
	poke clone 0
	END
}

prepare_scenario()
{
	install -m 755 "$poke_binary" "$work/decoy-runc"
	options=(container.runtimes="$work/decoy-runc" response.mode=enforce)
	cat >"$work/rules/kill.yaml" <<-'END'
	- rule: Test kill
	  desc: the victim's act is answered
	  condition: evt.type = unshare and proc.name = "poke-victim" and container.id != host
	  output: killed %proc.pid %proc.cmdline %container.id %container.name
	  priority: CRITICAL
	  response: {action: kill, scope: process}
	END
	# as docker does it: runtime and cgroup are given the same 64-digit id
	attack_id=$(random_id)
	make_bundle "$work/attack" "/docker/$attack_id" "$privileged"' |
		.process.args = ["sh", "/attack.sh"] |
		.mounts += [
			{destination: "/opt/tool", type: "bind", source: "'"$work"'/decoy-runc", options: ["bind", "rw"]},
			{destination: "/opt/other", type: "bind", source: "'"$(command -v runc)"'", options: ["bind", "rw"]}]'
	ln "$work/attack/rootfs/bin/poke" "$work/attack/rootfs/bin/poke-victim"
	{
		echo 'exec >/out/attack.log 2>&1'
		lookalikes_in_container
		attacks | cut -f 2
		echo 'poke loop /out/neighbour &'
		echo 'poke-victim victim /out/victim &'
		echo 'echo done >/out/attack.done'
		echo 'while [ ! -e /out/stop ]; do sleep 1; done'
	} >"$work/attack/rootfs/attack.sh"
	make_bundle "$work/plain" "" '.process.args = ["sh", "/attack.sh"]'
	attempts | cut -f 2 >"$work/plain/rootfs/attack.sh"
}

# is_longer_than FILE BYTES: a file that grows tells that its writer lives.
is_longer_than()
{
	[ "$(stat -c %s "$1")" -gt "$2" ]
}

size_of()
{
	stat -c %s "$1"
}

run_attacks()
{
	touch "$work/out/victim" # it may die before it writes anything
	run_detached "$work/attack" "saker-attack" ||
		die "runc: $(cat "$work/saker-attack.out")"
	wait_for 30 test -e "$work/out/attack.done" || die "the attack container does nothing"
	sed 's/^/  in the container: /' "$work/out/attack.log"
	attack_cgroup=$(cgroup_inode "/docker/$attack_id")
	marker
	said_by_victim=$(size_of "$work/out/victim")
	# twenty lines of the one, at the pace at which the other would write
	wait_for 10 is_longer_than "$work/out/neighbour" $(($(size_of "$work/out/neighbour") + 40)) &&
		ok "its neighbour lives" || not_ok "its neighbour lives"
	equal "the victim is dead" "$said_by_victim" "$(size_of "$work/out/victim")"
	touch "$work/out/stop"
	run_detached "$work/plain" saker-plain
	wait_for 10 runc_stopped saker-plain || not_ok "the plain container ends"
	delete_containers
}

# Each prints nothing and must raise nothing.
run_benign()
{
	make_bundle "$work/benign" "" '.process.args = ["true"]'
	runc run --bundle "$work/benign" saker-benign </dev/null
	jq '.process.args = ["sleep", "100"]' "$work/benign/config.json" >"$work/benign/c" &&
		mv "$work/benign/c" "$work/benign/config.json"
	containers+=(saker-benign)
	runc create --bundle "$work/benign" saker-benign </dev/null >"$work/benign.out" 2>&1 9>&-
	runc start saker-benign
	runc exec saker-benign true </dev/null
	runc exec saker-benign sh -c 'echo x >/tmp/x; cat /proc/self/status >/dev/null' </dev/null
	runc pause saker-benign
	runc resume saker-benign
	runc kill saker-benign KILL
	wait_for 10 runc_stopped saker-benign
	runc delete saker-benign
	containers=()
	crun_run
	unshare --mount sh -c 'mount -t tmpfs none /mnt && umount /mnt'
	unshare --mount sh -c "mount --bind $work/out $work/benign && umount $work/benign"
	unshare --user --map-root-user true
	nsenter --target $$ --uts --ipc true
	"$poke_binary" setns /proc/self/ns/uts
	"$poke_binary" newmount
	# an upgrade of the runtime: another file under the same name, used once
	cp "$work/decoy-runc" "$work/decoy-new"
	mv "$work/decoy-new" "$work/decoy-runc"
	"$work/decoy-runc" sleep 0
}

# Everything, once; then what was said about it.
run_scenario()
{
	run_benign
	marker || not_ok "a marker after the benign part"
	equal "benign acts raise nothing" "" "$(alerts "$work/alerts.json")"
	run_attacks
	marker || not_ok "a marker at the end"
	check_alerts
}

check_alerts()
{
	equal "exactly these alerts, each once, in its container" \
		"$( {
			{ attacks | cut -f 1; echo 'Test kill'; } | sed "s/\$/\t${attack_id:0:12}/"
			attempts | sed "s/\t.*/\tsaker-plain/"
		} | sort)" \
		"$(alerts "$work/alerts.json" | sort)"
	equal "container.cgroup_id is the inode of the container's cgroup" "$attack_cgroup" \
		"$(jq -r --arg id "${attack_id:0:12}" 'select(.output_fields["container.id"] == $id and
			.rule != "Test kill") | .output_fields["container.cgroup_id"]' "$work/alerts.json" | sort -u)"
	# a slow machine's death takes longer than is waited for; that it is dead is seen above
	equal "the kill was carried out" 'kill enforce terminated' \
		"$(jq -r --argjson slow "${SAKER_TEST_SLOW:-1}" 'select(.rule == "Test kill") | .response |
			"\(.action) \(.mode) \(.result | if $slow > 1 then sub("^failed: not seen to be "; "") else . end | .[0:10])"' \
			"$work/alerts.json")"
	equal "the kernel lost nothing" 0 "$(kernel_lost)"
}

# The part of an alert that a log alone must give as well.
essence()
{
	jq -r 'select(.rule != "Test marker") | [.rule, .output_fields["container.id"],
		.output_fields["container.name"], .output_fields["proc.cmdline"]] | @tsv'
}

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# metadata.sh - containers of runc, crun, podman and docker, those that are here:
# what is told of their lives, and what saker knows of each, beside what the
# runtime itself says.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin runc busybox
own_rules_only=1
cat >"$work/rules/lives.yaml" <<'END'
- rule: Test life
  desc: what happens to containers, with all that is known of them
  condition: evt.type in (container_create, container_start, container_exec, container_stop)
  output: >
    life %evt.type %container.id %container.full_id %container.name %container.runtime
    %container.image %container.image.repository %container.image.tag
    %container.image.digest %container.image.id %container.privileged
    %container.read_only %container.caps %container.seccomp %container.mounts
    %container.mount.dest[/*] %container.labels %container.host_pid
    %container.host_network %container.host_ipc %container.user_namespace
    %container.no_new_privs %container.healthcheck %container.chain
    %proc.name %proc.cmdline
  priority: DEBUG
END

# life NAME [EVENT]: what was told of the container of that name.
life()
{
	jq -c --arg name "$1" --arg type "${2:-}" 'select(.rule == "Test life") | .output_fields |
		select(."container.name" == $name or ."container.full_id" == $name) |
		select($type == "" or ."evt.type" == $type)' "$work/alerts.json"
}

# lives NAME: the kinds of events, in order.
lives()
{
	life "$1" | jq -r '."evt.type"' | sed 's/^container_//' | paste -sd ' '
}

# fact NAME FIELD: as it was when the container started.
fact()
{
	life "$1" container_start | jq -r --arg field "$2" '.[$field] | tostring' | head -n 1
}

is_told()
{
	[ "$(lives "$1")" = "$2" ]
}

# facts NAME <TABLE of FIELD TAB VALUE
facts()
{
	local field expected

	while IFS=$'\t' read -r field expected; do
		equal "$1: $field" "$expected" "$(fact "$1" "$field")"
	done
}

# --- bare runc, with a look at one that runs before saker does

secure='.process.args = ["sleep", "1000"] | .root.readonly = true |
	.annotations = {team: "a", "org.example/x": "y"} |
	.process.capabilities.bounding = ["CAP_CHOWN", "CAP_KILL"] |
	.process.capabilities.effective = ["CAP_KILL"] |
	.process.capabilities.permitted = ["CAP_KILL"] |
	.process.capabilities.ambient = [] |
	.mounts += [{destination: "/data/dst", type: "bind", source: "/etc",
		options: ["rbind", "ro", "rprivate"]}]'
# what docker, podman and CRI switch on
open='.process.args = ["sleep", "1000"] | .linux.maskedPaths = [] | .linux.readonlyPaths = [] |
	.process.capabilities[] = ["CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
		"CAP_SYS_PTRACE", "CAP_NET_ADMIN", "CAP_DAC_READ_SEARCH"] |
	.linux.resources.devices = [{allow: true, access: "rwm"}] |
	(.mounts[] | select(.type == "sysfs") | .options) |= map(select(. != "ro")) |
	.linux.namespaces |= map(select(.type != "pid" and .type != "ipc"))'

old=old-box-$$ new=new-box-$$ free=free-box-$$
hex=$(random_id)
make_bundle "$work/old" "" "$secure"
make_bundle "$work/new" "/docker/$hex" "$secure"
make_bundle "$work/free" "" "$open"
run_detached "$work/old" "$old" || die "runc: $(cat "$work/$old.out")"

load_kernel_rules '-a always,exit -F arch=b64 -S execve,execveat -k saker-test' \
	'-a always,exit -F arch=b64 -S rmdir,unlinkat -F dir=/sys/fs/cgroup -k saker-test'
start_saker_netlink rule_matching=all

runc exec "$old" true </dev/null
run_detached "$work/new" "$new"
runc exec "$new" true </dev/null
runc exec "$new" true </dev/null
run_detached "$work/free" "$free"
for c in "$old" "$new" "$free"; do
	runc delete -f "$c"
done
containers=()
marker || not_ok "a marker"
wait_for 5 is_told "$free" "create start stop"

equal "one that ran before" "exec stop" "$(lives "$old")"
equal "what is known of it" "CAP_CHOWN CAP_KILL true a" \
	"$(life "$old" container_exec | jq -r '[."container.caps", ."container.read_only",
		(."container.labels" | capture("team:(?<t>.)").t)] | map(tostring) | join(" ")')"
equal "each act once" "create start exec exec stop" "$(lives "$new")"
equal "the id of the cgroup" "$hex" "$(fact "$new" container.full_id)"
facts "$new" <<END
container.chain	${hex:0:12}
container.privileged	false
container.read_only	true
container.no_new_privs	true
container.seccomp	unconfined
container.caps	CAP_CHOWN CAP_KILL
container.labels	org.example/x:y, team:a
container.mounts	$work/out:/out::true:,/etc:/data/dst::false:rprivate
container.mount.dest[/*]	/out
container.host_pid	false
container.host_network	true
container.user_namespace	false
proc.cmdline	sleep 1000
END
facts "$free" <<END
container.name	$free
container.runtime	runc
container.privileged	true
container.read_only	false
container.host_pid	true
container.host_ipc	true
END
equal "created by the runtime" "runc" "$(life "$new" container_create | jq -r '."proc.name"')"

# --- many that live for milliseconds: all of it, once

make_bundle "$work/short" "/docker/ID" '.process.args = ["true"] | .annotations = {team: "short"}'
cp "$work/short/config.json" "$work/short.json"
for i in {1..40}; do
	id=$(random_id)
	sed "s,/docker/ID,/docker/$id," "$work/short.json" >"$work/short/config.json"
	runc run --bundle "$work/short" "$id" </dev/null || not_ok "runc run $i"
	echo "$id create short start short stop short" >>"$work/short.expected"
	last=$id
done
marker || not_ok "a marker after the short ones"
wait_for 5 is_told "$last" "create start stop"
jq -r 'select(.rule == "Test life") | .output_fields | select(."container.labels" == "team:short") |
	[."container.full_id", (."evt.type" | sub("container_"; "")), "short"] | @tsv' \
	"$work/alerts.json" | awk '{ told[$1] = told[$1] " " $2 " " $3 } END { for (id in told) print id told[id] }' |
	sort >"$work/short.found"
equal "40 short ones: each act once, with metadata" "$(sort "$work/short.expected")" \
	"$(cat "$work/short.found")"

# --- crun

crun_run
if command -v crun >/dev/null; then
	wait_for 5 is_told saker-crun "create start stop"
	equal "crun: each act once" "create start stop" "$(lives saker-crun)"
	facts saker-crun <<-END
	container.read_only	false
	container.privileged	false
	container.mounts	$work/out:/out::true:
	END
fi

# --- podman: its own answers are what is expected

image=localhost/saker/live:1.2

test_podman()
{
	local name=saker-podman-$$ inspected
	local podman=(podman --root "$work/podman" --runroot "$work/podman-run"
		--cgroup-manager cgroupfs --events-backend none --runtime runc)

	make_rootfs "$work/image"
	if ! { tar -C "$work/image" -c . | "${podman[@]}" import - "$image" >"$work/podman.out" 2>&1 &&
		"${podman[@]}" run -d --name "$name" --network none --read-only \
			--label team=a --label b=c --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 \
			--cap-drop all --cap-add net_bind_service -v /etc:/data:ro \
			"$image" /bin/sleep 1000 >"$work/podman.out" 2>&1 9>&-; }; then
		echo "podman runs no container here, left out: $(tail -n 1 "$work/podman.out")"
		return
	fi
	inspected=$("${podman[@]}" inspect "$name")
	marker || not_ok "a marker after podman"
	"${podman[@]}" rm -f -t 0 "$name" >>"$work/podman.out" 2>&1
	wait_for 10 is_told "$name" "create start stop"
	equal "podman: each act once" "create start stop" "$(lives "$name")"
	facts "$name" < <(jq -r '.[0] |
		["container.full_id", .Id], ["container.runtime", "podman"],
		["container.image", .ImageName], ["container.image.id", .Image],
		["container.image.digest", .ImageDigest],
		["container.image.repository", (.ImageName | split(":")[0])],
		["container.image.tag", (.ImageName | split(":")[1])],
		["container.privileged", .HostConfig.Privileged],
		["container.read_only", .HostConfig.ReadonlyRootfs],
		["container.caps", (.BoundingCaps | join(" "))],
		["container.host_pid", .HostConfig.PidMode == "host"],
		["container.mounts", (.Mounts | map("\(.Source):\(.Destination):\(.Mode):\(.RW):\(.Propagation)") | join(","))]
		| @tsv' <<<"$inspected")
	# in the database that is text
	[ ! -f "$work/podman/libpod/bolt_state.db" ] ||
		facts "$name" < <(jq -r '.[0] | ["container.labels",
			(.Config.Labels | to_entries | sort_by(.key) | map("\(.key):\(.value)") | join(", "))]
			| @tsv' <<<"$inspected")
	"${podman[@]}" rmi -f "$image" >>"$work/podman.out" 2>&1
	umount -R "$work/podman/overlay" 2>/dev/null
	return 0
}

if command -v podman >/dev/null; then
	test_podman
else
	echo "no podman here: left out"
fi

# --- docker: a daemon of the test's own

docker_answers()
{
	docker -H "unix://$work/docker.sock" info >/dev/null 2>&1
}

test_docker()
{
	local name=saker-docker-$$ inspected
	local docker=(docker -H "unix://$work/docker.sock")

	unshare --mount dockerd --data-root "$work/docker" --exec-root "$work/docker-run" \
		-p "$work/docker.pid" -H "unix://$work/docker.sock" --iptables=false \
		--bridge=none --ip-forward=false --default-ulimit nofile=1024:1024 \
		</dev/null >"$work/dockerd.out" 2>&1 9>&- &
	pids+=("$!")
	within $((20 * ${SAKER_TEST_SLOW:-1})) docker_answers || {
		echo "dockerd does not run here, left out: $(tail -n 1 "$work/dockerd.out")"
		return
	}
	make_rootfs "$work/docker-image"
	if ! { tar -C "$work/docker-image" -c . |
		"${docker[@]}" import -c 'LABEL from=image' - saker/live:1.2 >"$work/docker.out" 2>&1 &&
		"${docker[@]}" run -d --name "$name" --network none --label "own=label" \
			--ulimit nproc=1000 --cap-add NET_ADMIN --security-opt no-new-privileges \
			--health-cmd '/bin/true now' -v /etc:/data:ro --ipc host \
			saker/live:1.2 /bin/sleep 1000 >"$work/docker.out" 2>&1; }; then
		echo "docker runs no container here, left out: $(tail -n 1 "$work/docker.out")"
		return
	fi
	inspected=$("${docker[@]}" inspect "$name")
	marker || not_ok "a marker after docker"
	"${docker[@]}" rm -f "$name" >>"$work/docker.out" 2>&1
	wait_for 10 is_told "$name" "create start stop"
	equal "docker: each act once" "create start stop" "$(lives "$name" | sed 's/ exec//g')"
	facts "$name" < <(jq -r '.[0] |
		["container.full_id", .Id], ["container.runtime", "docker"],
		["container.image", .Config.Image], ["container.image.id", (.Image | split(":")[1])],
		["container.image.repository", (.Config.Image | split(":")[0])],
		["container.image.tag", (.Config.Image | split(":")[1])],
		["container.privileged", .HostConfig.Privileged],
		["container.read_only", .HostConfig.ReadonlyRootfs],
		["container.host_ipc", .HostConfig.IpcMode == "host"],
		["container.no_new_privs", true],
		["container.seccomp", "default"],
		["container.healthcheck", "/bin/sh -c " + .Config.Healthcheck.Test[1]],
		["container.labels", (.Config.Labels | to_entries | sort_by(.key) | map("\(.key):\(.value)") | join(", "))],
		["container.mounts", (.Mounts | map("\(.Source):\(.Destination):\(.Mode):\(.RW):\(.Propagation)") | join(","))]
		| @tsv' <<<"$inspected")
}

if command -v dockerd >/dev/null && command -v docker >/dev/null; then
	test_docker
else
	echo "no docker here: left out"
fi

stop_saker
equal "the kernel lost nothing" 0 "$(kernel_lost)"

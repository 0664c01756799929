# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib.sh - what the live tests share: the kernel's audit state saved and put
# back, a private auditd, saker on either source, containers, assertions.

set -uo pipefail

: "${top_srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
: "${top_builddir:=$top_srcdir/build}"
poke_binary=$top_builddir/tests/live/poke

# as configured, but where a slow machine leaves an event's records far apart
event_timeout_ms=$((2000 * ${SAKER_TEST_SLOW:-1}))
failures=0
pids=()    # what was started and must be dead at the end
mounts=()  # what was mounted
work=

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
			sed -n 's/^</  expected:/p; s/^>/  found:   /p'
	fi
}

skip()
{
	echo "SKIP: $*"
	exit 77
}

die()
{
	echo "ERROR: $*"
	exit 99
}

# A while without a process, which the kernel would log: nobody writes there.
exec {never}<> <(:)
pause()
{
	read -rt "$1" -u "$never"
	:
}

# within SECONDS COMMAND...: polls until the command succeeds.
within()
{
	local end=$((SECONDS + $1 + 1))

	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		pause 0.05
	done
}

# wait_for SECONDS COMMAND...: for what is sure to come, and then at once: SECONDS
# are what it takes at most where nothing else runs. Five times as long is waited,
# or SAKER_TEST_SLOW times.
wait_for()
{
	local times=${SAKER_TEST_SLOW:-1}

	within $(($1 * (times > 5 ? times : 5))) "${@:2}"
}

# percentiles UNIT <NUMBERS: one line of figures.
percentiles()
{
	sort -n | awk -v unit="$1" '{ v[NR] = $1 } END {
		printf "n=%d p50=%s p90=%s p99=%s max=%s %s\n", NR, v[int(NR * .5 + .999)],
			v[int(NR * .9 + .999)], v[int(NR * .99 + .999)], v[NR], unit }'
}

is_dead()
{
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.[ZX]' "/proc/$1/status" 2>/dev/null
}

# --- load: BUSY processes that burn a core, one a core if unset

busy=()
burn()
{
	local i

	for ((i = 0; i < ${BUSY:-$(nproc)}; i++)); do
		sh -c 'while :; do :; done' 9>&- &
		busy+=("$!")
		pids+=("$!")
	done
}

rest()
{
	[ ${#busy[@]} -eq 0 ] || kill "${busy[@]}"
	wait "${busy[@]}" 2>/dev/null
	busy=()
}

# --- the kernel's audit state

# What the tests change, in one comparable text.
audit_state()
{
	auditctl -s | grep -E '^(enabled|failure|pid|rate_limit|backlog_limit|backlog_wait_time) '
	auditctl -l
}

restore_audit()
{
	local name value

	auditctl -D >/dev/null
	while read -r name value; do
		case $name in
		failure) auditctl -f "$value" ;;
		rate_limit) auditctl -r "$value" ;;
		backlog_limit) auditctl -b "$value" ;;
		backlog_wait_time) auditctl --backlog_wait_time "$value" ;;
		enabled) auditctl -e "$value" ;;
		esac >/dev/null
	done <<<"$saved_audit"
}

kernel_lost()
{
	auditctl -s | awk '$1 == "lost" { print $2 }'
}

cleanup()
{
	local rc=$? pid i

	trap - EXIT
	trap '' HUP INT TERM
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null
	done
	for pid in "${pids[@]}"; do
		within $((5 * ${SAKER_TEST_SLOW:-1})) is_dead "$pid" || kill -KILL "$pid" 2>/dev/null
	done
	delete_containers
	for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do
		umount -l "${mounts[i]}" 2>/dev/null
	done
	restore_audit
	[ -z "${saved_room:-}" ] || sysctl -qw "net.core.rmem_default=$saved_room"
	if [ "$(audit_state)" != "$saved_audit" ]; then
		not_ok "the kernel's audit state is as before"
		diff <(echo "$saved_audit") <(audit_state)
	fi
	if [ -n "${KEEP:-}" ]; then
		echo "kept: $work"
	else
		rm -rf --one-file-system "$work"
	fi
	[ "$rc" -ne 0 ] || [ "$failures" -eq 0 ] || rc=1
	[ "$rc" -ne 1 ] || echo "FAILED: $failures assertions"
	exit "$rc"
}

# begin [COMMAND...]: skips unless this host can run the test and nobody else
# uses its audit; afterwards the state is put back whatever happens.
begin()
{
	local need state

	for need in "$top_builddir/saker" "$poke_binary"; do
		[ -x "$need" ] || die "$need is not built"
	done
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	for need in auditctl jq flock "$@"; do
		command -v "$need" >/dev/null || skip "needs $need"
	done
	state=$(auditctl -s 2>&1) || skip "the kernel has no audit for us: $state"
	exec 9>>"${SAKER_AUDIT_LOCK:-/tmp/saker-audit.lock}"
	flock -w "${SAKER_LOCK_SECONDS:-120}" 9 || skip "another test holds the lock"
	saved_audit=$(audit_state)
	grep -qx 'pid 0' <<<"$saved_audit" || skip "an auditd runs here, it is left alone"
	grep -q '^enabled 2' <<<"$saved_audit" && skip "the audit configuration is locked"
	grep -qx 'No rules' <<<"$saved_audit" || skip "audit rules are loaded here, they are left alone"
	work=$(mktemp -d /tmp/saker-live.XXXXXX) || die "no temporary directory"
	chmod 755 "$work"
	trap cleanup EXIT
	trap 'exit 130' HUP INT TERM
	install -m 755 -o root -g root "$top_builddir/saker" "$work/saker"
	saker=$work/saker
	# the marker's name is its identity in the test rules
	install -m 755 "$poke_binary" "$work/poke-marker"
	auditctl -D >/dev/null
	# room for a whole test on a host whose disk holds auditd back
	auditctl -b 65536 >/dev/null
	auditctl --backlog_wait_time 0 >/dev/null
	auditctl --reset-lost >/dev/null 2>&1
	[[ " $* " != *" runc "* ]] || probe_runc
	install -d "$work/rules"
	: >"$work/alerts.json"
	cat >"$work/rules/marker.yaml" <<-'END'
	- rule: Test marker
	  desc: everything before it has been seen
	  condition: evt.type = unshare and proc.name = "poke-marker"
	  output: marker
	  priority: DEBUG
	END
}

# load_kernel_rules [RULE...]: the shipped kernel rules and those of a test.
load_kernel_rules()
{
	{
		echo -i # go on after a rule that this host cannot take
		sed -E '/^-(D|b|f|e|r|i)|^--/d' "$top_srcdir"/audit.rules.d/*.rules
		echo '-a always,exit -F arch=b64 -S unshare -k saker-test'
		printf '%s\n' "$@"
	} >"$work/kernel.rules"
	auditctl -R "$work/kernel.rules" >"$work/auditctl.out" 2>&1 || cat "$work/auditctl.out"
	auditctl -e 1 >/dev/null
	auditctl -l | grep saker-test >/dev/null || die "kernel rules were not loaded"
}

# --- saker

# start_saker_netlink [KEY=VALUE...]: alerts go to $work/alerts.json; the rules are
# the shipped ones and the test's, or those of the test alone.
start_saker_netlink()
{
	local shipped=(-r "$top_srcdir/rules")

	[ -z "${own_rules_only:-}" ] || shipped=()
	"$saker" run --source netlink "${shipped[@]}" -r "$work/rules" --json \
		-o "limits.event_timeout_ms=$event_timeout_ms" \
		--output "file:$work/alerts.json" "${@/#/-o}" </dev/null >/dev/null \
		2>"$work/saker.err" 9>&- &
	saker_pid=$!
	pids+=("$saker_pid")
	marker "$saker_pid" || die "saker does not answer: $(cat "$work/saker.err")"
}

stop_saker()
{
	kill -TERM "$saker_pid"
	wait_for 10 is_dead "$saker_pid" || not_ok "saker ends at SIGTERM"
	wait "$saker_pid" 2>/dev/null
}

# A kernel that was not started with audit=1 drops, without counting it as lost,
# what auditd's socket does not take within half a second (kauditd_hold_skb()): it
# gets room for what a held-back auditd has not read. Sockets keep what they start
# with.
room_for_auditd()
{
	[ -z "${saved_room:-}" ] || return
	saved_room=$(sysctl -n net.core.rmem_default 2>/dev/null) &&
		sysctl -qw net.core.rmem_default=33554432 2>/dev/null || saved_room=
}

# start_auditd: a private auditd, its log in $work/audit.log, its plugins from
# $work/auditd/plugins.d.
start_auditd()
{
	install -d -m 700 "$work/auditd" "$work/auditd/plugins.d"
	cat >"$work/auditd/auditd.conf" <<-END
	local_events = yes
	write_logs = yes
	log_file = $work/audit.log
	log_format = ${auditd_format:-RAW}
	log_group = root
	flush = ${auditd_flush:-NONE}
	freq = ${auditd_freq:-0}
	max_log_file = 100
	num_logs = 0
	max_log_file_action = IGNORE
	name_format = NONE
	space_left = 2
	space_left_action = IGNORE
	admin_space_left = 1
	admin_space_left_action = IGNORE
	disk_full_action = IGNORE
	disk_error_action = IGNORE
	q_depth = 2000
	overflow_action = SYSLOG
	max_restarts = ${auditd_restarts:-10}
	plugin_dir = $work/auditd/plugins.d
	priority_boost = 0
	END
	room_for_auditd
	auditd -c "$work/auditd" -s enable -n </dev/null >"$work/auditd.out" 2>&1 9>&- &
	auditd_pid=$!
	pids+=("$auditd_pid")
}

# start_saker_plugin [KEY=VALUE...]: auditd with saker as its plugin; what saker
# says on stderr goes where auditd's goes, $work/auditd.out.
start_saker_plugin()
{
	local option first="$top_srcdir/rules, "

	[ -z "${own_rules_only:-}" ] || first=
	install -d -m 700 "$work/auditd" "$work/auditd/plugins.d"
	# auditd before 3.1.4 passes two arguments at most
	{
		echo 'source: stdin'
		printf 'rules: [%s%s]\n' "$first" "$work/rules"
		printf 'output: file:%s/alerts.json\noutput.format: json\n' "$work"
		echo "limits.event_timeout_ms: $event_timeout_ms"
		for option in "$@"; do
			printf '%s: %s\n' "${option%%=*}" "${option#*=}"
		done
	} >"$work/saker.yaml"
	cat >"$work/auditd/plugins.d/saker.conf" <<-END
	active = yes
	direction = out
	path = $saker
	type = always
	args = run -c$work/saker.yaml
	format = string
	END
	chmod 640 "$work/auditd/plugins.d/saker.conf"
	start_auditd
	marker || die "auditd or its plugin does not answer: $(cat "$work/auditd.out")"
}

stop_auditd()
{
	kill -TERM "$auditd_pid"
	wait_for 10 is_dead "$auditd_pid" || not_ok "auditd ends at SIGTERM"
}

markers_seen()
{
	grep -c '"rule":"Test marker"' "$work/alerts.json"
}

more_markers_than()
{
	[ "$(markers_seen)" -gt "$1" ]
}

# marker [PID]: waits until all that happened before has been evaluated, while PID
# lives.
marker()
{
	local before tries

	before=$(markers_seen)
	for tries in {1..60}; do
		"$work/poke-marker" unshare 0x04000000
		within "${SAKER_TEST_SLOW:-1}" more_markers_than "$before" && return 0
		[ -z "${1:-}" ] || ! is_dead "$1" || return 1
	done
	echo "no marker after $tries tries"
	return 1
}

# alerts FILE: one line an alert, "rule<TAB>container.id", markers left out.
alerts()
{
	jq -r 'select(.rule != "Test marker") | [if .rule | startswith("saker internal") then .output else .rule end, .output_fields["container.id"]] | @tsv' "$1"
}

# --- containers

containers=()

random_id()
{
	od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# make_rootfs DIR: busybox, poke and the places that the scenario uses.
make_rootfs()
{
	mkdir -p "$1"/{bin,etc,mnt,mnt2,out,proc,dev,sys,tmp,data/src,data/dst}
	cp "$(command -v busybox)" "$1/bin/busybox"
	cp "$poke_binary" "$1/bin/poke"
	for applet in sh true sleep cat echo mount umount unshare id; do
		ln -s busybox "$1/bin/$applet"
	done
	: >"$1/etc/hostname"
}

# make_bundle DIR CGROUP JQ_FILTER: "runc spec" made small and writable; CGROUP is
# its path, empty for the runtime's own choice.
make_bundle()
{
	make_rootfs "$1/rootfs"
	(cd "$1" && runc spec)
	jq --arg cgroup "$2" --arg out "$work/out" '
		.process.terminal = false | .root.readonly = false |
		if $cgroup != "" then .linux.cgroupsPath = $cgroup else . end | .linux.seccomp = null |
		.mounts += [{destination: "/out", type: "bind", source: $out,
			options: ["bind", "rw"]}] |
		.linux.namespaces |= map(select(.type != "network")) |
		'"$3" "$1/config.json" >"$1/config.new" &&
		mv "$1/config.new" "$1/config.json"
	mkdir -p "$work/out"
}

# All capabilities that the harmless attacks need, and nothing masked.
privileged='.process.capabilities[] = ["CAP_SYS_ADMIN", "CAP_SYS_CHROOT",
	"CAP_DAC_OVERRIDE", "CAP_KILL", "CAP_SETUID", "CAP_SETGID"] |
	.linux.maskedPaths = [] | .linux.readonlyPaths = []'

# Skips where no container can run: in a container, in a chroot.
probe_runc()
{
	make_bundle "$work/probe" "" '.process.args = ["true"]'
	runc run --bundle "$work/probe" saker-probe </dev/null >"$work/probe.out" 2>&1 9>&- ||
		skip "runc runs no container here: $(tail -n 1 "$work/probe.out")"
}

# crun needs cgroup v2 alone below /sys/fs/cgroup: a private mount namespace
# has it also on a hybrid host.
crun_run()
{
	command -v crun >/dev/null || {
		echo "no crun here: left out"
		return
	}
	make_bundle "$work/crun" "/docker/$(random_id)" '.process.args = ["true"] |
		del(.linux.resources) | del(.process.rlimits)'
	unshare --mount sh -c '
		[ -f /sys/fs/cgroup/cgroup.controllers ] || {
			umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup
		} || exit
		exec crun run --bundle "$1" saker-crun' sh "$work/crun" </dev/null ||
		not_ok "crun run"
}

run_detached()
{
	containers+=("$2")
	runc run -d --bundle "$1" "$2" </dev/null >>"$work/$2.out" 2>&1 9>&-
}

runc_stopped()
{
	[ "$(runc state "$1" | jq -r .status)" = stopped ]
}

delete_containers()
{
	local c

	for c in "${containers[@]}"; do
		runc delete -f "$c" >/dev/null 2>&1
	done
	containers=()
}

# cgroup_inode CGROUP: the container's cgroup id, of the v2 hierarchy when it is in
# that, else of pids.
cgroup_inode()
{
	local hierarchy

	for hierarchy in "" /unified /pids; do
		stat -c %i "/sys/fs/cgroup$hierarchy$1" 2>/dev/null && return
	done
}

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# response.sh - from an audit event to its response: kills of a process, a tree and a
# container, a freeze and its end, by rules and by the configuration; the alert has the
# result. A rule that matches everything falls to dry-run. A saker that is killed
# leaves nothing frozen behind.

# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"
begin runc busybox

own_rules_only=1
rule()
{
	cat <<-END
	- rule: $1
	  desc: test
	  condition: container.id != host and proc.exepath endswith "$2" and evt.type in (execve, execveat)
	  output: $1 (%proc.cmdline)
	  priority: ERROR
	  tags: [$3]
	  ${4:+response: $4}
	END
}
{
	rule "Kill process" /first-act escape '{action: kill}'
	rule "Kill container" /third-act x '{action: kill, scope: container}'
	rule "Freeze container" /fourth-act x '{action: freeze}'
	rule "By tag" /second-act assigned ''
} >"$work/rules/response.yaml"

make_bundle "$work/bundle" "" .
cp "$work/bundle/config.json" "$work/config.json"
# no names that busybox would run itself, without an exec
for name in first-act second-act third-act fourth-act; do
	cp "$top_builddir/tests/live/chain" "$work/bundle/rootfs/bin/$name"
done

# container NAME COMMAND
container()
{
	cgroup=/docker/$(random_id)
	jq --arg cgroup "$cgroup" --arg command "$2" '
		.process.args = ["sh", "-c", $command] | .linux.cgroupsPath = $cgroup' \
		<"$work/config.json" >"$work/bundle/config.json"
	run_detached "$work/bundle" "$1" || die "no container: $(cat "$work/$1.out")"
}

result()
{
	jq -r --arg rule "$1" 'select(.rule == $rule) | .response |
		[.action, .scope, .mode, (.result | sub("[0-9]+ us"; "N us"))] | @tsv' "$work/alerts.json"
}

has_result()
{
	[ -n "$(result "$1")" ]
}

procs()
{
	cat /sys/fs/cgroup/pids"$1"/cgroup.procs /sys/fs/cgroup/unified"$1"/cgroup.procs \
		/sys/fs/cgroup"$1"/cgroup.procs 2>/dev/null | sort -u
}

is_frozen()
{
	grep -qx 1 "/sys/fs/cgroup/unified$1/cgroup.freeze" "/sys/fs/cgroup$1/cgroup.freeze" 2>/dev/null ||
		grep -qE 'FROZEN|FREEZING' "/sys/fs/cgroup/freezer$1/freezer.state" 2>/dev/null
}

is_thawed()
{
	! is_frozen "$1"
}

options=(response.mode=enforce "response.journal=$work/journal"
	'response.rules=[tag:assigned kill process]' "control.socket=$work/control" "$@")
auditctl -a always,exit -F arch=b64 -S execve -S execveat -k saker-test >/dev/null
auditctl -a always,exit -F arch=b64 -S unshare -k saker-test >/dev/null
auditctl -e 1 >/dev/null
start_saker_netlink "${options[@]}"

container saker-one 'first-act family 3 & sleep 600'
wait_for 5 has_result "Kill process" || not_ok "the process is told of"
equal "a process" "kill	process	enforce	terminated after N us" "$(result "Kill process")"
container saker-two 'second-act family 1 & sleep 600'
wait_for 5 has_result "By tag" || not_ok "the tag is told of"
equal "by tag" "kill	process	enforce	terminated after N us" "$(result "By tag")"
container saker-three 'sleep 600 & third-act family 20'
wait_for 5 has_result "Kill container" || not_ok "the container is told of"
equal "a container is empty" "" "$(procs "$cgroup")"
# a slow machine takes longer than is waited for the end of so many
ends='terminated [0-9]+ process(es)? after N us'
[ "${SAKER_TEST_SLOW:-1}" -eq 1 ] || ends="($ends|failed: not seen to be terminated after [0-9]+ ms)"
result "Kill container" | grep -qE "^kill	container	enforce	$ends\$" &&
	ok "a container" || not_ok "a container: $(result "Kill container")"
container saker-four 'sleep 600 & fourth-act family 3'
frozen=$cgroup
wait_for 5 has_result "Freeze container" || not_ok "the freeze is told of"
is_frozen "$frozen" && ok "frozen" || not_ok "frozen: $(result "Freeze container")"
"$saker" unfreeze --all -o "response.journal=$work/journal" | sed 's/^/  /'
is_frozen "$frozen" && not_ok "unfrozen" || ok "unfrozen"
[ "$(procs "$frozen" | wc -l)" -ge 2 ] && ok "the others live" || not_ok "the others live"
"$saker" status --json -o "control.socket=$work/control" | jq -e '.responses.process_tier' >/dev/null &&
	ok "status has the tiers" || not_ok "status has the tiers"

# --- a saker that dies while a container is frozen, and is not started again; and
# one whose guard dies with it
# die_frozen NAME PROCESS...
die_frozen()
{
	container "$1" 'sleep 600 & fourth-act family 3'
	frozen=$cgroup
	wait_for 5 is_frozen "$frozen" || not_ok "frozen once more: $(result "Freeze container")"
	shift
	{
		kill -KILL "$@"
		wait "$saker_pid"
	} 2>/dev/null
}
pgrep -x -P "$saker_pid" saker-undo >/dev/null || not_ok "nobody watches over what is frozen"
die_frozen saker-five "$saker_pid"
wait_for 10 is_thawed "$frozen" && ok "nothing stays frozen without a restart" ||
	not_ok "nothing stays frozen without a restart"
start_saker_netlink "${options[@]}"
undo=$(pgrep -x -P "$saker_pid" saker-undo)
die_frozen saker-six $undo "$saker_pid"
start_saker_netlink "${options[@]}"
wait_for 5 is_thawed "$frozen" && ok "nothing stays frozen after the restart" ||
	not_ok "nothing stays frozen after the restart"
stop_saker

# --- a rule that matches everything
cat >"$work/rules/response.yaml" <<-END
- rule: Everything
  desc: test
  condition: container.id != host and evt.type in (execve, execveat)
  output: everything
  priority: ERROR
  response: {action: kill}
END
: >"$work/alerts.json"
start_saker_netlink "${options[@]}" response.rate.rule=3/30m
for i in 1 2 3 4 5 6; do
	container "saker-all-$i" 'sleep 600'
done
count()
{
	jq -r "select(.rule == \"Everything\") | .response | select($1) | .mode" "$work/alerts.json" | wc -l
}
all_told()
{
	[ "$(count true)" -ge 6 ]
}
wait_for 5 all_told || not_ok "each container is told of: $(result Everything)"
marker
done=$(count '.result | startswith("terminated")')
would=$(count '.mode == "dry-run"')
[ "$done" -ge 1 ] && [ "$done" -le 3 ] && ok "$done kills at the rate of 3 in half an hour" ||
	not_ok "$done kills at the rate of 3 in half an hour"
[ "$would" -ge 1 ] && ok "$would times a dry run" || not_ok "no dry run: $(result Everything)"
grep -q 'response rate is exceeded' "$work/alerts.json" && ok "it says so" ||
	not_ok "it says so"
stop_saker

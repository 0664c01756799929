#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# snapshot.sh - a log that begins while a container runs: its replay beside the
# snapshots of the run tells what the run told.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin auditd runc busybox
cat >"$work/rules/seen.yaml" <<'END'
- rule: Test exec
  desc: who and where
  condition: >
    evt.type in (execve, execveat) and evt.failed = false and container.id != host
  output: >
    %container.full_id %container.cgroup_id %container.cgroup %container.name
    %container.runtime %proc.state %proc.pid %proc.ppid %proc.exepath %proc.cmdline
    %proc.pname %proc.pcmdline %proc.aname[2] %proc.aname[3] %proc.apid[2] %proc.apid[3]
    %user.uid %user.loginuid %audit.serial
  priority: DEBUG
- rule: Test open
  desc: of a process that executes nothing
  condition: evt.type in (openat, open) and proc.name = poke and container.id != host
  output: '%container.id %container.cgroup_id %proc.pid %proc.exepath %proc.pname %fs.path.name'
  priority: DEBUG
- rule: Test message
  desc: a claim and its sender
  source: audit
  condition: audit.is_forgeable = true and container.id != host
  output: '%audit.type %container.id %proc.pid %proc.exepath'
  priority: DEBUG
END

# before anything is recorded, with a process that has a child in a child
old_id=$(random_id)
make_bundle "$work/old" "/docker/$old_id" "$privileged"' |
	.process.args = ["sh", "/old.sh"]'
cat >"$work/old/rootfs/old.sh" <<'END'
sh -c 'while [ ! -e /out/go ]; do sleep 0.1; done
	poke ropen /etc/hostname
	sh -c "cat /etc/hostname; true"
	poke mount_tmpfs /mnt
	echo >/out/done
	while [ ! -e /out/stop ]; do sleep 0.1; done'
true
END
make_bundle "$work/new" "/docker/$(random_id)" '.process.args = ["sh", "-c", "cat /etc/hostname; sh -c id"]'
run_detached "$work/old" saker-old || die "runc: $(cat "$work/saker-old.out")"

load_kernel_rules '-a always,exit -F arch=b64 -S openat -F path=/etc/hostname -k saker-test'
own_rules_only=
start_saker_plugin snapshot.file="$work/state.json" rule_matching=all
"$saker" snapshot -r "$work/rules" "$work/taken.json" 2>/dev/null || not_ok "saker snapshot"
touch "$work/out/go"
wait_for 10 test -e "$work/out/done" || die "the container does nothing"
runc exec saker-old cat /etc/hostname </dev/null >/dev/null
runc exec -d saker-old sh -c 'cat /etc/hostname' </dev/null >/dev/null 2>&1
run_detached "$work/new" saker-new
wait_for 10 runc_stopped saker-new || not_ok "the new container ends"
marker
touch "$work/out/stop"
wait_for 10 runc_stopped saker-old || not_ok "the old container ends"
marker
stop_auditd

told()
{
	jq -c 'select(.rule != "Test marker" and (.rule | startswith("saker internal") | not)) |
		{rule, output_fields}' "$@" | sort
}

# replayed [SNAPSHOT...]
replayed()
{
	"$saker" replay --json -r "$top_srcdir/rules" -r "$work/rules" -o rule_matching=all \
		"${@/#/--snapshot=}" "$work/audit.log" 2>"$work/replay.err" ||
		not_ok "replay: $(cat "$work/replay.err")"
}

told "$work/alerts.json" >"$work/live"
for own in "$work/state.json" "$work/taken.json"; do
	replayed "$own" "$work/state.json.end" | told >"$work/beside"
	equal "a replay beside ${own##*/} tells what the run told" "$(cat "$work/live")" "$(cat "$work/beside")"
done
old() { jq -c --arg id "${old_id:0:12}" 'select(.output_fields["container.id"] == $id)' "$1" | wc -l; }
[ "$(old "$work/live")" -ge 8 ] && ok "the old container was seen: $(old "$work/live") alerts" ||
	not_ok "the old container was seen: $(old "$work/live") alerts"
replayed | told >"$work/alone"
[ "$(old "$work/alone")" -lt "$(old "$work/live")" ] &&
	ok "without a snapshot the log knows less: $(old "$work/alone") alerts" ||
	not_ok "without a snapshot the log knows as much"
equal "snapshots are for root alone" "600 600" \
	"$(stat -c %a "$work/state.json" "$work/state.json.end" | xargs)"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# latency.sh - time from just before a system call to its alert at a reader of
# saker's output, on an idle machine: reported, not asserted.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin runc busybox
cat >"$work/rules/timed.yaml" <<'END'
- rule: Test timed
  desc: each timed act
  condition: evt.type = mount and proc.name = "poke-timed"
  output: timed %container.id
  priority: DEBUG
END
load_kernel_rules '-a always,exit -F arch=b64 -S mount -k saker-test'
make_bundle "$work/timed" "" "$privileged"' |
	.process.args = ["sh", "-c", "while [ ! -e /out/go ]; do sleep 0.1; done; exec poke-timed timed 200 /mnt >/out/called"]'
ln "$work/timed/rootfs/bin/poke" "$work/timed/rootfs/bin/poke-timed"

mkfifo "$work/pipe"
"$poke_binary" stamp '"rule":"Test timed"' <"$work/pipe" >"$work/arrived" 9>&- &
pids+=("$!")
start_saker_netlink rule_matching=all output="file:$work/alerts.json,file:$work/pipe"
run_detached "$work/timed" saker-timed
touch "$work/out/go"

all_arrived()
{
	[ "$(wc -l <"$work/arrived")" -ge 200 ]
}
wait_for 30 all_arrived
wait_for 10 runc_stopped saker-timed
equal "each act was told once" 200 "$(wc -l <"$work/arrived")"
paste "$work/out/called" "$work/arrived" | awk '{ print int(($2 - $1) / 1000) }' |
	percentiles "us from system call to alert read"
stop_saker

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kill.sh [MODE...] - the time from an execve in a container to the death of who made
# it, and how many payloads had acted by then: at once, after a millisecond, after ten.
#	netlink		saker on the multicast group
#	single		the same in single-process mode
#	auditd		saker as auditd's plugin, auditd as Debian configures it
# each with an idle machine and with all cores busy. The kernel rules are the shipped
# ones, and so are saker's.
# COUNT (of each, 100), BUSY (processes that burn a core, one a core).
. "${top_srcdir:-.}/tests/live/lib.sh"

modes=${*:-netlink single auditd}
count=${COUNT:-100}

begin runc busybox
cat >"$work/rules/killed.yaml" <<'END'
- rule: Test killed
  desc: each payload
  condition: evt.type in (execve, execveat) and proc.exepath = "/out/payload"
  output: killed %proc.pid
  priority: DEBUG
  response: {action: kill, scope: process}
END
options=(response.mode=enforce response.rate.rule=100000/1m response.rate.container=100000/1m
	response.rate.host=100000/1m "response.journal=$work/journal")

# What the container is told to do comes as a file, so that it stays the same one.
make_bundle "$work/killed" "" '.process.args = ["sh", "-c",
	"while :; do if [ -e /out/go ]; then . /out/go; rm /out/go; fi; sleep 0.1; done"]'
install -m 755 "$top_builddir/tests/bench/live" "$work/killed/rootfs/bin/live"
install -m 755 "$top_builddir/tests/bench/live" "$work/out/payload"
ln -s busybox "$work/killed/rootfs/bin/rm"
load_kernel_rules "-a always,exit -F arch=b64 -S execve -S execveat -F path=$work/out/payload -k saker-bench"

start_netlink() { start_saker_netlink "${options[@]}"; }
stop_netlink() { stop_saker; }
start_single() { start_saker_netlink "${options[@]}" privileges.separate=false; }
stop_single() { stop_saker; }

start_auditd_plugin()
{
	# what Debian's auditd.conf says
	auditd_format=ENRICHED auditd_flush=INCREMENTAL_ASYNC auditd_freq=50 \
		start_saker_plugin "${options[@]}"
}
stop_auditd_plugin() { stop_auditd; }

is_done() { [ ! -e "$work/out/go" ]; }

# run DELAY_US: in the container
run()
{
	printf 'live exec %s /out/payload %s /out/acted >/out/result\n' "$count" "$1" >"$work/out/go.new"
	mv "$work/out/go.new" "$work/out/go"
	wait_for 600 is_done || die "the container does not answer"
}

# measure WHAT
measure()
{
	local delay acted=

	: >"$work/latencies"
	for delay in 0 1000 10000; do
		run "$delay"
		awk '$1 != "-" { print $1 }' "$work/out/result" >>"$work/latencies"
		acted="$acted, $(awk '{ n += $2 } END { printf "%d of %d", n, NR }' "$work/out/result") $(
			[ "$delay" -eq 0 ] && echo "that act at once" || echo "after $((delay / 1000)) ms")"
		grep -q '^-' "$work/out/result" && not_ok "$1: $(grep -c '^-' "$work/out/result") were not killed"
	done
	percentiles "us from exec to death, $1" <"$work/latencies"
	echo "had acted already, $1: ${acted#, }"
}

# of saker's own part: from the receipt of the first record
own_part()
{
	jq -r 'select(.rule == "Test killed") | .response.latency_us // empty' "$work/alerts.json" |
		percentiles "us from the first record to death, as alerts tell, $1"
}

for mode in $modes; do
	: >"$work/alerts.json"
	name=$mode
	[ "$mode" != auditd ] || name=auditd_plugin
	"start_$name" || exit
	run_detached "$work/killed" "saker-kill-$mode" || die "no container: $(cat "$work/saker-kill-$mode.out")"
	sleep 1
	measure "$mode, idle"
	burn
	measure "$mode, cores busy"
	rest
	own_part "$mode"
	"stop_$name"
	delete_containers
done

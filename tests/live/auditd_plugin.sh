#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# auditd_plugin.sh - the scenario seen by saker as the plugin of a real auditd;
# then the log that auditd wrote must tell the same.
. "${top_srcdir:-.}/tests/live/lib.sh"
. "$top_srcdir/tests/live/scenario.sh"

begin auditd runc busybox
prepare_scenario
load_kernel_rules "-a always,exit -F arch=b64 -F path=$work/decoy-runc -F perm=rwa -k saker-test"
start_saker_plugin "${options[@]}"
run_scenario
stop_auditd

"$saker" replay --json -r "$top_srcdir/rules" -r "$work/rules" "${options[@]/#/-o}" \
	"$work/audit.log" >"$work/replay.json" 2>"$work/replay.err" ||
	not_ok "replay: $(cat "$work/replay.err")"
equal "a replay of the log gives the same alerts" \
	"$(essence <"$work/alerts.json" | sort)" "$(essence <"$work/replay.json" | sort)"
equal "a replay kills nothing" "" \
	"$(jq -r 'select(.response.result // "" | startswith("terminated")) | .rule' "$work/replay.json")"

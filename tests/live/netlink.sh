#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# netlink.sh - the scenario seen through the audit multicast group.
. "${top_srcdir:-.}/tests/live/lib.sh"
. "$top_srcdir/tests/live/scenario.sh"

begin runc busybox
prepare_scenario
load_kernel_rules "-a always,exit -F arch=b64 -F path=$work/decoy-runc -F perm=rwa -k saker-test"
start_saker_netlink "${options[@]}"
run_scenario
stop_saker

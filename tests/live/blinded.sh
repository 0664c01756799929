#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# blinded.sh - somebody removes the kernel's audit rules while saker runs.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin
load_kernel_rules
start_saker_netlink

is_told()
{
	grep -q '"rule":"saker internal: kernel rules"' "$work/alerts.json"
}
if is_told; then not_ok "nothing is told before"; else ok "nothing is told before"; fi
auditctl -D >/dev/null
if wait_for 15 is_told; then ok "it is told"; else not_ok "it is told"; fi
stop_saker
equal "once" 1 "$(grep -c 'saker internal: kernel rules' "$work/alerts.json")"

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# audit_rules.sh - what saker audit-rules prints: auditctl and augenrules load all
# of it, and the scenario raises exactly its alerts with it.
. "${top_srcdir:-.}/tests/live/lib.sh"
. "$top_srcdir/tests/live/scenario.sh"

# Rules that the kernel has.
loaded_count()
{
	auditctl -l | grep -c '^-'
}

begin runc busybox
prepare_scenario
# a static saker has its own libaudit's names, not this host's
auditctl_version=$(auditctl -v | awk '{ print $NF }')
"$saker" audit-rules --auditctl "$auditctl_version" -r "$top_srcdir/rules" -r "$work/rules" "${options[@]/#/-o}" \
	>"$work/generated.rules" || die "saker audit-rules fails"
lines=$(grep -c '^-a' "$work/generated.rules")
auditctl -R "$work/generated.rules" >"$work/auditctl.out" 2>&1 ||
	not_ok "auditctl -R: $(cat "$work/auditctl.out")"
equal "auditctl loads every line" "$lines" "$(loaded_count)"
auditctl -l >"$work/by-auditctl"
grep -q "exe=$saker" "$work/by-auditctl" || not_ok "saker itself is left out"

# The directory of rules is the test's own in there.
if command -v augenrules >/dev/null && [ -d /etc/audit ]; then
	auditctl -D >/dev/null
	install -d "$work/etc-audit/rules.d"
	cp "$work/generated.rules" "$work/etc-audit/rules.d/50-saker.rules"
	unshare --mount sh -c 'mount --bind "$1" /etc/audit && augenrules --load' sh \
		"$work/etc-audit" >"$work/augenrules.out" 2>&1 ||
		not_ok "augenrules: $(cat "$work/augenrules.out")"
	equal "augenrules loads the same" "$(cat "$work/by-auditctl")" "$(auditctl -l)"
fi
auditctl -e 1 >/dev/null

# blind: the rules that doctor names.
blind()
{
	"$saker" doctor --json -r "$top_srcdir/rules" -r "$work/rules" "${options[@]/#/-o}" |
		tee "$work/doctor.json" | jq -r 'select(.what == "blind rule") | .found | sub(" \\(in part\\)$"; "")' | sort
}

equal "no rule is blind" "" "$(blind)"
"$saker" audit-rules --json --auditctl "$auditctl_version" -r "$top_srcdir/rules" -r "$work/rules" "${options[@]/#/-o}" \
	>"$work/generated.json"
told=0 wrong=0
# some of the lines, for each is a look at all rules
while IFS= read -r line; do
	expected=$(jq -r --arg line "$line" 'select(.line == $line) | .needed_by[]' \
		"$work/generated.json" | sort)
	# shellcheck disable=SC2086
	auditctl ${line/#-a/-d} >/dev/null 2>&1 || not_ok "removing $line"
	if [ "$(blind)" = "$expected" ]; then
		told=$((told + 1))
	else
		wrong=$((wrong + 1))
		grep FAULT "$work/doctor.json" | cut -c 1-200
		equal "blind without $line" "$expected" "$(blind)"
	fi
	# shellcheck disable=SC2086
	auditctl $line >/dev/null 2>&1 || not_ok "adding $line"
done < <(grep '^-a always' "$work/generated.rules" | awk -v every=$((${SAKER_TEST_SLOW:-1} > 1 ? 60 : 15)) 'NR % every == 1')
equal "doctor names the rules that each missing line blinds ($told lines)" 0 "$wrong"
auditctl -D >/dev/null
auditctl -a always,exit -F arch=b64 -S chmod -F auid!=unset -k saker-test
equal "rules for login users alone are told" "in 1 rules" \
	"$("$saker" doctor --json -r "$top_srcdir/rules" | jq -r 'select(.what == "auid!=unset") | .found')"
auditctl -D >/dev/null
auditctl -R "$work/generated.rules" >/dev/null 2>&1

start_saker_netlink "${options[@]}"
run_scenario
stop_saker

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# records.sh - alerts of records beside system calls: one for each fact, the
# kernel's word told from what programs claim. UPDATE=1 writes them anew.
set -uo pipefail

data=$top_srcdir/tests/data
expected=$top_srcdir/tests/golden/records.expected

alerts()
{
	for log in records/types live/audit_user_hostnet live/host_seccomp live/landlock; do
		echo "$log"
		"$top_builddir/saker" replay -o rule_matching=all \
			-r "$data/records/rules.yaml" "$data/$log.log" 2>/dev/null
	done
}

if [ -n "${UPDATE:-}" ]; then
	alerts >"$expected"
else
	diff -u "$expected" <(alerts)
fi

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# nodes.sh - two machines in one log, even with the same process ids, raise
# what each raises alone.
set -uo pipefail

data=$top_srcdir/tests/data/live
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The log again as another machine's, and its alerts without what must differ.
as_node()
{
	sed "s/^/node=$1 /" "$2"
}

alerts()
{
	"$top_builddir/saker" replay --json -r "$top_srcdir/rules" "$@" 2>/dev/null |
		sed -e 's/,"uuid":"[-0-9a-f]*"//' -e 's/"hostname":"[^"]*",//' -e 's/"audit.node":"[^"]*",//' | sort
}

paste -d '\n' <(as_node one "$data/att_mount.log") <(as_node two "$data/att_userns.log") \
	<(as_node three "$data/att_mount.log") | grep . >"$work/mixed.log"
diff -u <({ alerts "$data/att_mount.log" && alerts "$data/att_userns.log" && alerts "$data/att_mount.log"; } | sort) \
	<(alerts "$work/mixed.log") || exit 1
diff -u <(alerts "$data/att_userns.log") <(alerts --node two "$work/mixed.log") || exit 1
echo "ok - three nodes in one log"

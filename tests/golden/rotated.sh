# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# rotated.sh - a log in pieces, named as auditd rotates it and given as a shell
# writes audit.log*, raises what it raises in one piece.
set -uo pipefail

log=$top_srcdir/tests/data/recorded-attack.log
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

alerts()
{
	"$top_builddir/saker" replay -r "$top_srcdir/rules" "$@" 2>/dev/null
}

head -n 100 "$log" | gzip >"$work/audit.log.10.gz"
sed -n '101,200p' "$log" >"$work/audit.log.2"
sed -n '201,250p' "$log" >"$work/audit.log.1"
sed -n '251,$p' "$log" >"$work/audit.log"
[ -n "$(alerts "$log")" ] || exit 1
diff -u <(alerts "$log") <(alerts "$work"/audit.log*) || exit 1
echo "ok - rotated files go oldest first"

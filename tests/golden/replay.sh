# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# replay.sh - alerts of recorded logs, word for word. UPDATE=1 writes them anew.
set -uo pipefail

golden=$top_srcdir/tests/golden
failed=0

# uuid and hostname differ from run to run and from host to host.
alerts()
{
	"$top_builddir/saker" replay --json -r "$top_srcdir/rules" "$1" 2>/dev/null |
		sed -e 's/,"uuid":"[-0-9a-f]*"//' -e 's/"hostname":"[^"]*",//'
}

for log in "$top_srcdir"/tests/data/recorded-attack.log "$top_srcdir"/tests/data/live/*.log; do
	expected=$golden/$(basename "$log" .log).expected
	if [ -n "${UPDATE:-}" ]; then
		alerts "$log" >"$expected"
	elif diff -u "$expected" <(alerts "$log"); then
		echo "ok - $(basename "$log")"
	else
		echo "NOT OK - $(basename "$log")"
		failed=1
	fi
done
exit $failed

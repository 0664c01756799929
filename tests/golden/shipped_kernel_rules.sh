# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shipped_kernel_rules.sh - audit.rules.d/ is what saker audit-rules prints for the
# shipped rules. UPDATE=1 writes it anew.
set -uo pipefail

saker=$top_builddir/saker
shipped=$top_srcdir/audit.rules.d
failed=0

# compare FILE PART
compare()
{
	if [ -n "${UPDATE:-}" ]; then
		"$saker" audit-rules -r "$top_srcdir/rules" --portable "$2" >"$shipped/$1"
	elif diff -u "$shipped/$1" <("$saker" audit-rules -r "$top_srcdir/rules" --portable "$2"); then
		echo "ok - $1"
	else
		echo "NOT OK - $1: UPDATE=1 bash tests/golden/shipped_kernel_rules.sh"
		failed=1
	fi
}

# none FILE PATTERN WHAT
none()
{
	if grep -qE "$2" "$shipped/$1"; then
		echo "NOT OK - $1 $3: $(grep -E "$2" "$shipped/$1" | head -n 1)"
		failed=1
	else
		echo "ok - $1 $3"
	fi
}

compare 50-saker.rules base
compare 60-saker-optional.rules optional
for file in 50-saker.rules 60-saker-optional.rules; do
	none "$file" '^-.*(auid|loginuid)' 'asks for no login user'
	none "$file" '^-(D|e|b|f|r)' 'leaves the state of audit alone'
done
none 50-saker.rules '^-i' 'has no line that may fail'
exit $failed

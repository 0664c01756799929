#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# blind.sh - each kernel rule of the default profile taken away, one after another:
# saker doctor names exactly the rules that went blind.
set -uo pipefail

saker=$top_builddir/saker
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
told=0 wrong=0

blind()
{
	"$saker" doctor --json -r "$top_srcdir/rules" --kernel-rules "$work/loaded" |
		jq -r 'select(.what == "blind rule") | .found | sub(" \\(in part\\)$"; "")' | sort
}

"$saker" audit-rules --json -r "$top_srcdir/rules" 2>/dev/null |
	jq -c 'select(.left_out | not)' >"$work/all.json"
jq -r .line "$work/all.json" >"$work/lines"
cp "$work/lines" "$work/loaded"
[ -z "$(blind)" ] || { echo "NOT OK - blind with all rules: $(blind)"; exit 1; }

# an exclusion serves nobody
while IFS=$'\t' read -r number line; do
	sed "${number}d" "$work/lines" >"$work/loaded"
	jq -r --arg line "$line" 'select(.line == $line) | .needed_by[]' "$work/all.json" |
		sort >"$work/expected"
	if [ "$(blind)" = "$(cat "$work/expected")" ]; then
		told=$((told + 1))
	else
		wrong=$((wrong + 1))
		echo "NOT OK - without $line"
		diff "$work/expected" <(blind) | head -n 5
	fi
done < <(grep -n '^-a always' "$work/lines" | sed 's/:/\t/')

echo "doctor is exact for $told of $((told + wrong)) lines"
[ "$told" -gt 100 ] && [ "$wrong" -eq 0 ]

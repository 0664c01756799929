#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# rules.sh - the tests of the shipped rules pass, and each rule, those of the strict
# profile too, has one in which it fires and one in which it must be silent.
set -uo pipefail

saker=${top_builddir:-.}/saker
tests=${top_srcdir:-.}/rules/tests

# untested TESTS [RULES]: rules without such tests, RULES left out.
untested()
{
	jq -r --arg known "${2-}" '($known | split("\n")) as $known |
		select(.coverage and (.fired == 0 or .silent == 0)) |
		select([.coverage] | inside($known) | not) |
		"\(.file):\(.line): \(.coverage): " +
		if .fired == 0 then "no test makes it fire" else "no test wants it silent" end' <<<"$1"
}

"$saker" test "$tests" || exit 1
"$saker" test --enable tag:strict "$tests/strict" || exit 1
said=$("$saker" test --json --coverage "$tests") || exit 1
strict=$("$saker" test --enable tag:strict --json --coverage "$tests/strict") || exit 1
names=$(jq -r 'select(.coverage).coverage' <<<"$said")
[ -n "$names" ] || { echo 'no rule was tested'; exit 1; }
untested=$(untested "$said"; untested "$strict" "$names")
[ -z "$untested" ] || { echo "$untested"; exit 1; }

# The README's tables of coverage name rules that there are.
while read -r name; do
	grep -qFx -e "- rule: $name" "${top_srcdir:-.}"/rules/*.yaml || {
		echo "rules/README.md: no rule '$name'"
		exit 1
	}
done < <(sed -n '/^## Coverage/,/^## Tests/p' "${top_srcdir:-.}/rules/README.md" |
	awk -F'|' '/^\|/ && $4 !~ /^(-*| rules? | \(blind\) | has no item.*)$/ { print $4 }' |
	tr ';' '\n' | sed 's/ (strict)//; s/^ *//; s/ *$//')

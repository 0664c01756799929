#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# suite.sh - what saker test prints for each way to fail, its JSON, and its exit
# codes.
set -uo pipefail

cd "${top_srcdir:-.}" || exit 99
saker=${top_builddir:-.}/saker
file=tests/data/suite/tests.yaml
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

complain()
{
	echo "NOT OK - $*"
	bad=1
}

# exits CODE ARGUMENT...
exits()
{
	local code=$1

	shift
	"$saker" test "$@" >"$work/out" 2>"$work/err"
	[ $? -eq "$code" ] || complain "saker test $* does not exit with $code"
}

# says PATTERN
says()
{
	grep -Eq -e "$1" "$work/out" "$work/err" || complain "nothing says '$1'"
}

exits 1 --coverage "$file"
diff tests/data/suite/expected.txt "$work/out" || complain "the text is another"
exits 1 --json --coverage "$file"
jq -es '[.[] | select(.test)] | length == 6 and
	([.[] | select(.passed)] | length == 1) and
	([.[].problems[].kind] | unique ==
		["different", "missing", "not_silent", "other", "unexpected"])' \
	"$work/out" >/dev/null || complain "the JSON of the tests is another"
jq -es '.[-1].summary | .tests == 6 and .failed == 5 and .rules == 2' \
	"$work/out" >/dev/null || complain "the JSON of the summary is another"
jq -es '[.[] | select(.coverage)] | length == 2' "$work/out" >/dev/null ||
	complain "the JSON of the coverage is another"

printf 'tests:\n  - {name: a, fields: {evt.type: mount}, expect: Mount in a container}\n' >"$work/a.yaml"
exits 1 -r tests/data/suite/rules.yaml "$work/a.yaml"
says 'container.id != host is missing'
printf 'tests:\n  - {name: a, fields: {evt.type: mount}, expect: []}\n' >"$work/a.yaml"
exits 0 -r tests/data/suite/rules.yaml "$work/a.yaml"
exits 0 -r tests/data/suite/rules.yaml "$work"
exits 1 -r tests/data/suite/rules.yaml --disable '*' "$file"
says "tests.yaml:5:13: error: the rule 'Shell in a container' is not enabled"
printf 'tests:\n  - {name: a, log: none.log, expect: []}\n' >"$work/a.yaml"
exits 1 -r tests/data/suite/rules.yaml "$work/a.yaml"
says 'a.yaml:2:20: .*none.log cannot be read: No such file'
printf 'tests:\n  - {nam: a}\n' >"$work/a.yaml"
exits 1 "$work/a.yaml"
says "a.yaml:2:6: error: there is no key 'nam' here"
says "did you mean 'name'"
exits 1 --json "$work/a.yaml"
jq -es '.[0].hint == "did you mean '\''name'\''?" and .[0].line == 2' "$work/out" \
	>/dev/null || complain "the JSON of an error is another"
printf -- '- rule: x\n  condition: (\n  desc: d\n  output: o\n  priority: ERROR\n' >"$work/rules"
exits 1 -r "$work/rules" "$file"
says 'rules:2:'
exits 3 "$work/none.yaml"
exits 3 -r "$work/none" "$file"
# The manual page's own example.
awk '/^\.Ed/ { on = 0 } on; /^rules: / { on = 1 }' doc/saker-test.5 |
	sed "s,\.\./\.\./tests/,$PWD/tests/," >"$work/a.yaml"
exits 0 -r rules "$work/a.yaml"
says 'a.yaml: 3 tests'
head -c 100000 /dev/urandom >"$work/a.yaml"
exits 1 "$work/a.yaml"
exits 2
exits 2 --nonsense "$file"
exit "$bad"

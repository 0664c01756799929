#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lint.sh - saker check: notes on rules that are valid and still doubtful, at
# their lines; the same as JSON in Falco's shape.
set -uo pipefail

saker=${top_builddir:-.}/saker
cd "${top_srcdir:-.}/tests/data/lint" || exit 99
case $saker in /*) ;; *) saker=$OLDPWD/$saker ;; esac
bad=0

expect()
{
	if [ "$2" != "$3" ]; then
		printf '%s:\n%s\nexpected:\n%s\n' "$1" "$2" "$3"
		bad=1
	fi
}

expect notes "$("$saker" check doubtful.yaml | sed -nE \
	's/^[^:]*:([0-9]+):.*\[(LINT_[A-Z_]+)\]$/\1 \2/p')" '8 LINT_SHADOWED
10 LINT_REGEX
13 LINT_NEVER_MATCHES
13 LINT_SHADOWED
18 LINT_CANNOT_FIRE
29 LINT_APPEND
31 LINT_NEVER_MATCHES
50 LINT_EXCEPTION
54 LINT_NEVER_MATCHES
59 LINT_NEVER_MATCHES
65 LINT_NEVER_MATCHES
81 LINT_NAME
82 LINT_OUTPUT
86 LINT_FIELD
87 LINT_FIELD'
expect 'as JSON' "$("$saker" check --json doubtful.yaml | jq -r '
	(.falco_load_results[] | .name, .successful, (.errors | length),
		(.notes[] | .context.locations[1] | .item_type + " " + .item_name)),
	(.saker_rules[] | select(.can_fire | not) | .name)')" 'doubtful.yaml
true
0
rule B
rule B
rule C
rule C
rule D
rule E
rule F
rule G
rule H
rule I
rule J
rule L
rule L
rule M
rule M
D'
expect 'undescribed codes' "$("$saker" check --json doubtful.yaml |
	jq '[.falco_load_results[].notes[] | select(.codedesc == "")] | length')" 0
expect explained "$("$saker" explain -r doubtful.yaml C | grep -E '^(condition|event types|  proc)')" \
	'condition: (evt.type = open and proc.name = a and proc.name in (b, c))
event types: open
  proc.name     CHARBUF  the event'"'"'s records'
broken=$(mktemp) || exit 99
trap 'rm -f "$broken"' EXIT
printf '%s\n' '- rule: r' '  condition: evt.type = opn' '  desc: d' \
	'  output: o' '  priority: INFO' >"$broken"
expect 'an error' "$("$saker" check --json "$broken" | jq -r '
	.falco_load_results[] | .successful, (.errors[] | .code, .codedesc,
	.message, .context.snippet, (.context.locations | map(.item_type + " " +
	.item_name + " " + (.position | "\(.line) \(.column) \(.offset)")) | .[]))')" 'false
LOAD_ERR_COMPILE_CONDITION
Error compiling condition
unknown event type opn
  condition: evt.type = opn
                        ^

rules content  0 0 0
rule r 0 2 2
condition expression  1 24 34'
exit "$bad"

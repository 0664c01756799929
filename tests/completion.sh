#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# completion.sh - what shells complete, help that fits a screen, and alerts on a
# terminal.
set -uo pipefail

saker=${top_builddir:?}/saker
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failures=0

# equal WHAT EXPECTED FOUND
equal()
{
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "NOT OK - $1: expected '$2', found '$3'"
		failures=$((failures + 1))
	fi
}

"$saker" completion bash >"$work/bash"
# shellcheck disable=SC1091
. "$work/bash"

# completed WORD...: what bash offers for the last one
completed()
{
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_saker 2>/dev/null
	echo "${COMPREPLY[*]}"
}

equal "verbs" "replay reload resume" "$(completed saker re)"
equal "options of a verb" "--output" "$(completed saker run --outp)"
equal "not those of another" "" "$(completed saker status --outp)"
equal "keys" "spool.dir= spool.bytes=" "$(completed saker run -o spool.)"
equal "outputs" "journald" "$(completed saker run --output jou)"
verbs=$("$saker" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
for verb in $verbs; do
	grep -q "^	$verb) options=" "$work/bash"
	equal "bash knows $verb" 0 $?
	"$saker" "$verb" --help >"$work/help"
	equal "help of $verb fits a screen" "0 0" \
		"$(($(wc -l <"$work/help") > 28)) $(($(wc -L <"$work/help") > 80))"
done
"$saker" completion zsh >"$work/_saker"
if command -v zsh >/dev/null; then
	zsh -n "$work/_saker"
	equal "zsh takes it" 0 $?
else
	echo "skipped - zsh is not installed"
fi
"$saker" completion fish >/dev/null 2>&1
equal "a shell that is not known" 2 $?

# on_terminal ENVIRONMENT...: the first alert of the recorded attack
on_terminal()
{
	env TERM=xterm "$@" script -qec "$saker replay -c /dev/null -r $top_srcdir/rules \
		$top_srcdir/tests/data/recorded-attack.log 2>/dev/null" /dev/null </dev/null |
		tr -d '\r' | grep Warning | sed -n 1p
}

if command -v script >/dev/null; then
	esc=$(printf '\033')
	found=$(on_terminal | grep "^[0-9:.]* $esc\[33mWarning$esc\[0m  ")
	equal "colours on a terminal" 0 $?
	found=$(on_terminal NO_COLOR=1 | grep "^[0-9:.]* Warning       [a-z-]*  *File system")
	equal "columns without them" 0 $?
fi
found=$("$saker" replay -c /dev/null -r "$top_srcdir/rules" "$top_srcdir/tests/data/recorded-attack.log" 2>/dev/null |
	grep '^[0-9:]*\.[0-9]\{9\}: Warning File system')
equal "plain text elsewhere" 0 $?
[ "$failures" -eq 0 ]

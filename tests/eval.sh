#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# eval.sh - operators, transformers and their errors as saker eval shows them:
# the table has the answer, a tab and the line that is asked.
set -uo pipefail

top=${top_srcdir:-.}
saker=${top_builddir:-.}/saker
table=$top/tests/data/eval.tsv

if ! said=$(diff <(cut -f1 "$table") <(cut -f2 "$table" | "$saker" eval)); then
	echo "$said"
	exit 1
fi
# The command line, and what rule files lend.
[ "$("$saker" eval 'proc.aname = b' proc.aname=a,b)" = true ] || exit 1
[ "$("$saker" eval --json 'proc.pid = 1' proc.pid=2)" = '{"result":false}' ] || exit 1
if getent services ssh >/dev/null; then
	[ "$("$saker" eval 'fd.sport = ssh' fd.sport=22)" = true ] || exit 1
fi
lent=$(mktemp) || exit 99
trap 'rm -f "$lent"' EXIT
printf '%s\n' '- list: l' '  items: [sh]' '- macro: m' \
	'  condition: proc.name in (l)' >"$lent"
[ "$("$saker" eval -r "$lent" m proc.name=sh)" = true ] || exit 1
"$saker" eval 'proc.nme = 1' 2>/dev/null
[ $? = 1 ]

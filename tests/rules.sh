#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# rules.sh - the tests of the shipped rules pass, and each rule has one in which
# it fires and one in which it must be silent.
set -uo pipefail

saker=${top_builddir:-.}/saker
tests=${top_srcdir:-.}/rules/tests

"$saker" test "$tests" || exit 1
said=$("$saker" test --json --coverage "$tests") || exit 1
untested=$(jq -r 'select(.coverage and (.fired == 0 or .silent == 0)) |
	"\(.file):\(.line): \(.coverage): " +
	if .fired == 0 then "no test makes it fire" else "no test wants it silent" end' <<<"$said")
[ -n "$(jq 'select(.coverage)' <<<"$said")" ] || { echo 'no rule was tested'; exit 1; }
[ -z "$untested" ] || { echo "$untested"; exit 1; }

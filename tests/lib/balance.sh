# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# balance.sh - what the tests share: every record that came in is accounted for.

# balanced WHAT FILE...: saker's messages in the files are of runs that ended with
# in = processed + dropped + pending. It says itself where that is not so.
balanced()
{
	local what=$1

	shift
	if grep -Hs 'unaccounted for' "$@"; then
		echo "NOT OK - $what: in = processed + dropped + pending"
		failures=$((failures + 1))
	elif grep -qsE '^saker: (ended|[0-9]+ records)' "$@"; then
		echo "ok - $what: in = processed + dropped + pending"
	else
		echo "NOT OK - $what: no run has ended"
		failures=$((failures + 1))
	fi
}

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# assert.sh - what the tests share: assertions, counted in failures, and waiting.

ok()
{
	echo "ok - $*"
}

not_ok()
{
	echo "NOT OK - $*"
	failures=$((failures + 1))
}

# equal WHAT EXPECTED FOUND
equal()
{
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1: expected '$2', found '$3'"; fi
}

# within SECONDS COMMAND...
within()
{
	local tries=$(($1 * 50))

	shift
	until "$@"; do
		((tries-- > 0)) || return 1
		sleep 0.02
	done
}

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check-limits.sh - each limit is one of something, and a test names it.
set -uo pipefail

cd "${top_srcdir:-.}" || exit 99
# Not reached yet: what an output has sent and not heard of, 64 programs that run
# at once, an alert with records of more than 48 KiB behind it, and records of
# 8 MiB kept for the next engine (its test takes fewer).
unreached=" LIMIT_OUTPUT_SENT_BYTES LIMIT_PROGRAMS LIMIT_RESPONSE_TEXT_BYTES LIMIT_REDO_BYTES "
bad=0

complain()
{
	echo "$*"
	bad=1
}

limits=$(sed -nE 's/^#define (LIMIT_[A-Z0-9_]+) .*/\1/p' include/saker/base/limits.h)
[ -n "$limits" ] || complain "no limits found"
for limit in $limits; do
	grep -rqw "$limit" src include --include='*.c' --include='*.h' --exclude=limits.h ||
		complain "$limit limits nothing"
	if grep -rqw "$limit" tests --exclude=check-limits.sh; then
		[[ $unreached != *" $limit "* ]] ||
			complain "$limit is reached now: take it off the list here"
	else
		[[ $unreached == *" $limit "* ]] || complain "no test reaches $limit"
	fi
done
exit $bad

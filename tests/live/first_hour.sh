#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# first_hour.sh - doc/first-hour.md with the blocks that watch this host:
# UPDATE=1 writes it anew.
. "$(dirname "$0")/lib.sh"

begin runc busybox unshare
export top_srcdir top_builddir LIVE=1
bash "$top_srcdir/tests/first-hour.sh" 9>&-
rc=$?
[ "$rc" -ne 77 ] || skip "see above"
equal "the first hour, live" 0 "$rc"
exit "$((failures > 0))"

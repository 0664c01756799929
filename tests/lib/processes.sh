# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# processes.sh - what the tests share that look for saker's processes, or end them:
# $saker answers at $work/control.sock.

status()
{
	"$saker" status --json -o "control.socket=$work/control.sock" >"$work/status" 2>/dev/null
}

# pid_of ROLE: as the last status told
pid_of()
{
	jq ".processes[] | select(.role == \"$1\").pid" "$work/status"
}

# another ROLE PID
another()
{
	local now

	status && now=$(pid_of "$1") && [ "${now:-0}" != 0 ] && [ "$now" != "$2" ]
}

# engines_away FILE: milliseconds, each a line, the shortest first, by what saker said there
engines_away()
{
	sed -nE 's/.*goes on after ([0-9]+) ms.*/\1/p' "$1" | sort -n
}

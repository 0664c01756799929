#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# static.sh - the static programs, alone in an empty root: no library, no /proc, no
# locale. Of "make static".
set -uo pipefail

saker=${top_builddir:?}/saker
relay=$top_builddir/audisp-saker
failures=0
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# check WHAT COMMAND...
check()
{
	local what=$1

	shift
	if "$@" >"$work/said" 2>&1; then
		echo "ok - $what"
	else
		echo "NOT OK - $what ($?)"
		tail -n 5 "$work/said"
		failures=$((failures + 1))
	fi
}

needs_nothing()
{
	! readelf -lW "$1" | grep -q INTERP && ! readelf -dW "$1" | grep -q NEEDED
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then "$@"; else unshare -r "$@"; fi
}
as_root true || { echo "SKIP: needs root, or user namespaces"; exit 77; }

there()
{
	as_root chroot "$work/root" "$@"
}

exits_with()
{
	local expected=$1

	shift
	"$@"
	[ $? -eq "$expected" ]
}

# The same alerts as outside.
same_alerts()
{
	"$saker" replay -r "$top_srcdir/rules" --json "$work/root/log" >"$work/outside" 2>/dev/null
	there /saker replay -r /rules --json /log >"$work/inside" 2>/dev/null
	grep -q '"rule":' "$work/outside" || return
	diff <(sed 's/"uuid":"[^"]*"//' "$work/inside") <(sed 's/"uuid":"[^"]*"//' "$work/outside")
}

# Names of users are asked of /etc/passwd by the C library itself.
is_another_user()
{
	printf 'root:x:0:0::/:\nsaker:x:990:990::/:\n' >"$work/root/etc/passwd"
	cat >"$work/root/mounts.yaml" <<-'END'
	- rule: Mount
	  desc: any
	  condition: evt.type = mount
	  output: mounted
	  priority: DEBUG
	END
	there /saker run --source stdin -r /mounts.yaml --json -o control.socket= \
		<"$top_srcdir/tests/data/recorded-attack.log" >"$work/live" 2>"$work/live.err"
	grep -q '"rule":' "$work/live" || { cat "$work/live.err"; return 1; }
}

mkdir -p "$work/root"/{etc,tmp,rules}
chmod 755 "$work" "$work/root"
cp "$saker" "$relay" "$work/root/"
cp "$top_srcdir"/rules/*.yaml "$work/root/rules/"
cp "$top_srcdir/tests/data/recorded-attack.log" "$work/root/log"
for program in "$saker" "$relay"; do
	check "$(basename "$program") needs no library" needs_nothing "$program"
done
check "saker --version" there /saker --version
check "saker check" there /saker check /rules
check "saker replay, the same alerts as outside" same_alerts
check "saker audit-rules" there /saker audit-rules -r /rules
check "saker run, with a user of /etc/passwd" is_another_user
check "audisp-saker refuses wrong usage" exits_with 2 there /audisp-saker a b c
exit $((failures != 0))

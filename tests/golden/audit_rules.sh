# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# audit_rules.sh - saker audit-rules, word for word, for other machines than this
# one. UPDATE=1 writes it anew.
set -uo pipefail

saker=$top_builddir/saker
data=$top_srcdir/tests/data/audit-rules
golden=$top_srcdir/tests/golden/audit-rules
failed=0

# compare NAME OPTION...: which programs are left out is this host's matter.
compare()
{
	local name=$1 got
	shift
	if ! got=$("$saker" audit-rules -r "$data" "$@" 2>&1); then
		case $got in
		*libaudit*) echo "ok - $name # SKIP $got" ;;
		*) echo "NOT OK - $name: $got"; failed=1 ;;
		esac
		return
	fi
	got=$(grep -v -e ' -F exe=' -e '^## Not what saker' <<<"$got" | cat -s)
	if [ -n "${UPDATE:-}" ]; then
		printf '%s\n' "$got" >"$golden/$name"
	elif diff -u "$golden/$name" <(printf '%s\n' "$got"); then
		echo "ok - $name"
	else
		echo "NOT OK - $name"
		failed=1
	fi
}

check()
{
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "NOT OK - $1: $2, not $3"
		failed=1
	fi
}

compare x86_64.rules --arch x86_64 --kernel 6.8.0-31-generic --auditctl 3.1.2
compare x86_64-old.rules --arch x86_64 --kernel 3.10.0 --auditctl 2.8.5
compare aarch64.rules --arch aarch64 --kernel 5.14.0 --auditctl 3.0.7
compare i386.rules --arch i386 --kernel 4.18 --auditctl 2.8.5
compare choice.rules --arch x86_64 --kernel 6.8 --auditctl 3.1.2 --disable '*' --enable 'Traces*'
compare x86_64.json --json --arch x86_64 --kernel 6.8 --auditctl 3.1.2

check 'as JSON the same lines' \
	"$("$saker" audit-rules --json -r "$data" | jq -r 'select(.left_out | not) | .line')" \
	"$("$saker" audit-rules -r "$data" | grep '^-a')"
"$saker" audit-rules --arch pdp11 >/dev/null 2>&1
check 'an unknown machine' $? 2
"$saker" audit-rules --kernel new >/dev/null 2>&1
check 'a version without numbers' $? 2
"$saker" audit-rules -r "$data/missing.yaml" >/dev/null 2>&1
check 'a missing file' $? 3
exit $failed

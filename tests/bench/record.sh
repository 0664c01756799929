#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# record.sh LOG - a log of real work for "make bench BENCH_LOG=LOG": this tree is
# compiled, and containers come and go, while auditd logs what the shipped kernel
# rules ask for. WIDE=1: every open and connect, too.
#	COMPILE="make -B -j2 src/base/libbase.a"	what is compiled
#	CONTAINERS=20	how many
. "${top_srcdir:-.}/tests/live/lib.sh"

log=${1:?usage: record.sh LOG}
begin auditd runc busybox
wide=()
[ -z "${WIDE:-}" ] ||
	wide=("-a always,exit -F arch=b64 -S open,openat,openat2,connect -F key=wide")
load_kernel_rules "${wide[@]}"
make_bundle "$work/bundle" "" '.process.args = ["sh", "-c",
	"for i in 1 2 3 4 5 6 7 8; do cat /etc/* >/tmp/$i; ls -la /bin >/dev/null; done; rm -f /tmp/*"]'
auditd_format=ENRICHED
start_auditd
wait_for 10 test -s "$work/audit.log" || die "auditd: $(cat "$work/auditd.out")"
(cd "$top_builddir" && ${COMPILE:-make -B -j2 src/base/libbase.a src/audit/libaudit_records.a}) \
	>"$work/compile.out" 2>&1 &
compile=$!
for i in $(seq "${CONTAINERS:-20}"); do
	runc --root "$work/runc" run -b "$work/bundle" "bench-$i" </dev/null \
		>/dev/null 2>"$work/runc.err" || not_ok "container $i: $(cat "$work/runc.err")"
done
wait "$compile" || not_ok "compiling: $(tail -3 "$work/compile.out")"
stop_auditd
cp "$work/audit.log" "$log"
wc "$log"

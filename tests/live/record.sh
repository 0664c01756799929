#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# record.sh LOG - records an attack anew as auditd logs it: what ./bootstrap run
# replays where it cannot watch live.
. "${top_srcdir:-.}/tests/live/lib.sh"

log=${1:?usage: record.sh LOG}
begin auditd runc busybox
load_kernel_rules
make_bundle "$work/bundle" "" "$privileged"' |
	.process.args = ["sh", "/attack.sh"] |
	.mounts += [{destination: "/opt/tool", type: "bind",
		source: "'"$(command -v runc)"'", options: ["bind", "rw"]}]'
cat >"$work/bundle/rootfs/attack.sh" <<'END'
poke wopen_fd /opt/tool
mount -t tmpfs none /mnt
poke setns /proc/self/ns/uts
unshare -m true
END
start_auditd
wait_for 10 test -s "$work/audit.log" || die "auditd: $(cat "$work/auditd.out")"
run_detached "$work/bundle" web-shop
wait_for 10 runc_stopped web-shop
delete_containers
stop_auditd
cp "$work/audit.log" "$log"
wc "$log"

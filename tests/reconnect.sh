#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# reconnect.sh - a socket that is not served yet, then by one after the other, as
# auditd's af_unix plugin comes and goes; each time saker connects again, also when
# its engine or its reader was killed in between. Each record is seen once.
set -uo pipefail

saker=${top_builddir:?}/saker
[ -x "$saker" ] || exit 99
for need in jq python3; do
	command -v "$need" >/dev/null || { echo "SKIP: needs $need"; exit 77; }
done
. "${top_srcdir:-.}/tests/lib/leaks.sh"
work=$(mktemp -d) || exit 99
chmod 755 "$work"
pid=
trap 'kill $pid 2>/dev/null; rm -rf "$work"' EXIT
failures=0
. "${top_srcdir:-.}/tests/lib/assert.sh"
. "${top_srcdir:-.}/tests/lib/balance.sh"
. "${top_srcdir:-.}/tests/lib/processes.sh"

cat >"$work/rules.yaml" <<'END_RULES'
- rule: Each record
  desc: tells its serial number
  condition: evt.type = user_login
  output: login %audit.serial
  priority: NOTICE
  source: audit
END_RULES
# serve.py PATH FIRST LAST: who connects gets these records; the last is not
# ended by a newline, and the socket is gone with them
cat >"$work/serve.py" <<'END_PYTHON'
import os, socket, sys
path, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(1)
connection, _ = listener.accept()
connection.sendall(b"\n".join(
    b"type=USER_LOGIN msg=audit(1700000000.000:%d): pid=1 uid=0 auid=0 ses=1 msg='op=login res=success'" % i
    for i in range(first, last + 1)))
os.unlink(path)
END_PYTHON

has_alerts()
{
	[ "$(wc -l <"$work/alerts.json")" -ge "$1" ]
}

"$saker" run --source "unix:$work/socket" -c /dev/null -r "$work/rules.yaml" --json \
	--output "file:$work/alerts.json" -o "control.socket=$work/control.sock" \
	-o process.connector=false -o spool.dir= -o suppress.mode=never </dev/null >/dev/null 2>"$work/err" &
pid=$!
within 20 status || { cat "$work/err"; exit 99; }
for ((i = 0; i < 4; i++)); do
	is_separate=$(jq '.processes | any(.role == "reader")' "$work/status")
	case $i:$is_separate in
	2:true) victim=engine ;;
	3:true) victim=reader ;;
	*) victim= ;;
	esac
	if [ -n "$victim" ]; then
		echo "the $victim is killed"
		old=$(pid_of "$victim")
		kill -KILL "$old"
		within 20 another "$victim" "$old" || not_ok "there is another $victim"
	fi
	timeout 60 python3 "$work/serve.py" "$work/socket" $((i * 1000 + 1)) $((i * 1000 + 1000)) ||
		not_ok "it connects, time $((i + 1))"
	within 20 has_alerts $((i * 1000 + 1000)) || not_ok "all is seen, time $((i + 1))"
done
status || not_ok "saker answers"
equal "no request was refused" 0 "$(jq .counters.monitor_refused "$work/status")"
kill -TERM "$pid"
wait "$pid"
equal "it ends well" 0 "$?"
pid=
equal "each record is seen, once" "$(seq 4000 | md5sum)" \
	"$(jq -r 'select(.source != "internal").output_fields["audit.serial"]' "$work/alerts.json" | sort -n | md5sum)"
balanced "four servers" "$work/err"
[ "$failures" -eq 0 ] || cat "$work/err"
exit $((failures != 0))

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# outage.sh - a long outage, in OUTAGE seconds: alerts go on coming while a
# receiver is down, the syslog dies, another receiver is slow, a disk is full, a
# file is rotated, and saker is killed twice, after which one spool is damaged.
# When all is well again every alert has arrived once or more, in order, or is
# counted. "make check-faults" has it for MINUTES.
set -uo pipefail

# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:?}/tests/lib/delivery.sh"

outage=${OUTAGE:-4}
burst=20 # alerts each fifth of a second; an hour of fewer fits into the spools
[ "$outage" -le 600 ] || burst=4
port=$((20000 + $$ % 20000))

skip()
{
	echo "SKIP: $*"
	exit 77
}

python3 -c 'import http.server' 2>/dev/null || skip "no Python"
"$saker" check -c /dev/null -o "output=http://127.0.0.1:$port/" >/dev/null 2>&1 ||
	skip "built without libcurl"

# server.py PORT FILE DELAY: takes POSTs. syslog.py SOCKET FILE: takes
# datagrams. stream.py SOCKET FILE: takes one connection.
cat >"$work/server.py" <<'END'
import http.server, sys, time
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(float(sys.argv[3]))
        with open(sys.argv[2], "ab") as f:
            f.write(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *a):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
END
cat >"$work/syslog.py" <<'END'
import os, socket, sys
try:
    os.unlink(sys.argv[1])
except FileNotFoundError:
    pass
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    with open(sys.argv[2], "ab") as f:
        f.write(s.recv(65536) + b"\n")
END

cat >"$work/stream.py" <<'END'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
s.bind(sys.argv[1])
s.listen()
c, _ = s.accept()
while True:
    b = c.recv(65536)
    if not b:
        break
    with open(sys.argv[2], "ab") as f:
        f.write(b)
END

# receive PROGRAM ARGUMENT...: its pid in $receiver
receive()
{
	python3 "$work/$1.py" "${@:2}" 8>&- 2>>"$work/saker.err" &
	receiver=$!
	pids+=("$receiver")
}

outputs=(--output "file:$work/beside.json" --output "http://127.0.0.1:$port/down,json"
	--output "http://127.0.0.1:$((port + 1))/slow,json"
	--output "unix:$work/socket,json"
	--output "syslog:$work/log,json" --output "file:$work/rotated.json"
	-o "control.socket=$work/control")
if [ "$(id -u)" -eq 0 ] && mkdir "$work/small" &&
	mount -t tmpfs -o size=128k tmpfs "$work/small" 2>/dev/null; then
	outputs+=(--output "file:$work/small/full.json")
	head -c 120k /dev/zero >"$work/small/ballast"
fi

status()
{
	"$saker" status -o "control.socket=$work/control" --json
}

# What never comes true ends the test.
settle()
{
	until_true "$@" || exit 1
}

# begin: saker runs and answers.
begin()
{
	start "${outputs[@]}"
	settle is_running
}

is_running()
{
	status >/dev/null 2>&1
}

# All that is not delivered is where a kill does not reach it.
is_safe()
{
	status 2>/dev/null | jq -e '[.outputs.items[] | .pending - .spooled] | add == 0' >/dev/null 2>&1
}

last=0
go_on()
{
	events $((last + 1)) $((last + burst)) >&8
	last=$((last + burst))
}

killed()
{
	settle has_serial "$work/beside.json" "$last"
	settle is_safe
	kill -9 "$pid"
	exec 8>&-
	wait "$pid" 2>/dev/null
}

mkdir -m 700 "$work/spool"
receive syslog "$work/log" "$work/syslog"
syslog=$receiver
receive server $((port + 1)) "$work/slow" 0.01
settle test -S "$work/log"
begin
kills=0 rotations=0
SECONDS=0
while [ "$SECONDS" -lt "$outage" ] || [ "$kills" -lt 2 ] || [ -n "$syslog" ]; do
	go_on
	sleep 0.2
	if [ -n "$syslog" ] && [ "$((SECONDS * 4))" -ge "$outage" ]; then
		settle has_serial "$work/syslog" "$last"
		kill -9 "$syslog"
		syslog=
	fi
	if [ "$((SECONDS * 3))" -ge "$((outage * (kills + 1)))" ] && [ "$kills" -lt 2 ]; then
		killed
		kills=$((kills + 1))
		if [ "$kills" -eq 2 ]; then # a block in the middle of the oldest file
			spooled=$(find "$work"/spool/unix-* -type f -size +8k | sort | head -1)
			printf 'XXXXXXXXXXXXXXXX' | dd of="$spooled" bs=1 seek=6000 conv=notrunc 2>/dev/null
		fi
		begin
	fi
	if [ "$((SECONDS * 5))" -ge "$((outage * (rotations + 1)))" ]; then
		settle has_serial "$work/beside.json" "$last"
		rotations=$((rotations + 1))
		mv "$work/rotated.json" "$work/rotated.$rotations"
		kill -USR1 "$pid"
	fi
done
settle has_serial "$work/beside.json" "$last"
all=$(seq -s ' ' 1 "$last")' '
equal "the output beside has all $last, in order" "$all" "$(serials "$work/beside.json")"

# well again; what has piled up takes its time
PATIENCE=$((600 + last))
receive server "$port" "$work/down" 0
receive stream "$work/socket" "$work/broken"
receive syslog "$work/log" "$work/syslog"
[ ! -d "$work/small" ] || { rm "$work/small/ballast"; mount -o remount,size=64m "$work/small"; }
files="down slow broken syslog"
[ ! -d "$work/small" ] || files="$files small/full.json"
for file in $files; do
	settle has_serial "$work/$file" "$last"
done
damaged=$(status | jq .counters.spool_damaged)
finish
equal "a receiver that was down gets all, in order" "$all" "$(serials "$work/down")"
equal "so does a slow one" "$all" "$(serials "$work/slow")"
equal "and the syslog that died" "$all" "$(serials "$work/syslog")"
[ ! -d "$work/small" ] ||
	equal "a disk that was full has all, in order" "$all" "$(serials "$work/small/full.json")"
for ((i = 1; i <= rotations; i++)); do cat "$work/rotated.$i"; done >"$work/all.json"
cat "$work/rotated.json" >>"$work/all.json"
equal "$rotations rotations lost nothing" "$all" "$(serials "$work/all.json")"

found=$(serials "$work/broken")
equal "of the damaged spool what arrived is in order" "$found" \
	"$(tr ' ' '\n' <<<"$found" | grep . | sort -n | tr '\n' ' ')"
missing=$((last - $(wc -w <<<"$found")))
if [ "$missing" -gt 0 ] && [ "$missing" -lt "$burst" ] && [ "${damaged:-0}" -gt 0 ]; then
	echo "ok - damage cost $missing alerts, and is counted"
else
	echo "NOT OK - damage cost $missing of $last alerts, counted: ${damaged:-nothing}"
	failures=$((failures + 1))
fi
echo "$last alerts over $outage seconds, $kills kills"
[ "$failures" -eq 0 ]

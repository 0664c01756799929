#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# delivery.sh - outputs that are away, slow, full, rotated and refused, with
# saker killed meanwhile: every alert arrives once or more, in order, or is
# counted; the other outputs and the detection notice nothing. Real receivers
# where they are installed: rsyslog, an HTTP server in Python, promtool.
set -uo pipefail

# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:?}/tests/lib/delivery.sh"

port=$((20000 + $$ % 20000))
mkdir "$work/spool"
chmod 700 "$work/spool"

# 1. everything is away, saker is killed, and killed again
away=(--output "syslog:tcp://127.0.0.1:$port,json" --output "unix:$work/none,json"
	--output "file:$work/file.json")
"$saker" check -c /dev/null -o "output=http://127.0.0.1:$((port + 1))/" >/dev/null 2>&1 &&
	away+=(--output "http://127.0.0.1:$((port + 1))/,json")
start "${away[@]}"
events 1 100 >&8
until_true has_serial "$work/file.json" 100
sleep 0.3
kill -9 "$pid"
exec 8>&-
wait "$pid" 2>/dev/null
equal "the file has all of it, in order" "$(seq -s ' ' 1 100) " "$(serials "$work/file.json")"
start "${away[@]}"
events 101 200 >&8
until_true has_serial "$work/file.json" 200
sleep 0.3
kill -9 "$pid"
exec 8>&-
wait "$pid" 2>/dev/null

start "${away[@]}"
events 201 250 >&8
until_true has_serial "$work/file.json" 250
equal "no alert is in the file twice but at a crash" "$(seq -s ' ' 1 250) " "$(serials "$work/file.json")"

if command -v rsyslogd >/dev/null; then
	cat >"$work/rsyslog.conf" <<-END
		module(load="imtcp")
		module(load="imudp")
		module(load="imuxsock" SysSock.Use="off")
		input(type="imtcp" address="127.0.0.1" port="$port" ruleset="all")
		input(type="imudp" address="127.0.0.1" port="$port" ruleset="all")
		input(type="imuxsock" socket="$work/log" usespecialparser="off" ruleset="all")
		template(name="parsed" type="string" string="%pri% %timereported:::date-rfc3339% %hostname% %app-name% %msgid%|%msg%\n")
		ruleset(name="all") { action(type="omfile" file="$work/syslog" template="parsed") }
		global(maxMessageSize="64k" workDirectory="$work")
	END
	rsyslogd -n -f "$work/rsyslog.conf" -i "$work/rsyslog.pid" 2>"$work/rsyslog.err" 8>&- &
	pids+=("$!")
	until_true has_serial "$work/syslog" 250
	equal "rsyslog gets all by TCP, over two crashes, in order" \
		"$(seq -s ' ' 1 250) " "$(serials "$work/syslog")"
	equal "rsyslog reads the header" "85 2023-11-14T22:13:20.001000Z" \
		"$(head -1 "$work/syslog" | cut -d' ' -f1,2)"
	equal "and the name and kind" "saker alert" \
		"$(head -1 "$work/syslog" | cut -d'|' -f1 | cut -d' ' -f4,5)"
else
	echo "skipped - rsyslog is not installed"
fi
if python3 -c 'import http.server' 2>/dev/null && [ "${#away[@]}" -gt 6 ]; then
	cat >"$work/server.py" <<-'END'
		import http.server, sys
		n = 0
		class H(http.server.BaseHTTPRequestHandler):
		    protocol_version = "HTTP/1.1"
		    def do_POST(self):
		        global n
		        n += 1
		        body = self.rfile.read(int(self.headers["Content-Length"]))
		        bad = n % 7 == 0
		        if not bad:
		            with open(sys.argv[2], "ab") as f:
		                f.write(body)
		        self.send_response(503 if bad else 200)
		        self.send_header("Content-Length", "0")
		        self.end_headers()
		    def log_message(self, *a):
		        pass
		http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), H).serve_forever()
	END
	python3 "$work/server.py" $((port + 1)) "$work/http" 8>&- &
	pids+=("$!")
	until_true has_serial "$work/http" 250
	equal "an HTTP server that fails now and then gets all, in order" \
		"$(seq -s ' ' 1 250) " "$(serials "$work/http")"
else
	echo "skipped - no Python or no libcurl"
fi
finish
rm -rf "$work/spool"/*

# 2. the local socket, and UDP
if [ -S "$work/log" ]; then
	: >"$work/syslog"
	start --output "syslog:$work/log,json" --output "syslog:udp://127.0.0.1:$port,json"
	events 301 310 >&8
	until_true has_serial "$work/syslog" 310
	sleep 0.3
	finish
	equal "rsyslog gets all by its local socket and by UDP" 20 "$(grep -c audit.serial "$work/syslog")"
fi

# 3. rotation: the old file and the new one have all of it
start --output "file:$work/rotated.json"
events 401 450 >&8
until_true has_serial "$work/rotated.json" 450
mv "$work/rotated.json" "$work/rotated.1"
kill -HUP "$pid"
until_true test -e "$work/rotated.json"
events 451 500 >&8
finish
equal "rotation loses nothing" "$(seq -s ' ' 401 500) " \
	"$(cat "$work/rotated.1" "$work/rotated.json" >"$work/both"; serials "$work/both")"

# 4. a full disk, which gets room again; a slow reader beside it
if [ "$(id -u)" -eq 0 ] && mkdir "$work/small" &&
	mount -t tmpfs -o size=64k tmpfs "$work/small" 2>/dev/null; then
	head -c 60k /dev/zero >"$work/small/ballast"
	start --output "file:$work/small/full.json" --output "file:$work/beside.json" \
		--output "program:/bin/sleep 20"
	events 501 700 >&8
	until_true has_serial "$work/beside.json" 700
	equal "a full disk and a program that reads nothing hold up nobody" \
		"$(seq -s ' ' 501 700) " "$(serials "$work/beside.json")"
	rm "$work/small/ballast"
	mount -o remount,size=2m "$work/small"
	until_true has_serial "$work/small/full.json" 700
	equal "with room again the rest arrives, in order" \
		"$(seq -s ' ' 501 700) " "$(serials "$work/small/full.json")"
	finish
	rm -rf "$work/spool"/*
	# the spool's own disk is full: alerts stay in memory and arrive
	head -c 2m /dev/zero >"$work/small/ballast" 2>/dev/null
	mkdir -p "$work/small/spool" && chmod 700 "$work/small/spool"
	start -o spool.dir="$work/small/spool" --output "file:$work/unspooled.json"
	events 701 750 >&8
	until_true has_serial "$work/unspooled.json" 750
	finish
	equal "without room for the spool alerts arrive" "$(seq -s ' ' 701 750) " \
		"$(serials "$work/unspooled.json")"
else
	echo "skipped - a small file system takes root"
fi

# 5. a spool too small for what comes: the rest is counted, and told
start --output "{unix: $work/none, format: json, spool_bytes: 65536}" \
	--output "file:$work/told.json" -o metrics.file="$work/saker.prom" \
	-o metrics.interval=1
events 801 1400 >&8
until_true has_serial "$work/told.json" 1400
until_true grep -qs '"rule":"saker internal: losses"' "$work/told.json"
finish
dropped=$(sed -n "s/^saker_output_dropped_total{output=\"unix:.*} //p" "$work/saker.prom")
pending=$(sed -n "s/^saker_output_pending{output=\"unix:.*} //p" "$work/saker.prom")
total=$(grep -c . "$work/told.json") # internal alerts too
equal "what the spool had no room for is counted" "$total" $((dropped + pending))
if [ "${dropped:-0}" -gt 0 ]; then echo "ok - $dropped dropped, $pending kept"; else
	echo "NOT OK - nothing was dropped"
	failures=$((failures + 1))
fi
if command -v promtool >/dev/null; then
	promtool check metrics <"$work/saker.prom" >"$work/said" 2>&1
	equal "promtool takes the metrics" 0 $?
	cat "$work/said"
	promtool check rules "$top_srcdir/doc/prometheus/saker.rules.yaml" >"$work/said" 2>&1
	equal "promtool takes the alerting rules" 0 $?
	promtool test rules "$top_srcdir/doc/prometheus/saker.rules.test.yaml" >"$work/said" 2>&1
	equal "the alerting rules fire when they should" 0 $?
	cat "$work/said"
else
	echo "skipped - promtool is not installed"
fi
for metric in $(jq -r '.. | .expr? // empty' "$top_srcdir/doc/grafana/saker.json" |
	grep -o '\(saker\|process\)_[a-z_]*' | sed -E 's/_bucket$//' | sort -u); do
	grep -q "^# TYPE $metric " "$work/saker.prom"
	equal "the dashboard's $metric is there" 0 $?
done
[ "$failures" -eq 0 ]

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# https.sh - alerts over TLS to a server with a certificate of an authority of our
# own, which asks for ours: with the authority's file all arrive; with a server that
# nobody vouches for, under another's name, or without a certificate nothing does,
# and what was not delivered is told. As root the courier delivers, without
# privileges, from files that are root's alone.
set -uo pipefail

skip()
{
	echo "SKIP: $*"
	exit 77
}

for need in openssl jq python3; do
	command -v "$need" >/dev/null || skip "needs $need"
done
python3 -c 'import http.server, ssl' 2>/dev/null || skip "needs Python's ssl"
. "${top_srcdir:-.}/tests/lib/leaks.sh"
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:?}/tests/lib/delivery.sh"
. "$top_srcdir/tests/lib/processes.sh"
"$saker" check -c /dev/null -o "output=https://localhost:1/" >/dev/null 2>&1 ||
	skip "no libcurl"
chmod 755 "$work"
tls=$work/tls
install -d -m 700 "$tls"

# certificate NAME SUBJECT EXTENSION: signed by the authority
certificate()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" \
		-keyout "$tls/$1.key" -out "$tls/$1.csr" 2>>"$work/openssl.err" &&
		openssl x509 -req -in "$tls/$1.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial \
			-days 2 -extfile <(echo "$3") -out "$tls/$1.pem" 2>>"$work/openssl.err"
}

# shellcheck disable=SC2015 # all of it, or not
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=saker test" \
	-days 2 -keyout "$tls/ca.key" -out "$tls/ca.pem" 2>>"$work/openssl.err" &&
	certificate server localhost 'subjectAltName=DNS:localhost' &&
	certificate client saker 'extendedKeyUsage=clientAuth' || {
	cat "$work/openssl.err"
	skip "openssl makes no certificates here"
}
chmod 600 "$tls"/*

# server.py DIRECTORY FILE: writes its port to FILE.port, takes POSTs
cat >"$work/server.py" <<'END_PYTHON'
import http.server, os, ssl, sys
tls, out = sys.argv[1:]
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(out, "ab") as f:
            f.write(body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *a):
        pass
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(tls + "/server.pem", tls + "/server.key")
context.load_verify_locations(tls + "/ca.pem")
context.verify_mode = ssl.CERT_REQUIRED
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
server.socket = context.wrap_socket(server.socket, server_side=True)
with open(out + ".new", "w") as f:
    f.write(str(server.server_address[1]))
os.rename(out + ".new", out + ".port")
server.serve_forever()
END_PYTHON

# served NAME: starts a server; its port is $port
served()
{
	python3 "$work/server.py" "$tls" "$work/$1" 2>"$work/$1.err" &
	pids+=("$!")
	until_true test -s "$work/$1.port" || {
		cat "$work/$1.err"
		exit 99
	}
	port=$(cat "$work/$1.port")
}

# undelivered N: what the outputs have not delivered, by the running saker's account
undelivered()
{
	# shellcheck disable=SC2317 # until_true calls it
	status && [ "$(jq '.outputs.pending' "$work/status")" -ge "$1" ]
}

own="cert_file=$tls/client.pem,key_file=$tls/client.key"
served trusted
start --output "https://localhost:$port/alerts,json,ca_file=$tls/ca.pem,$own" \
	-o "control.socket=$work/control.sock"
events 1 50 >&8
until_true has_serial "$work/trusted" 50
until_true status
echo "processes: $(jq -c '[.processes[].role]' "$work/status")"
finish
equal "a server with the authority's certificate gets all, in order" \
	"$(seq -s ' ' 1 50) " "$(serials "$work/trusted")"

# each with a server of its own: what arrives has no other way
refused=()
served unvouched
refused+=(--output "https://localhost:$port/,json,$own")
served misnamed
refused+=(--output "https://127.0.0.1:$port/,json,ca_file=$tls/ca.pem,$own")
served anonymous
refused+=(--output "https://localhost:$port/,json,ca_file=$tls/ca.pem")
start "${refused[@]}" -o "control.socket=$work/control.sock" -o spool.dir=
events 1 5 >&8
until_true undelivered 15
finish
for name in unvouched misnamed anonymous; do
	equal "$name: nothing arrives" "" "$(serials "$work/$name" 2>/dev/null)"
done
equal "what did not arrive is told" 1 "$(grep -c '15 of 15 alerts could not be written' "$work/saker.err")"
kill "${pids[@]}" 2>/dev/null
wait "${pids[@]}" 2>/dev/null
exit $((failures != 0))

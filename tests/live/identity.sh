#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# identity.sh - a protected file and socket of the host, reached in every way that
# hides a name, from a container and from the host: each is known; the same name
# in an image is not. Shells on connections, by what records tell and by /proc.
. "${top_srcdir:-.}/tests/live/lib.sh"

begin runc busybox
reach_binary=$top_builddir/tests/live/reach
[ -x "$reach_binary" ] || die "$reach_binary is not built"
group=61234
secret=$work/vault/secret
socket=$work/run/engine.sock
id=$(random_id)

# reach_in WAY ARGUMENT...: in the container.
reach_in()
{
	runc exec "$id" /bin/reach "$group" "$@" </dev/null >"$work/reach.out" 2>&1 9>&- ||
		not_ok "in the container: $*: $(cat "$work/reach.out")"
}

# reach_here WAY ARGUMENT...: on the host.
reach_here()
{
	"$work/reach" "$group" "$@" </dev/null >"$work/reach.out" 2>&1 9>&- ||
		not_ok "on the host: $*: $(cat "$work/reach.out")"
}

# serve WAY ARGUMENT: in the background, until the test ends.
serve()
{
	"$work/reach" 0 "$@" </dev/null >"$work/$1.out" 2>&1 9>&- &
	pids+=("$!")
	wait_for 5 grep -qs ready "$work/$1.out" || die "$* does not start"
}

# found RULE FIELD...: what its alerts say, one line each, sorted, once.
found()
{
	local rule=$1

	shift
	jq -r --arg rule "$rule" 'select(.rule == $rule) | [.output_fields[$ARGS.positional[]]] | @tsv' \
		"$work/alerts.json" --args "$@" | sort -u
}

# was_told ARGUMENTS: a process with these was.
was_told()
{
	if found "Test secret" proc.args | grep -qxF "$1"; then
		ok "container: $1"
	else
		not_ok "container: $1"
	fi
}

# is_known WHERE WAY CALL: that way was told of, by that call.
is_known()
{
	found "Test secret" container.id proc.args evt.type |
		awk -F '\t' -v where="$1" -v way="$2" -v call="$3" '
			{ split($2, args, " "); here = $1 == "host" ? "host" : "container" }
			here == where && args[2] == way && $3 == call { n++ }
			END { exit n == 0 }'
}

known()
{
	if is_known "$@"; then
		ok "$1: $2 by $3"
	else
		not_ok "$1: $2 by $3"
	fi
}

install -m 755 "$reach_binary" "$work/reach"
install -d "$work/vault/sub" "$work/run"
echo secret >"$secret"
serve serve_unix "$socket"
serve serve_tcp 45999
make_bundle "$work/bundle" "/docker/$id" "$privileged"' |
	.process.args = ["sleep", "1000"] |
	.process.capabilities[] += ["CAP_SETGID", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_CHOWN",
		"CAP_SYS_PTRACE"] |
	.mounts += [
		{destination: "/vault", type: "bind", source: "'"$work"'/vault", options: ["bind", "rw"]},
		{destination: "/decoy", type: "bind", source: "'"$secret"'", options: ["bind", "rw"]},
		{destination: "/x", type: "bind", source: "'"$work"'/run", options: ["bind", "rw"]},
		{destination: "/y.sock", type: "bind", source: "'"$socket"'", options: ["bind", "rw"]}]'
cp "$reach_binary" "$work/bundle/rootfs/bin/reach"
mkdir -p "$work/bundle/rootfs$work/vault"
echo image >"$work/bundle/rootfs$secret"
touch "$work/bundle/rootfs/mnt/x"
# an image and what the container changes, as engines have it
mv "$work/bundle/rootfs" "$work/image"
mkdir "$work/bundle/rootfs" "$work/changes" "$work/overlay"
mount -t overlay overlay -o "lowerdir=$work/image,upperdir=$work/changes,workdir=$work/overlay" \
	"$work/bundle/rootfs" || die "no overlay can be mounted here"
mounts+=("$work/bundle/rootfs")

cat >"$work/rules/identity.yaml" <<END
- list: protected
  items: [$secret, /etc/never-there]
- rule: Test secret
  desc: the protected file by whatever name
  condition: fs.path.identity in (protected) and proc.args startswith "$group "
  output: secret %proc.args %evt.type %container.id %fs.path.identity %fs.path.name %fs.path.host
  priority: DEBUG
- rule: Test socket
  desc: the engine's socket however it is mounted
  condition: evt.type in (connect, sendto) and fs.path.identity = $socket
  output: socket %proc.args %evt.type %container.id %fd.name
  priority: DEBUG
- rule: Test abstract
  desc: a socket without a file
  condition: evt.type = connect and fd.name contains "@saker-test"
  output: abstract %proc.args %fd.type %fd.name
  priority: DEBUG
- rule: Test redirect
  desc: a shell's descriptors on a connection, as Falco's stable rules have it
  condition: evt.type in (dup, dup2, dup3) and container and evt.rawres in (0, 1, 2) and
    fd.type in ("ipv4", "ipv6")
  output: redirect %proc.args %evt.type %evt.rawres %fd.name %fd.sip %fd.sport %fd.is_server %fd.cip
  priority: DEBUG
- rule: Test layer
  desc: where the program of a container's process comes from
  condition: evt.type = openat and container and proc.args contains "layer-"
  output: layer %proc.args %proc.is_exe_upper_layer %proc.is_exe_lower_layer %proc.exepath %fs.path.host
  priority: DEBUG
END
load_kernel_rules "-a always,exit -F arch=b64 -F egid=$group -S open,link,openat,openat2,open_by_handle_at,fchmod,fchown,flock,ftruncate,write,sendfile,link,linkat,mount,socket,connect,sendto,bind,listen,accept,dup2 -k saker-test"
start_saker_netlink rule_matching=all
run_detached "$work/bundle" "$id"

# --- the file, by way and by the call that tells
ways()
{
	cat <<-END
	open	openat	/decoy
	symlink	openat	/decoy /tmp/link
	hardlink	link	/vault/secret /vault/sub/hard
	chdir	openat	/vault/sub ../secret
	chroot	openat	/vault /secret
	dirfd	openat	/vault secret
	beneath	openat2	/vault sub/../secret
	in_root	openat2	/vault /../secret
	fd	openat	/vault/secret
	ftruncate	ftruncate	/decoy
	dup	fchmod	/decoy
	write	write	/decoy
	sendfile	sendfile	/decoy
	passed	fchown	/decoy
	passed	flock	/decoy
	bind	mount	/decoy /mnt/x
	handle	open_by_handle_at	/decoy /vault
	END
}
ways | while IFS=$'\t' read -r way _ arguments; do
	# shellcheck disable=SC2086 # several
	echo "$way $arguments"
done | sort -u >"$work/ways"
while read -r way arguments; do
	# shellcheck disable=SC2086
	reach_in "$way" $arguments
	rm -f "$work/vault/sub/hard"
done <"$work/ways"
for path in /proc/self/root/vault/secret /proc/1/root/decoy /proc/thread-self/root/vault/../decoy \
	//vault/./sub/..//secret /proc/self/cwd/vault/secret; do
	reach_in open "$path"
done
reach_in overlay /vault /mnt2 secret
# not the file: its directory, its name in the image, a neighbour
reach_in open /vault
reach_in open "$secret"
echo other >"$work/vault/other"
reach_in open /vault/other

reach_here open "$secret"
reach_here symlink "$secret" "$work/link"
reach_here hardlink "$secret" "$work/hard"
reach_here dirfd "$work/vault" secret
reach_here open "/proc/self/root$work/vault/sub/../secret"
marker || not_ok "a marker before the file is replaced"
before=$(found "Test secret" proc.args | wc -l)

# --- another file of that name: known at once; the old one is it no more
for round in 1 2 3; do
	echo "new $round" >"$work/vault/new"
	mv "$work/vault/new" "$secret"
	reach_here chdir "$work/vault" "./././secret"
	reach_in chdir /vault "$(printf './%.0s' $(seq "$round"))secret"
done
mv "$secret" "$work/vault/away"
reach_in open /vault/away
echo back >"$secret"
reach_in dirfd /vault ./secret

# --- layers of the overlay that the container runs on
layer()
{
	runc exec "$id" /bin/sh -c "$1" </dev/null >"$work/reach.out" 2>&1 9>&- ||
		not_ok "in the container: $1: $(cat "$work/reach.out")"
}
layer "busybox cp /bin/reach /tmp/dropped; busybox cp /bin/reach /tmp/copy; echo more >>/etc/hostname"
layer "/tmp/dropped $group open /etc/hostname layer-dropped"
layer "/bin/reach $group open /etc/hostname layer-image"
layer "/bin/reach $group open /bin/busybox layer-image-file"
layer "/tmp/dropped $group vanish /tmp/dropped /etc/hostname layer-dropped-gone"
layer "/bin/reach $group vanish /bin/reach /etc/hostname layer-image-gone"
layer "busybox cp /tmp/copy /bin/reach; /bin/reach $group open /etc/hostname layer-replaced"

# --- sockets
reach_in connect /x/engine.sock
reach_in connect /y.sock
reach_in connect /proc/self/root/x/engine.sock
reach_here connect "$socket"
serve serve_unix @saker-test
reach_here connect @saker-test

# --- shells on connections
reach_in reverse 45999
reach_in reverse_child 45999
reach_in redirect /dev/null
runc exec "$id" /bin/reach "$group" bind_shell 45998 </dev/null >"$work/bind.out" 2>&1 9>&- &
pids+=("$!")
wait_for 5 grep -qs ready "$work/bind.out" || not_ok "the bind shell listens"
reach_here knock 45998
marker || not_ok "a marker at the end"

while IFS=$'\t' read -r way call _; do
	known container "$way" "$call"
done < <(ways)
known container overlay openat
for args in "$group open /proc/self/root/vault/secret" "$group open /proc/1/root/decoy" \
	"$group open /proc/thread-self/root/vault/../decoy" "$group open //vault/./sub/..//secret" \
	"$group open /proc/self/cwd/vault/secret"; do
	was_told "$args"
done
for way in open symlink dirfd; do
	known host "$way" openat
done
known host hardlink link
known host chdir openat
equal "a file replaced is known at once, three times" 3 \
	"$(jq -r 'select(.rule == "Test secret") | .output_fields | select(."proc.args" == "'"$group chdir $work/vault ./././secret"'") | ."evt.type"' "$work/alerts.json" | grep -c openat)"
for round in 1 2 3; do
	args="$group chdir /vault $(printf './%.0s' $(seq "$round"))secret"
	was_told "$args"
done
was_told "$group dirfd /vault ./secret" # removed and made anew
equal "the value is the path that the list names" "$secret" \
	"$(found "Test secret" fs.path.identity)"
equal "the host's own path of a file that a container opens by another" "$secret" \
	"$(jq -r 'select(.rule == "Test secret") | .output_fields | select(."proc.args" == "'"$group"' open /decoy") | ."fs.path.host"' "$work/alerts.json" | sort -u)"
for args in "open /vault" "open $secret" "open /vault/other" "open /vault/away"; do
	equal "container: $args is not it" "" \
		"$(jq -r 'select(.rule == "Test secret") | .output_fields | select(."container.id" != "host" and ."proc.args" == "'"$group $args"'") | ."evt.type"' "$work/alerts.json")"
done

equal "the socket is known however it is mounted" \
	"$(printf '%s\t%s\n' \
		"$group connect $socket" connect "$group connect $socket" sendto \
		"$group connect /proc/self/root/x/engine.sock" connect \
		"$group connect /proc/self/root/x/engine.sock" sendto \
		"$group connect /x/engine.sock" connect "$group connect /x/engine.sock" sendto \
		"$group connect /y.sock" connect "$group connect /y.sock" sendto | sort)" \
	"$(found "Test socket" proc.args evt.type)"
equal "an abstract name starts with @" 1 "$(found "Test abstract" proc.args | wc -l)"

for way in "reverse 45999" "reverse_child 45999" "bind_shell 45998"; do
	equal "each descriptor of $way" $'0\n1\n2' \
		"$(jq -r 'select(.rule == "Test redirect") | .output_fields | select(."proc.args" == "'"$group $way"'") | ."evt.rawres"' "$work/alerts.json" | sort -u)"
done
equal "a file is no connection" "" \
	"$(found "Test redirect" proc.args | grep redirect)"
equal "the shell that connected is the client" $'false\t127.0.0.1\t45999' \
	"$(jq -r 'select(.rule == "Test redirect") | .output_fields | select(."proc.args" == "'"$group"' reverse 45999") | [."fd.is_server", ."fd.sip", ."fd.sport"] | @tsv' "$work/alerts.json" | sort -u)"
equal "the shell that listened is the server" $'true\t45998\t127.0.0.1' \
	"$(jq -r 'select(.rule == "Test redirect") | .output_fields | select(."proc.args" == "'"$group"' bind_shell 45998") | [."fd.is_server", ."fd.sport", ."fd.cip"] | @tsv' "$work/alerts.json" | sort -u)"
layers()
{
	found "Test layer" proc.args proc.is_exe_upper_layer proc.is_exe_lower_layer |
		sed -n 's/^.* layer-/layer-/p' | sort
}
equal "the layer of a container's program, also of one that is gone" "$(
	cat <<-END
	layer-dropped	true	false
	layer-dropped-gone	true	false
	layer-image	false	true
	layer-image-file	false	true
	layer-image-gone	false	true
	layer-replaced	true	false
	END
)" "$(layers)"
host_path()
{
	found "Test layer" proc.args fs.path.host | sed -n "s/^.* layer-$1\t//p"
}
equal "the host's path of what the container changed" "$work/changes/etc/hostname" "$(host_path image)"
equal "the host's path of what is the image's" "$work/image/bin/busybox" "$(host_path image-file)"
stop_saker

# --- only dup2 is audited: /proc tells what the descriptors are
auditctl -D >/dev/null
load_kernel_rules "-a always,exit -F arch=b64 -F egid=$group -S dup2 -k saker-test"
mv "$work/alerts.json" "$work/alerts.first.json"
: >"$work/alerts.json"
start_saker_netlink rule_matching=all
reach_in reverse 45999
reach_in redirect /dev/null
marker || not_ok "a marker at the very end"
stop_saker
equal "what no record told of is asked for" $'0\tfalse\t127.0.0.1\t45999\n1\tfalse\t127.0.0.1\t45999\n2\tfalse\t127.0.0.1\t45999' \
	"$(found "Test redirect" evt.rawres fd.is_server fd.sip fd.sport)"
equal "the kernel lost nothing" 0 "$(kernel_lost)"
echo "alerts before the file was replaced: $before"

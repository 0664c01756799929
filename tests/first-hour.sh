#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# first-hour.sh - doc/first-hour.md is what its commands say: they are carried out
# in a mount namespace of their own, in which saker is installed, and what they
# print is compared with the paper. UPDATE=1 writes the paper anew. Blocks marked
# "live" need root and the kernel's audit: LIVE=1, which tests/live/first_hour.sh
# sets.
set -uo pipefail

: "${top_srcdir:?}" "${top_builddir:?}"
paper=$top_srcdir/doc/first-hour.md

skip()
{
	echo "SKIP: $*"
	exit 77
}

# The paths that the paper and the manual pages name are those of a build as
# HACKING.md has it.
[ "$(grep -cxE 'prefix = /usr/local|sysconfdir = /etc' "$top_builddir/Makefile")" -eq 2 ] ||
	skip "saker is built for other directories than the paper's"

if [ -z "${FIRST_HOUR_INSIDE:-}" ]; then
	work=$(mktemp -d) || exit 99
	trap 'rm -rf --one-file-system "$work"' EXIT
	unshare=(unshare -m)
	[ "$(id -u)" -eq 0 ] || unshare=(unshare -rm)
	"${unshare[@]}" true 2>/dev/null || skip "no mount namespace to be had"
	FIRST_HOUR_INSIDE=$work "${unshare[@]}" bash "$0"
	exit
fi

# Nothing that is installed or written outlives this namespace.
work=$FIRST_HOUR_INSIDE
mount -t tmpfs tmpfs "$work" || skip "no tmpfs"
for dir in /etc /usr/local /var/lib /var/log; do
	mkdir -p "$work/layers$dir/upper" "$work/layers$dir/work"
	mount -t overlay overlay -o "lowerdir=$dir,upperdir=$work/layers$dir/upper,workdir=$work/layers$dir/work" \
		"$dir" 2>/dev/null || skip "no overlay file system"
done
mkdir -p "$work/run" && mount --bind "$work/run" /run

# The source tree as the reader has it: the clone, and its build directory.
mkdir "$work/clone"
for entry in "$top_srcdir"/*; do
	ln -s "$entry" "$work/clone/"
done
rm -f "$work/clone/build"
ln -s "$top_builddir" "$work/clone/build"
cd "$work/clone" || exit 99
export PATH=/usr/local/bin:/usr/local/sbin:$PATH TZ=UTC LC_ALL=C NO_COLOR=1
export DEMO_IMAGE=localhost/none:none # runc, whatever else is installed
unset MAKEFLAGS MFLAGS MAKELEVEL top_srcdir top_builddir

# run COMMAND: what it prints, as a terminal would show it.
run()
{
	eval "$1" >"$work/said" 2>&1 </dev/null
	sed -e "s,$work/clone/,,g" -e 's/[[:blank:]]*$//' "$work/said"
}

# Prints the paper with each block's outputs anew.
transcribe()
{
	local line command='' mode=text

	while IFS= read -r line; do
		if [ -n "$command" ] && [[ $line != '> '* ]]; then
			run "$command" # once all of its lines are there
			command=
		fi
		case $mode:$line in
		text:'```console') mode=run ;;
		text:'```console live') mode=copy
			[ -z "${LIVE:-}" ] || mode=run ;;
		run:'```' | copy:'```') mode=text ;;
		run:'$ '*) command=${line#'$ '} ;;
		run:'> '*) # more of the command, unless it has printed already
			[ -n "$command" ] || continue
			command+=$'\n'${line#'> '} ;;
		run:*) continue ;; # what it printed before
		esac
		printf '%s\n' "$line"
	done
}

# What differs from run to run.
same()
{
	sed -E -e 's/[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}/TIME/g' \
		-e 's/saker-demo-[0-9]+/saker-demo-N/g' \
		-e 's/[0-9]+ rules/N rules/g; s/\<of [0-9]+/of N/g; s/: [0-9]+ of N/: N of N/g' \
		-e 's/, [0-9]+ of N/, N of N/g' \
		-e 's/^(saker [0-9.]+ on ).*/\1HOST/; s/hash [0-9a-f]+/hash H/' \
		-e 's/[0-9]+ kernel audit rules/N kernel audit rules/' \
		-e 's/ended: [0-9]+ events, [0-9]+ alerts/ended/' \
		-e 's/\b(pid|cgroup_id)=[0-9]+/\1=N/g' \
		-e 's/^saker: [0-9]+ records, [0-9]+ events/saker: N records, N events/' \
		-e 's/^\[[0-9]+\] [0-9]+$/[1] N/' \
		-e 's/"(latency_us|pid|evt\.time|serial)":[0-9]+/"\1":N/g' "$1"
}

transcribe <"$paper" >"$work/paper.md"
if [ -n "${UPDATE:-}" ]; then
	cat "$work/paper.md" >"$paper"
	exit 0
fi
if diff <(same "$paper") <(same "$work/paper.md"); then
	echo "ok - doc/first-hour.md is what its commands say"
else
	echo "NOT OK - doc/first-hour.md differs; UPDATE=1 bash tests/first-hour.sh writes it anew"
	exit 1
fi

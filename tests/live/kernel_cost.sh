#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernel_cost.sh - what the kernel rules of the default profile cost beside none and
# beside a public rule set: events, a compile, a container's start, a system call.
#
# PUBLIC_RULES  files of the public set (the STIG rules that auditd comes with)
# MORE_RULES    files of one more set
# ROUNDS        of all sets, in turns (7)
# Nothing here is judged: figures depend on the machine, and are printed.
. "${top_srcdir:-.}/tests/live/lib.sh"

: "${ROUNDS:=7}" "${COMPILES:=15}" "${CONTAINERS:=8}" "${MORE_RULES:=}"
: "${PUBLIC_RULES:=/usr/share/doc/auditd/examples/rules/30-stig.rules}"

# load SET: its rules and no others; lines that this host cannot take are left out.
load()
{
	auditctl -D >/dev/null
	[ "$1" = none ] || auditctl -R "$work/$1.rules" >>"$work/load.out" 2>&1
	auditctl -e 1 >/dev/null
}

# rules_of FILE...: without what sets the state of audit.
rules_of()
{
	echo -i
	zcat -f -- "$@" | grep -vE '^[[:space:]]*(#|$|-[DbefricS]|--)'
}

make_source()
{
	local i

	printf '#include <%s.h>\n' stdio stdlib string unistd errno sys/socket netinet/in pthread
	for i in {1..30}; do
		printf 'int f%d(int a, const char *s)\n{\n\tint n = 0;\n' "$i"
		printf '\tfor (size_t k = 0; k < strlen(s); k++)\n\t\tn += s[k] * a + printf("%%d", n);\n\treturn n;\n}\n'
	done
}

compile()
{
	local i

	for ((i = 0; i < COMPILES; i++)); do
		gcc -O1 -c "$work/source.c" -o "$work/source.o"
	done
}

start_containers()
{
	local i

	for ((i = 0; i < CONTAINERS; i++)); do
		runc run --bundle "$work/bundle" "saker-cost-$i" </dev/null >/dev/null 2>&1 9>&-
	done
}

# Two calls a byte, and no event.
call()
{
	dd if=/dev/zero of=/dev/null bs=1 count=400000 2>/dev/null
}

events()
{
	grep -c '^type=SYSCALL' "$work/audit.log"
}

# measure SET WORK: a line "SET WORK milliseconds, of CPU, events".
measure()
{
	local before wall cpu text start

	before=$(events)
	start=$EPOCHREALTIME
	TIMEFORMAT='%U %S'
	text=$({ time "$2" >/dev/null 2>&1; } 2>&1)
	wall=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
	cpu=$(awk '{ print int(($1 + $2) * 1000) }' <<<"$text")
	sleep 0.3 # until auditd has written
	echo "$1 $2 $wall $cpu $(($(events) - before))"
}

# table WORK COUNT WHAT: least and middle of a work, and the difference to none.
table()
{
	printf '\n%s (each of %d)\n%-8s %9s %9s %7s %9s %9s %7s %9s %9s\n' "$3" "$2" rules \
		'wall min' median '' 'cpu min' median '' 'events' 'a second'
	for set in "${sets[@]}"; do
		grep "^$set $1 " "$work/figures" | sort -n -k 3 | awk -v set="$set" -v count="$2" \
			-v base="$(grep "^none $1 " "$work/figures" | sort -n -k 3 | awk 'NR == 1 { print $3 }')" \
			-v cpubase="$(grep "^none $1 " "$work/figures" | sort -n -k 4 | awk 'NR == 1 { print $4 }')" '
			{ wall[NR] = $3; cpu[NR] = $4; events[NR] = $5 }
			END {
				n = asort_(cpu); m = int((NR + 1) / 2)
				printf "%-8s %9.2f %9.2f %+6.1f%% %9.2f %9.2f %+6.1f%% %9.1f %9.0f\n", set,
					wall[1] / count, wall[m] / count, (wall[1] / base - 1) * 100,
					cpu[1] / count, cpu[m] / count, (cpu[1] / cpubase - 1) * 100,
					events[m] / count, events[m] * 1000 / wall[m]
			}
			function asort_(a,  i, k, t) {
				for (i = 1; i <= NR; i++)
					for (k = i + 1; k <= NR; k++)
						if (a[k] < a[i]) { t = a[i]; a[i] = a[k]; a[k] = t }
				return NR
			}'
	done
}

begin runc busybox gcc auditd
"$saker" audit-rules -r "$top_srcdir/rules" >"$work/saker.rules" || die "saker audit-rules fails"
sets=(none saker)
for extra in "public $PUBLIC_RULES" ${MORE_RULES:+"more $MORE_RULES"}; do
	read -r name files <<<"$extra"
	# shellcheck disable=SC2086
	if [ -r "${files%% *}" ] && rules_of $files >"$work/$name.rules"; then
		sets+=("$name")
	else
		echo "$name: $files is not there: left out"
	fi
done
make_source >"$work/source.c"
make_bundle "$work/bundle" "" '.process.args = ["true"]'
start_auditd
wait_for 10 test -s "$work/audit.log" || die "auditd: $(cat "$work/auditd.out")"
auditctl -b 65536 >/dev/null
for set in "${sets[@]}"; do
	load "$set"
	echo "$set: $(auditctl -l | grep -c '^-') rules, $(auditctl -l | grep -v -- '-w \|path=' | grep -c '^-') of them gone through at each call"
done
compile && start_containers && call # into the caches
for ((round = 0; round < ROUNDS; round++)); do
	for ((i = 0; i < ${#sets[@]}; i++)); do
		set=${sets[(i + round) % ${#sets[@]}]}
		load "$set"
		for what in compile start_containers call; do
			measure "$set" "$what"
		done
	done
done >"$work/figures"
table compile "$COMPILES" 'compile of one file, ms'
table start_containers "$CONTAINERS" 'runc run of a container, ms'
table call 800 'thousand system calls, ms (= microseconds a call)'
equal "the kernel lost nothing" 0 "$(kernel_lost)"
stop_auditd

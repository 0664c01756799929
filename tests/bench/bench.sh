#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# bench.sh - what a replay costs, stage by stage, and what peers cost on the same
# log in the same run. Rounds are interleaved, so that a machine whose speed
# changes is unfair to nobody; each figure is of a whole process. Ratios first: to
# the whole of saker on one processor, CPU (user and system) and wall clock, of
# the fastest runs; above 1 saker is faster.
#	ROUNDS=5	how often each is run
#	RECORDS=293000	length of the generated logs
#	BENCH_LOG=FILE	a recorded log, too; record.sh makes one
#	BENCH_CPU=0	the processor that all but the last row is bound to
set -uo pipefail

build=${top_builddir:?} src=${top_srcdir:?}
rounds=${ROUNDS:-5} cpu=${BENCH_CPU:-0}
work=$(mktemp -d "${TMPDIR:-/tmp}/saker-bench.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
laurel=$(command -v laurel || ls /usr/sbin/laurel 2>/dev/null)

pinned=()
taskset -c "$cpu" true 2>/dev/null && pinned=(taskset -c "$cpu")

stages=(frame parse assemble track enrich)
rows=("${stages[@]}" match replay grep tokens auparse interpret)
[ -z "$laurel" ] || rows+=(laurel)
rows+=(two)

# What is measured, reading the log named $1.
stage() { "${pinned[@]}" "$build/tests/bench/stage" "$@"; }
replay() { "$build/saker" replay -c /dev/null -r "$src/rules" "$@"; }
on_one() { "${pinned[@]}" "$build/saker" replay -c /dev/null -r "$src/rules" --jobs 1 "$@"; }

run_laurel()
{
	rm -rf "$work/laurel"
	mkdir "$work/laurel"
	# as packaged, but into a directory of ours, as this user
	cat >"$work/laurel.toml" <<-END
	directory = "$work/laurel"
	statusreport-period = 0
	input = "stdin"
	[auditlog]
	file = "audit.log"
	size = 1000000000
	generations = 1
	[transform]
	execve-argv = [ "array" ]
	[translate]
	universal = false
	user-db = false
	[enrich]
	pid = true
	execve-env = [ "LD_PRELOAD", "LD_LIBRARY_PATH" ]
	container = true
	[label-process]
	END
	"${pinned[@]}" "$laurel" -c "$work/laurel.toml" <"$1"
}

run()
{
	case $1 in
	grep) "${pinned[@]}" grep -c type=SYSCALL "$2" ;;
	match) on_one --summary "$2" ;;
	replay) on_one "$2" ;;
	two) replay --jobs 2 "$2" ;;
	laurel) run_laurel "$2" ;;
	*) stage "$1" "$2" ;;
	esac
}

# once ROW LOG: "user system wall CPU" of one run
once()
{
	local TIMEFORMAT='%U %S %R'

	{ time run "$1" "$2" >"$work/out" 2>"$work/err"; } 2>"$work/time" || {
		echo "$1 failed on $2:" >&2
		cat "$work/err" >&2
		return 1
	}
	awk '{ print $1, $2, $3, $1 + $2 }' "$work/time"
}

# measured LOG: ROUNDS rounds over all rows, after one that warms up
measured()
{
	local row round

	rm -f "$work"/row.*
	for round in $(seq 0 "$rounds"); do
		for row in "${rows[@]}"; do
			once "$row" "$1" >>"$work/row.$row" || rm -f "$work/row.$row"
			[ "$round" -gt 0 ] || : >"$work/row.$row"
		done
	done
}

# of ROW COLUMN: minimum and median
of()
{
	cut -d' ' -f"$2" "$work/row.$1" | sort -n |
		awk '{ v[NR] = $1 } END { print v[1], v[int((NR + 1) / 2)] }'
}

what()
{
	case $1 in
	frame) echo "lines cut out of the file" ;;
	parse) echo "and heads of records read" ;;
	assemble) echo "and joined into events, system calls decoded" ;;
	track) echo "and who and where" ;;
	enrich) echo "and made events for rules" ;;
	match) echo "and all shipped rules judged" ;;
	replay) echo "saker replay: the whole, one processor" ;;
	two) echo "saker replay --jobs 2" ;;
	grep) echo "grep -c type=SYSCALL" ;;
	tokens) echo "a loop that finds each field, byte by byte" ;;
	auparse) echo "libauparse's feed, parsing only" ;;
	interpret) echo "libauparse's feed, each field interpreted" ;;
	laurel) echo "$("$laurel" --version 2>/dev/null) LAUREL, to JSON" ;;
	esac
}

table()
{
	local log=$1 row records bytes before=0 base base_wall

	records=$(wc -l <"$log")
	bytes=$(wc -c <"$log")
	printf '\n%s: %s records, %s bytes; %s rounds, minimum and median seconds\n' \
		"$2" "$records" "$bytes" "$rounds"
	base=$(of replay 4 | cut -d' ' -f1)
	base_wall=$(of replay 3 | cut -d' ' -f1)
	printf '%-10s %7s %7s  %7s %7s  %7s %7s  %7s %9s\n' '' 'x CPU' 'x wall' \
		CPU '' wall '' user ns/record
	for row in "${rows[@]}"; do
		[ -s "$work/row.$row" ] || continue
		# a stage's own part is what it adds to the one before
		awk -v row="$row" -v base="$base" -v base_wall="$base_wall" \
			-v before="$before" -v n="$records" -v text="$(what "$row")" \
			-v user="$(of "$row" 1)" -v wall="$(of "$row" 3)" \
			-v cpu="$(of "$row" 4)" 'BEGIN {
			split(user, u); split(wall, w); split(cpu, c)
			is_stage = row ~ /^(frame|parse|assemble|track|enrich|match|replay)$/
			if (is_stage)
				cost = sprintf("%+.0f", (c[1] - before) * 1e9 / n)
			else
				cost = sprintf("%.0f", c[1] * 1e9 / n)
			printf "%-10s %7.2f %7.2f  %7.3f %7.3f  %7.3f %7.3f  %7.3f %9s  %s\n",
				row, (base > 0 ? c[1] / base : 0),
				(base_wall > 0 ? w[1] / base_wall : 0),
				c[1], c[2], w[1], w[2], u[1], cost, text }'
		before=$(of "$row" 4 | cut -d' ' -f1)
	done
}

bench()
{
	measured "$1"
	table "$1" "$2"
}

# memory: peak resident kB with 100 rules, 20,000 processes in the table and 1,000
# containers, and of the program itself, its libraries and the rules
memory()
{
	local peak empty

	command -v /usr/bin/time >/dev/null || return
	"$build/tests/bench/make_rules" 100 >"$work/100.yaml"
	"$generate" --containers 1000 --records 900000 >"$work/many.log"
	peak=$(peak_of "$work/many.log")
	empty=$(peak_of /dev/null)
	rm "$work/many.log"
	printf '\nmemory, 100 rules, 20,000 processes, 1,000 containers: %s kB, %s kB of them before the first record\n' \
		"$peak" "$empty"
}

peak_of()
{
	/usr/bin/time -o "$work/peak" -f %M "$build/saker" replay -c /dev/null \
		-r "$work/100.yaml" -o limits.processes=20000 --jobs 1 --summary \
		"$1" >"$work/out" 2>&1
	tail -n 1 "$work/peak"
}

generate=$build/tests/bench/generate
"$generate" --records "${RECORDS:-293000}" >"$work/enriched.log" || exit 99
bench "$work/enriched.log" "generated, enriched"
rm "$work/enriched.log"
"$generate" --records "${RECORDS:-293000}" --raw >"$work/raw.log" || exit 99
bench "$work/raw.log" "generated, raw"
rm "$work/raw.log"
[ -z "${BENCH_LOG:-}" ] || bench "$BENCH_LOG" "$(basename "$BENCH_LOG")"
memory

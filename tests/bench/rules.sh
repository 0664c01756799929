#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What more rules cost: the same log with 10, 100, 1,000 and 10,000 made-up rules
# in turn, several times over; medians, and ratios to 100 rules first. LOG is the
# generator's (RECORDS of them) unless it is given.
set -euo pipefail

build=${top_builddir:?}
runs=${RUNS:-5}
counts=(10 100 1000 10000)
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-rules.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# User CPU seconds and peak kB of a command.
measure()
{
	/usr/bin/time -o "$dir/time" -f '%U %M' "$@" >"$dir/out" 2>&1
	cat "$dir/time"
}

median() # FILE COLUMN
{
	sort -n -k "$2,$2" "$1" | awk -v column="$2" '
		{ value[NR] = $column } END { print value[int((NR + 1) / 2)] }'
}

log=${LOG:-$dir/log}
[[ -n ${LOG:-} ]] || "$build/tests/bench/generate" --records "${RECORDS:-293000}" >"$log"
for n in "${counts[@]}"; do
	"$build/tests/bench/make_rules" "$n" >"$dir/$n.yaml"
done
: >"$dir/empty"
for ((run = 0; run < runs; run++)); do
	for n in "${counts[@]}"; do
		measure "$build/saker" replay --summary -r "$dir/$n.yaml" "$log" \
			>>"$dir/replay.$n"
		measure "$build/saker" replay --summary -r "$dir/$n.yaml" \
			"$dir/empty" >>"$dir/start.$n"
		measure "$build/saker" check "$dir/$n.yaml" >>"$dir/check.$n"
	done
done

reference=$(median "$dir/replay.100" 1)
printf '%s of log, %s records; medians of %s runs, user CPU\n' \
	"$(du -h "$log" | cut -f1)" "$(wc -l <"$log")" "$runs"
printf '%8s %14s %10s %10s %10s %10s\n' rules 'to 100 rules' replay start-up \
	check memory
for n in "${counts[@]}"; do
	replay=$(median "$dir/replay.$n" 1)
	printf '%8s %13sx %9ss %9ss %9ss %8skB\n' "$n" \
		"$(awk -v a="$replay" -v b="$reference" 'BEGIN { printf "%.2f", a / b }')" \
		"$replay" "$(median "$dir/start.$n" 1)" \
		"$(median "$dir/check.$n" 1)" "$(median "$dir/replay.$n" 2)"
done

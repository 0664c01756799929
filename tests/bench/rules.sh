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
[[ -n ${LOG:-} ]] || "$build/tests/bench/generate" --records "${RECORDS:-1200000}" >"$log"
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

# The rules' own cost is that of the events: without loading them.
ratio() # VALUE REFERENCE
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2fx", a / (b > 0 ? b : 0.01) }'
}

events() # RULES
{
	awk -v a="$(median "$dir/replay.$1" 1)" -v b="$(median "$dir/start.$1" 1)" \
		'BEGIN { printf "%.2f", a - b }'
}

printf '%s of log, %s records; medians of %s runs, user CPU\n' \
	"$(du -h "$log" | cut -f1)" "$(wc -l <"$log")" "$runs"
printf 'ratios to 100 rules, for the events and for the whole run\n'
printf '%7s %8s %8s %9s %9s %9s %9s %11s\n' rules events whole events run \
	start-up check memory
for n in "${counts[@]}"; do
	printf '%7s %8s %8s %8ss %8ss %8ss %8ss %9skB\n' "$n" \
		"$(ratio "$(events "$n")" "$(events 100)")" \
		"$(ratio "$(median "$dir/replay.$n" 1)" "$(median "$dir/replay.100" 1)")" \
		"$(events "$n")" "$(median "$dir/replay.$n" 1)" \
		"$(median "$dir/start.$n" 1)" "$(median "$dir/check.$n" 1)" \
		"$(median "$dir/replay.$n" 2)"
done

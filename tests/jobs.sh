#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# jobs.sh - a replay gives the same alerts in the same order, whatever the number
# of processors, the way the log is compressed and the way it comes in.
set -uo pipefail

cd "${top_srcdir:-.}" || exit 99
saker=${top_builddir:-.}/saker
generate=${top_builddir:-.}/tests/bench/generate
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

complain()
{
	echo "NOT OK - $*"
	bad=1
}

# Every event is an alert, so that each one's place and values are compared.
for source in syscall audit; do
	cat <<END
- rule: all of $source
  desc: all
  condition: evt.num exists
  source: $source
  priority: INFO
  output: "%evt.num %audit.node %evt.type %evt.args %proc.pid %proc.state
    %proc.cmdline %proc.acmdline[1] %proc.cwd %container.full_id %fd.name
    %fs.path.name %user.loginuid %evt.reltime"
END
done >"$work/all.yaml"

# replay NAME ARGUMENT...: alerts and counts into NAME
replay()
{
	local to=$work/$1

	shift
	"$saker" replay "$@" >"$to" 2>"$to.err" ||
		complain "saker replay $* ends with $?: $(cat "$to.err")"
	grep -E '^saker: [0-9]+ ' "$to.err" >>"$to"
}

# same LOG ARGUMENT...: as with one processor
same()
{
	local log=$1

	shift
	replay other -r "$rules" "$@"
	cmp "$work/one" "$work/other" || complain "$log, $rules: $* differs"
}

"$generate" --records 6000 --nodes 3 --interleave 50 >"$work/generated.log" || exit 99
"$generate" --records 6000 --eoe --raw --containers 20 --attacks 50 --seed 7 \
	>"$work/attacked.log" || exit 99
for log in tests/data/live/*.log "$work/generated.log" "$work/attacked.log"; do
	for rules in "$work/all.yaml" rules; do
		replay one -r "$rules" --jobs 1 "$log"
		same "$log" --jobs 2 "$log"
		same "$log" -o replay.jobs=0 "$log"
	done
	[ "$(wc -l <"$work/one")" -gt 0 ] || complain "$log: nothing came out"
done

log=$work/generated.log rules=$work/all.yaml
replay one -r "$rules" --jobs 1 "$log"
[ "$(wc -l <"$work/one")" -gt 1000 ] || complain "$log: hardly an alert"
gzip -c "$log" >"$log.gz"
same "$log" --jobs 1 "$log.gz"
same "$log" --jobs 2 "$log.gz"
same "$log" --jobs 2 - <"$log"
same "$log" --jobs 2 - < <(cat "$log")
if "$saker" --version | grep -q '+libzstd' && command -v zstd >/dev/null; then
	zstd -q "$log" -o "$log.zst"
	same "$log" --jobs 1 "$log.zst"
	same "$log" --jobs 2 "$log.zst"
	size=$(wc -c <"$log.zst")
	head -c $((size - 5)) "$log.zst" >"$work/cut.zst"
	"$saker" replay -r "$rules" "$work/cut.zst" >/dev/null 2>"$work/err" &&
		complain "a log that is cut off is taken as whole"
fi

# Alerts that nobody reads end it, in both stages.
for jobs in 1 2; do
	timeout 60 "$saker" replay -r "$rules" --jobs "$jobs" \
		"$log" "$log" "$log" "$log" 2>/dev/null | head -n 1 >"$work/first"
	[ -s "$work/first" ] || complain "no first alert with $jobs jobs"
done

"$saker" replay --jobs x "$log" >/dev/null 2>&1 && complain "--jobs x is accepted"
exit "$bad"

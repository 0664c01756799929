#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# nomem.sh - one allocation fails, each of them in its turn or, where there are
# many, NOMEM_RUNS (300) spread over all: saker goes on and tells what it lost, or
# ends with a message; it never crashes, and leaves nothing behind that the next
# run trips over.
set -uo pipefail

saker=${top_builddir:?}/saker
inject=$top_builddir/tests/lib/inject.so
[ -x "$saker" ] && [ -e "$inject" ] || exit 99
! grep -aqs __asan_init "$saker" || { echo "SKIP: sanitizers have an allocator of their own"; exit 77; }
runs=${NOMEM_RUNS:-300}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
failures=0

not_ok()
{
	echo "NOT OK - $*"
	sed 's/^/  /' "$work/err" | head -n 20
	failures=$((failures + 1))
}

# with NAME=VALUE COMMAND...: its output in $work/out and $work/err
with()
{
	local setting=$1

	shift
	timeout -k 5 60 env LD_PRELOAD="$inject" "$setting" "$@" \
		<"$input" >"$work/out" 2>"$work/err"
}

# What a run may differ in: the order of files asked for by identity, times.
essence()
{
	if [ -s "$work/alerts" ]; then cat "$work/alerts"; else cat "$work/out"; fi |
		grep -v 'saker internal' | sed 's/"uuid":"[^"]*"//'
}

# each WHAT COMMAND...
each()
{
	local what=$1 total n step told=0 ended=0 rc

	shift
	rm -rf "$work/spool" "$work/alerts"
	with INJECT_COUNT="$work/count" "$@"
	rc=$?
	essence >"$work/expected"
	total=$(cat "$work/count")
	step=$((total > runs ? total / runs : 1))
	for ((n = 1; n <= total; n += step)); do
		rm -f "$work/alerts"
		with INJECT_FAIL="$n" "$@"
		case $? in
		"$rc")
			if essence | cmp -s - "$work/expected"; then
				:
			elif grep -Eqi 'memory|losses|[0-9]+ (loss|alerts could not)|unread' "$work/err"; then
				told=$((told + 1))
			else
				not_ok "$what, allocation $n of $total: another result, and nothing is said"
				essence | diff "$work/expected" - | cut -c 1-300 | head -n 5
			fi
			;;
		[123])
			ended=$((ended + 1))
			[ -s "$work/err" ] || [ -s "$work/out" ] ||
				not_ok "$what, allocation $n of $total: it ends without a message"
			;;
		*)
			not_ok "$what, allocation $n of $total: it crashes"
			;;
		esac
		! grep -q 'unaccounted for' "$work/err" ||
			not_ok "$what, allocation $n of $total: records vanish"
	done
	# nothing is left behind
	rm -f "$work/alerts"
	with INJECT_FAIL=0 "$@"
	essence | cmp - "$work/expected" || not_ok "$what: the next run is another"
	echo "$what: $total allocations, every ${step}th; $told told of a loss, $ended ended with a message"
}

cat >"$work/rules.yaml" <<'END'
- list: shells
  items: [sh, bash, dash]
- macro: spawned
  condition: evt.type in (execve, execveat) and proc.name in (shells)
- rule: Shell
  desc: a shell
  condition: spawned and not proc.pname startswith nothing and proc.cmdline regex ".*"
  output: "shell %proc.cmdline %proc.pname %container.id %fs.path.name %user.name"
  priority: NOTICE
  tags: [a, b]
  exceptions:
    - name: one
      fields: [proc.name, proc.pname]
      comps: [=, in]
      values:
        - [none, [a, b]]
- rule: Mount
  desc: a mount
  condition: evt.type in (mount, setns) or fs.path.name glob "/proc/*"
  output: "%evt.type %evt.args %container.name"
  priority: ERROR
END
cat >"$work/saker.yaml" <<'END'
rules: [rules.yaml]
response: {mode: dry-run, never_kill: [/bin/sh, "unit:sshd*"]}
limits: {processes: 1000}
output: [{file: alerts, format: json, priority: notice, tags: [a]}]
END
sed -i "s|rules.yaml|$work/rules.yaml|; s|file: alerts|file: $work/alerts|" "$work/saker.yaml"
chmod go-w "$work"/*.yaml
log=$top_srcdir/tests/data/recorded-attack.log
input=/dev/null

each "check" "$saker" check "$work/rules.yaml"
each "check of the shipped rules" "$saker" check "$top_srcdir/rules"
each "replay" "$saker" replay --jobs 1 --json -r "$work/rules.yaml" "$log"
each "replay with two threads" "$saker" replay --jobs 2 --json -r "$work/rules.yaml" "$log"
each "replay with the shipped rules" "$saker" replay --jobs 1 --json -r "$top_srcdir/rules" "$log"
each "explain" "$saker" explain -r "$work/rules.yaml" Shell "$log"
each "kernel rules" "$saker" audit-rules -r "$work/rules.yaml"
each "tests of rules" "$saker" test --rules "$work/rules.yaml" "$top_srcdir/tests/data/suite/tests.yaml"
each "configuration" "$saker" config -c "$work/saker.yaml"
input=$log
each "a plugin" "$saker" run --source stdin -c "$work/saker.yaml" -o control.socket= \
	-o process.connector=false -o spool.dir="$work/spool" -o response.journal="$work/journal"
[ "$failures" -eq 0 ]

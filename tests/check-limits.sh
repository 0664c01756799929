#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# check-limits.sh - each limit is one of something, and a test reaches it: those with a
# name in limits.h, and those that are keys of the configuration, which have a counter,
# too.
set -uo pipefail

cd "${top_srcdir:-.}" || exit 99
bad=0

complain()
{
	echo "$*"
	bad=1
}

limits=$(sed -nE 's/^#define (LIMIT_[A-Z0-9_]+) .*/\1/p' include/saker/base/limits.h)
[ -n "$limits" ] || complain "no limits found"
for limit in $limits; do
	grep -rqw "$limit" src include --include='*.c' --include='*.h' --exclude=limits.h ||
		complain "$limit limits nothing"
	grep -rqw "$limit" tests --exclude=check-limits.sh || complain "no test reaches $limit"
done

# The key; what passing it is counted as; the test that passes it, and what the limit
# is called there. What a whole container may have for processes is reached by no test.
counted='limits.processes processes_evicted unit/test_process.c PROCESSES_EVICTED
limits.containers containers_evicted unit/test_limits.c LIMIT_CONTAINERS
limits.open_events events_evicted unit/test_assemble.c max_open
limits.event_timeout_ms events_timed_out unit/test_limits.c LIMIT_EVENT_TIMEOUT_MS
limits.ring_bytes records_dropped plugin.sh limits.ring_bytes
spool.bytes output_dropped delivery.sh spool_bytes
suppress.rate alerts_suppressed unit/test_frequency.c rate
response.max_processes responses_refused unit/test_response.c max_processes
response.max_container_processes responses_refused - -
response.max_age responses_refused unit/test_response.c max_age
response.exec_ms responses_failed unit/test_evidence_kept.c command_ms
response.evidence_ms evidence_incomplete unit/test_evidence.c max_ms
response.evidence_bytes evidence_incomplete unit/test_evidence.c max_bytes
response.evidence_quota evidence_evicted unit/test_evidence.c quota_bytes
response.rate.rule responses_tripped unit/test_response.c limits.rule
response.rate.container responses_tripped unit/test_guards.c container
response.rate.host responses_tripped unit/test_guards.c host'
# numbers that bound nothing
others=' metrics.interval heartbeat.interval suppress.within replay.jobs '

while read -r key counter test name; do
	grep -q "\"$key\"" include/saker/daemon/config.def || complain "there is no key $key"
	grep -q "\"$counter\"" include/saker/base/counters.def || complain "there is no counter $counter"
	[ "$test" = - ] || grep -Eq "$name" "tests/$test" || complain "tests/$test does not reach $key"
	grep -rqiwE "(COUNTER_)?$counter" tests --include='*.c' --include='*.sh' --exclude=check-limits.sh ||
		complain "no test looks at $counter"
done <<<"$counted"
for key in $(sed -nE 's/^CONFIG\([a-z_]+, "([^"]+)", COUNT,.*/\1/p' include/saker/daemon/config.def); do
	grep -q "^$key " <<<"$counted" || [[ $others == *" $key "* ]] ||
		complain "what counts that $key was passed?"
done
exit $bad

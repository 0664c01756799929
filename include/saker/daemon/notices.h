/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notices.h - losses told: one internal alert per burst. */
#ifndef SAKER_DAEMON_NOTICES_H
#define SAKER_DAEMON_NOTICES_H

#include "saker/base/counters.h"
#include "saker/daemon/pipeline.h"
#include "saker/kernel/audit.h"

struct privileged;

/* What of the kernel's count of lost records saker lacks. */
struct kernel_losses {
	unsigned lost;     /* as at the last poll */
	uint64_t received; /* records, as then */
	uint64_t spare;    /* of them: not among the lost so far */
	uint64_t doubtful; /* of the lost: saker may have them yet */
	unsigned polls;    /* since these became fewer */
};

/* What the operator knows of. */
struct told {
	bool is_set;
	uint64_t counters[COUNTER__MAX];
	struct kernel_losses kernel;
	bool has_kernel_lost;
};

struct notices {
	const struct privileged *privileged; /* borrowed */
	struct told own;
	struct told *told;
	uint64_t last_ns; /* CLOCK_MONOTONIC of the last notice */
	unsigned
		kernel_rules; /* loaded, as far as was told; 0 = audit is off */
	bool has_kernel_rules;
	uint64_t next_rules_ns; /* CLOCK_MONOTONIC of the next look */
};

/* Remembers what the kernel had lost before, and its number of rules. told is
 * what it has in common with those before and behind it, all zeros at first,
 * borrowed; NULL = its own. */
void notices_init(struct notices *n, const struct privileged *privileged,
                  struct told *told);
/* Counts what the kernel has lost since the last poll: as kernel_lost, or, of
 * records that saker has, as kernel_unheld. Where it is in doubt the next polls
 * decide, or this one when it is the last. Counters have what was received
 * since. */
void kernel_losses_poll(struct kernel_losses *k,
                        const struct kernel_audit_lost *now, bool last,
                        struct counters *counters);
/* saker itself changes the kernel's rules: the next look at their number, some
 * time from now, is the new base. */
void notices_expect_rules(struct notices *n);
/* Polls the kernel's lost counter, and raises an internal alert (and a line on
 * standard error) when losses grew since the last one: at once after a quiet
 * time, then at most every ten seconds. last = at the end of the run: whatever
 * is untold. The same when the kernel has fewer audit rules than before, or
 * none because audit was switched off: whoever does that blinds all rules. */
void notices_tick(struct notices *n, struct pipeline *p, uint64_t now_ns,
                  bool last);

/* At the end: says so when records vanished, which is a fault of saker itself;
 * pending ones wait still. */
void notices_balance(const struct counters *counters, uint64_t pending);

#endif

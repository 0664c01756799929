/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_losses.c - what the kernel counts as lost, and saker lacks.
 *
 * Without an auditd the kernel may count each record as lost that the audit
 * group was given (kernel_counts_unheld()): once the queue for an auditd is
 * full, as many as saker receives. What is beyond is lost indeed. Before the
 * queue is full, once in the life of a kernel, such a loss passes for one of
 * those. */
#include "saker/daemon/notices.h"

/* A record is counted before saker has received it. */
#define PATIENCE 5u

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void count_lost(struct kernel_losses *k, uint64_t n,
                       struct counters *counters)
{
	if (n != 0)
		counter_add(counters, COUNTER_KERNEL_LOST, n);
	k->doubtful = 0;
	k->polls = 0;
}

void kernel_losses_poll(struct kernel_losses *k,
                        const struct kernel_audit_lost *now, bool last,
                        struct counters *counters)
{
	uint64_t received = counter_get(counters, COUNTER_RECORDS_IN);
	uint64_t came = received - k->received, had;
	/* the operator may reset it (auditctl --reset-lost) */
	uint64_t lost = now->lost < k->lost ? now->lost : now->lost - k->lost;

	k->lost = now->lost;
	k->received = received;
	if (!now->counts_unheld) {
		k->spare = 0;
		count_lost(k, k->doubtful + lost, counters);
		return;
	}
	k->doubtful += lost;
	had = least(k->doubtful, k->spare + came);
	if (had != 0)
		counter_add(counters, COUNTER_KERNEL_UNHELD, had);
	/* what came long ago explains nothing */
	k->spare = least(k->spare + came - had, came);
	k->doubtful -= had;
	k->polls = had > lost || k->doubtful == 0 ? 0 : k->polls + 1;
	if (last || k->polls >= PATIENCE)
		count_lost(k, k->doubtful, counters);
}

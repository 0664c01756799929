/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account.h - what became of one output's messages, in memory that who puts
 * and who takes have in common; private to src/output. */
#ifndef SAKER_OUTPUT_ACCOUNT_H
#define SAKER_OUTPUT_ACCOUNT_H

#include <stdatomic.h>

#include "saker/output/output.h"

/* submitted = put + refused + extra + direct. */
struct account {
	_Atomic uint64_t put;     /* number of the last that was put */
	_Atomic uint64_t refused; /* found no room */
	_Atomic uint64_t taken;   /* number of the last that was taken */
	_Atomic uint64_t handed;  /* the same, and the output has it */
	_Atomic uint64_t extra;   /* left by former runs, or taken once more */
	_Atomic uint64_t direct;  /* written by who puts */
	_Atomic uint32_t opened;  /* how often the deliverer has opened it */
	_Atomic bool is_resting;  /* the deliverer has nothing left of it */
	struct outputs_stats stats; /* the deliverer's; submitted is unused */
};

static inline uint64_t account_load(const _Atomic uint64_t *value)
{
	return atomic_load_explicit(value, memory_order_acquire);
}

static inline void account_store(_Atomic uint64_t *to, uint64_t value)
{
	atomic_store_explicit(to, value, memory_order_release);
}

/* What was taken and is neither done with nor on disk was lost in memory; how
 * many these are. waiting: in its spool. In a new process that takes. */
uint64_t account_settle(struct account *a, uint64_t waiting);
/* Whether all that was put is delivered: what is written now comes in order. */
bool account_is_even(const struct account *a);
void account_read(const struct account *a, struct outputs_stats *ret);

/* Of who delivers, who has the stats alone: whether it has anything left. */
void account_set_resting(struct outputs_stats *stats, bool is_resting);
void account_count_opened(struct outputs_stats *stats);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* counters.h - every count that the product keeps, one row each. */
#ifndef SAKER_BASE_COUNTERS_H
#define SAKER_BASE_COUNTERS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum counter {
#define COUNTER(id, name, help) COUNTER_##id,
#include "saker/base/counters.def"
#undef COUNTER
	COUNTER__MAX
};

struct counters {
	_Atomic uint64_t value[COUNTER__MAX];
};

static inline void counter_add(struct counters *c, enum counter id, uint64_t n)
{
	if (c != NULL)
		atomic_fetch_add_explicit(&c->value[id], n,
		                          memory_order_relaxed);
}

/* For a counter that no other thread adds to, at each record: without the lock
 * of the bus, which waits for all writes before it. */
static inline void counter_add_alone(struct counters *c, enum counter id,
                                     uint64_t n)
{
	uint64_t now;

	if (c == NULL)
		return;
	now = atomic_load_explicit(&c->value[id], memory_order_relaxed);
	atomic_store_explicit(&c->value[id], now + n, memory_order_relaxed);
}

static inline uint64_t counter_get(const struct counters *c, enum counter id)
{
	return atomic_load_explicit(&c->value[id], memory_order_relaxed);
}

/* Records received that were neither judged nor skipped, dropped or malformed,
 * and do not wait either: 0 unless records vanish. While records come in it is
 * off by what the reader has not counted yet. */
int64_t counters_unaccounted(const struct counters *c, uint64_t pending);

const char *counter_name(enum counter id);
const char *counter_help(enum counter id);

#endif

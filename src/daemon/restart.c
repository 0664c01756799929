/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restart.c - when a process that ended is started again. */
#include "restart.h"

#include "saker/base/clock.h"

/* When so many in a row have lived for less, the next is started only after a
 * while, and after twice that the next time. Fewer may have died of one event,
 * which is given up then. */
#define SHORT_LIVES   4u
#define SHORT_LIFE_NS (100 * NS_PER_MS)
#define DELAY_MIN_MS  100u
#define DELAY_MAX_MS  5000u

void restart_born(struct restart *r)
{
	r->born_ns = clock_monotonic_ns();
	r->due_ns = 0;
}

void restart_plan(struct restart *r)
{
	uint64_t now = clock_monotonic_ns();

	r->short_lives++;
	if (now - r->born_ns >= SHORT_LIFE_NS)
		r->short_lives = r->delay_ms = 0;
	r->due_ns = now + r->delay_ms * NS_PER_MS;
	if (r->short_lives < SHORT_LIVES)
		return;
	r->delay_ms = r->delay_ms == 0 ? DELAY_MIN_MS : r->delay_ms * 2;
	if (r->delay_ms > DELAY_MAX_MS)
		r->delay_ms = DELAY_MAX_MS;
}

bool restart_is_due(struct restart *r)
{
	if (r->due_ns == 0 || clock_monotonic_ns() < r->due_ns)
		return false;
	r->due_ns = 0;
	return true;
}

int restart_wait_ms(const struct restart *r)
{
	uint64_t now = clock_monotonic_ns();

	if (r->due_ns == 0)
		return -1;
	return r->due_ns > now ? (int)((r->due_ns - now) / NS_PER_MS) + 1 : 0;
}

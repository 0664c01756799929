/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pace.c - when to look once for many records. */
#include "saker/source/pace.h"

#include "saker/base/clock.h"

/* A rate is known after so long. */
#define WINDOW_NS (2 * NS_PER_MS)
/* Records in that time, some 16,000 a second, from which gathering pays: being
 * woken for each would cost more than what is done with them. */
#define BUSY_RECORDS 32u

void pace_count(struct pace *p, size_t records, uint64_t now_ns)
{
	const uint64_t elapsed = now_ns - p->began_ns;

	p->records += records;
	if (p->is_busy && records == 0)
		p->is_busy = false;
	else if (elapsed >= WINDOW_NS)
		p->is_busy = p->records >= BUSY_RECORDS * (elapsed / WINDOW_NS);
	else
		return;
	p->records = 0;
	p->began_ns = now_ns;
}

uint64_t pace_gather_ns(const struct pace *p)
{
	return p->is_busy ? PACE_GATHER_NS : 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account.c - each store is whole by itself: either side may end behind any of
 * them. */
#include "account.h"

#include "saker/base/list.h"

uint64_t account_settle(struct account *a, uint64_t waiting)
{
	uint64_t known = account_load(&a->extra) + account_load(&a->taken);
	uint64_t settled = a->stats.written + a->stats.dropped + waiting;
	uint64_t lost = known > settled ? known - settled : 0;

	a->stats.dropped += lost;
	account_store(&a->extra, settled + lost - account_load(&a->taken));
	atomic_store(&a->is_resting, false);
	return lost;
}

/* What is handed to an output that rests is written before it is called handed,
 * or it does not rest any more. */
bool account_is_even(const struct account *a)
{
	return account_load(&a->handed) == account_load(&a->put) &&
	       atomic_load(&a->is_resting);
}

void account_read(const struct account *a, struct outputs_stats *ret)
{
	uint64_t refused = account_load(&a->refused);
	uint64_t direct = account_load(&a->direct);

	*ret = a->stats;
	ret->submitted = account_load(&a->put) + account_load(&a->extra) +
	                 refused + direct;
	ret->written += direct;
	ret->dropped += refused;
	ret->pending = ret->submitted - ret->written - ret->dropped;
	/* it moves on while it is read */
	if (ret->pending > ret->submitted)
		ret->pending = 0;
	ret->outputs = 1;
}

void account_set_resting(struct outputs_stats *stats, bool is_resting)
{
	struct account *a = container_of(stats, struct account, stats);

	atomic_store(&a->is_resting, is_resting);
}

void account_count_opened(struct outputs_stats *stats)
{
	struct account *a = container_of(stats, struct account, stats);

	atomic_fetch_add(&a->opened, 1);
}

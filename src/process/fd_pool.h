/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd_pool.h - the memory of all descriptor tables together; private to
 * src/process. */
#ifndef SAKER_SRC_PROCESS_FD_POOL_H
#define SAKER_SRC_PROCESS_FD_POOL_H

#include "texts.h"

/* Past LIMIT_FD_BYTES the table that was changed longest ago is forgotten
 * whole. */
struct fd_pool {
	struct list tables; /* changed longest ago first */
	size_t bytes;
	struct recent_texts names;
	struct counters *counters; /* may be NULL */
};

void fd_pool_init(struct fd_pool *pool, struct counters *counters);
/* Tables of processes that outlive the pool stay theirs. */
void fd_pool_done(struct fd_pool *pool);
struct fd_pool *process_table_fds(struct process_table *t);

#endif

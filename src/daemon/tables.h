/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tables.h - the engine's tables, for the one that comes after it; private to
 * src/daemon. */
#ifndef SAKER_SRC_DAEMON_TABLES_H
#define SAKER_SRC_DAEMON_TABLES_H

#include "saker/container/tracker.h"

struct tables;

/* Before the first engine is forked. NULL when there is no memory. */
struct tables *tables_new(void);
void tables_free(struct tables *t);
/* Writes them down when that is due. t may be NULL. */
void tables_keep(struct tables *t, struct tracker *tracker, uint64_t now_ns);
/* Fills an empty tracker with what is still so. False when nothing was written
 * down; t may be NULL. */
bool tables_restore(const struct tables *t, struct tracker *tracker);

#endif

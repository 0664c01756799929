/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restart.h - when a process that ended is started again: at once, unless
 * several in a row lived for a short time only; private to src/daemon. */
#ifndef SAKER_SRC_DAEMON_RESTART_H
#define SAKER_SRC_DAEMON_RESTART_H

#include <stdbool.h>
#include <stdint.h>

/* All zeros at the start. */
struct restart {
	uint64_t born_ns;
	uint64_t due_ns; /* 0 = nothing is due */
	unsigned delay_ms;
	unsigned short_lives; /* in a row */
};

/* It runs. */
void restart_born(struct restart *r);
/* It has ended, or could not be started. */
void restart_plan(struct restart *r);
/* True once, when the time has come. */
bool restart_is_due(struct restart *r);
/* Milliseconds until then; -1 = nothing is due. */
int restart_wait_ms(const struct restart *r);

#endif

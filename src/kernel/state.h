/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.h - what a session changed in the kernel, and putting it back. */
#ifndef SAKER_KERNEL_STATE_H
#define SAKER_KERNEL_STATE_H

#include <stdatomic.h>

#include "rule.h"
#include "saker/kernel/audit.h"

/* Memory that a session shares with its guard, so that either knows how far the
 * other got. */
struct session_state {
	struct audit_status before;
	/* What was set; restored only where it is still so. */
	_Atomic unsigned enabled, failure, backlog_limit, backlog_wait_time;
	_Atomic bool is_restored;
	size_t size;
	_Atomic bool added[]; /* per rule: loaded by this session */
};

/* NULL when out of memory. */
struct session_state *state_new(size_t nrules);
void state_free(struct session_state *state);
void state_report_unreachable(struct diag_list *diags, int error);
/* Reads the state before, then changes it. Whatever happened, state_restore()
 * undoes it. Reports in diags. */
int state_read(struct session_state *state, int fd,
               struct diag_list *diags) must_check;
int state_apply(struct session_state *state, int fd,
                const struct kernel_rules *rules,
                struct diag_list *diags) must_check;
/* Harmless when done already, wholly or in part. */
void state_restore(struct session_state *state,
                   const struct kernel_rules *rules);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.h - what a session changed in the kernel, and putting it back. */
#ifndef SAKER_KERNEL_STATE_H
#define SAKER_KERNEL_STATE_H

#include <stdatomic.h>

#include "rule.h"
#include "saker/kernel/audit.h"

/* One rule that the session has loaded, or had. */
struct session_rule {
	uint32_t previous; /* offset of the one before; 0 = none */
	_Atomic bool added;
	_Alignas(8) char data[]; /* struct audit_rule_data */
};

/* Memory that a session shares with its guard, so that either knows how far the
 * other got; what a later reload loads, too. */
struct session_state {
	struct audit_status before;
	/* What was set; restored only where it is still so. */
	_Atomic unsigned enabled, failure, backlog_limit, backlog_wait_time;
	_Atomic bool is_restored;
	_Atomic uint32_t last; /* offset of the newest rule; 0 = none */
	uint32_t used;         /* bytes */
};

/* NULL when out of memory. */
struct session_state *state_new(void);
void state_free(struct session_state *state);
void state_report_unreachable(struct diag_list *diags, int error);
/* Reads the state before, then changes it. Whatever happened, state_restore()
 * undoes it. Reports in diags. */
int state_read(struct session_state *state, int fd,
               struct diag_list *diags) must_check;
int state_apply(struct session_state *state, int fd,
                const struct kernel_rules *rules,
                struct diag_list *diags) must_check;
/* Loads those that the session has not loaded. 0, E_INVALID when the kernel
 * takes none of the rules, E_FULL, E_DENIED. */
int state_add_rules(struct session_state *state, int fd,
                    const struct kernel_rules *rules,
                    struct diag_list *diags) must_check;
/* Deletes what the session has loaded and what is not among keep; NULL = all.
 */
void state_delete_rules(struct session_state *state, int fd,
                        const struct kernel_rules *keep);
/* Harmless when done already, wholly or in part. */
void state_restore(struct session_state *state);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* announce.h - who kills for the engine in another process is told of a process
 * that a rule may want killed, before that is judged: its look at the process
 * then costs a fraction when the request comes. */
#ifndef SAKER_DAEMON_ANNOUNCE_H
#define SAKER_DAEMON_ANNOUNCE_H

#include "saker/audit/event.h"
#include "saker/daemon/responses.h"
#include "saker/engine/ruleset.h"

#define ANNOUNCE_CALLS 64

/* Zeros are an announcer without knowledge of the rules. */
struct announcer {
	uint64_t next_ns; /* not before */
	/* by a hash of the address: the last that was asked for */
	struct {
		const char *name; /* static; NULL = none */
		bool is_deadly;
	} calls[ANNOUNCE_CALLS];
};

void announce(struct announcer *a, const struct responses *r,
              const struct ruleset *rules, const struct audit_syscall *s);

#endif

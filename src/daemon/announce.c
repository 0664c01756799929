/* SPDX-License-Identifier: GPL-2.0-or-later */
/* announce.c - which calls may end with the death of who made them. */
#include "saker/daemon/announce.h"

#include "saker/base/clock.h"

/* What comes more often finds everything in the caches. */
#define PAUSE_NS (5 * NS_PER_MS)

static bool kills_process(const void *responses, const struct rule *rule)
{
	const struct rule_response *w = responses_wanted(responses, rule);

	return w->action == RESPONSE_KILL &&
	       w->scope == RESPONSE_SCOPE_PROCESS &&
	       w->mode == RESPONSE_ENFORCE;
}

static bool is_deadly(struct announcer *a, const struct responses *r,
                      const struct ruleset *rules, struct str call)
{
	const size_t i = ((uintptr_t)call.s >> 3) % ANNOUNCE_CALLS;

	if (a->calls[i].name != call.s) {
		a->calls[i].is_deadly = ruleset_any(rules, SOURCE_SYSCALL, call,
		                                    kills_process, r);
		a->calls[i].name = call.s;
	}
	return a->calls[i].is_deadly;
}

void announce(struct announcer *a, const struct responses *r,
              const struct ruleset *rules, const struct audit_syscall *s)
{
	uint64_t now;

	if (s->pid <= 0 || !is_deadly(a, r, rules, s->call))
		return;
	now = clock_monotonic_ns();
	if (now < a->next_ns)
		return;
	a->next_ns = now + PAUSE_NS;
	responses_announce(r, s->pid);
}

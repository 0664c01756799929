/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.c - what /proc says of the event's process, asked once. */
#include "facts.h"

#define FACT_KINDS 9

struct event_facts {
	unsigned asked; /* of enum host_want */
	unsigned known;
	struct host_process of[FACT_KINDS]; /* by bit of enum host_want */
};

/* What was found out is set with that: 4 kB are not cleared for one answer. */
static struct event_facts *make_facts(struct arena *arena)
{
	struct event_facts *f = arena_alloc(arena, sizeof(*f));

	if (f != NULL)
		f->asked = f->known = 0;
	return f;
}

const struct host_process *event_facts(struct event *e, unsigned want)
{
	unsigned bit = (unsigned)__builtin_ctz(want);
	struct event_facts *f = e->facts;

	if (e->process == NULL)
		return NULL;
	if (f == NULL)
		f = e->facts = make_facts(&e->audit->arena);
	if (f == NULL)
		return NULL;
	if ((f->asked & want) == 0) {
		f->asked |= want;
		if (tracker_facts(e->context->tracker, e->process, want,
		                  &e->audit->arena, &f->of[bit]))
			f->known |= want;
	}
	return (f->known & want) != 0 ? &f->of[bit] : NULL;
}

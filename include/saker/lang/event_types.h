/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_types.h - which types of event can make a condition true. */
#ifndef SAKER_LANG_EVENT_TYPES_H
#define SAKER_LANG_EVENT_TYPES_H

#include "saker/lang/ast.h"

/* The named types, or all but those. Names are sorted and borrow from the
 * tree. */
struct event_types {
	bool all_but;
	const struct str *names;
	size_t count;
};

/* From the checks of evt.type and syscall.type, Falco's filter_ppm_codes. 0 or
 * E_NOMEM. */
int event_types_of(struct arena *arena, const struct expr *e,
                   struct event_types *ret) must_check;

/* The part of a condition by which Falco refuses it, because its types cannot
 * be told then: evt.type in a transformer, or held against another field. NULL
 * when there is none; *ret_why is static. */
const struct term *event_types_refused(const struct expr *e,
                                       const char **ret_why);
/* An event of that type can make the condition true. */
bool event_types_has(const struct event_types *t, struct str type);

/* Falco warns of rules for more types than this. */
#define MANY_EVENT_TYPES 100u
bool event_types_are_many(const struct event_types *t);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interpret.h - what a record field's value means; private to src/event. */
#ifndef SAKER_SRC_EVENT_INTERPRET_H
#define SAKER_SRC_EVENT_INTERPRET_H

#include "saker/event/event.h"

/* The value as a text: what the kernel encoded is decoded, quotes are taken
 * off. False for (null) and (none), and when out of memory. */
bool interpret_plain(struct event *e, const struct record *r, struct str name,
                     struct str raw, struct str *ret);
/* With numbers replaced by their names as far as they have one. */
bool interpret_meaning(struct event *e, const struct record *r, struct str name,
                       struct str raw, struct str *ret);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* caps.h - capabilities as records tell them; private to src/event. */
#ifndef SAKER_SRC_EVENT_CAPS_H
#define SAKER_SRC_EVENT_CAPS_H

#include "saker/event/event.h"

enum cap_set {
	CAPS_PERMITTED,
	CAPS_INHERITABLE,
	CAPS_EFFECTIVE
};

/* False: not known. */
bool caps_of(struct event *e, enum cap_set set, uint64_t *ret);

/* Remembers in the process what an execve's or capset's records say. */
void caps_observe(struct event *e);
/* "CAP_A CAP_B", in the event's arena; empty for none. */
struct str caps_text(struct event *e, uint64_t caps);

#endif

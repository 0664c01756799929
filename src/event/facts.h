/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.h - what /proc says of the event's process, asked once; private to
 * src/event. */
#ifndef SAKER_SRC_EVENT_FACTS_H
#define SAKER_SRC_EVENT_FACTS_H

#include "saker/event/event.h"

/* NULL in a log, and when the process is gone. want: of enum host_want. */
const struct host_process *event_facts(struct event *e, unsigned want);

#endif

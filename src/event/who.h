/* SPDX-License-Identifier: GPL-2.0-or-later */
/* who.h - texts of one process, own or an ancestor's; private to src/event. */
#ifndef SAKER_SRC_EVENT_WHO_H
#define SAKER_SRC_EVENT_WHO_H

#include "saker/event/event.h"

/* Ancestors looked at for "any ancestor": a chain longer than this is a loop or
 * an attack. */
#define ANCESTORS_MAX 64

/* Empty when not known. Borrowed from the process or the event. */
typedef struct str process_text(struct event *e, const struct process *p);

process_text process_name, process_exepath, process_argv0, process_cmdline,
	process_args;

#endif

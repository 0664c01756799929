/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ticket.h - keeps an alert in the outbox until each of its messages is in a
 * safe place: on disk, with its receiver, or dropped and counted. */
#ifndef SAKER_OUTPUT_TICKET_H
#define SAKER_OUTPUT_TICKET_H

#include <stdatomic.h>
#include <stdint.h>

#include "saker/base/list.h"

struct ticket {
	struct list list;
	uint64_t end;          /* of its entry in the outbox */
	_Atomic unsigned refs; /* messages, and the outbox itself */
	int wake;              /* eventfd: the outbox alone has it now */
};

/* One message is in a safe place. Any thread. NULL is allowed. */
void ticket_done(struct ticket *t);

#endif

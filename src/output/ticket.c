/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ticket.c - when all messages of an alert are in a safe place. */
#include "ticket.h"

#include <stdlib.h>
#include <sys/eventfd.h>

void ticket_done(struct ticket *t)
{
	int wake;

	if (t == NULL)
		return;
	wake = t->wake;
	switch (atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel)) {
	case 2:
		if (wake >= 0)
			eventfd_write(wake, 1);
		break;
	case 1:
		free(t);
		break;
	}
}

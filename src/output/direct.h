/* SPDX-License-Identifier: GPL-2.0-or-later */
/* direct.h - an output that is a pipe, for who puts alerts into the outbox:
 * written at once, past who delivers, as long as that has nothing left of it;
 * private to src/output. */
#ifndef SAKER_OUTPUT_DIRECT_H
#define SAKER_OUTPUT_DIRECT_H

#include "handover.h"
#include "saker/output/output.h"

struct direct {
	int fd;          /* -1 = it is no pipe, or not given yet */
	uint32_t opened; /* as of outbox_opened(), when it was asked for */
};

#define DIRECT_INIT      \
	{                \
		.fd = -1 \
	}

/* Has it given, when it was opened since. */
void direct_renew(struct direct *d, const struct outputs_options *options,
                  size_t output);
/* Until it is opened anew it goes the long way. */
void direct_close(struct direct *d);
/* False: it is for the outbox, all of it. */
bool direct_write(const struct direct *d, struct outbox *outbox, size_t output,
                  struct str message);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* identify.h - which container a target is in, looked up by who carries out. */
#ifndef SAKER_SRC_RESPONSE_IDENTIFY_H
#define SAKER_SRC_RESPONSE_IDENTIFY_H

#include "target.h"

struct identity {
	struct response_request request; /* with the container's own facts */
	struct container_metadata *metadata; /* its texts; may be NULL */
	bool is_unidentified; /* what the list asks of it is not known */
};

struct identity_question {
	struct host *host;
	struct counters *counters; /* may be NULL */
	struct arena *arena;
	const struct protected *protect;
	size_t nprotect;
};

/* Nothing of the request's container is believed but what the host bears out.
 * To be ended with identity_done(). */
void identify(const struct identity_question *question,
              const struct response_request *request,
              const struct response_target *target, struct identity *ret);
void identity_done(struct identity *i);

#endif

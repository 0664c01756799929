/* SPDX-License-Identifier: GPL-2.0-or-later */
/* limits.h - how much responses may do. */
#ifndef SAKER_RESPONSE_LIMITS_H
#define SAKER_RESPONSE_LIMITS_H

#include <stdbool.h>

#include "saker/base/str.h"

struct response_rate {
	unsigned count, seconds; /* at most so many in so many seconds */
};

struct response_limits {
	struct response_rate rule, container, host;
	unsigned max_processes;           /* of a tree */
	unsigned max_container_processes; /* of a container */
	unsigned max_age;                 /* of an event, in seconds */
};

/* "3/30s", "10/1m": false when it is none. */
bool response_rate_parse(struct str text, struct response_rate *ret);

#endif

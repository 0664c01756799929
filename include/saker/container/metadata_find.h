/* SPDX-License-Identifier: GPL-2.0-or-later */
/* metadata_find.h - looks a container up in its runtime's files. */
#ifndef SAKER_CONTAINER_METADATA_FIND_H
#define SAKER_CONTAINER_METADATA_FIND_H

#include "saker/base/counters.h"
#include "saker/container/metadata.h"
#include "saker/host/host.h"

/* What is asked, and what is known of where to look. */
struct metadata_question {
	struct host *host;
	struct counters *counters;
	struct str id;       /* as in the cgroup */
	struct str given_id; /* as the runtime calls it; may be empty */
	struct str bundle;   /* absolute; empty = not known */
	struct str root;     /* the runtime's; empty = not known */
	struct str cgroup;   /* tells whose user's it is */
};

/* NULL when no file tells anything, or out of memory. The caller frees.
 * *ret_is_whole: nothing was missing or half-written. */
struct container_metadata *metadata_find(const struct metadata_question *q,
                                         bool *ret_is_whole);

#endif

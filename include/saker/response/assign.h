/* SPDX-License-Identifier: GPL-2.0-or-later */
/* assign.h - responses that the configuration gives to rules which have none:
 * by tag, priority or name. */
#ifndef SAKER_RESPONSE_ASSIGN_H
#define SAKER_RESPONSE_ASSIGN_H

#include "saker/engine/rule.h"

struct response_assignment {
	enum {
		ASSIGN_TAG,
		ASSIGN_PRIORITY, /* that, and what is more urgent */
		ASSIGN_RULE      /* * stands for any text */
	} by;
	struct str text; /* borrowed from what was parsed */
	enum priority priority;
	struct rule_response response;
};

/* "tag:TAG ACTION [SCOPE] [MODE] [host]", "priority:P ...", "rule:NAME ...",
 * where a name with blanks stands in quotes. NULL, or what is wrong with it. */
const char *response_assignment_parse(struct str text,
                                      struct response_assignment *ret);
/* The first that fits; NULL = none, or the rule has a response itself. */
const struct rule_response *
response_assigned(const struct response_assignment *list, size_t count,
                  const struct rule *rule);

#endif

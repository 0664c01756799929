/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_types.h - what a type of config.def reads and shows. */
#ifndef SAKER_SRC_DAEMON_CONFIG_TYPES_H
#define SAKER_SRC_DAEMON_CONFIG_TYPES_H

#include "saker/daemon/config.h"

/* target is the key's member of c. */
struct config_type {
	/* 0, E_NOMEM, or E_INVALID: not within key's range */
	int (*set)(struct config *c, const struct config_key *key, void *target,
	           struct str value);
	/* the value as YAML on one line */
	void (*print)(const void *target, struct buf *out);
	bool is_list;
	bool is_text; /* the member points at one */
	/* what is wrong with an item goes to diags; NULL = nothing can be */
	int (*check)(struct str item, const struct diag_place *place,
	             struct diag_list *diags);
	size_t size; /* of the member */
};

#define CONFIG_TYPES   \
	TYPE(STRING)   \
	TYPE(ADDRESS)  \
	TYPE(BOOL)     \
	TYPE(COUNT)    \
	TYPE(FORMAT)   \
	TYPE(PRIORITY) \
	TYPE(MATCHING) TYPE(MODE) TYPE(KERNEL_RULES) TYPE(SUPPRESS) TYPE(LIST)

#define TYPE(name) extern const struct config_type config_type_##name;
CONFIG_TYPES
#undef TYPE
extern const struct config_type config_type_OUTPUTS;

/* 0 or E_NOMEM. */
int config_list_append(struct config *c, struct config_list *list,
                       struct str value) must_check;

#endif

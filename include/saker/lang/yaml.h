/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.h - YAML documents as trees whose every scalar knows its place. */
#ifndef SAKER_LANG_YAML_H
#define SAKER_LANG_YAML_H

#include "saker/lang/text.h"

enum yaml_kind {
	YAML_NULL,
	YAML_SCALAR,
	YAML_SEQUENCE,
	YAML_MAPPING
};

struct yaml_item;

/* One node, in the arena. */
struct yaml {
	enum yaml_kind kind;
	struct position at;
	struct text text;              /* of a scalar */
	const struct yaml_item *first; /* of a sequence or mapping */
	size_t count;
};

/* An element of a sequence (key NULL), or a pair of a mapping. */
struct yaml_item {
	const struct yaml_item *next;
	const struct yaml *key; /* a scalar */
	const struct yaml *value;
};

/* The documents of a file, as a sequence. wanted: what each should be, for the
 * errors only. 0; E_INVALID with the error in diags; E_NOMEM. */
int yaml_parse(struct arena *arena, const struct source_file *file,
               enum yaml_kind wanted, struct diag_list *diags,
               const struct yaml **ret) must_check;

/* NULL when the mapping has no such key. */
const struct yaml *yaml_get(const struct yaml *mapping, struct str key);

#endif

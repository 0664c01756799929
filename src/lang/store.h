/* SPDX-License-Identifier: GPL-2.0-or-later */
/* store.h - what the files of the rule loader share. */
#ifndef SAKER_SRC_LANG_STORE_H
#define SAKER_SRC_LANG_STORE_H

#include "saker/lang/rules.h"

#define CODE_VALIDATE      "LOAD_ERR_VALIDATE"
#define CODE_YAML_VALIDATE "LOAD_ERR_YAML_VALIDATE"
#define CODE_CONDITION     "LOAD_ERR_COMPILE_CONDITION"
#define CODE_OUTPUT        "LOAD_ERR_COMPILE_OUTPUT"
#define CODE_DEPRECATED    "LOAD_DEPRECATED_ITEM"

enum key_items {
	IN_LIST = 1,
	IN_MACRO = 2,
	IN_RULE = 4
};

enum key_value {
	KEY_VALUE_TEXT,
	KEY_VALUE_TEXTS,
	KEY_VALUE_BOOL,
	KEY_VALUE_NUMBER,
	KEY_VALUE_MAPPING,
	KEY_VALUE_EXCEPTIONS,
	KEY_VALUE_IGNORED,
};

struct key_info {
	struct str name;
	unsigned items;
	bool append;
	bool replace;
	enum key_value value;
};

const struct key_info *key_info(enum key key);
/* KEY__MAX when the item has no such key. */
enum key key_find(enum definition_kind kind, struct str name);

/* The key that was likely meant; empty when there is none. */
struct str key_nearest(enum definition_kind kind, struct str name);

/* One list, macro or rule of a file while it is read. */
struct item {
	struct rules *rules;
	const struct yaml *map;
	enum definition_kind kind;
	struct str name;
	struct position at;
	const struct yaml *values[KEY__MAX];
	bool failed;
};

/* Defines, redefines or changes what the item says. 0, E_INVALID, E_NOMEM. */
int item_read(struct rules *r, enum definition_kind kind,
              const struct yaml *map, const struct yaml *name);
int item_apply(struct item *item);
/* An item is one thing: with two, the '-' of the second is missing. 0,
 * E_INVALID, E_NOMEM. */
int item_check_kinds(struct rules *r, const struct yaml *map);
/* NULL when out of memory. */
struct definition *rules_define(struct rules *r, const struct item *item);

/* The items of both. NULL when out of memory. */
const struct yaml *sequence_join(struct rules *r, const struct yaml *old,
                                 const struct yaml *new);
/* Reads the item's exceptions into d: instead of those that it has, or beside
 * them. */
int exceptions_read(struct rules *r, const struct yaml *list, bool append,
                    struct definition *d);
/* condition and not (exceptions), as text. */
int exceptions_condition(struct rules *r, const struct definition *d,
                         struct text *ret);

/* False for a name that no delimiter-free word can be. */
bool lists_is_word(struct str name);
/* Replaces names of lists by their items. 0 or E_NOMEM, E_INVALID. */
int lists_expand(struct rules *r, const struct text *text, struct text *ret);
/* Expands lists and macros of a condition's text and parses it; macro: the one
 * this is, NULL = a rule's. With E_INVALID for unknown macros there still is a
 * tree; E_AGAIN: *ret_wait must be compiled first. */
int condition_compile(struct rules *r, const struct text *text,
                      const struct definition *macro,
                      struct definition **ret_wait, const struct expr **ret);

/* What is being compiled uses this list or macro. */
void uses_add(struct rules *r, struct definition *what);

/* required_engine_version */
int engine_version_check(struct rules *r, const struct yaml *version);
/* required_plugin_versions: its shape only. */
int plugin_versions_check(struct rules *r, const struct yaml *list);

#endif

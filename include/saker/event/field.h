/* SPDX-License-Identifier: GPL-2.0-or-later */
/* field.h - the field catalogue: what rules and outputs may name. */
#ifndef SAKER_EVENT_FIELD_H
#define SAKER_EVENT_FIELD_H

#include "saker/event/value.h"

enum field_id {
#define FIELD(id, name, type, arg, use, origin, getter, doc) FIELD_##id,
#include "saker/event/fields.def"
#undef FIELD
	FIELD__MAX
};

enum field_arg_rule {
	FIELD_ARG_NONE,
	FIELD_ARG_INDEX_OPTIONAL, /* proc.aname[2]: a number or nothing */
	FIELD_ARG_INDEX_REQUIRED,
	FIELD_ARG_NAME_OPTIONAL, /* proc.env[HOME] */
	FIELD_ARG_NAME_REQUIRED, /* evt.arg.flags, audit.field[comm] */
};

/* Where rules may write a field. */
enum field_use {
	FIELD_USE_ANYWHERE,
	FIELD_USE_NO_RIGHT, /* not on a right side */
	/* The same, and of values that may be several an operator needs one,
	 * but != needs all. */
	FIELD_USE_SEVERAL,
	FIELD_USE_COMPARE_ONLY, /* nor in transformers */
	FIELD_USE_FILTER_ONLY,  /* nor in outputs */
	/* Filter only, and several like client and server. */
	FIELD_USE_SIDES,
};

/* Where a field's value comes from; tells whether a replay can have it. */
enum field_origin {
	FIELD_FROM_RECORDS,
	FIELD_FROM_TRACKING, /* process table, the log's own history */
	FIELD_FROM_PROC,     /* /proc and cgroupfs, at the time of the event */
	FIELD_FROM_METADATA, /* the runtime's files */
	FIELD_FROM_NOWHERE,  /* known, but audit has it not: never a value */
};

/* "records", "/proc": static. */
const char *field_origin_name(enum field_origin origin);

struct field_info {
	enum field_id id;
	struct str name;
	enum value_type type;
	enum field_arg_rule arg;
	enum field_use use;
	enum field_origin origin;
	const char *doc;
};

/* index is set when the argument is a number. Both borrow from the rule. */
struct field_arg {
	bool present;
	bool is_index;
	uint64_t index;
	struct str name;
};

/* NULL when there is no such field. "evt.arg.flags" is "evt.arg" with the
 * argument "flags": ret_rest then holds what follows the field's name and its
 * dot (empty otherwise). */
const struct field_info *field_find(struct str name, struct str *ret_rest);
const struct field_info *field_info(enum field_id id);
/* Falco's type of the field with that argument: evt.rawarg's are of the
 * argument's. */
enum value_type field_type(const struct field_info *f,
                           const struct field_arg *arg);
/* False for a name that no event has as an argument: evt.arg.NAME is then
 * wrong. */
bool field_arg_is_known(const struct field_info *f,
                        const struct field_arg *arg);
/* The nearest field name by edit distance, for hints; STR_NONE when none is
 * near. */
struct str field_suggest(struct str name);

/* Where a program gets its values from: the event in production, a plain table
 * in tests. False = the field has no value now. */
struct field_source {
	bool (*get)(void *context, enum field_id id,
	            const struct field_arg *arg, struct value *ret);
	void *context;
	/* The same without argument, as a view of what the source keeps; NULL =
	 * no value. A source that keeps nothing has no such function. */
	const struct value *(*view)(void *context, enum field_id id);
};

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.h - trees of conditions checked for types and given to a builder. */
#ifndef SAKER_LANG_CHECK_H
#define SAKER_LANG_CHECK_H

#include "saker/lang/rules.h"
#include "saker/vm/builder.h"

struct checker {
	struct rules *rules;     /* borrowed */
	struct builder *builder; /* borrowed */
	struct map seen;  /* comparison -> what came of it: macros are shared */
	const char *code; /* of the errors; static */
	bool unknown;     /* the last condition names an unknown field */
	bool quiet_unknown; /* ... which is then no error */
	bool nomem;
};

void checker_init(struct checker *c, struct rules *r, struct builder *b);
void checker_done(struct checker *c);

/* The expression's number in the builder; E_INVALID with all its errors in the
 * rules' diags; E_NOMEM. */
node_id checker_condition(struct checker *c, const struct expr *e);

/* A field or transformer of an output text, as inputs of its own in the arena:
 * the last of them is it. 0; E_NOT_FOUND when the field is unknown and the
 * checker quiet; E_INVALID; E_NOMEM. */
int checker_output_term(struct rules *r, const struct term *t, bool quiet,
                        struct arena *arena, const struct vm_input **ret,
                        size_t *ret_count) must_check;

/* False when audit lacks what the condition needs to be true; *ret_missing is
 * then a field that it lacks. */
bool condition_can_fire(const struct expr *e, struct str *ret_missing);

/* A value of that type from its text, as rules and saker eval give it; texts
 * are borrowed. False when it is none. */
bool value_parse(enum value_type type, struct str s, struct value *ret);

/* Resolves a field as rules write it: "proc.aname", argument "2". 0;
 * E_NOT_FOUND for an unknown field; E_INVALID for a wrong argument, with
 * *ret_why (static). Names borrow from the arguments. */
int field_resolve(struct str name, bool has_arg, struct str arg,
                  const struct field_info **ret_info, struct field_arg *ret_arg,
                  const char **ret_why);
bool field_is_deprecated(const struct field_info *f);

#endif

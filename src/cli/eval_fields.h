/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval_fields.h - an event as a plain table of field values. */
#ifndef SAKER_SRC_CLI_EVAL_FIELDS_H
#define SAKER_SRC_CLI_EVAL_FIELDS_H

#include <jansson.h>

#include "saker/base/arena.h"
#include "saker/base/err.h"
#include "saker/event/field.h"

struct eval_row {
	enum field_id id;
	struct str arg; /* STR_NONE: none */
	struct value value;
};

/* Texts are in the arena. */
struct eval_fields {
	struct arena arena;
	struct eval_row *rows;
	size_t count;
	size_t cap;
};

void eval_fields_done(struct eval_fields *f);
/* name as conditions write it; text in the form of the field's type, several
 * values with commas between them. 0; E_INVALID with *ret_why (static);
 * E_NOMEM. */
int eval_fields_add_text(struct eval_fields *f, struct str name,
                         struct str text, const char **ret_why) must_check;
/* A string, number, boolean, list of them, or null for no value. */
int eval_fields_add_json(struct eval_fields *f, struct str name,
                         const json_t *value, const char **ret_why) must_check;
struct field_source eval_fields_source(struct eval_fields *f);

#endif

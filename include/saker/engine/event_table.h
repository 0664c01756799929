/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_table.h - an event as a plain table of field values. */
#ifndef SAKER_ENGINE_EVENT_TABLE_H
#define SAKER_ENGINE_EVENT_TABLE_H

#include <jansson.h>

#include "saker/base/arena.h"
#include "saker/base/err.h"
#include "saker/event/field.h"

struct event_table_row {
	enum field_id id;
	struct str arg; /* STR_NONE: none */
	struct value value;
};

/* Texts are in the arena. */
struct event_table {
	struct arena arena;
	struct event_table_row *rows;
	size_t count;
	size_t cap;
};

void event_table_done(struct event_table *f);
/* name as conditions write it; text in the form of the field's type, several
 * values with commas between them. 0; E_INVALID with *ret_why (static);
 * E_NOMEM. */
int event_table_add_text(struct event_table *f, struct str name,
                         struct str text, const char **ret_why) must_check;
/* A string, number, boolean, list of them, or null for no value. */
int event_table_add_json(struct event_table *f, struct str name,
                         const json_t *value, const char **ret_why) must_check;
/* A field's name as conditions write it, brackets included. 0; E_NOT_FOUND for
 * an unknown field, E_INVALID for a wrong argument, both with *ret_why
 * (static). ret_arg borrows from name. */
int event_table_resolve(struct str name, const struct field_info **ret_info,
                        struct field_arg *ret_arg,
                        const char **ret_why) must_check;
struct field_source event_table_source(struct event_table *f);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get.h - one getter per field of fields.def, and what they share; private to
 * src/event. */
#ifndef SAKER_SRC_EVENT_GET_H
#define SAKER_SRC_EVENT_GET_H

#include "saker/event/event.h"

/* False = no value. arg is NULL for fields without argument. */
typedef bool field_getter(struct event *e, const struct field_arg *arg,
                          struct value *ret);

#define FIELD(id, name, type, arg, use, origin, getter, doc) \
	field_getter getter;
#include "saker/event/fields.def"
#undef FIELD

static inline bool give_str(struct value *ret, struct str v)
{
	ret->type = VALUE_STRING;
	ret->str = v;
	return v.s != NULL;
}

static inline bool give_uint(struct value *ret, uint64_t u)
{
	ret->type = VALUE_UINT;
	ret->u = u;
	return true;
}

static inline bool give_int(struct value *ret, int64_t i)
{
	ret->type = VALUE_INT;
	ret->i = i;
	return true;
}

static inline bool give_bool(struct value *ret, bool b)
{
	ret->type = VALUE_BOOL;
	ret->b = b;
	return true;
}

/* Type of the event's first record: "SYSCALL", "UNKNOWN[1423]". The event has
 * a record. */
struct str event_record_type(struct event *e);
/* Formatted text in the event's arena; STR_NONE when out of memory. */
struct str event_format(struct event *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

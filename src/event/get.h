/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get.h - one getter per field of fields.def, and what they share; private to
 * src/event. */
#ifndef SAKER_SRC_EVENT_GET_H
#define SAKER_SRC_EVENT_GET_H

#include "saker/event/event.h"
#include "syscalls.h"

/* False = no value. arg is NULL for fields without argument. */
typedef bool field_getter(struct event *e, const struct field_arg *arg,
                          struct value *ret);

#define FIELD(id, name, type, arg, use, origin, getter, doc) \
	field_getter getter;
#include "saker/event/fields.def"
#undef FIELD

#define UNUSED __attribute__((unused))
/* Head of a getter that has no use for an argument. */
#define GETTER(name)                                                   \
	bool name(struct event *e, const struct field_arg *arg UNUSED, \
	          struct value *ret)

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

/* "SYSCALL", or "UNKNOWN[9999]" for what nobody knows. */
struct str event_record_type(struct event *e, const struct record *r);

static inline bool give_time(struct value *ret, uint64_t ns)
{
	ret->type = VALUE_TIME;
	ret->u = ns;
	return true;
}

static inline bool give_duration(struct value *ret, uint64_t ns)
{
	ret->type = VALUE_DURATION;
	ret->u = ns;
	return true;
}

/* No value when the text is empty. */
static inline bool give_known(struct value *ret, struct str v)
{
	return v.len != 0 && give_str(ret, v);
}

/* A register of the call, also of one made through socketcall(2). False for
 * other events and io_uring operations. */
bool event_register(struct event *e, enum syscall_register which,
                    uint64_t *ret);
/* The flags of an open, with O_CREAT and its like for creat(2). */
bool open_flags(struct event *e, uint64_t *ret);
/* The permissions that an open gives to a file that it makes. */
bool open_mode(struct event *e, uint64_t *ret);

/* What the kernel says in the record that is judged; false for a system call. A
 * field of the sender's text in a user message is none of these. */
bool record_number(struct event *e, struct str name, uint64_t *ret);

/* Formatted text in the event's arena; STR_NONE when out of memory. */
struct str event_format(struct event *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

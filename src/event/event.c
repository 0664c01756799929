/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.c - the enriched event: dispatch to getters and the value cache. */
#include "saker/event/event.h"

#include <stdarg.h>
#include <stdio.h>

#include "acts.h"
#include "get.h"

enum {
	UNREAD,
	HAS_VALUE,
	HAS_NONE
};

static field_getter *const getters[FIELD__MAX] = {
#define FIELD(id, name, type, arg, use, origin, getter, doc) \
	[FIELD_##id] = getter,
#include "saker/event/fields.def"
#undef FIELD
};

bool get_nothing(struct event *e, const struct field_arg *arg,
                 struct value *ret)
{
	(void)e;
	(void)arg;
	(void)ret;
	return false;
}

struct str event_format(struct event *e, const char *format, ...)
{
	char text[256];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (n < 0)
		return STR_NONE;
	return arena_copy(&e->audit->arena,
	                  str_take(str_from(text), (size_t)n));
}

/* A kernel record's type comes as a number, which may have no name yet. */
struct str event_record_type(struct event *e)
{
	const struct record *first = &e->audit->records[0];

	if (first->type_name.len != 0)
		return first->type_name;
	return event_format(e, "UNKNOWN[%u]", first->type);
}

/* "USER_LOGIN" -> user_login: the vocabulary of evt.type is lower case. */
static struct str lower_type(struct event *e)
{
	struct str name = arena_copy(&e->audit->arena, event_record_type(e));

	for (size_t i = 0; i < name.len; i++) {
		char *c = (char *)(uintptr_t)&name.s[i];

		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return name;
}

static struct str type_of(struct event *e, const struct audit_syscall *sc)
{
	if (sc == NULL)
		return e->audit->nrecords != 0 ? lower_type(e) : STR_NONE;
	if (sc->name != NULL)
		return str_from(sc->name);
	return event_format(e, "syscall_%d", sc->nr);
}

void event_init(struct event *e, const struct event_context *context,
                struct audit_event *audit, struct process *process)
{
	const struct audit_syscall *sc = audit_event_syscall(audit);

	e->context = context;
	e->audit = audit;
	e->process = process;
	e->is_syscall = sc != NULL;
	e->mount_reported = false;
	e->ns_repeated = false;
	memset(e->state, UNREAD, sizeof(e->state));
	e->type = type_of(e, sc);
	acts_observe(e);
}

bool event_get(struct event *e, enum field_id id, const struct field_arg *arg,
               struct value *ret)
{
	if (arg != NULL && arg->present)
		return getters[id](e, arg, ret);
	if (e->state[id] == UNREAD)
		e->state[id] = getters[id](e, NULL, &e->values[id]) ? HAS_VALUE
		                                                    : HAS_NONE;
	if (e->state[id] != HAS_VALUE)
		return false;
	*ret = e->values[id];
	return true;
}

static bool source_get(void *context, enum field_id id,
                       const struct field_arg *arg, struct value *ret)
{
	return event_get(context, id, arg, ret);
}

struct field_source event_source(struct event *e)
{
	return (struct field_source){ source_get, e };
}

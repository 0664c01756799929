/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event.c - the enriched event: dispatch to getters and the value cache. */
#include "saker/event/event.h"

#include <libaudit.h>
#include <stdarg.h>
#include <stdio.h>

#include "acts.h"
#include "caps.h"
#include "fd.h"
#include "get.h"
#include "saker/base/array.h"
#include "saker/event/event_types.h"
#include "syscalls.h"

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
	char text[256], *whole;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (n < 0)
		return STR_NONE;
	if ((size_t)n < sizeof(text))
		return arena_copy(&e->audit->arena,
		                  (struct str){ text, (size_t)n });
	whole = arena_alloc(&e->audit->arena, (size_t)n + 1);
	if (whole == NULL)
		return STR_NONE;
	va_start(ap, format);
	vsnprintf(whole, (size_t)n + 1, format, ap);
	va_end(ap);
	return (struct str){ whole, (size_t)n };
}

/* A kernel record's type comes as a number, which may have no name yet, and
 * an old auditd's as "UNKNOWN[n]", which may have one. */
struct str event_record_type(struct event *e, const struct record *r)
{
	const char *name;

	switch (r->type) {
	case AUDIT_SYSCALL:
		return STR("SYSCALL");
	case AUDIT_PATH:
		return STR("PATH");
	case AUDIT_CWD:
		return STR("CWD");
	case AUDIT_EXECVE:
		return STR("EXECVE");
	case AUDIT_PROCTITLE:
		return STR("PROCTITLE");
	default:
		break;
	}
	name = r->type != 0 ? record_type_name(r->type) : NULL;
	if (name != NULL)
		return str_from(name);
	if (r->type_name.len != 0)
		return r->type_name;
	return event_format(e, "UNKNOWN[%u]", r->type);
}

/* "USER_LOGIN" -> user_login: the vocabulary of evt.type is lower case. */
static struct str lower_type(struct event *e, const struct record *r)
{
	struct str name = arena_copy(&e->audit->arena, event_record_type(e, r));

	for (size_t i = 0; i < name.len; i++) {
		char *c = (char *)(uintptr_t)&name.s[i];

		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return name;
}

/* The record holds the call's own arguments, SYSCALL those of socketcall. */
static bool socketcall_register(struct event *e, unsigned n, uint64_t *ret)
{
	const struct record *r =
		audit_event_record(e->audit, AUDIT_SOCKETCALL, 0);
	char name[] = { 'a', (char)('0' + n), '\0' };
	struct str raw;

	return r != NULL && record_field(r, str_from(name), &raw) &&
	       decode_hex(raw, ret);
}

static bool is_socketcall(const struct audit_syscall *sc)
{
	return STR_IS(sc->call, "socketcall");
}

bool event_register(struct event *e, enum syscall_register which, uint64_t *ret)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);

	if (sc == NULL || which == REGISTER_NONE)
		return false;
	if (which == REGISTER_EXIT) {
		*ret = (uint64_t)sc->exit;
		return sc->has_result;
	}
	if (sc->is_io_uring)
		return false;
	if (is_socketcall(sc))
		return socketcall_register(e, which, ret);
	*ret = sc->a[which];
	return true;
}

static struct str call_type(struct event *e, const struct audit_syscall *sc)
{
	if (sc == NULL)
		return STR_NONE;
	if (is_socketcall(sc))
		return event_type_of_socketcall(sc->a[0]);
	if (sc->name != NULL)
		return sc->call;
	return event_format(e, "syscall_%d", sc->nr);
}

static void take_time(struct event *e)
{
	struct event_clock *clock = e->context->clock;
	uint64_t now = audit_stamp_ns(&e->audit->stamp);

	if (clock == NULL)
		return;
	if (clock->first_ns == 0) {
		clock->first_ns = now;
		clock->previous_ns = now;
	}
	/* Stamps are not monotonic in order of arrival. */
	e->since_first_ns = now > clock->first_ns ? now - clock->first_ns : 0;
	e->since_previous_ns =
		now > clock->previous_ns ? now - clock->previous_ns : 0;
	clock->previous_ns = now;
}

static const struct syscall_info *info_of(struct event_calls *calls,
                                          const struct audit_syscall *sc,
                                          struct str type)
{
	size_t at = (uintptr_t)type.s / 4 % COUNT(calls->known);

	/* other types are texts of the event's */
	if (calls == NULL || sc == NULL || type.s != sc->name || type.s == NULL)
		return syscall_info_find(type);
	if (calls->known[at].name != sc->name) {
		calls->known[at].info = syscall_info_find(type);
		calls->known[at].name = sc->name;
	}
	return calls->known[at].info;
}

static void begin(struct event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);

	e->is_syscall = e->record == NULL && sc != NULL;
	e->fd = NULL;
	e->resolved = NULL;
	e->main_is_picked = false;
	e->flags_are_read = false;
	memset(e->state, UNREAD, sizeof(e->state));
	e->type = call_type(e, sc);
	e->call = info_of(e->context->calls, sc, e->type);
	if (e->record != NULL)
		e->type = lower_type(e, e->record);
}

static bool next_report(struct event *e)
{
	if (e->audit->types != 0 && !e->audit->has_report)
		return false;
	while (e->next_record < e->audit->nrecords) {
		struct record *r = &e->audit->records[e->next_record++];

		if (record_is_report(r->type)) {
			e->record = r;
			return true;
		}
	}
	return false;
}

void event_init(struct event *e, const struct event_context *context,
                struct audit_event *audit, struct process *process)
{
	e->context = context;
	e->audit = audit;
	e->process = process;
	e->container = NULL;
	e->record = NULL;
	e->next_record = 0;
	e->noperations = 0;
	e->mount_reported = false;
	e->ns_repeated = false;
	e->facts = NULL;
	e->objects = NULL;
	take_time(e);
	/* with its SYSCALL lost, what is left is not to go unseen */
	if (audit_event_syscall(audit) == NULL && !next_report(e) &&
	    audit->nrecords != 0)
		e->record = &audit->records[0];
	begin(e);
	fd_observe(e);
	caps_observe(e);
	acts_observe(e);
}

void event_init_container(struct event *e, const struct event_context *context,
                          struct audit_event *audit,
                          const struct container_event *what)
{
	/* the values, 12 kB, are read where the state says so */
	memset(e, 0, offsetof(struct event, values));
	e->context = context;
	e->audit = audit;
	e->process = what->process;
	e->container = what->container;
	e->type = container_event_name(what->kind);
	take_time(e);
}

static bool next_operation(struct event *e)
{
	const struct audit_syscall *sc;

	if (!audit_event_may_have(e->audit, AUDIT_URINGOP))
		return false;
	sc = audit_event_syscall(e->audit);
	return sc != NULL && (e->noperations != 0 || !sc->is_io_uring) &&
	       audit_event_operation(e->audit, e->noperations++);
}

bool event_next(struct event *e)
{
	/* reports come first: from the operations on, the audit event is read
	 * as theirs */
	if (next_report(e)) {
		begin(e);
		return true;
	}
	if (!next_operation(e))
		return false;
	e->record = NULL;
	begin(e);
	fd_observe(e);
	return true;
}

static const struct value *view(void *context, enum field_id id)
{
	struct event *e = context;

	if (e->state[id] == UNREAD)
		e->state[id] = getters[id](e, NULL, &e->values[id]) ? HAS_VALUE
		                                                    : HAS_NONE;
	return e->state[id] == HAS_VALUE ? &e->values[id] : NULL;
}

bool event_get(struct event *e, enum field_id id, const struct field_arg *arg,
               struct value *ret)
{
	const struct value *v;

	if (arg != NULL && arg->present)
		return getters[id](e, arg, ret);
	v = view(e, id);
	if (v != NULL)
		*ret = *v;
	return v != NULL;
}

static bool source_get(void *context, enum field_id id,
                       const struct field_arg *arg, struct value *ret)
{
	return event_get(context, id, arg, ret);
}

struct field_source event_source(struct event *e)
{
	return (struct field_source){ source_get, e, view };
}

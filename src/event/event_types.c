/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_types.c - is a word in a rule the name of an event? */
#include "saker/event/event_types.h"

#include <stdlib.h>

#include "saker/audit/names.h"
#include "saker/audit/numbers.h"
#include "saker/audit/record.h"
#include "saker/base/array.h"
#include "syscalls.h"

/* No name of a call or a record is longer. */
#define NAME_BYTES ((size_t)64)

static const uint32_t archs[] = {
	AUDIT_ARCH_X86_64, AUDIT_ARCH_I386,    AUDIT_ARCH_AARCH64,
	AUDIT_ARCH_ARM,    AUDIT_ARCH_PPC64LE, AUDIT_ARCH_S390X,
};

#define NARCHS (sizeof(archs) / sizeof(archs[0]))

static const struct str container_events[] = {
#define CONTAINER_EVENT(id, name, doc) STR_INIT(name),
#include "saker/container/events.def"
#undef CONTAINER_EVENT
};

#define NEVENTS (sizeof(container_events) / sizeof(container_events[0]))

bool event_type_is_of_container(struct str name)
{
	for (size_t i = 0; i < NEVENTS; i++)
		if (str_eq(container_events[i], name))
			return true;
	return false;
}

static bool is_syscall(const char *name)
{
	for (size_t i = 0; i < NARCHS; i++)
		if (syscall_number(archs[i], name) >= 0)
			return true;
	return false;
}

static bool is_uring_op(const char *name)
{
	const char *op;

	for (int i = 0; (op = uring_op_name(i)) != NULL; i++)
		if (strcmp(op, name) == 0)
			return true;
	return false;
}

static uint16_t record_type(const char *name)
{
	char upper[NAME_BYTES];
	size_t n = strlen(name);

	for (size_t i = 0; i <= n; i++) {
		if (name[i] >= 'A' && name[i] <= 'Z')
			return 0;
		upper[i] = name[i] >= 'a' && name[i] <= 'z'
		                   ? (char)(name[i] - 'a' + 'A')
		                   : name[i];
	}
	return record_type_number(str_from(upper));
}

bool event_type_is_foreign(struct str name)
{
	static const char *const names[] = {
#define FOREIGN(name) (name),
#include "foreign_types.def"
#undef FOREIGN
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(str_from(names[i]), name))
			return true;
	return false;
}

/* include/uapi/linux/net.h */
static const struct str socket_calls[] = {
	STR_INIT("socketcall"),  STR_INIT("socket"),
	STR_INIT("bind"),        STR_INIT("connect"),
	STR_INIT("listen"),      STR_INIT("accept"),
	STR_INIT("getsockname"), STR_INIT("getpeername"),
	STR_INIT("socketpair"),  STR_INIT("send"),
	STR_INIT("recv"),        STR_INIT("sendto"),
	STR_INIT("recvfrom"),    STR_INIT("shutdown"),
	STR_INIT("setsockopt"),  STR_INIT("getsockopt"),
	STR_INIT("sendmsg"),     STR_INIT("recvmsg"),
	STR_INIT("accept4"),     STR_INIT("recvmmsg"),
	STR_INIT("sendmmsg"),
};

#define NSOCKET_CALLS (sizeof(socket_calls) / sizeof(socket_calls[0]))

struct str event_type_of_socketcall(uint64_t number)
{
	return socket_calls[number < NSOCKET_CALLS ? number : 0];
}

int event_type_socketcall(struct str type)
{
	for (size_t i = 1; i < NSOCKET_CALLS; i++)
		if (str_eq(socket_calls[i], type))
			return (int)i;
	return -1;
}

static bool copy_name(struct str name, char *ret)
{
	if (name.len == 0 || name.len >= NAME_BYTES)
		return false;
	memcpy(ret, name.s, name.len);
	ret[name.len] = '\0';
	return true;
}

bool event_type_is_sent(struct str name)
{
	char text[NAME_BYTES];
	uint16_t type = copy_name(name, text) ? record_type(text) : 0;

	return type != 0 && record_origin(type) != RECORD_BY_KERNEL;
}

/* Asked for each event. */
bool event_type_is_inert(struct str name)
{
	static const char calls[][32] = {
#define INERT(name) #name,
#include "inert_calls.def"
#undef INERT
	};

	return syscall_row(calls, sizeof(calls[0]), COUNT(calls), name) <
	       COUNT(calls);
}

bool event_type_is_call(struct str name)
{
	char text[NAME_BYTES];

	return copy_name(name, text) && is_syscall(text);
}

bool event_type_is_operation(struct str name)
{
	char text[NAME_BYTES];

	return copy_name(name, text) && is_uring_op(text);
}

bool event_type_is_of_syscall(struct str name)
{
	char text[NAME_BYTES];

	return copy_name(name, text) &&
	       (is_syscall(text) || is_uring_op(text) ||
	        event_type_is_of_container(name));
}

bool event_type_is_of_audit(struct str name)
{
	char text[NAME_BYTES];
	uint16_t type;

	if (!copy_name(name, text))
		return false;
	type = record_type(text);
	return type != 0 && record_is_report(type);
}

bool event_type_is_known(struct str name)
{
	char text[NAME_BYTES];

	return copy_name(name, text) &&
	       (is_syscall(text) || is_uring_op(text) ||
	        record_type(text) != 0 || event_type_is_of_container(name) ||
	        event_type_is_foreign(name));
}

/* Numbers of calls are below; those of ARM's own are not listed. */
#define MAX_CALLS 1024
#define TYPOS     2u

struct str event_type_suggest(struct str name)
{
	struct str near = STR_NONE;
	unsigned least = TYPOS + 1;

	for (int nr = 0; nr < MAX_CALLS; nr++) {
		const char *call = syscall_name(AUDIT_ARCH_X86_64, nr);
		unsigned d = call != NULL
		                     ? str_edit_distance(name, str_from(call))
		                     : least;

		if (d < least && d < name.len) {
			least = d;
			near = str_from(call);
		}
	}
	return near;
}

struct list_of_types {
	struct arena *arena;
	struct event_type *items;
	size_t count;
	size_t max;
};

static bool add(struct list_of_types *l, struct str name, enum event_kind kind,
                uint16_t record)
{
	struct event_type *items;

	if (l->count == l->max) {
		l->max = l->max != 0 ? l->max * 2 : 1024;
		items = arena_array(l->arena, struct event_type, l->max);
		if (items == NULL)
			return false;
		if (l->count != 0)
			memcpy(items, l->items, l->count * sizeof(*items));
		l->items = items;
	}
	l->items[l->count++] = (struct event_type){ name, kind, record };
	return true;
}

static bool add_calls(struct list_of_types *l)
{
	for (size_t i = 0; i < NARCHS; i++) {
		for (int nr = 0; nr < MAX_CALLS; nr++) {
			const char *name = syscall_name(archs[i], nr);

			if (name != NULL &&
			    !add(l, str_from(name), EVENT_CALL, 0))
				return false;
		}
	}
	return true;
}

static bool add_operations(struct list_of_types *l)
{
	const char *op;

	for (int i = 0; (op = uring_op_name(i)) != NULL; i++)
		if (!add(l, str_from(op), EVENT_OPERATION, 0))
			return false;
	return true;
}

static bool add_container_events(struct list_of_types *l)
{
	for (size_t i = 0; i < NEVENTS; i++)
		if (!add(l, container_events[i], EVENT_CONTAINER, 0))
			return false;
	return true;
}

static struct str lower(struct arena *a, const char *upper)
{
	struct str name = arena_copy(a, str_from(upper));

	for (size_t i = 0; i < name.len; i++) {
		char *c = (char *)(uintptr_t)&name.s[i];

		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return name;
}

static bool add_records(struct list_of_types *l)
{
	uint16_t type;

	for (size_t i = 0; (type = record_type_at(i)) != 0; i++) {
		struct str name = lower(l->arena, record_type_name(type));

		/* what a call's event is, not what is in it */
		if (type == AUDIT_SYSCALL || type == AUDIT_URINGOP ||
		    type == AUDIT_EOE)
			continue;
		if (name.s == NULL ||
		    !add(l, name,
		         record_is_report(type) ? EVENT_RECORD : EVENT_PART,
		         type))
			return false;
	}
	return true;
}

static int by_kind_and_name(const void *a, const void *b)
{
	const struct event_type *x = a, *y = b;

	return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind)
	                          : str_cmp(x->name, y->name);
}

static size_t unique(struct event_type *items, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 ||
		    by_kind_and_name(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
	return kept;
}

int event_types_list(struct arena *a, const struct event_type **ret,
                     size_t *ret_count)
{
	struct list_of_types l = { .arena = a };

	if (!add_calls(&l) || !add_operations(&l) ||
	    !add_container_events(&l) || !add_records(&l))
		return E_NOMEM;
	qsort(l.items, l.count, sizeof(*l.items), by_kind_and_name);
	*ret = l.items;
	*ret_count = unique(l.items, l.count);
	return 0;
}

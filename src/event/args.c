/* SPDX-License-Identifier: GPL-2.0-or-later */
/* args.c - the arguments of calls as Falco shows them
 * (userspace/libsinsp/event.cpp, get_param_as_str()). */
#include "args.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>

#include "caps.h"
#include "fd.h"
#include "get.h"
#include "path.h"
#include "saker/audit/numbers.h"
#include "saker/base/array.h"
#include "saker/event/event_types.h"
#include "saker/event/users.h"
#include "signals.h"

static const struct arg_info args[] = {
#define ARG(call, name, kind, source, set)                           \
	{ STR_INIT(#call), STR_INIT(name), ARG_##kind, ARG_##source, \
	  FLAGS_##set },
#include "args.def"
#undef ARG
};

const struct arg_info *args_of(struct str call, size_t *ret_count)
{
	uint64_t key = call.len != 0 ? syscall_key(call.s, call.len) : 0;
	size_t low = 0, high = COUNT(args), end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (syscall_key(args[middle].call.s, args[middle].call.len) <
		    key)
			low = middle + 1;
		else
			high = middle;
	}
	while (low < COUNT(args) && str_cmp(args[low].call, call) < 0)
		low++;
	for (end = low; end < COUNT(args) && str_eq(args[end].call, call);)
		end++;
	*ret_count = end - low;
	return end != low ? &args[low] : NULL;
}

struct str event_type_argument(struct str call, size_t i)
{
	size_t n;
	const struct arg_info *info = args_of(call, &n);

	return i < n ? info[i].name : STR_NONE;
}

static bool open_resolve(struct event *e, uint64_t *ret)
{
	const struct record *r = audit_event_record(e->audit, AUDIT_OPENAT2, 0);
	struct str raw;

	return r != NULL && record_field(r, STR("resolve"), &raw) &&
	       decode_hex(raw, ret);
}

/* Numbers only; capabilities are texts as fields. */
static bool number_of_field(struct event *e, enum field_id id, uint64_t *ret)
{
	struct value v;

	if (id == FIELD_THREAD_CAP_PERMITTED)
		return caps_of(e, CAPS_PERMITTED, ret);
	if (id == FIELD_THREAD_CAP_INHERITABLE)
		return caps_of(e, CAPS_INHERITABLE, ret);
	if (id == FIELD_THREAD_CAP_EFFECTIVE)
		return caps_of(e, CAPS_EFFECTIVE, ret);
	if (!event_get(e, id, NULL, &v))
		return false;
	*ret = v.u;
	return true;
}

static bool number_of(struct event *e, unsigned source, uint64_t *ret)
{
	if (source >= ARG__FIELDS)
		return number_of_field(e, source - ARG__FIELDS, ret);
	switch (source) {
	case ARG_OPEN_FLAGS:
		return open_flags(e, ret);
	case ARG_OPEN_MODE:
		return open_mode(e, ret);
	case ARG_OPEN_RESOLVE:
		return open_resolve(e, ret);
	default:
		return source < ARG_NONE && event_register(e, source, ret);
	}
}

/* An int of the program's, whatever the upper half of its register holds. */
static int32_t as_int(uint64_t v)
{
	return (int32_t)(uint32_t)v;
}

static struct str errno_name(int64_t error)
{
	const char *name = audit_errno_to_name((int)error);

	return str_from(name);
}

/* Not by printf(), which costs more than all else of an argument. */
static struct str decimal(struct event *e, int64_t v)
{
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (v < 0)
		*--at = '-';
	return arena_copy(&e->audit->arena,
	                  str_span(at, digits + sizeof(digits)));
}

static void show_res(struct event *e, uint64_t v, struct arg_text *ret)
{
	int64_t result = (int64_t)v;

	ret->plain = decimal(e, result);
	if (result < 0)
		ret->meaning = errno_name(-result);
}

/* "<4t>name": kind, protocol, name. */
static void show_fd(struct event *e, uint64_t v, struct arg_text *ret)
{
	const struct process_fd *info = NULL;
	const struct event_fd *f = event_fd(e);
	int32_t fd = as_int(v);

	ret->plain = decimal(e, fd);
	if (fd == AT_FDCWD) {
		ret->meaning = STR("AT_FDCWD");
		return;
	}
	if (fd < 0) {
		ret->meaning = errno_name(-fd);
		return;
	}
	if (f != NULL && f->is_known && f->num == fd)
		info = &f->info;
	else if (e->process != NULL)
		info = process_fd_find(e->process, fd);
	if (info == NULL || info->kind == FD_UNKNOWN)
		return;
	ret->meaning = event_format(e, "<%.*s%s>%.*s",
	                            STR_FMT(fd_kind_char(info->kind)),
	                            info->protocol == IPPROTO_TCP   ? "t"
	                            : info->protocol == IPPROTO_UDP ? "u"
	                                                            : "",
	                            STR_FMT(fd_name(e, info)));
}

/* The arena's copy: what is remembered is overwritten by the next value. */
static struct str show_names(struct event *e, enum flag_set set, uint64_t v)
{
	struct arena *arena = &e->audit->arena;
	struct event_shown *shown = e->context->shown;
	struct shown_flags *f;
	struct str names;

	if (shown == NULL)
		return flags_names(set, v, arena);
	f = &shown->flags[(v ^ v >> 9 ^ v >> 19) % COUNT(shown->flags)];
	if (f->len != 0 && f->set == set && f->value == v)
		return arena_copy(arena, (struct str){ f->text, f->len });
	names = flags_names(set, v, arena);
	if (names.len != 0 && names.len <= sizeof(f->text)) {
		*f = (struct shown_flags){ set, (unsigned)names.len, v, "" };
		memcpy(f->text, names.s, names.len);
	}
	return names;
}

static struct str flags_meaning(struct event *e, const struct arg_info *a,
                                uint64_t v)
{
	const struct audit_path *p;

	if (a->set == FLAGS_OPEN) {
		p = path_pick(e, PATH_ROLE_MAIN);
		if (p != NULL && p->type == PATH_CREATE)
			v |= FLAG_CREATED;
	}
	return show_names(e, a->set, v);
}

static void show_flags(struct event *e, const struct arg_info *a, uint64_t v,
                       struct arg_text *ret)
{
	ret->plain = decimal(e, as_int(v));
	ret->meaning = flags_meaning(e, a, v);
}

static void show_enum(struct event *e, const struct arg_info *a, uint64_t v,
                      struct arg_text *ret)
{
	ret->plain = decimal(e, as_int(v));
	ret->meaning = show_names(e, a->set, (uint32_t)v);
}

static void show_id(struct event *e, enum arg_kind kind, uint64_t v,
                    struct arg_text *ret)
{
	const struct user_names *names = e->context->users;
	uint32_t id = (uint32_t)v;

	ret->plain = decimal(e, as_int(v));
	if (id == UINT32_MAX) {
		ret->meaning = STR("<NONE>");
		return;
	}
	ret->meaning = kind == ARG_UID ? user_names_user(names, id)
	                               : user_names_group(names, id);
	if (ret->meaning.len == 0 && id == 0)
		ret->meaning = STR("root");
	if (ret->meaning.len == 0)
		ret->meaning = STR("<NA>");
}

/* The name of the process that a call was aimed at: what the kernel recorded
 * beside the number, which is one of the caller's pid namespace. */
static struct str target_name(struct event *e)
{
	const struct record *r = audit_event_record(e->audit, AUDIT_OBJ_PID, 0);
	struct str raw, name;

	if (r == NULL || !record_field(r, STR("ocomm"), &raw) ||
	    !decode_string(&e->audit->arena, raw, &name))
		return STR_NONE;
	return name;
}

static void show_pid(struct event *e, unsigned source, uint64_t v,
                     struct arg_text *ret)
{
	struct value name;

	ret->plain = decimal(e, as_int(v));
	if (source < ARG_NONE) {
		ret->meaning = source == ARG_EXIT ? STR_NONE : target_name(e);
		return;
	}
	if (event_get(e,
	              source == ARG_PROC_PPID ? FIELD_PROC_PNAME
	                                      : FIELD_PROC_NAME,
	              NULL, &name))
		ret->meaning = name.str;
}

static struct str octal(struct event *e, uint64_t v)
{
	return event_format(e, v != 0 ? "0%llo" : "%llo",
	                    (unsigned long long)v);
}

static void show_signal(struct event *e, uint64_t v, struct arg_text *ret)
{
	int32_t number = as_int(v);
	const char *name = number > 0 ? signal_name(number) : NULL;

	ret->plain = decimal(e, number);
	if (name != NULL)
		ret->meaning = event_format(e, "SIG%s", name);
}

static void show_number(struct event *e, const struct arg_info *a, uint64_t v,
                        struct arg_text *ret)
{
	switch (a->kind) {
	case ARG_RES:
		show_res(e, v, ret);
		break;
	case ARG_FD:
		show_fd(e, v, ret);
		break;
	case ARG_FLAGS:
		show_flags(e, a, v, ret);
		break;
	case ARG_MODE:
		ret->plain = octal(e, v);
		ret->meaning = show_names(e, a->set, v);
		break;
	case ARG_ENUM:
		show_enum(e, a, v, ret);
		break;
	case ARG_PID:
		show_pid(e, a->source, v, ret);
		break;
	case ARG_UID:
	case ARG_GID:
		show_id(e, a->kind, v, ret);
		break;
	case ARG_SIGNAL:
		show_signal(e, v, ret);
		break;
	case ARG_HEX:
		ret->plain = event_format(e, "%llX", (unsigned long long)v);
		break;
	case ARG_OCT:
		ret->plain = octal(e, v);
		break;
	case ARG_DEC:
		ret->plain = event_format(e, "%llu", (unsigned long long)v);
		break;
	default:
		ret->plain = decimal(e, as_int(v));
	}
}

static void show_path(struct event *e, const struct arg_info *a,
                      struct arg_text *ret)
{
	static const enum path_role roles[] = {
		[ARG_MAIN - ARG_MAIN] = PATH_ROLE_MAIN,
		[ARG_SOURCE - ARG_MAIN] = PATH_ROLE_SOURCE,
		[ARG_TARGET - ARG_MAIN] = PATH_ROLE_TARGET,
	};
	const struct audit_path *p = path_pick(e, roles[a->source - ARG_MAIN]);

	if (p == NULL || !p->has_name)
		return;
	ret->plain = p->name;
	if (a->kind == ARG_PATH && (p->name.len == 0 || p->name.s[0] != '/'))
		ret->meaning = path_resolve(e, p);
}

static void show_socket(struct event *e, const struct arg_info *a,
                        struct arg_text *ret)
{
	const struct event_fd *f = event_fd(e);

	if (f == NULL || !f->is_known)
		return;
	if (a->kind == ARG_TUPLE || f->info.kind == FD_UNIX)
		ret->plain = fd_name(e, &f->info);
	else if (str_eq(e->type, STR("bind")))
		ret->plain = fd_address_text(e, &f->info.local);
	else
		ret->plain = fd_address_text(e, &f->info.remote);
}

/* Falco's execve_flags. */
static void show_exe_flags(struct event *e, struct arg_text *ret)
{
	static const struct {
		enum field_id field;
		const char *name;
	} flags[] = {
		{ FIELD_PROC_IS_EXE_WRITABLE, "EXE_WRITABLE" },
		{ FIELD_PROC_IS_EXE_UPPER_LAYER, "EXE_UPPER_LAYER" },
		{ FIELD_PROC_IS_EXE_FROM_MEMFD, "EXE_FROM_MEMFD" },
		{ FIELD_PROC_IS_EXE_LOWER_LAYER, "EXE_LOWER_LAYER" },
	};
	unsigned bits = 0;
	char text[128] = "";
	struct value v;

	for (size_t i = 0; i < COUNT(flags); i++) {
		if (!event_get(e, flags[i].field, NULL, &v) || !v.b)
			continue;
		bits |= 1u << i;
		if (text[0] != '\0')
			strcat(text, "|");
		strcat(text, flags[i].name);
	}
	ret->plain = decimal(e, bits);
	ret->meaning = arena_copy(&e->audit->arena, str_from(text));
}

static void show_field(struct event *e, enum field_id id, struct arg_text *ret)
{
	struct value v;

	if (!event_get(e, id, NULL, &v))
		return;
	switch (v.type) {
	case VALUE_STRING:
		ret->plain = v.str;
		break;
	case VALUE_INT:
		ret->plain = decimal(e, v.i);
		break;
	case VALUE_BOOL:
		ret->plain = v.b ? STR("true") : STR("false");
		break;
	default:
		ret->plain = event_format(e, "%llu", (unsigned long long)v.u);
	}
}

bool arg_show(struct event *e, const struct arg_info *a, struct arg_text *ret)
{
	struct arg_text text = { 0 };
	uint64_t v;

	switch (a->kind) {
	case ARG_NOTHING:
		return false;
	case ARG_PATH:
	case ARG_TEXT:
		show_path(e, a, &text);
		break;
	case ARG_TUPLE:
	case ARG_ADDRESS:
		show_socket(e, a, &text);
		break;
	case ARG_EXE_FLAGS:
		show_exe_flags(e, &text);
		break;
	case ARG_FIELD:
		show_field(e, a->source - ARG__FIELDS, &text);
		break;
	default:
		if (number_of(e, a->source, &v))
			show_number(e, a, v, &text);
	}
	*ret = text;
	return text.plain.s != NULL || text.meaning.len != 0;
}

bool arg_text(struct event *e, const struct arg_info *a, struct str *ret)
{
	struct arg_text text;
	uint64_t v;

	/* most are asked for their names alone */
	if (a->kind == ARG_FLAGS && number_of(e, a->source, &v)) {
		*ret = flags_meaning(e, a, v);
		if (ret->len != 0)
			return true;
	}
	if (!arg_show(e, a, &text))
		return false;
	*ret = text.meaning.len != 0 ? text.meaning : text.plain;
	return ret->s != NULL;
}

bool arg_number(struct event *e, const struct arg_info *a, int64_t *ret)
{
	uint64_t v;

	if (a->kind == ARG_FIELD || a->kind == ARG_NOTHING ||
	    !number_of(e, a->source, &v))
		return false;
	*ret = a->kind == ARG_RES || a->kind == ARG_DEC || a->kind == ARG_HEX ||
	                       a->source >= ARG__FIELDS
	               ? (int64_t)v
	               : as_int(v);
	return true;
}

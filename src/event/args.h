/* SPDX-License-Identifier: GPL-2.0-or-later */
/* args.h - the arguments of calls as Falco shows them; private to src/event. */
#ifndef SAKER_SRC_EVENT_ARGS_H
#define SAKER_SRC_EVENT_ARGS_H

#include "saker/event/event.h"
#include "syscalls.h"

enum arg_kind {
	ARG_NOTHING, /* a pointer, or not in the records */
	ARG_RES,     /* result; errors by name */
	ARG_FD,
	ARG_INT,
	ARG_DEC,
	ARG_HEX,
	ARG_OCT,
	ARG_FLAGS, /* names of the set bits */
	ARG_MODE,  /* the same, of permissions */
	ARG_ENUM,  /* the value's name */
	ARG_PID,   /* of a process, whose name it shows */
	ARG_UID,
	ARG_GID,
	ARG_SIGNAL,
	ARG_PATH, /* made absolute */
	ARG_TEXT, /* a path as given */
	ARG_TUPLE,
	ARG_ADDRESS,
	ARG_EXE_FLAGS,
	ARG_FIELD, /* the value of a field */
};

/* The same order as enum syscall_register, then what is no register. */
enum arg_source {
	ARG_A0 = REGISTER_A0,
	ARG_A1 = REGISTER_A1,
	ARG_A2 = REGISTER_A2,
	ARG_A3 = REGISTER_A3,
	ARG_EXIT = REGISTER_EXIT,
	ARG_NONE = REGISTER_NONE,
	ARG_OPEN_FLAGS,
	ARG_OPEN_MODE,
	ARG_OPEN_RESOLVE,
	ARG_MAIN,
	ARG_SOURCE,
	ARG_TARGET,
	ARG__FIELDS, /* enum field_id is added */
#define FIELD(id, name, type, arg, use, origin, getter, doc) \
	ARG_##id = ARG__FIELDS + FIELD_##id,
#include "saker/event/fields.def"
#undef FIELD
};

struct arg_info {
	struct str call;
	struct str name;
	enum arg_kind kind;
	unsigned source;
	enum flag_set set;
};

/* The arguments of a call, in Falco's order. NULL and 0 for calls that the
 * table lacks. */
const struct arg_info *args_of(struct str call, size_t *ret_count);

/* An argument's parts: "O_RDONLY" is the meaning of the plain "0". Either may
 * be absent; both are when the records do not tell. */
struct arg_text {
	struct str plain;
	struct str meaning;
};
bool arg_show(struct event *e, const struct arg_info *a, struct arg_text *ret);
/* Its meaning, or what is plain. */
bool arg_text(struct event *e, const struct arg_info *a, struct str *ret);
/* Of numbers only. */
bool arg_number(struct event *e, const struct arg_info *a, int64_t *ret);

#endif

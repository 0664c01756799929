/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registers.c - from the tables by which the getters read registers. */
#include "saker/event/registers.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "args.h"
#include "signals.h"

struct place {
	unsigned number; /* enum syscall_register */
	enum flag_set set;
	bool is_enum;
	bool is_signal;
};

static bool of_argument(struct str type, const struct field_arg *arg,
                        struct place *ret)
{
	const struct syscall_info *call = syscall_info_find(type);
	size_t n;
	const struct arg_info *args = args_of(type, &n);

	for (size_t i = 0; i < n; i++) {
		if (!str_eq(args[i].name, arg->name) ||
		    (args[i].kind != ARG_FLAGS && args[i].kind != ARG_ENUM &&
		     args[i].kind != ARG_MODE && args[i].kind != ARG_SIGNAL))
			continue;
		ret->number = args[i].source == ARG_OPEN_FLAGS && call != NULL
		                      ? call->flags
		                      : args[i].source;
		ret->set = args[i].set;
		ret->is_enum = args[i].kind == ARG_ENUM;
		ret->is_signal = args[i].kind == ARG_SIGNAL;
		return true;
	}
	return false;
}

/* The registers that get_ns_flags() and get_mount_flags() read. */
static bool locate(struct str type, const struct field_info *field,
                   const struct field_arg *arg, struct place *ret)
{
	const struct syscall_info *call = syscall_info_find(type);

	switch (field->id) {
	case FIELD_EVT_ARG:
		return of_argument(type, arg, ret);
	case FIELD_NS_FLAGS:
		ret->number =
			str_eq(type, STR("setns")) ? REGISTER_A1 : REGISTER_A0;
		ret->set = FLAGS_NAMESPACE;
		return call != NULL && call->class == SYSCALL_NAMESPACE;
	case FIELD_MOUNT_FLAGS:
		ret->number = REGISTER_A3;
		ret->set = FLAGS_MOUNT;
		if (!str_eq(type, STR("open_tree")))
			return str_eq(type, STR("mount"));
		ret->number = REGISTER_A2;
		ret->set = FLAGS_TREE;
		return true;
	default:
		return false;
	}
}

/* 1, or 0 when there is no such register, or it is wider. */
static size_t give(unsigned number, bool is_mask, uint64_t value,
                   struct register_fact *ret)
{
	if (number > REGISTER_A3 || value > UINT32_MAX)
		return 0;
	*ret = (struct register_fact){ number, is_mask, (uint32_t)value };
	return 1;
}

/* All values that have such a name. */
static size_t give_each(const struct place *place, struct str text, bool whole,
                        struct register_fact *ret)
{
	uint64_t values[REGISTER_FACTS];
	size_t n =
		flags_values(place->set, text, whole, values, REGISTER_FACTS);

	for (size_t i = 0; i < n; i++)
		if (give(place->number, false, values[i], &ret[i]) == 0)
			return 0;
	return n;
}

/* "SIGKILL" */
static size_t give_signal(const struct place *place, struct str text,
                          struct register_fact *ret)
{
	if (!str_has_prefix(text, STR("SIG")))
		return 0;
	for (int i = 1; i < NSIG; i++) {
		const char *name = signal_name(i);

		if (name != NULL && str_eq(str_skip(text, 3), str_from(name)))
			return give(place->number, false, (uint64_t)i, ret);
	}
	return 0;
}

size_t registers_equal(struct str type, const struct field_info *field,
                       const struct field_arg *arg, struct str text,
                       struct register_fact *ret)
{
	struct place place = { 0 };

	if (!locate(type, field, arg, &place))
		return 0;
	if (place.is_signal)
		return give_signal(&place, text, ret);
	return place.is_enum ? give_each(&place, text, true, ret) : 0;
}

size_t registers_contain(struct str type, const struct field_info *field,
                         const struct field_arg *arg, struct str text,
                         struct register_fact *ret)
{
	struct place place = { 0 };
	uint64_t bits;

	if (!locate(type, field, arg, &place))
		return 0;
	if (place.is_signal)
		return 0;
	if (place.is_enum)
		return give_each(&place, text, false, ret);
	return flags_bits(place.set, text, &bits)
	               ? give(place.number, true, bits, ret)
	               : 0;
}

size_t registers_open_write(struct str type, struct register_fact *ret)
{
	const struct syscall_info *call = syscall_info_find(type);

	return call != NULL && call->class == SYSCALL_OPEN
	               ? give(call->flags, true, O_ACCMODE, ret)
	               : 0;
}

bool registers_fd_is_result(struct str type)
{
	const struct syscall_info *call = syscall_info_find(type);

	return call != NULL && call->fd == REGISTER_EXIT;
}

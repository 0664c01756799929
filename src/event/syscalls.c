/* SPDX-License-Identifier: GPL-2.0-or-later */
/* syscalls.c - tables of system calls and of their flags. */
#include "syscalls.h"
#include "saker/base/array.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

static const struct syscall_info syscalls[] = {
#define SYSCALL(name, class, category, dirfd, dirfd2, flags, fd, move) \
	{ #name,                                                       \
	  SYSCALL_##class,                                             \
	  CATEGORY_##category,                                         \
	  REGISTER_##dirfd,                                            \
	  REGISTER_##dirfd2,                                           \
	  REGISTER_##flags,                                            \
	  REGISTER_##fd,                                               \
	  MOVE_##move },
#include "syscalls.def"
#undef SYSCALL
};

static const struct {
	enum flag_set set;
	uint64_t mask;
	uint64_t value;
	struct str name;
} flags[] = {
#define FLAG(set, mask, value, name) \
	{ FLAGS_##set, mask, value, STR_INIT(name) },
#include "flags.def"
#undef FLAG
};

const struct syscall_info *syscall_info_find(struct str name)
{
	size_t row = syscall_row(syscalls, sizeof(syscalls[0]), COUNT(syscalls),
	                         name);

	return row < COUNT(syscalls) ? &syscalls[row] : NULL;
}

/* The first row of a set: rows have the order of the sets. */
static size_t first_row(enum flag_set set)
{
	size_t low = 0, high = COUNT(flags);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (flags[middle].set < set)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Longest possible text: every name of the largest set and its separators. */
#define RENDER_BYTES 512

struct str flags_names(enum flag_set set, uint64_t value, struct arena *a)
{
	char text[RENDER_BYTES];
	size_t len = 0;

	for (size_t i = first_row(set); i < COUNT(flags) && flags[i].set == set;
	     i++) {
		if ((value & flags[i].mask) != flags[i].value ||
		    len + flags[i].name.len + 1 > sizeof(text))
			continue;
		if (len != 0)
			text[len++] = '|';
		memcpy(text + len, flags[i].name.s, flags[i].name.len);
		len += flags[i].name.len;
	}
	if (len == 0)
		return STR_NONE;
	return arena_copy(a, (struct str){ text, len });
}

struct str flags_render(enum flag_set set, uint64_t value, struct arena *a)
{
	struct str names = flags_names(set, value, a);

	return names.len != 0 ? names : STR("0");
}

/* A value without known name is shown as a number: what begins with a capital
 * is part of names only. */
static bool is_part_of_name(struct str part)
{
	return part.len > 0 && part.s[0] >= 'A' && part.s[0] <= 'Z';
}

bool flags_bits(enum flag_set set, struct str part, uint64_t *ret)
{
	uint64_t bits = 0;

	if (!is_part_of_name(part))
		return false;
	for (size_t i = 0; i < COUNT(flags); i++) {
		if (flags[i].set != set || str_find(flags[i].name, part) < 0)
			continue;
		if (flags[i].value == 0)
			return false;
		bits |= flags[i].value;
	}
	*ret = bits;
	return bits != 0;
}

size_t flags_values(enum flag_set set, struct str name, bool whole,
                    uint64_t *ret, size_t room)
{
	size_t n = 0;

	if (!is_part_of_name(name))
		return 0;
	for (size_t i = 0; i < COUNT(flags); i++) {
		if (flags[i].set != set ||
		    (whole ? !str_eq(flags[i].name, name)
		           : str_find(flags[i].name, name) < 0))
			continue;
		if (n == room || flags[i].mask != UINT64_MAX)
			return 0;
		ret[n++] = flags[i].value;
	}
	return n;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* syscalls.c - tables of system calls and of their flags. */
#include "syscalls.h"

#include <fcntl.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct syscall_info syscalls[] = {
#define SYSCALL(name, class, dirfd, flags) \
	{ #name, SYSCALL_##class, dirfd, flags },
#include "syscalls.def"
#undef SYSCALL
};

static const struct {
	enum flag_set set;
	uint64_t value;
	struct str name;
} flags[] = {
#define FLAG(set, value, name) \
	{ FLAGS_##set, value, { name, sizeof(name) - 1 } },
#include "flags.def"
#undef FLAG
};

static int compare(const void *key, const void *row)
{
	const struct syscall_info *info = row;

	return str_cmp(*(const struct str *)key, str_from(info->name));
}

const struct syscall_info *syscall_info_find(struct str name)
{
	return bsearch(&name, syscalls, COUNT(syscalls), sizeof(syscalls[0]),
	               compare);
}

/* Longest possible text: every name of the largest set and its separators. */
#define RENDER_BYTES 512

struct str flags_render(enum flag_set set, uint64_t value, struct arena *a)
{
	static const char *const access[] = { "O_RDONLY", "O_WRONLY", "O_RDWR",
		                              "O_RDWR" };
	char text[RENDER_BYTES];
	size_t len = 0;

	if (set == FLAGS_OPEN)
		len = strlen(strcpy(text, access[value & O_ACCMODE]));
	for (size_t i = 0; i < COUNT(flags); i++) {
		if (flags[i].set != set ||
		    (value & flags[i].value) != flags[i].value ||
		    len + flags[i].name.len + 1 > sizeof(text))
			continue;
		if (len != 0)
			text[len++] = '|';
		memcpy(text + len, flags[i].name.s, flags[i].name.len);
		len += flags[i].name.len;
	}
	if (len == 0)
		return STR("0");
	return arena_copy(a, (struct str){ text, len });
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* syscalls.h - what a system call's arguments mean; private to src/event. */
#ifndef SAKER_SRC_EVENT_SYSCALLS_H
#define SAKER_SRC_EVENT_SYSCALLS_H

#include "saker/base/arena.h"
#include "saker/base/str.h"

enum syscall_class {
	SYSCALL_OPEN,
	SYSCALL_PATH, /* works on one path */
	SYSCALL_PAIR, /* works on a source and a target */
	SYSCALL_MOUNT,
	SYSCALL_EXEC,
	SYSCALL_SOCKET,
	SYSCALL_NAMESPACE,
};

struct syscall_info {
	const char *name;
	enum syscall_class class;
	int dirfd_arg; /* -1 = none */
	int flags_arg; /* -1 = none */
};

/* NULL for calls that the table lacks. */
const struct syscall_info *syscall_info_find(struct str name);

enum flag_set {
	FLAGS_OPEN,
	FLAGS_CLONE,
	FLAGS_MOUNT,
	FLAGS_TREE
};

/* The names of the set bits joined by '|', in the arena; "0" when none is
 * known. The access mode comes first for FLAGS_OPEN. */
struct str flags_render(enum flag_set set, uint64_t value, struct arena *a);

#endif

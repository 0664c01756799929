/* SPDX-License-Identifier: GPL-2.0-or-later */
/* syscalls.h - what a system call's arguments mean; private to src/event. */
#ifndef SAKER_SRC_EVENT_SYSCALLS_H
#define SAKER_SRC_EVENT_SYSCALLS_H

#include <endian.h>

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
	SYSCALL_OTHER,
};

/* Falco's (driver/ppm_events_public.h, enum ppm_event_category). */
enum syscall_category {
	CATEGORY_OTHER,
	CATEGORY_FILE,
	CATEGORY_NET,
	CATEGORY_IPC,
	CATEGORY_MEMORY,
	CATEGORY_PROCESS,
	CATEGORY_SLEEP,
	CATEGORY_SYSTEM,
	CATEGORY_SIGNAL,
	CATEGORY_USER,
	CATEGORY_TIME,
	CATEGORY_WAIT,
	CATEGORY_IO, /* the descriptor's kind tells */
};

/* Which register holds something; the call's result is one too. */
enum syscall_register {
	REGISTER_A0,
	REGISTER_A1,
	REGISTER_A2,
	REGISTER_A3,
	REGISTER_EXIT,
	REGISTER_NONE,
};

enum syscall_move {
	MOVE_NONE,
	MOVE_IN,
	MOVE_OUT,
	MOVE_WAIT
};

struct syscall_info {
	char name[32];
	enum syscall_class class;
	enum syscall_category category;
	enum syscall_register dirfd, dirfd2, flags, fd;
	enum syscall_move move;
};

/* A name's first eight bytes as a number that sorts as they do: asked for each
 * event, where comparing texts is what it costs. */
static inline uint64_t syscall_key(const char *name, size_t len)
{
	uint64_t key = 0;

	memcpy(&key, name, len < sizeof(key) ? len : sizeof(key));
	return be64toh(key);
}

/* Of rows sorted by name, which each begins with in eight bytes or more and
 * ends by NUL: the row of that name, or count. */
static inline size_t syscall_row(const void *rows, size_t size, size_t count,
                                 struct str name)
{
	const uint64_t key = name.len != 0 ? syscall_key(name.s, name.len) : 0;
	const char *names = rows;
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (syscall_key(names + middle * size, sizeof(key)) < key)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < count; low++) {
		const char *row = names + low * size;

		if (syscall_key(row, sizeof(key)) != key)
			break;
		if (str_eq(name, str_from(row)))
			return low;
	}
	return count;
}

/* NULL for calls that the table lacks. */
const struct syscall_info *syscall_info_find(struct str name);

enum flag_set {
	FLAGS_OPEN,
	FLAGS_CLONE,
	FLAGS_MOUNT,
	FLAGS_TREE,
	FLAGS_NAMESPACE,
	FLAGS_MOUNT_ARG,
	FLAGS_UMOUNT,
	FLAGS_MODE,
	FLAGS_UNLINK,
	FLAGS_LINK,
	FLAGS_AT,
	FLAGS_RENAME,
	FLAGS_RESOLVE,
	FLAGS_MEMFD,
	FLAGS_PROT,
	FLAGS_ACCESS,
	FLAGS_MODULE,
	FLAGS_MODULE_REMOVE,
	FLAGS_PIDFD,
	FLAGS_PTRACE,
	FLAGS_DOMAIN,
	FLAGS_BPF,
	FLAGS_PRCTL,
	FLAGS_FSCONFIG,
	FLAGS_SHUTDOWN,
	FLAGS_FCNTL,
	FLAGS_OPEN_ONLY,
	FLAGS_MMAP,
	FLAGS_FLOCK,
	FLAGS_WHENCE,
	FLAGS_RLIMIT,
	FLAGS_SOCKET_LEVEL,
	FLAGS_SOCKET_OPTION,
	FLAGS_EPOLL,
	FLAGS_SEMCTL,
	FLAGS_SEMGET,
	FLAGS_MLOCKALL,
	FLAGS_MLOCK2,
	FLAGS_URING_ENTER,
	FLAGS_URING_REGISTER,
	FLAGS_FUTEX,
	FLAGS_NONE
};

/* Beside the flags of open(2): the call made the file. */
#define FLAG_CREATED (1ULL << 40)

/* The names of the set bits joined by '|', in the arena; "0" when none is
 * known. */
struct str flags_render(enum flag_set set, uint64_t value, struct arena *a);

/* The same; STR_NONE when none is known. */
struct str flags_names(enum flag_set set, uint64_t value, struct arena *a);

/* Bits of which one is set in every value whose text holds part; false when
 * that cannot be said. */
bool flags_bits(enum flag_set set, struct str part, uint64_t *ret);
/* The values that have that name, or one that holds it; 0 when that cannot be
 * said, or there is no room for all. */
size_t flags_values(enum flag_set set, struct str name, bool whole,
                    uint64_t *ret, size_t room);

#endif

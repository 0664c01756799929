/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calls.h - what a system call means for the tracker; private to src/container.
 */
#ifndef SAKER_SRC_CONTAINER_CALLS_H
#define SAKER_SRC_CONTAINER_CALLS_H

#include "saker/audit/event.h"

enum call_kind {
	CALL_EXEC = 1 << 0,
	CALL_FORK = 1 << 1,
	CALL_EXIT = 1 << 2,
	CALL_SESSION = 1 << 3,
	CALL_JOIN = 1 << 4, /* namespaces of others */
	CALL_UNSHARE = 1 << 5,
	CALL_NEW_USERS = 1 << 6, /* has flags in a0 that may say so */
	CALL_ROOT = 1 << 7,
	CALL_MOUNT = 1 << 8,
	CALL_REMOVE = 1 << 9, /* a directory */
};

/* Calls that were looked up before, by where their names are: those of libaudit
 * and of our tables stay there. Begins as zeros. */
struct known_calls {
	struct known_call {
		const char *name;
		unsigned kinds;
	} items[64];
};

static inline struct known_call *known_call_at(struct known_calls *known,
                                               const char *name)
{
	const uintptr_t at = (uintptr_t)name;

	return &known->items[(at / 4 ^ at / 256) %
	                     (sizeof(known->items) / sizeof(known->items[0]))];
}

unsigned calls_look_up(struct known_calls *known,
                       const struct audit_syscall *sc);

/* Bits of enum call_kind. */
static inline unsigned calls_kinds(struct known_calls *known,
                                   const struct audit_syscall *sc)
{
	const struct known_call *k = known_call_at(known, sc->name);

	return k->name == sc->name ? k->kinds : calls_look_up(known, sc);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* protection.h - what keeps a process of saker from doing harm, as /proc says.
 */
#ifndef SAKER_DAEMON_PROTECTION_H
#define SAKER_DAEMON_PROTECTION_H

#include <sys/types.h>

#include "saker/base/buf.h"

/* What sandbox_freeze_files() came to, which /proc does not show: the version
 * of Landlock in force, minus an errno, or 0: it was not asked for. Shared by
 * saker's processes. */
struct landlock_states {
	_Atomic int engine, courier, reader;
};

/* One of saker's processes. */
struct protected_process {
	const char *role; /* "engine"; static */
	pid_t pid;
	int landlock;
};

/* Appends a JSON object; with "gone" true when there is no such process. */
void protection_render(const struct protected_process *p, struct buf *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts.h - descriptors of the new mount API that a process holds. */
#ifndef SAKER_PROCESS_MOUNTS_H
#define SAKER_PROCESS_MOUNTS_H

#include "saker/process/process.h"

enum process_mount_kind {
	PROCESS_MOUNT_CONTEXT,  /* a file system context with its device */
	PROCESS_MOUNT_DETACHED, /* a mount that is not attached yet */
};

struct process_mount {
	enum process_mount_kind kind;
	int fd;
	uint64_t rdev;     /* of a context's device, makedev() form */
	struct str source; /* owned; STR_NONE for detached mounts */
};

/* Remembers; replaces what had the same kind and descriptor, and, when there
 * are too many, the oldest. Out of memory forgets. */
void process_mount_put(struct process *p, enum process_mount_kind kind, int fd,
                       uint64_t rdev, struct str source);
/* NULL when there is none. Valid until the next put or take. */
const struct process_mount *process_mount_find(const struct process *p,
                                               enum process_mount_kind kind,
                                               int fd);
/* Forgets; false when there was none. */
bool process_mount_take(struct process *p, enum process_mount_kind kind,
                        int fd);
/* For process_unref(). */
void process_mounts_free(struct process *p);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts.c - descriptors of the new mount API that a process holds. */
#include "saker/process/mounts.h"

#include <stdlib.h>

/* A process juggles few at once; what is forgotten is reported once more. */
#define MOUNTS_MAX 16

struct process_mounts {
	size_t count;
	struct process_mount items[MOUNTS_MAX];
};

static size_t index_of(const struct process *p, enum process_mount_kind kind,
                       int fd)
{
	size_t i = 0;

	while (i < p->mounts->count && (p->mounts->items[i].kind != kind ||
	                                p->mounts->items[i].fd != fd))
		i++;
	return i;
}

static void forget(struct process_mounts *m, size_t i)
{
	free((char *)(uintptr_t)m->items[i].source.s);
	m->count--;
	memmove(&m->items[i], &m->items[i + 1],
	        (m->count - i) * sizeof(m->items[0]));
}

void process_mount_put(struct process *p, enum process_mount_kind kind, int fd,
                       uint64_t rdev, struct str source)
{
	struct process_mount *slot;
	size_t i;

	if (p->mounts == NULL)
		p->mounts = calloc(1, sizeof(*p->mounts));
	if (p->mounts == NULL)
		return;
	i = index_of(p, kind, fd);
	if (i < p->mounts->count)
		forget(p->mounts, i);
	else if (p->mounts->count == MOUNTS_MAX)
		forget(p->mounts, 0);
	slot = &p->mounts->items[p->mounts->count++];
	*slot = (struct process_mount){ .kind = kind, .fd = fd, .rdev = rdev };
	if (source.s != NULL)
		slot->source = str_from(str_dup(source));
}

const struct process_mount *process_mount_find(const struct process *p,
                                               enum process_mount_kind kind,
                                               int fd)
{
	size_t i = p->mounts != NULL ? index_of(p, kind, fd) : 0;

	return p->mounts != NULL && i < p->mounts->count ? &p->mounts->items[i]
	                                                 : NULL;
}

bool process_mount_take(struct process *p, enum process_mount_kind kind, int fd)
{
	size_t i;

	if (p->mounts == NULL)
		return false;
	i = index_of(p, kind, fd);
	if (i == p->mounts->count)
		return false;
	forget(p->mounts, i);
	return true;
}

void process_mounts_free(struct process *p)
{
	if (p->mounts == NULL)
		return;
	while (p->mounts->count != 0)
		forget(p->mounts, p->mounts->count - 1);
	free(p->mounts);
	p->mounts = NULL;
}

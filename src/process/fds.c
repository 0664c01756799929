/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fds.c - descriptors whose making the audit stream told of.
 *
 * close(2) is hardly ever audited: an entry lasts until its number is given
 * anew, and only where somebody asks for that number. */
#include "saker/process/fds.h"

#include <stdlib.h>

#define FDS_MAX 64

/* Most processes have a few: the array doubles from there. */
#define FDS_FIRST 4

struct process_fds {
	size_t count;
	size_t cap;
	struct process_fd *items;
};

struct str fd_kind_name(enum fd_kind kind)
{
	static const struct str names[] = {
#define FD_KIND(id, name, typechar) [FD_##id] = STR_INIT(name),
#include "saker/process/fd_kinds.def"
#undef FD_KIND
	};

	return names[kind];
}

struct str fd_kind_char(enum fd_kind kind)
{
	static const struct str chars[] = {
#define FD_KIND(id, name, typechar) [FD_##id] = STR_INIT(typechar),
#include "saker/process/fd_kinds.def"
#undef FD_KIND
	};

	return chars[kind];
}

static size_t index_of(const struct process_fds *f, int fd)
{
	size_t i = 0;

	while (i < f->count && f->items[i].fd != fd)
		i++;
	return i;
}

static void forget(struct process_fds *f, size_t i)
{
	free((char *)(uintptr_t)f->items[i].name.s);
	f->count--;
	memmove(&f->items[i], &f->items[i + 1],
	        (f->count - i) * sizeof(f->items[0]));
}

/* Room for one more: the oldest gives way when there may be no more. */
static bool make_room(struct process_fds *f)
{
	size_t cap = f->cap != 0 ? f->cap * 2 : FDS_FIRST;
	struct process_fd *items;

	if (f->count < f->cap)
		return true;
	if (f->cap == FDS_MAX) {
		forget(f, 0);
		return true;
	}
	items = realloc(f->items, cap * sizeof(*items));
	if (items == NULL)
		return false;
	f->items = items;
	f->cap = cap;
	return true;
}

void process_fd_put(struct process *p, const struct process_fd *info)
{
	/* info may be the very entry that gives way */
	struct process_fd copy = *info;
	char *name = info->name.s != NULL ? str_dup(info->name) : NULL;
	size_t i;

	if (p->fds == NULL)
		p->fds = calloc(1, sizeof(*p->fds));
	if (p->fds == NULL) {
		free(name);
		return;
	}
	copy.name = str_from(name);
	i = index_of(p->fds, copy.fd);
	if (i < p->fds->count)
		forget(p->fds, i);
	if (make_room(p->fds))
		p->fds->items[p->fds->count++] = copy;
	else
		free(name);
}

static const struct process_fd *find_own(const struct process *p, int fd)
{
	size_t i = p->fds != NULL ? index_of(p->fds, fd) : 0;

	return p->fds != NULL && i < p->fds->count ? &p->fds->items[i] : NULL;
}

const struct process_fd *process_fd_find(const struct process *p, int fd)
{
	const struct process_fd *own = find_own(p, fd);

	return own == NULL && p->parent != NULL ? find_own(p->parent, fd) : own;
}

void process_fd_forget(struct process *p, int fd)
{
	size_t i = p->fds != NULL ? index_of(p->fds, fd) : 0;

	if (p->fds != NULL && i < p->fds->count)
		forget(p->fds, i);
}

void process_fds_exec(struct process *p)
{
	for (size_t i = p->fds != NULL ? p->fds->count : 0; i-- > 0;)
		if (p->fds->items[i].is_cloexec)
			forget(p->fds, i);
}

void process_fds_free(struct process *p)
{
	if (p->fds == NULL)
		return;
	while (p->fds->count != 0)
		forget(p->fds, p->fds->count - 1);
	free(p->fds->items);
	free(p->fds);
	p->fds = NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segment.c - one file of a spool: P-NUMBER, the priority and the number of
 * its first message. */
#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"

void segment_name(const struct segment *g, char name[SEGMENT_NAME_BYTES])
{
	snprintf(name, SEGMENT_NAME_BYTES, "%u-%020" PRIu64,
	         (unsigned)g->priority, g->first);
}

bool segment_parse_name(struct str name, enum priority *ret_priority,
                        uint64_t *ret_first)
{
	if (name.len != 22 || name.s[1] != '-' || name.s[0] < '0' ||
	    name.s[0] >= '0' + PRIORITIES ||
	    !str_to_u64(str_skip(name, 2), 10, ret_first) || *ret_first == 0)
		return false;
	*ret_priority = (enum priority)(name.s[0] - '0');
	return true;
}

static struct segment *segment_new(enum priority priority, uint64_t first)
{
	struct segment *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	list_init(&g->list);
	g->priority = priority;
	g->first = first;
	g->fd = -1;
	return g;
}

int segment_create(int dirfd, enum priority priority, uint64_t first,
                   struct segment **ret)
{
	struct segment *g = segment_new(priority, first);
	char name[SEGMENT_NAME_BYTES];

	if (g == NULL)
		return E_NOMEM;
	segment_name(g, name);
	g->fd = openat(dirfd, name,
	               O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	               0600);
	if (g->fd < 0) {
		free(g);
		return E_IO;
	}
	*ret = g;
	return 0;
}

/* Reads all of it once, to know how much waits. */
static int count(struct segment *g, uint64_t settled, uint64_t *ret_damaged)
{
	auto_buf struct buf bytes = BUF_INIT;
	struct record r = { 0 };
	off_t offset = 0;
	uint64_t damaged = 0;
	int error;

	while ((error = record_read(g->fd, offset, &r, &bytes)) == 0) {
		damaged += r.damage;
		g->last = r.seq;
		if (r.seq > settled)
			g->waiting++;
		else
			g->offset = r.next;
		offset = r.next;
	}
	if (error != E_END)
		return error;
	g->is_damaged = damaged + r.damage != 0;
	*ret_damaged = damaged + r.damage;
	return 0;
}

int segment_open(int dirfd, struct str name, uint64_t settled,
                 struct segment **ret, uint64_t *ret_damaged)
{
	char text[SEGMENT_NAME_BYTES];
	enum priority priority;
	struct segment *g;
	uint64_t first;
	struct stat st;
	int error = E_DENIED;

	if (!segment_parse_name(name, &priority, &first))
		return E_DENIED;
	g = segment_new(priority, first);
	if (g == NULL)
		return E_NOMEM;
	segment_name(g, text);
	g->fd = openat(dirfd, text,
	               O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (g->fd >= 0 && fstat(g->fd, &st) == 0 && S_ISREG(st.st_mode)) {
		g->size = st.st_size;
		error = count(g, settled, ret_damaged);
	}
	if (error < 0)
		segment_free(g, dirfd, false);
	else
		*ret = g;
	return error;
}

int segment_append(struct segment *g, uint64_t seq, struct str bytes)
{
	auto_buf struct buf record = BUF_INIT;
	ssize_t n;

	record_encode(seq, bytes, &record);
	if (record.failed)
		return E_NOMEM;
	do
		n = pwrite(g->fd, record.data, record.len, g->size);
	while (n < 0 && errno == EINTR);
	if (n < 0 || (size_t)n < record.len) {
		int saved = n < 0 ? errno : ENOSPC;

		if (n > 0 && ftruncate(g->fd, g->size) < 0)
			g->is_damaged = true;
		errno = saved;
		return E_IO;
	}
	g->size += (off_t)record.len;
	g->last = seq;
	g->waiting++;
	return 0;
}

int segment_take(struct segment *g, struct message **ret, uint64_t *damaged)
{
	auto_buf struct buf bytes = BUF_INIT;
	struct record r = { 0 };
	int error = record_read(g->fd, g->offset, &r, &bytes);

	if (error == E_END && g->waiting != 0) {
		/* it was whole when it was counted */
		*damaged += g->waiting;
		g->waiting = 0;
		g->is_damaged = true;
	}
	if (error < 0)
		return error;
	*ret = message_new(g->priority, buf_str(&bytes));
	if (*ret == NULL)
		return E_NOMEM;
	(*ret)->seq = r.seq;
	g->offset = r.next;
	if (g->waiting != 0)
		g->waiting--;
	return 0;
}

/* A few are kept; a name that is taken is one too many. Nobody else gives names
 * here, so that renameat2(2), of Linux 3.15 and not of every file system, is
 * not needed. */
static bool put_aside(int dirfd, const char *name)
{
	char aside[SEGMENT_NAME_BYTES];
	struct stat st;

	for (unsigned i = 0; i < LIMIT_SPOOL_DAMAGED; i++) {
		snprintf(aside, sizeof(aside), "damaged-%u", i);
		if (fstatat(dirfd, aside, &st, AT_SYMLINK_NOFOLLOW) < 0)
			return renameat(dirfd, name, dirfd, aside) == 0;
	}
	return false;
}

void segment_free(struct segment *g, int dirfd, bool remove)
{
	char name[SEGMENT_NAME_BYTES];

	segment_name(g, name);
	if (remove && (!g->is_damaged || !put_aside(dirfd, name)))
		unlinkat(dirfd, name, 0);
	list_remove(&g->list);
	io_close(&g->fd);
	free(g);
}

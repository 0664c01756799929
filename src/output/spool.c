/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spool.c - chains of files, one for each priority, read in the order of the
 * messages' numbers.
 *
 * A file whose messages are delivered is removed; how far delivery has come
 * within a file is in "settled", which has two places that are written in turn,
 * so that one of them is whole whatever happens. */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "segment.h"

#define SEGMENT_MOST  ((uint64_t)4 * 1024 * 1024)
#define SEGMENT_LEAST ((uint64_t)4 * 1024)

struct chain {
	struct list segments;
	struct segment *open;   /* the one that is appended to; may be NULL */
	struct message *peeked; /* read, not taken */
};

struct spool {
	int dirfd;
	int settled_fd;
	uint64_t quota;
	uint64_t segment_bytes;
	uint64_t next_seq;
	uint64_t settled;
	struct chain chains[PRIORITIES];
	struct spool_stats stats;
};

struct settled {
	uint64_t seq;
	uint64_t sum;
};

static uint64_t settled_sum(uint64_t seq)
{
	return str_hash((struct str){ (const char *)&seq, sizeof(seq) }, 1);
}

static uint64_t read_settled(int fd)
{
	struct settled places[2] = { 0 };
	uint64_t seq = 0;

	if (io_read_most(fd, places, sizeof(places), 0) < 0)
		return 0;
	for (unsigned i = 0; i < 2; i++)
		if (places[i].sum == settled_sum(places[i].seq) &&
		    places[i].seq > seq)
			seq = places[i].seq;
	return seq;
}

static struct segment *first_of(const struct chain *c)
{
	return list_is_empty(&c->segments)
	               ? NULL
	               : container_of(c->segments.next, struct segment, list);
}

static void remove_segment(struct spool *s, struct segment *g)
{
	struct chain *c = &s->chains[g->priority];

	if (c->open == g)
		c->open = NULL;
	s->stats.bytes -= (uint64_t)g->size;
	segment_free(g, s->dirfd, true);
}

/* Oldest first, whatever order the directory has them in. */
static void insert(struct spool *s, struct segment *g)
{
	struct list *head = &s->chains[g->priority].segments, *at = head;

	list_for_each (l, head) {
		if (container_of(l, struct segment, list)->first > g->first) {
			at = l;
			break;
		}
	}
	list_add_tail(at, &g->list);
	s->stats.bytes += (uint64_t)g->size;
}

static int take_up_file(struct spool *s, const char *name)
{
	uint64_t damaged = 0, first;
	enum priority priority;
	struct segment *g;
	int error;

	if (!segment_parse_name(str_from(name), &priority, &first))
		return 0;
	error = segment_open(s->dirfd, str_from(name), s->settled, &g,
	                     &damaged);
	if (error < 0)
		return error;
	s->stats.damaged += damaged;
	s->stats.waiting += g->waiting;
	insert(s, g);
	if (g->first >= s->next_seq)
		s->next_seq = g->first + 1;
	if (g->last >= s->next_seq)
		s->next_seq = g->last + 1;
	if (g->waiting == 0)
		remove_segment(s, g);
	return 0;
}

static int take_up(struct spool *s)
{
	int fd = openat(s->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *d;
	int error = 0;

	if (dir == NULL) {
		io_close(&fd);
		return E_IO;
	}
	while (error == 0 && (d = readdir(dir)) != NULL)
		error = take_up_file(s, d->d_name);
	closedir(dir);
	return error;
}

/* What others may write or put links into is not ours to read back. */
static int open_directory(int dirfd, const char *path, int *ret)
{
	struct stat st;
	int fd;

	if (mkdirat(dirfd, path, 0700) < 0 && errno != EEXIST)
		return io_error();
	fd = openat(dirfd, path,
	            O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		/* a symbolic link, or no directory */
		return errno == ELOOP || errno == ENOTDIR ? E_DENIED
		                                          : io_error();
	if (fstat(fd, &st) < 0 || st.st_uid != geteuid() ||
	    (st.st_mode & 022) != 0) {
		close(fd);
		errno = EPERM;
		return E_DENIED;
	}
	*ret = fd;
	return 0;
}

int spool_make_directory(const char *path)
{
	int fd, error = open_directory(AT_FDCWD, path, &fd);

	if (error == 0)
		close(fd);
	return error;
}

static int open_files(struct spool *s, int dirfd, const char *path)
{
	int error = open_directory(dirfd, path, &s->dirfd);

	if (error < 0)
		return error;
	if (flock(s->dirfd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? E_FULL : E_IO;
	s->settled_fd = openat(s->dirfd, "settled",
	                       O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->settled_fd < 0)
		return E_IO;
	s->settled = read_settled(s->settled_fd);
	s->next_seq = s->settled + 1;
	return take_up(s);
}

int spool_open_at(int dirfd, const char *path, uint64_t quota,
                  struct spool **ret)
{
	struct spool *s = calloc(1, sizeof(*s));
	int error;

	if (s == NULL)
		return E_NOMEM;
	s->dirfd = s->settled_fd = -1;
	s->quota = quota;
	s->segment_bytes = quota / 32;
	if (s->segment_bytes > SEGMENT_MOST)
		s->segment_bytes = SEGMENT_MOST;
	if (s->segment_bytes < SEGMENT_LEAST)
		s->segment_bytes = SEGMENT_LEAST;
	for (unsigned i = 0; i < PRIORITIES; i++)
		list_init(&s->chains[i].segments);
	error = open_files(s, dirfd, path);
	if (error < 0) {
		int saved = errno;

		spool_close(s);
		errno = saved;
		return error;
	}
	*ret = s;
	return 0;
}

int spool_open(const char *path, uint64_t quota, struct spool **ret)
{
	return spool_open_at(AT_FDCWD, path, quota, ret);
}

void spool_close(struct spool *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; i < PRIORITIES; i++) {
		struct chain *c = &s->chains[i];
		struct segment *g;

		while ((g = first_of(c)) != NULL)
			segment_free(g, s->dirfd,
			             g->waiting == 0 && g->last <= s->settled &&
			                     c->peeked == NULL);
		free(c->peeked);
	}
	io_close(&s->settled_fd);
	io_close(&s->dirfd);
	free(s);
}

/* With what was read ahead from it. */
static void drop(struct spool *s, struct segment *g)
{
	struct chain *c = &s->chains[g->priority];
	uint64_t dropped = g->waiting;

	if (c->peeked != NULL && c->peeked->seq <= g->last) {
		dropped++;
		free(c->peeked);
		c->peeked = NULL;
	}
	s->stats.dropped += dropped;
	s->stats.waiting -= dropped;
	remove_segment(s, g);
}

/* The oldest file of the lowest priority, down to the given one. */
static struct segment *least(struct spool *s, enum priority priority)
{
	for (unsigned i = PRIORITIES; i-- > (unsigned)priority;)
		if (first_of(&s->chains[i]) != NULL)
			return first_of(&s->chains[i]);
	return NULL;
}

/* E_LIMIT: everything that could go is more important. */
static int make_room(struct spool *s, enum priority priority, uint64_t bytes)
{
	if (bytes > s->quota)
		return E_LIMIT;
	while (s->stats.bytes + bytes > s->quota) {
		struct segment *g = least(s, priority);

		if (g == NULL)
			return E_LIMIT;
		drop(s, g);
	}
	return 0;
}

static int open_segment(struct spool *s, enum priority priority)
{
	struct chain *c = &s->chains[priority];
	struct segment *g = c->open;
	int error;

	if (g != NULL && (uint64_t)g->size < s->segment_bytes && !g->is_damaged)
		return 0;
	error = segment_create(s->dirfd, priority, s->next_seq, &g);
	/* the name of one that is there was never taken up */
	if (error == E_IO && errno == EEXIST) {
		s->next_seq++;
		error = segment_create(s->dirfd, priority, s->next_seq, &g);
	}
	if (error < 0)
		return error;
	if (c->open != NULL && c->open->waiting == 0 &&
	    c->open->last <= s->settled)
		remove_segment(s, c->open);
	list_add_tail(&c->segments, &g->list);
	c->open = g;
	return 0;
}

int spool_append(struct spool *s, enum priority priority, struct str bytes)
{
	uint64_t before;
	int error;

	if (bytes.len > LIMIT_OUTPUT_MESSAGE_BYTES)
		return E_LIMIT;
	/* the head is small beside what the file system takes for a file */
	error = make_room(s, priority, bytes.len + 64);
	if (error < 0 || (error = open_segment(s, priority)) < 0)
		return error;
	before = (uint64_t)s->chains[priority].open->size;
	error = segment_append(s->chains[priority].open, s->next_seq, bytes);
	if (error < 0)
		return error;
	s->stats.bytes += (uint64_t)s->chains[priority].open->size - before;
	s->next_seq++;
	s->stats.waiting++;
	return 0;
}

/* Reads a chain's next message unless that was done. 0, also when there is
 * none; E_NOMEM, E_IO. */
static int peek(struct spool *s, struct chain *c)
{
	list_for_each (l, &c->segments) {
		struct segment *g = container_of(l, struct segment, list);
		uint64_t damaged = 0;
		int error;

		if (c->peeked != NULL)
			break;
		if (g->waiting == 0)
			continue;
		error = segment_take(g, &c->peeked, &damaged);
		s->stats.damaged += damaged;
		s->stats.waiting -= damaged;
		if (error < 0 && error != E_END)
			return error;
	}
	return 0;
}

int spool_take(struct spool *s, struct message **ret)
{
	struct chain *first = NULL;

	for (unsigned i = 0; i < PRIORITIES; i++) {
		struct chain *c = &s->chains[i];
		int error = peek(s, c);

		if (error < 0)
			return error;
		if (c->peeked != NULL &&
		    (first == NULL || c->peeked->seq < first->peeked->seq))
			first = c;
	}
	if (first == NULL)
		return E_END;
	*ret = first->peeked;
	first->peeked = NULL;
	s->stats.waiting--;
	return 0;
}

/* Files of which everything was taken and delivered. */
static void remove_settled(struct spool *s, struct chain *c)
{
	struct segment *g;

	while ((g = first_of(c)) != NULL && g->waiting == 0 &&
	       g->last <= s->settled &&
	       (g != c->open || (uint64_t)g->size >= s->segment_bytes) &&
	       (c->peeked == NULL || c->peeked->seq > g->last))
		remove_segment(s, g);
}

void spool_settle(struct spool *s, uint64_t seq)
{
	struct settled place = { seq, settled_sum(seq) };
	off_t at = (off_t)((seq & 1) * sizeof(place));

	if (seq <= s->settled)
		return;
	s->settled = seq;
	/* what cannot be noted is delivered twice after a crash */
	if (pwrite(s->settled_fd, &place, sizeof(place), at) < 0)
		errno = 0;
	for (unsigned i = 0; i < PRIORITIES; i++)
		remove_settled(s, &s->chains[i]);
}

struct spool_stats spool_stats(const struct spool *s)
{
	return s->stats;
}

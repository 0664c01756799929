/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spool.h - one output's messages on disk until they are delivered. */
#ifndef SAKER_OUTPUT_SPOOL_H
#define SAKER_OUTPUT_SPOOL_H

#include "queue.h"
#include "saker/base/buf.h"
#include "saker/base/err.h"

/* A directory with a chain of files for each priority. A message's number says
 * where it stands among all; files of the lowest priority go first when the
 * quota is reached, the oldest of them first. Belongs to one thread. */
struct spool;

/* The directory that holds those of all outputs. As spool_open(). */
int spool_make_directory(const char *path) must_check;
/* Opens or makes the directory (not those above it), which must be the user's
 * own and closed to others, and takes up what a former run left. 0,
 * E_NOT_FOUND, E_DENIED, E_FULL (another process has it), E_NOMEM, E_IO with
 * errno set. */
int spool_open(const char *path, uint64_t quota, struct spool **ret) must_check;
/* The same below a directory that is open. */
int spool_open_at(int dirfd, const char *path, uint64_t quota,
                  struct spool **ret) must_check;
/* What was not delivered stays on disk. NULL is allowed. */
void spool_close(struct spool *s);

/* Appends. E_LIMIT: it is dropped because the spool is full of what is no less
 * important, or it is too long; E_IO (errno set), E_NOMEM: it is not in. */
int spool_append(struct spool *s, enum priority priority,
                 struct str bytes) must_check;
/* The next message that was not taken yet, oldest first, for the caller to
 * free. E_END: there is none. E_NOMEM, E_IO. */
int spool_take(struct spool *s, struct message **ret) must_check;
/* Everything up to that number is delivered, and will not be taken up by a
 * later run. */
void spool_settle(struct spool *s, uint64_t seq);

struct spool_stats {
	uint64_t waiting; /* not taken yet */
	uint64_t bytes;   /* on disk */
	uint64_t dropped; /* for the quota, since it was opened */
	uint64_t damaged; /* stretches of files that could not be read */
};
struct spool_stats spool_stats(const struct spool *s);

#endif

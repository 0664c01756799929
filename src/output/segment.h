/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segment.h - one file of a spool. */
#ifndef SAKER_OUTPUT_SEGMENT_H
#define SAKER_OUTPUT_SEGMENT_H

#include "queue.h"
#include "record.h"

struct segment {
	struct list list; /* of its priority, oldest first */
	enum priority priority;
	uint64_t first; /* number of its first message: its name */
	uint64_t last;
	uint64_t waiting; /* messages not taken yet */
	off_t size;
	off_t offset; /* the next to read */
	int fd;
	bool is_damaged;
};

#define SEGMENT_NAME_BYTES 32

void segment_name(const struct segment *g, char name[SEGMENT_NAME_BYTES]);
/* False when it is no segment's name. */
bool segment_parse_name(struct str name, enum priority *ret_priority,
                        uint64_t *ret_first);
/* A new file in dirfd. 0, E_NOMEM, E_IO. */
int segment_create(int dirfd, enum priority priority, uint64_t first,
                   struct segment **ret) must_check;
/* What a former run left: counts what waits behind `settled`, and damage. The
 * first that waits is the next to read. 0, E_NOMEM, E_DENIED, E_IO. */
int segment_open(int dirfd, struct str name, uint64_t settled,
                 struct segment **ret, uint64_t *ret_damaged) must_check;
/* Appends a message; a file that has no room for all of it is cut back. */
int segment_append(struct segment *g, uint64_t seq,
                   struct str bytes) must_check;
/* The next message. What was counted and cannot be read any more is added to
 * *damaged. E_END: no more. */
int segment_take(struct segment *g, struct message **ret,
                 uint64_t *damaged) must_check;
/* Closes and frees. With remove the file goes, or is kept under another name
 * when it is damaged. */
void segment_free(struct segment *g, int dirfd, bool remove);

#endif

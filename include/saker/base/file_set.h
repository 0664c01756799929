/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_set.h - what files said, read by one and used by another who may not
 * read them. */
#ifndef SAKER_BASE_FILE_SET_H
#define SAKER_BASE_FILE_SET_H

#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/err.h"

enum file_use {
	FILE_CONFIG,
	FILE_RULES
};

/* All of it is the set's. */
struct file_text {
	struct file_text *next;
	const char *name;
	struct str text;
	const char *problem; /* NULL = it was read */
	enum file_use use;
	bool is_note; /* the problem is none */
};

struct file_set {
	struct arena arena;
	struct file_text *first, *last;
	size_t bytes;
};

#define FILE_SET_INIT ((struct file_set){ 0 })

void file_set_done(struct file_set *s);
/* Appends a copy of f. A text beyond LIMIT_FILE_SET_BYTES is left out, which
 * is then the problem. 0 or E_NOMEM. */
int file_set_add(struct file_set *s, const struct file_text *f) must_check;
/* Appends the file of that name, of at most limit bytes, or what is
 * wrong with it. fd: it, opened; or -1 with errno set. 0 or E_NOMEM. */
int file_set_add_open(struct file_set *s, enum file_use use, const char *name,
                      int fd, size_t limit) must_check;
/* As bytes, and back. 0, E_INVALID, E_NOMEM. */
void file_set_pack(const struct file_set *s, struct buf *out);
int file_set_unpack(struct str bytes, struct file_set *ret) must_check;

#endif

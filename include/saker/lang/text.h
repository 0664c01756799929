/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.h - text that knows, byte by byte, which file it came from. */
#ifndef SAKER_LANG_TEXT_H
#define SAKER_LANG_TEXT_H

#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/diag.h"
#include "saker/base/err.h"

/* A file under its name, with its content for messages. */
struct source_file {
	const char *name;
	struct str content;
	const size_t *lines; /* where each line starts */
	size_t nlines;
	bool is_ascii; /* each character is a byte */
};

/* Lines and columns count from 1, columns in bytes. */
struct position {
	const struct source_file *file;
	unsigned line;
	unsigned column;
};

/* From offset on, bytes come from at on: one after the other, or, when fixed,
 * all of them from there (a list's items stand where its name did). */
struct text_piece {
	struct position at;
	uint32_t offset;
	bool fixed;
};

struct text {
	struct str s;
	const struct text_piece *pieces;
	size_t npieces;
};

/* NULL when out of memory. Keeps a copy of everything in the arena. */
struct source_file *source_file_new(struct arena *arena, const char *name,
                                    struct str content);
/* The line without its newline; empty for lines that do not exist. */
struct str source_file_line(const struct source_file *f, unsigned line);

struct position text_position(const struct text *t, size_t offset);

/* A copy in the arena of bytes that follow one another in the file from at on.
 * 0 or E_NOMEM. */
int text_of_run(struct arena *arena, struct str s, struct position at,
                struct text *ret);

/* Puts texts together. */
struct text_builder {
	struct buf bytes;
	struct buf pieces;
};

#define TEXT_BUILDER_INIT ((struct text_builder){ 0 })
#define auto_text_builder __attribute__((cleanup(text_builder_done)))

void text_builder_done(struct text_builder *b);
/* Bytes that all stand at one place. */
void text_add_fixed(struct text_builder *b, struct str s, struct position at);
/* Bytes that follow one another in the file from at on. */
void text_add_run(struct text_builder *b, struct str s, struct position at);
/* Bytes begin <= i < end of t. */
void text_add_part(struct text_builder *b, const struct text *t, size_t begin,
                   size_t end);
static inline void text_add(struct text_builder *b, const struct text *t)
{
	text_add_part(b, t, 0, t->s.len);
}
/* Copies to the arena. 0 or E_NOMEM. */
int text_finish(struct text_builder *b, struct arena *arena, struct text *ret);

/* A diagnostic at a place in a file, length bytes underlined. */
struct diag_place position_place(struct position at, size_t length);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena.h - memory that is freed together. */
#ifndef SAKER_BASE_ARENA_H
#define SAKER_BASE_ARENA_H

#include "saker/base/str.h"

struct arena_chunk;
struct buf;

/* Chunks are kept over a reset, so that a reused arena stops allocating. */
struct arena {
	struct arena_chunk *first;
	struct arena_chunk *current;
	size_t used;  /* bytes handed out since the last reset */
	size_t limit; /* most bytes that may be handed out; 0 = no limit */
	bool failed;  /* something found no room since the last reset */
};

#define ARENA_INIT ((struct arena){ 0 })

/* What pointers and numbers of 64 bits ask for; nothing here is wider. */
#define ARENA_ALIGNMENT ((size_t)8)

/* Uninitialised memory, so aligned, valid until the next reset. NULL when out
 * of memory or past the limit. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc));
void *arena_zalloc(struct arena *a, size_t n) __attribute__((malloc));
/* Copy of v in the arena, NUL behind it; STR_NONE when out of memory. */
struct str arena_copy(struct arena *a, struct str v);
/* The same of what was put together; STR_NONE, and failed set, when that found
 * no memory already. */
struct str arena_copy_buf(struct arena *a, const struct buf *text);
/* Frees nothing but the chunks beyond the first few. */
void arena_reset(struct arena *a);
void arena_done(struct arena *a);
/* Freed memory goes back to the kernel: after work that took far more than is
 * left of it. */
void memory_give_back(void);

#define arena_new(a, type)      ((type *)arena_zalloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (n)))

#endif

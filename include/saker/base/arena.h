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
	char *at, *end; /* of the current one, what is free within the limit */
	size_t used;    /* bytes handed out since the last reset */
	size_t limit;   /* most bytes that may be handed out; 0 = no limit */
	size_t held;    /* bytes of all chunks */
	bool failed;    /* something found no room since the last reset */
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
/* n unaligned bytes beyond what is left of the chunk at hand. */
char *arena_bytes_more(struct arena *a, size_t n);

/* n > 0 uninitialised bytes, unaligned; else as arena_alloc(). */
static inline char *arena_bytes(struct arena *a, size_t n)
{
	char *p = a->at;

	if (n >= (size_t)(a->end - p))
		return arena_bytes_more(a, n);
	a->at = p + n;
	a->used += n;
	return p;
}

/* The same of what was put together; STR_NONE, and failed set, when that found
 * no memory already. */
struct str arena_copy_buf(struct arena *a, const struct buf *text);
/* What a reset keeps: enough for an ordinary event, small enough that one
 * huge argv does not pin its memory for ever. */
#define ARENA_KEEP_BYTES ((size_t)64 * 1024)

/* Frees the chunks beyond ARENA_KEEP_BYTES. */
void arena_trim(struct arena *a);

/* Frees nothing but the chunks beyond the first few. */
static inline void arena_reset(struct arena *a)
{
	if (a->held > ARENA_KEEP_BYTES)
		arena_trim(a);
	a->current = NULL;
	a->at = NULL;
	a->end = NULL;
	a->used = 0;
	a->failed = false;
}

void arena_done(struct arena *a);
/* Freed memory goes back to the kernel: after work that took far more than is
 * left of it. */
void memory_give_back(void);

#define arena_new(a, type)      ((type *)arena_zalloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (n)))

#endif

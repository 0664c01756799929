/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena.c - chunked bump allocator. */
#include "saker/base/arena.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdlib.h>

#include "saker/base/buf.h"

#define CHUNK_BYTES ((size_t)4 * 1024 - 32)
/* Of an arena that holds much a chunk is an eighth of that, up to this. */
#define CHUNK_MOST ((size_t)64 * 1024 - 32)

struct arena_chunk {
	struct arena_chunk *next;
	size_t cap;
	alignas(max_align_t) char data[];
};

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static struct arena_chunk *chunk_new(size_t n, size_t held)
{
	size_t share = held / 8 < CHUNK_MOST ? held / 8 : CHUNK_MOST;
	size_t cap = larger(n, larger(share, CHUNK_BYTES));
	struct arena_chunk *c = malloc(sizeof(*c) + cap);

	if (c != NULL) {
		c->next = NULL;
		c->cap = cap;
	}
	return c;
}

/* The next kept chunk when it is large enough, else a new one before it. */
static struct arena_chunk *advance(struct arena *a, size_t n)
{
	struct arena_chunk *next =
		a->current != NULL ? a->current->next : a->first;

	if (next == NULL || next->cap < n) {
		struct arena_chunk *fresh = chunk_new(n, a->held);

		if (fresh == NULL)
			return NULL;
		fresh->next = next;
		if (a->current != NULL)
			a->current->next = fresh;
		else
			a->first = fresh;
		a->held += fresh->cap;
		next = fresh;
	}
	a->current = next;
	a->at = next->data;
	return next;
}

static void *no_room(struct arena *a)
{
	a->failed = true;
	return NULL;
}

/* Bytes to the next multiple of align, a power of two. */
static inline size_t padding(const char *at, size_t align)
{
	return (size_t) - (uintptr_t)at & (align - 1);
}

/* A new chunk, or more of this one: the limit counts no padding, and may have
 * been raised. */
static __attribute__((noinline)) void *take_more(struct arena *a, size_t n,
                                                 size_t align)
{
	struct arena_chunk *c = a->current;
	size_t left = SIZE_MAX / 2, room, skip = padding(a->at, align);
	char *p;

	if (a->limit != 0)
		left = a->used < a->limit ? a->limit - a->used : 0;
	if (n > left)
		return no_room(a);
	room = c != NULL ? (size_t)(c->data + c->cap - a->at) : 0;
	if (c == NULL || n > room || skip > room - n) {
		c = advance(a, n);
		if (c == NULL)
			return no_room(a);
		skip = 0;
	}
	p = a->at + skip;
	a->used += n;
	left -= n;
	a->at = p + n;
	room = (size_t)(c->data + c->cap - a->at);
	a->end = a->at + (room < left ? room : left);
	return p;
}

static inline void *take(struct arena *a, size_t n, size_t align)
{
	size_t room = (size_t)(a->end - a->at), skip = padding(a->at, align);
	char *p;

	/* an arena that is empty has no room for nothing either */
	if (n >= room || skip > room - n)
		return take_more(a, n, align);
	p = a->at + skip;
	a->at = p + n;
	a->used += n;
	return p;
}

char *arena_bytes_more(struct arena *a, size_t n)
{
	return take_more(a, n, 1);
}

void *arena_alloc(struct arena *a, size_t n)
{
	return take(a, n, ARENA_ALIGNMENT);
}

void *arena_zalloc(struct arena *a, size_t n)
{
	void *p = arena_alloc(a, n);

	return p != NULL ? memset(p, 0, n) : NULL;
}

struct str arena_copy(struct arena *a, struct str v)
{
	char *p = v.len < SIZE_MAX ? take(a, v.len + 1, 1) : no_room(a);

	if (p == NULL)
		return STR_NONE;
	if (v.len != 0)
		memcpy(p, v.s, v.len);
	p[v.len] = '\0';
	return (struct str){ p, v.len };
}

static void free_chain(struct arena_chunk *c)
{
	while (c != NULL) {
		struct arena_chunk *next = c->next;

		free(c);
		c = next;
	}
}

struct str arena_copy_buf(struct arena *a, const struct buf *text)
{
	a->failed |= text->failed;
	return text->failed ? STR_NONE : arena_copy(a, buf_str(text));
}

void arena_trim(struct arena *a)
{
	struct arena_chunk **link = &a->first;
	size_t kept = 0;

	while (*link != NULL && kept + (*link)->cap <= ARENA_KEEP_BYTES) {
		kept += (*link)->cap;
		link = &(*link)->next;
	}
	free_chain(*link);
	*link = NULL;
	a->held = kept;
}

void arena_done(struct arena *a)
{
	free_chain(a->first);
	*a = ARENA_INIT;
}

/* glibc keeps what was freed below the last block that is in use
 * (malloc_trim(3)). */
void memory_give_back(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* buf.h - growable byte buffer whose failure is remembered, not lost. */
#ifndef SAKER_BASE_BUF_H
#define SAKER_BASE_BUF_H

#include <stdarg.h>

#include "saker/base/str.h"

/* Once an append found no memory, failed stays set and further appends do
 * nothing, so that a writer checks once at the end. data is owned. */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	bool failed;
};

#define BUF_INIT ((struct buf){ 0 })

void buf_done(struct buf *b);
static inline void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
}
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){ b->data, b->len };
}

/* Room for n more bytes: false, and failed set, when out of memory. */
bool buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *bytes, size_t n);
static inline void buf_add_str(struct buf *b, struct str v)
{
	buf_add(b, v.s, v.len);
}
static inline void buf_add_byte(struct buf *b, char c)
{
	if (!b->failed && b->len < b->cap)
		b->data[b->len++] = c;
	else
		buf_add(b, &c, 1);
}
/* In decimal, with zeros before it up to width. */
void buf_add_number(struct buf *b, uint64_t v, unsigned width);
void buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* Removes the first n bytes. */
void buf_consume(struct buf *b, size_t n);
/* The content with a NUL behind it (not counted in len); "" when empty. */
const char *buf_cstr(struct buf *b);

#endif

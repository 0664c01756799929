/* SPDX-License-Identifier: GPL-2.0-or-later */
/* buf.c - growable byte buffer. */
#include "saker/base/buf.h"

#include <stdio.h>
#include <stdlib.h>

/* Digits of UINT64_MAX. */
#define NUMBER_WIDTH_MAX 20

void buf_done(struct buf *b)
{
	free(b->data);
	*b = BUF_INIT;
}

bool buf_reserve(struct buf *b, size_t n)
{
	size_t need, cap = b->cap != 0 ? b->cap : 256;
	char *data;

	if (b->failed || __builtin_add_overflow(b->len, n, &need) ||
	    need > PTRDIFF_MAX / 2)
		return !(b->failed = true);
	if (need <= b->cap)
		return true;
	while (cap < need)
		cap += cap / 2;
	data = realloc(b->data, cap);
	if (data == NULL)
		return !(b->failed = true);
	b->data = data;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	if ((b->failed || b->cap - b->len < n) && !buf_reserve(b, n))
		return;
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
}

/* A tenth of what printf takes: alerts have some dozens. */
void buf_add_number(struct buf *b, uint64_t v, unsigned width)
{
	char digits[NUMBER_WIDTH_MAX];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	while (sizeof(digits) - at < width && at != 0)
		digits[--at] = '0';
	buf_add(b, digits + at, sizeof(digits) - at);
}

/* Most texts fit into what there is: then they are made once. */
void buf_vprintf(struct buf *b, const char *format, va_list ap)
{
	const size_t room = b->failed ? 0 : b->cap - b->len;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(room != 0 ? b->data + b->len : NULL, room, format, ap);
	if (n >= 0 && (size_t)n < room) {
		b->len += (size_t)n;
	} else if (n >= 0 && buf_reserve(b, (size_t)n + 1)) {
		vsnprintf(b->data + b->len, (size_t)n + 1, format, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(b, format, ap);
	va_end(ap);
}

void buf_consume(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
}

const char *buf_cstr(struct buf *b)
{
	if (!buf_reserve(b, 1))
		return "";
	b->data[b->len] = '\0';
	return b->data;
}

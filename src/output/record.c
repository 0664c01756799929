/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.c - records of a spool file.
 *
 * A file ends anywhere when saker is killed or the disk is full, and a power
 * cut may leave zeroes or old blocks in it: head and body have a checksum each,
 * and behind damage the next head is searched for. */
#include "record.h"

#include <errno.h>
#include <unistd.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"

/* In the byte order of the machine that wrote it: another one reads damage. */
#define MAGIC 0x736b7231u /* "skr1" */

struct head {
	uint32_t magic;
	uint32_t len;
	uint64_t seq;
	uint64_t body;
	uint64_t head; /* of all of the above */
};

#define SEARCH_BYTES 65536u

static uint64_t head_sum(const struct head *h)
{
	return str_hash(
		(struct str){ (const char *)h, offsetof(struct head, head) },
		MAGIC);
}

void record_encode(uint64_t seq, struct str bytes, struct buf *out)
{
	struct head h = {
		.magic = MAGIC,
		.len = (uint32_t)bytes.len,
		.seq = seq,
		.body = str_hash(bytes, seq),
	};

	h.head = head_sum(&h);
	buf_add(out, &h, sizeof(h));
	buf_add_str(out, bytes);
}

static bool is_head(const struct head *h)
{
	return h->magic == MAGIC && h->len <= LIMIT_OUTPUT_MESSAGE_BYTES &&
	       h->head == head_sum(h);
}

/* The record at offset. E_INVALID: there is none. */
static int read_here(int fd, off_t offset, struct record *ret,
                     struct buf *bytes)
{
	struct head h;
	ssize_t n = io_read_most(fd, &h, sizeof(h), offset);

	if (n < 0)
		return (int)n;
	if (n == 0)
		return E_END;
	if ((size_t)n < sizeof(h) || !is_head(&h))
		return E_INVALID;
	buf_clear(bytes);
	if (!buf_reserve(bytes, h.len))
		return E_NOMEM;
	n = io_read_most(fd, bytes->data, h.len, offset + (off_t)sizeof(h));
	if (n < 0)
		return (int)n;
	bytes->len = (size_t)n;
	if (bytes->len < h.len || str_hash(buf_str(bytes), h.seq) != h.body)
		return E_INVALID;
	ret->seq = h.seq;
	ret->next = offset + (off_t)sizeof(h) + (off_t)h.len;
	return 0;
}

/* Moves *offset to the next place that looks like a head. 0, E_END, E_NOMEM or
 * E_IO. */
static int find_head(int fd, off_t *offset)
{
	const uint32_t magic = MAGIC;
	auto_buf struct buf chunk = BUF_INIT;

	if (!buf_reserve(&chunk, SEARCH_BYTES))
		return E_NOMEM;
	for (;;) {
		ssize_t n = io_read_most(fd, chunk.data, SEARCH_BYTES, *offset);
		struct str text = { chunk.data, n > 0 ? (size_t)n : 0 };
		ptrdiff_t at =
			str_find(text, (struct str){ (const char *)&magic,
		                                     sizeof(magic) });

		if (n < 0)
			return (int)n;
		if (at >= 0) {
			*offset += at;
			return 0;
		}
		if ((size_t)n < SEARCH_BYTES) {
			*offset += n;
			return E_END;
		}
		/* the magic number may lie across the end */
		*offset += n - (ssize_t)sizeof(magic) + 1;
	}
}

int record_read(int fd, off_t offset, struct record *ret, struct buf *bytes)
{
	struct record r = { .next = offset };
	int error;

	while ((error = read_here(fd, r.next, &r, bytes)) == E_INVALID) {
		r.damage = 1;
		r.next++;
		error = find_head(fd, &r.next);
		if (error < 0)
			break;
	}
	if (error == 0 || error == E_END)
		*ret = r;
	return error;
}

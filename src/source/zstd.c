/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zstd.c - logs compressed with Zstandard (RFC 8878), where libzstd is. */
#include "config.h"

#include "input.h"

#ifdef HAVE_ZSTD

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

#include "saker/base/io.h"

#define ZSTD_CHUNK ((size_t)256 * 1024)

struct zstd_input {
	int fd;
	ZSTD_DCtx *context;
	ZSTD_inBuffer in;
	uint64_t taken;
	bool is_open; /* within a frame */
	char chunk[ZSTD_CHUNK];
};

int zstd_open(int fd, struct zstd_input **ret)
{
	struct zstd_input *z = calloc(1, sizeof(*z));

	if (z == NULL)
		return E_NOMEM;
	z->context = ZSTD_createDCtx();
	if (z->context == NULL) {
		free(z);
		return E_NOMEM;
	}
	z->fd = fd;
	z->in.src = z->chunk;
	*ret = z;
	return 0;
}

void zstd_close(struct zstd_input *z)
{
	if (z == NULL)
		return;
	ZSTD_freeDCtx(z->context);
	io_close(&z->fd);
	free(z);
}

/* 1 with bytes to decode, 0 at the end, or a negative error. */
static int fill(struct zstd_input *z)
{
	ssize_t n;

	if (z->in.pos < z->in.size)
		return 1;
	do
		n = read(z->fd, z->chunk, sizeof(z->chunk));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return E_IO;
	if (n == 0)
		return z->is_open ? E_TRUNCATED : 0;
	z->taken += (uint64_t)n;
	z->in.size = (size_t)n;
	z->in.pos = 0;
	return 1;
}

ssize_t zstd_read(struct zstd_input *z, char *buffer, size_t capacity)
{
	ZSTD_outBuffer out = { buffer, capacity, 0 };

	while (out.pos == 0) {
		int more = fill(z);
		size_t left;

		if (more <= 0)
			return more;
		left = ZSTD_decompressStream(z->context, &out, &z->in);
		if (ZSTD_isError(left))
			return E_INVALID;
		z->is_open = left != 0;
	}
	return (ssize_t)out.pos;
}

uint64_t zstd_offset(const struct zstd_input *z)
{
	return z->taken;
}

#else

int zstd_open(int fd, struct zstd_input **ret)
{
	(void)fd;
	(void)ret;
	return E_UNSUPPORTED;
}

void zstd_close(struct zstd_input *z)
{
	(void)z;
}

ssize_t zstd_read(struct zstd_input *z, char *buffer, size_t capacity)
{
	(void)z;
	(void)buffer;
	(void)capacity;
	return E_UNSUPPORTED;
}

uint64_t zstd_offset(const struct zstd_input *z)
{
	(void)z;
	return 0;
}

#endif

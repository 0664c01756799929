/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.h - bytes of a log: plain or compressed file, FIFO, standard input. */
#ifndef SAKER_SOURCE_INPUT_H
#define SAKER_SOURCE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <zlib.h>

#include "saker/base/err.h"

struct zstd_input;

struct input {
	int fd;
	/* Of compressed files one of these, which owns fd; else both NULL. */
	gzFile gz;
	struct zstd_input *zstd;
	bool is_file;  /* regular: reading it never waits */
	uint64_t size; /* of a regular file, else 0 */
	uint64_t taken;
};

#define INPUT_NONE ((struct input){ .fd = -1 })

/* "-" is standard input, which is duplicated. flags: O_NONBLOCK or 0. 0,
 * E_INVALID (a directory or socket), E_NOT_FOUND, E_DENIED, E_UNSUPPORTED
 * (compressed with what this build cannot read), E_NOMEM, E_IO. */
int input_open(const char *path, int flags, struct input *ret) must_check;
void input_close(struct input *in);
/* Bytes read, 0 at the end, or E_AGAIN, E_INVALID (damaged compressed data),
 * E_TRUNCATED (compressed data ends too early), E_NOMEM, E_IO. */
ssize_t input_read(struct input *in, char *buffer,
                   unsigned capacity) must_check;
/* Bytes of the file, as it lies on the disk, that were read. */
uint64_t input_offset(const struct input *in);

/* zstd.c. Takes the descriptor on success. 0, E_UNSUPPORTED or E_NOMEM. */
int zstd_open(int fd, struct zstd_input **ret) must_check;
void zstd_close(struct zstd_input *z);
/* As input_read(). */
ssize_t zstd_read(struct zstd_input *z, char *buffer,
                  size_t capacity) must_check;
uint64_t zstd_offset(const struct zstd_input *z);

#endif

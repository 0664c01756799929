/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.h - bytes of a log: plain or gzip file, FIFO, standard input. */
#ifndef SAKER_SOURCE_INPUT_H
#define SAKER_SOURCE_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <zlib.h>

#include "saker/base/err.h"

struct input {
	int fd;
	gzFile gz; /* regular files, compressed or not; owns fd; else NULL */
	uint64_t size; /* of a regular file, else 0 */
};

#define INPUT_NONE ((struct input){ .fd = -1 })

/* "-" is standard input, which is duplicated. flags: O_NONBLOCK or 0. 0,
 * E_INVALID (a directory or socket), E_NOT_FOUND, E_DENIED, E_NOMEM, E_IO. */
int input_open(const char *path, int flags, struct input *ret) must_check;
void input_close(struct input *in);
/* Bytes read, 0 at the end, or E_AGAIN, E_INVALID (damaged gzip data),
 * E_TRUNCATED (gzip data ends too early), E_NOMEM, E_IO. */
ssize_t input_read(struct input *in, char *buffer,
                   unsigned capacity) must_check;
/* Bytes of the file, as it lies on the disk, that were read. */
uint64_t input_offset(const struct input *in);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_id.h - a file's identity: names can be forged, this cannot. */
#ifndef SAKER_BASE_FILE_ID_H
#define SAKER_BASE_FILE_ID_H

#include <stdbool.h>
#include <stdint.h>

/* ino 0 = not known. dev in makedev() form. */
struct file_id {
	uint64_t dev;
	uint64_t ino;
};

static inline bool file_id_eq(struct file_id a, struct file_id b)
{
	return a.ino != 0 && a.ino == b.ino && a.dev == b.dev;
}

#endif

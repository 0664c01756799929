/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.h - one message in a spool file: found again, or known to be damaged,
 * whatever happened to the file. */
#ifndef SAKER_OUTPUT_RECORD_H
#define SAKER_OUTPUT_RECORD_H

#include <sys/types.h>

#include "saker/base/buf.h"
#include "saker/base/err.h"

struct record {
	uint64_t seq;
	off_t next;      /* where the one behind it begins */
	unsigned damage; /* damaged stretches that were skipped before it */
};

/* Appends the record to out. */
void record_encode(uint64_t seq, struct str bytes, struct buf *out);
/* Reads the first whole record at or behind offset; its bytes replace those of
 * bytes. What is damaged is skipped. 0; E_END when there is none, ret->damage
 * and ret->next (the end of the file) then being set; E_NOMEM, E_IO. */
int record_read(int fd, off_t offset, struct record *ret,
                struct buf *bytes) must_check;

#endif

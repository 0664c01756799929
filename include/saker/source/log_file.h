/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log_file.h - recorded logs read one frame after the other, without a thread.
 */
#ifndef SAKER_SOURCE_LOG_FILE_H
#define SAKER_SOURCE_LOG_FILE_H

#include "saker/audit/frame.h"
#include "saker/base/err.h"

struct log_reader;

/* A file, plain or compressed with gzip, a FIFO, or "-" for standard input; in
 * auditd's text or binary format. 0, E_INVALID (a directory or socket),
 * E_NOT_FOUND, E_DENIED, E_NOMEM, E_IO. Waits for a FIFO's writer. */
int log_open(const char *path, struct counters *counters,
             struct log_reader **ret) must_check;
/* This host's own logs as auditd.conf names them, rotated ones included, oldest
 * first, found and read by libauparse: records of one event come together. One
 * such reader at a time (libauparse). 0, E_NOT_FOUND, E_DENIED, E_NOMEM, E_IO.
 */
int log_open_system(struct counters *counters,
                    struct log_reader **ret) must_check;
void log_close(struct log_reader *r);

/* The next line, borrowed until the next call. Counts RECORDS_IN. 0, E_END, or
 * E_INVALID and E_TRUNCATED (damaged gzip data), E_NOMEM, E_IO; after an error
 * only log_close() is left. */
int log_next(struct log_reader *r, struct frame *ret) must_check;
/* Bytes read so far and in all, as they lie on the disk; total 0 = not known.
 */
void log_progress(const struct log_reader *r, uint64_t *ret_done,
                  uint64_t *ret_total);

#endif

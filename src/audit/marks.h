/* SPDX-License-Identifier: GPL-2.0-or-later */
/* marks.h - where lines end, and where their enrichment begins. */
#ifndef SAKER_AUDIT_MARKS_H
#define SAKER_AUDIT_MARKS_H

#include "saker/audit/frame.h"

#define MARKS_BYTES 4096u

/* One bit for each of n bytes, MARKS_BYTES at most, the first one lowest: it is
 * a newline or FRAME_BORDER. Up to 63 bytes behind them are read, and may be
 * anything. */
void marks_find(const char *p, size_t n, uint64_t *words);

#endif

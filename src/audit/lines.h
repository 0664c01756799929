/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lines.h - where lines end, and where their enrichment begins. */
#ifndef SAKER_AUDIT_LINES_H
#define SAKER_AUDIT_LINES_H

#include "saker/audit/frame.h"

/* Fills f's lines from bytes that follow those looked at, until they or the
 * room for lines end, and notes the border of the line that has no end yet. Up
 * to 63 bytes behind n are read, and may be anything. Returns how many bytes
 * were looked at, n at most. */
size_t lines_find(struct framer *f, const char *bytes, size_t n);

#endif

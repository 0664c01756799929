/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pace.h - whether records come so fast that it pays to be woken once for many
 * of them. What comes after a pause is never waited with. */
#ifndef SAKER_SOURCE_PACE_H
#define SAKER_SOURCE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What comes meanwhile at the highest rates takes a small part of the kernel's
 * queue, and of the socket that auditd writes to: 40 of 270 records. */
#define PACE_GATHER_NS 400000u

/* All zeros at the start. */
struct pace {
	uint64_t began_ns; /* CLOCK_MONOTONIC */
	size_t records;    /* since then */
	bool is_busy;
};

/* After each look, with what it found. */
void pace_count(struct pace *p, size_t records, uint64_t now_ns);
/* How long to wait before the next look; 0 = until something is there. */
uint64_t pace_gather_ns(const struct pace *p);

#endif

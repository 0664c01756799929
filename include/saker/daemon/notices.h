/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notices.h - losses told: one internal alert per burst. */
#ifndef SAKER_DAEMON_NOTICES_H
#define SAKER_DAEMON_NOTICES_H

#include "saker/base/counters.h"
#include "saker/daemon/pipeline.h"

struct notices {
	uint64_t told[COUNTER__MAX]; /* values that the operator knows of */
	uint64_t last_ns;            /* CLOCK_MONOTONIC of the last notice */
	unsigned kernel_lost;        /* at the start */
	bool has_kernel_lost;
};

/* Remembers what the kernel had lost before. */
void notices_init(struct notices *n);
/* Polls the kernel's lost counter, and raises an internal alert (and a line on
 * standard error) when losses grew since the last one: at once after a quiet
 * time, then at most every ten seconds. last = at the end of the run: whatever
 * is untold. Outputs' drops are folded into the counters here. */
void notices_tick(struct notices *n, struct pipeline *p, uint64_t now_ns,
                  bool last);

#endif

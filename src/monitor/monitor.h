/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor.h - the monitor's parts; private to src/monitor. */
#ifndef SAKER_SRC_MONITOR_MONITOR_H
#define SAKER_SRC_MONITOR_MONITOR_H

#include "saker/base/buf.h"
#include "saker/monitor/monitor.h"

#define PROTECTED_MAX 8

struct monitor {
	struct monitor_options options;
	pid_t protected[PROTECTED_MAX];
	size_t nprotected;
	unsigned tokens; /* kills that are left */
	uint64_t refilled_ns;
	struct arena arena; /* of the request at hand */
	struct buf answer;
};

/* 0, or why a process must not be killed: E_DENIED, E_STALE, E_NOT_FOUND,
 * E_LIMIT (too many within a minute). */
int guard_kill(struct monitor *m,
               const struct wire_request *request) must_check;

#endif

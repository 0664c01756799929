/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor.h - the monitor's parts; private to src/monitor. */
#ifndef SAKER_SRC_MONITOR_MONITOR_H
#define SAKER_SRC_MONITOR_MONITOR_H

#include "saker/base/buf.h"
#include "saker/base/limits.h"
#include "saker/monitor/monitor.h"

struct monitor {
	struct monitor_options options;
	struct arena arena; /* of the request at hand */
	struct buf answer;
	unsigned watches; /* added for the engine */
	/* programs among the outputs */
	pid_t programs[LIMIT_PROGRAMS];
	size_t nprograms;
};

/* What a request comes to, beside the answer. */
struct outcome {
	int error;
	int fd; /* sent and closed; -1 = none */
};

static inline struct outcome only(int error)
{
	return (struct outcome){ error, -1 };
}

struct outcome serve_WATCH(struct monitor *m, const struct wire_request *r);
struct outcome serve_FILES(struct monitor *m, const struct wire_request *r);
struct outcome serve_SNAPSHOT(struct monitor *m, const struct wire_request *r);
struct outcome serve_SNAPSHOT_DONE(struct monitor *m,
                                   const struct wire_request *r);
struct outcome serve_METRICS(struct monitor *m, const struct wire_request *r);
struct outcome serve_METRICS_DONE(struct monitor *m,
                                  const struct wire_request *r);
struct outcome serve_OUTPUT(struct monitor *m, const struct wire_request *r);
struct outcome serve_OUTPUT_PIPE(struct monitor *m,
                                 const struct wire_request *r);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exposition.h - Prometheus' text format, version 0.0.4. */
#ifndef SAKER_METRICS_EXPOSITION_H
#define SAKER_METRICS_EXPOSITION_H

#include "saker/base/buf.h"

enum metric_type {
	METRIC_COUNTER,
	METRIC_GAUGE,
	METRIC_HISTOGRAM
};

/* The family of the samples that follow. */
void metric_begin(struct buf *out, const char *name, enum metric_type type,
                  const char *help);

struct metric_label {
	const char *name;
	struct str value; /* any bytes */
};
/* One sample; the name may have _sum or the like behind the family's. */
void metric_sample(struct buf *out, const char *name,
                   const struct metric_label *labels, size_t nlabels,
                   double value);

/* Times from 16 microseconds to 16 seconds, each bucket four times the one
 * before. */
#define HISTOGRAM_BUCKETS 11
struct histogram {
	uint64_t counts[HISTOGRAM_BUCKETS + 1];
	uint64_t sum_ns;
};
void histogram_add(struct histogram *h, uint64_t ns);
void metric_histogram(struct buf *out, const char *name, const char *help,
                      const struct histogram *h);

#endif

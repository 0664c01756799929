/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exposition.c - Prometheus' text format
 * (prometheus.io/docs/instrumenting/exposition_formats). */
#include "saker/metrics/exposition.h"

#include <stdio.h>

#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

#define FIRST_BUCKET_NS (16 * NS_PER_US)

static const char *const types[] = { [METRIC_COUNTER] = "counter",
	                             [METRIC_GAUGE] = "gauge",
	                             [METRIC_HISTOGRAM] = "histogram" };

/* In label values the quote is escaped too; it is harmless in help. */
static void add_escaped(struct buf *out, struct str text, bool quotes)
{
	auto_buf struct buf valid = BUF_INIT;

	escape_to_utf8(&valid, text);
	for (size_t i = 0; i < valid.len; i++) {
		char c = valid.data[i];

		if (c == '\n') {
			buf_add_str(out, STR("\\n"));
			continue;
		}
		if (c == '\\' || (c == '"' && quotes))
			buf_add_byte(out, '\\');
		buf_add_byte(out, c);
	}
	out->failed |= valid.failed;
}

void metric_begin(struct buf *out, const char *name, enum metric_type type,
                  const char *help)
{
	buf_printf(out, "# HELP %s ", name);
	add_escaped(out, str_from(help), false);
	buf_printf(out, "\n# TYPE %s %s\n", name, types[type]);
}

void metric_sample(struct buf *out, const char *name,
                   const struct metric_label *labels, size_t nlabels,
                   double value)
{
	buf_add_str(out, str_from(name));
	for (size_t i = 0; i < nlabels; i++) {
		buf_printf(out, "%c%s=\"", i == 0 ? '{' : ',', labels[i].name);
		add_escaped(out, labels[i].value, true);
		buf_add_byte(out, '"');
	}
	if (nlabels != 0)
		buf_add_byte(out, '}');
	buf_printf(out, " %.17g\n", value);
}

void histogram_add(struct histogram *h, uint64_t ns)
{
	uint64_t most = FIRST_BUCKET_NS;
	unsigned i = 0;

	for (; i < HISTOGRAM_BUCKETS && ns > most; i++)
		most *= 4;
	h->counts[i]++;
	h->sum_ns += ns;
}

void metric_histogram(struct buf *out, const char *name, const char *help,
                      const struct histogram *h)
{
	uint64_t most = FIRST_BUCKET_NS, count = 0;

	metric_begin(out, name, METRIC_HISTOGRAM, help);
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		count += h->counts[i];
		buf_printf(out, "%s_bucket{le=\"%g\"} %llu\n", name,
		           (double)most / 1e9, (unsigned long long)count);
		most *= 4;
	}
	count += h->counts[HISTOGRAM_BUCKETS];
	buf_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n", name,
	           (unsigned long long)count);
	buf_printf(out, "%s_sum %.9f\n%s_count %llu\n", name,
	           (double)h->sum_ns / 1e9, name, (unsigned long long)count);
}

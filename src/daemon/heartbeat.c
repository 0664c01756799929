/* SPDX-License-Identifier: GPL-2.0-or-later */
/* heartbeat.c - an alert that comes while saker is well: its absence tells who
 * is far away that something is wrong. */
#include "daemon.h"
#include "saker/alert/alert.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

static void beat(struct daemon *d)
{
	static const enum counter told[] = { COUNTER_RECORDS_IN,
		                             COUNTER_EVENTS_EVALUATED,
		                             COUNTER_ALERTS };
	struct alert_field fields[COUNT(told)];
	auto_buf struct buf message = BUF_INIT;
	struct alert_internal what = {
		.time_ns = clock_realtime_ns(),
		.priority = PRIORITY_INFORMATIONAL,
		.hostname = str_from(d->engine.hostname),
		.name = STR("heartbeat"),
		.fields = fields,
		.nfields = COUNT(told),
	};
	struct alert alert;

	buf_add_str(&message, STR("saker is alive ("));
	for (size_t i = 0; i < COUNT(told); i++) {
		uint64_t n = counter_get(d->engine.counters, told[i]);

		fields[i] = (struct alert_field){
			.name = str_from(counter_name(told[i])),
			.has_value = true,
			.value = { .type = VALUE_UINT, .u = n },
		};
		buf_printf(&message, "%s%s=%llu", i == 0 ? "" : " ",
		           counter_name(told[i]), (unsigned long long)n);
	}
	buf_add_byte(&message, ')');
	what.message = buf_str(&message);
	if (message.failed || alert_from_internal(&what, &alert) < 0)
		return;
	pipeline_emit(&d->engine.pipeline, &alert);
	alert_done(&alert);
}

void heartbeat_tick(struct daemon *d, uint64_t now_ns)
{
	if (d->config->heartbeat == 0 || now_ns < d->next_beat_ns)
		return;
	d->next_beat_ns = now_ns + d->config->heartbeat * NS_PER_SEC;
	beat(d);
}

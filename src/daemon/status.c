/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - what this saker is and does, as JSON. */
#include "config.h"

#include <inttypes.h>
#include <unistd.h>

#include "daemon.h"
#include "saker/base/clock.h"
#include "saker/base/escape.h"

static void add_number(struct buf *out, const char *name, uint64_t n)
{
	buf_printf(out, ",\"%s\":%" PRIu64, name, n);
}

static void add_text(struct buf *out, const char *name, struct str text)
{
	buf_printf(out, ",\"%s\":", name);
	escape_json(out, text);
}

static void add_time(struct buf *out, const char *name, uint64_t ns)
{
	char text[40];
	time_t seconds = (time_t)(ns / NS_PER_SEC);
	struct tm tm;

	if (ns == 0 || gmtime_r(&seconds, &tm) == NULL)
		return;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	add_text(out, name, str_from(text));
}

static void add_counters(struct buf *out, const struct counters *counters)
{
	for (unsigned id = 0; id < COUNTER__MAX; id++)
		buf_printf(out, "%s\"%s\":%" PRIu64, id != 0 ? "," : "",
		           counter_name(id), counter_get(counters, id));
}

/* While records come in, what a reader has not counted yet is missing. */
static void add_balance(struct buf *out, const struct daemon *d)
{
	uint64_t pending = inputs_pending(d);

	buf_printf(out,
	           "\"in\":%" PRIu64 ",\"pending\":%" PRIu64
	           ",\"unaccounted\":%" PRId64,
	           counter_get(d->counters, COUNTER_RECORDS_IN), pending,
	           counters_unaccounted(d->counters, pending));
}

static void add_sources(struct buf *out, const struct daemon *d)
{
	for (size_t i = 0; i < d->ninputs; i++) {
		const struct input *in = &d->inputs[i];
		struct source_load load = source_load(&in->source);
		const char *state = in->has_ended       ? "ended"
		                    : in->source.fd < 0 ? "not connected"
		                                        : "open";

		buf_printf(out, "%s{\"state\":\"%s\"", i != 0 ? "," : "",
		           state);
		add_text(out, "source", str_from(in->spec));
		add_number(out, "ring_bytes", load.bytes);
		add_number(out, "ring_used", load.used);
		add_number(out, "records_pending", load.records);
		buf_add_byte(out, '}');
	}
}

static void add_rules(struct buf *out, const struct daemon *d)
{
	const struct ruleset *rules = d->engine.rules.ruleset;
	size_t enabled = 0;

	for (size_t i = 0; i < ruleset_count(rules); i++)
		enabled += ruleset_rule(rules, i)->enabled;
	buf_printf(out,
	           "\"loaded\":%zu,\"enabled\":%zu,\"hash\":\"%016" PRIx64 "\"",
	           ruleset_count(rules), enabled, ruleset_hash(rules));
	add_time(out, "time", d->rules_ns);
}

static void add_keys(struct buf *out, const struct reload_result *r)
{
	buf_add_str(out, STR(",\"restart_needed_for\":["));
	for (size_t i = 0; i < r->nkept; i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		escape_json(out, str_from(r->kept[i]));
	}
	buf_add_byte(out, ']');
}

void status_render_reload(const struct reload_result *r, struct buf *out)
{
	buf_printf(out, "{\"result\":\"%s\"",
	           r->time_ns == 0 ? "none yet"
	           : r->error == 0 ? "loaded"
	                           : "failed");
	if (r->time_ns != 0) {
		add_time(out, "time", r->time_ns);
		add_text(out, "messages", str_trim(r->text));
		if (r->error != 0)
			add_text(out, "error", str_from(err_text(r->error)));
		else
			add_number(out, "rules", r->rules);
		add_keys(out, r);
	}
	buf_add_byte(out, '}');
}

static void add_outputs(struct buf *out, const struct daemon *d)
{
	struct outputs_stats s = outputs_stats(d->engine.outputs);
	const char *name;

	buf_printf(out,
	           "\"count\":%u,\"submitted\":%" PRIu64 ",\"written\":%" PRIu64
	           ",\"dropped\":%" PRIu64 ",\"pending\":%" PRIu64,
	           s.outputs, s.submitted, s.written, s.dropped, s.pending);
	buf_add_str(out, STR(",\"items\":["));
	for (size_t i = 0; outputs_stats_at(d->engine.outputs, i, &name, &s);
	     i++) {
		buf_printf(out,
		           "%s{\"failing\":%s,\"pending\":%" PRIu64
		           ",\"spooled\":%" PRIu64 ",\"written\":%" PRIu64
		           ",\"dropped\":%" PRIu64,
		           i != 0 ? "," : "", s.failing != 0 ? "true" : "false",
		           s.pending, s.spooled, s.written, s.dropped);
		add_text(out, "output", str_from(name));
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
}

/* Who did more than there was time for. */
static void add_shed(struct buf *out, const struct daemon *d)
{
	struct shares *shares = d->engine.pipeline.shares;
	const struct share_shed *shed;

	if (shares == NULL)
		return;
	buf_printf(out, "\"pressed\":%s,\"others\":%" PRIu64 ",\"shed\":[",
	           shares->is_pressed ? "true" : "false", shares->others);
	for (size_t i = 0; (shed = shares_shed_at(shares, i)) != NULL; i++) {
		buf_printf(out, "%s{\"events\":%" PRIu64, i != 0 ? "," : "",
		           shed->events);
		add_text(out, "kind", str_from(shed->kind));
		add_text(out, "id", str_from(shed->id));
		add_text(out, "name", str_from(shed->name));
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
}

static void add_tables(struct buf *out, const struct daemon *d)
{
	buf_printf(out, "\"processes\":%zu,\"containers\":%zu",
	           tracker_process_count(d->engine.tracker),
	           tracker_container_count(d->engine.tracker));
}

static void add_separation(struct buf *out, const struct daemon *d)
{
	buf_printf(out, ",\"separation\":{\"active\":%s",
	           d->is_separate ? "true" : "false");
	if (d->why_single != NULL)
		add_text(out, "reason", str_from(d->why_single));
	buf_add_byte(out, '}');
}

static void add_processes(struct buf *out, const struct daemon *d)
{
	const struct protected_process courier = {
		"courier", d->outbox != NULL ? outbox_taker(d->outbox) : 0,
		d->landlock != NULL ? d->landlock->courier : 0
	};

	const struct protected_process reader = {
		"reader", d->reader != NULL ? atomic_load(d->reader) : 0,
		d->landlock != NULL ? d->landlock->reader : 0
	};

	for (size_t i = 0; i < d->nprotected; i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		protection_render(&d->protected[i], out);
	}
	if (d->outbox != NULL) {
		buf_add_byte(out, ',');
		protection_render(&courier, out);
	}
	if (reader.pid != 0) {
		buf_add_byte(out, ',');
		protection_render(&reader, out);
	}
}

void status_render(const struct daemon *d, struct buf *out)
{
	buf_printf(out, "{\"version\":\"%s\",\"pid\":%d", PACKAGE_VERSION,
	           (int)getpid());
	add_text(out, "hostname", str_from(d->engine.hostname));
	add_time(out, "started", d->started_ns);
	add_text(out, "response_mode",
	         str_from(response_mode_name(d->engine.config->response_mode)));
	add_separation(out, d);
	buf_add_str(out, STR(",\"responses\":{"));
	responses_render(d->engine.pipeline.responses, out);
	buf_add_str(out, STR("},\"rules\":{"));
	add_rules(out, d);
	buf_add_str(out, STR("},\"reload\":"));
	status_render_reload(reloader_result(d->reloader), out);
	buf_add_str(out, STR(",\"sources\":["));
	add_sources(out, d);
	buf_add_str(out, STR("],\"records\":{"));
	add_balance(out, d);
	buf_add_str(out, STR("},\"outputs\":{"));
	add_outputs(out, d);
	buf_add_str(out, STR("},\"tables\":{"));
	add_tables(out, d);
	buf_add_str(out, STR("},\"shares\":{"));
	add_shed(out, d);
	buf_add_str(out, STR("},\"processes\":["));
	add_processes(out, d);
	buf_add_str(out, STR("],\"counters\":{"));
	add_counters(out, d->engine.counters);
	buf_add_str(out, STR("}}"));
}

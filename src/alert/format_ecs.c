/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format_ecs.c - an alert in Elastic's Common Schema. */
#include "format.h"
#include "saker/alert/render.h"
#include "saker/base/array.h"
#include "saker/base/escape.h"

#define VERSION "8.11.0"

static bool add_text(struct buf *out, struct str text)
{
	escape_json(out, text);
	return text.len != 0;
}

static bool add_time(const struct alert *a, struct buf *out)
{
	buf_add_byte(out, '"');
	render_time_iso8601(a->time_ns, out);
	buf_add_byte(out, '"');
	return true;
}

static bool add_ecs_version(const struct alert *a, struct buf *out)
{
	(void)a;
	return add_text(out, STR(VERSION));
}

static bool add_category(const struct alert *a, struct buf *out)
{
	(void)a;
	buf_add_str(out, STR("[\"intrusion_detection\"]"));
	return true;
}

static bool add_dataset(const struct alert *a, struct buf *out)
{
	(void)a;
	return add_text(out, STR("saker.alerts"));
}

static bool add_uuid(const struct alert *a, struct buf *out)
{
	return add_text(out, str_from(a->uuid));
}

static bool add_kind(const struct alert *a, struct buf *out)
{
	(void)a;
	return add_text(out, STR("alert"));
}

static bool add_module(const struct alert *a, struct buf *out)
{
	(void)a;
	return add_text(out, STR("saker"));
}

/* The source's own scale: syslog's severities. */
static bool add_severity(const struct alert *a, struct buf *out)
{
	buf_printf(out, "%d", (int)a->priority);
	return true;
}

static bool add_type(const struct alert *a, struct buf *out)
{
	(void)a;
	buf_add_str(out, STR("[\"info\"]"));
	return true;
}

static bool add_hostname(const struct alert *a, struct buf *out)
{
	return add_text(out, a->hostname);
}

static bool add_level(const struct alert *a, struct buf *out)
{
	return add_text(out, str_from(priority_name(a->priority)));
}

static bool add_message(const struct alert *a, struct buf *out)
{
	return add_text(out, a->message);
}

static bool add_rule(const struct alert *a, struct buf *out)
{
	return add_text(out, a->rule);
}

static bool add_source(const struct alert *a, struct buf *out)
{
	return add_text(out, a->source);
}

static bool add_fields(const struct alert *a, struct buf *out)
{
	format_fields(a, out);
	return true;
}

static bool add_response(const struct alert *a, struct buf *out)
{
	if (a->has_response)
		format_response(&a->response, out);
	return a->has_response;
}

static bool add_tags(const struct alert *a, struct buf *out)
{
	format_tags(a, out);
	return a->ntags != 0;
}

/* ["...",...] of what is there. */
static bool add_each(const struct alert *a,
                     bool (*get)(const struct alert *, size_t, struct buf *),
                     struct buf *out)
{
	struct buf text = BUF_INIT;
	size_t n = 0;

	while (get(a, n, &text)) {
		buf_add_byte(out, n == 0 ? '[' : ',');
		escape_json(out, buf_str(&text));
		buf_clear(&text);
		n++;
	}
	buf_add_byte(out, ']');
	buf_done(&text);
	return n != 0;
}

static bool add_tactics(const struct alert *a, struct buf *out)
{
	return add_each(a, format_tactic, out);
}

static bool add_techniques(const struct alert *a, struct buf *out)
{
	return add_each(a, format_technique, out);
}

static bool add_framework(const struct alert *a, struct buf *out)
{
	struct buf text = BUF_INIT;
	bool any = format_tactic(a, 0, &text) || format_technique(a, 0, &text);

	buf_done(&text);
	return any && add_text(out, STR("MITRE ATT&CK"));
}

static const struct format_row rows[] = {
#define ECS_FIELD(path, field)   { path, field, NULL },
#define ECS_FACT(path, function) { path, NULL, function },
#include "ecs.def"
#undef ECS_FIELD
#undef ECS_FACT
};

void alert_render_ecs(const struct alert *a, struct buf *out)
{
	struct json_tree t;

	json_tree_begin(&t, out);
	format_rows(rows, COUNT(rows), a, &t);
	json_tree_end(&t);
	buf_add_byte(out, '\n');
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format.c - an alert as one line: Falco's JSON (userspace/engine/formats.cpp),
 * and text. */
#include <inttypes.h>

#include "format.h"
#include "saker/alert/alert.h"
#include "saker/alert/render.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

/* `,"name":` or `{"name":`; names are ours and need no escape. */
static void add_key(struct buf *out, char before, const char *name)
{
	buf_printf(out, "%c\"%s\":", before, name);
}

static void add_string(struct buf *out, char before, const char *name,
                       struct str v)
{
	add_key(out, before, name);
	escape_json(out, v);
}

/* What the text format and JSON's "output" have in common. */
static void add_head(const struct alert *a, struct buf *out)
{
	render_time_of_day(a->time_ns, out);
	buf_printf(out, ": %s ", priority_name(a->priority));
}

static void add_output(const struct alert *a, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	add_head(a, &text);
	buf_add_str(&text, a->message);
	add_string(out, ',', "output", buf_str(&text));
	out->failed |= text.failed;
}

static void add_value(const struct value *v, struct buf *out)
{
	switch (v->type) {
	case VALUE_IPADDR:
	case VALUE_IPNET: /* of right sides only */
		buf_add_byte(out, '"');
		render_value(v, out);
		buf_add_byte(out, '"');
		break;
	case VALUE_STRING:
	case VALUE_BYTES:
	case VALUE_LIST:
	case VALUE_MANY: /* copied as text */
		escape_json(out, v->str);
		break;
	case VALUE_TIME:
	case VALUE_DURATION:
	case VALUE_PORT:
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_BOOL:
	case VALUE_DOUBLE:
	case VALUE_INT16:
	case VALUE_INT32:
	case VALUE_UINT32:
	case VALUE_DYNAMIC:
		render_value(v, out);
		break;
	}
}

void format_field(const struct alert_field *f, struct buf *out)
{
	if (f->has_value)
		add_value(&f->value, out);
	else
		buf_add_str(out, STR("null"));
}

void format_fields(const struct alert *a, struct buf *out)
{
	buf_add_byte(out, '{');
	for (size_t i = 0; i < a->nfields; i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		escape_json(out, a->fields[i].name);
		buf_add_byte(out, ':');
		format_field(&a->fields[i], out);
	}
	buf_add_byte(out, '}');
}

const struct alert_field *format_find(const struct alert *a, struct str name)
{
	for (size_t i = 0; i < a->nfields; i++)
		if (str_eq(a->fields[i].name, name))
			return a->fields[i].has_value ? &a->fields[i] : NULL;
	return NULL;
}

bool format_in_container(const struct alert *a)
{
	const struct alert_field *f = format_find(a, STR("container.id"));

	return f != NULL && f->value.type == VALUE_STRING &&
	       !str_eq(f->value.str, STR("host"));
}

static void add_target(const struct alert_response *r, struct buf *out)
{
	add_key(out, ',', "target");
	add_key(out, '{', "exe");
	if (r->exe.s != NULL)
		escape_json(out, r->exe);
	else
		buf_add_str(out, STR("null"));
	buf_printf(out, ",\"pid\":%d,\"start_ticks\":", (int)r->pid);
	if (r->start_ticks != 0)
		buf_printf(out, "%" PRIu64, r->start_ticks);
	else
		buf_add_str(out, STR("null"));
	buf_add_byte(out, '}');
}

void format_response(const struct alert_response *r, struct buf *out)
{
	add_string(out, '{', "action", r->action);
	add_key(out, ',', "latency_us");
	if (r->has_latency)
		buf_printf(out, "%" PRIu64, r->latency_us);
	else
		buf_add_str(out, STR("null"));
	add_string(out, ',', "mode", r->mode);
	add_string(out, ',', "result", r->result);
	add_target(r, out);
	buf_add_byte(out, '}');
}

void format_tags(const struct alert *a, struct buf *out)
{
	buf_add_byte(out, '[');
	for (size_t i = 0; i < a->ntags; i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		escape_json(out, a->tags[i]);
	}
	buf_add_byte(out, ']');
}

void alert_render_json(const struct alert *a, struct buf *out)
{
	add_string(out, '{', "hostname", a->hostname);
	add_output(a, out);
	add_key(out, ',', "output_fields");
	format_fields(a, out);
	add_string(out, ',', "priority", str_from(priority_name(a->priority)));
	if (a->has_response) {
		add_key(out, ',', "response");
		format_response(&a->response, out);
	}
	add_string(out, ',', "rule", a->rule);
	add_string(out, ',', "source", a->source);
	add_key(out, ',', "tags");
	format_tags(a, out);
	add_key(out, ',', "time");
	buf_add_byte(out, '"');
	render_time_iso8601(a->time_ns, out);
	buf_add_byte(out, '"');
	add_string(out, ',', "uuid", str_from(a->uuid));
	buf_add_str(out, STR("}\n"));
}

void alert_render_text(const struct alert *a, struct buf *out)
{
	add_head(a, out);
	escape_text(out, a->message);
	if (a->has_response) {
		buf_add_str(out, STR(" ["));
		escape_text(out, a->response.action);
		buf_printf(out, " of process %d: ", (int)a->response.pid);
		escape_text(out, a->response.result);
		buf_add_byte(out, ']');
	}
	buf_add_byte(out, '\n');
}

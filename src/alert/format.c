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
	buf_add_byte(out, before);
	buf_add_byte(out, '"');
	buf_add_str(out, str_from(name));
	buf_add_str(out, STR("\":"));
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
	buf_add_str(out, STR(": "));
	buf_add_str(out, str_from(priority_name(a->priority)));
	buf_add_byte(out, ' ');
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

bool format_add_of_container(const struct alert *a, struct str name,
                             struct buf *out)
{
	const struct alert_field *f = format_find(a, name);

	if (f == NULL || !format_in_container(a))
		return false;
	format_field(f, out);
	return true;
}

bool format_add_container_id(const struct alert *a, struct buf *out)
{
	return format_add_of_container(a, STR("container.id"), out);
}

bool format_add_container_name(const struct alert *a, struct buf *out)
{
	return format_add_of_container(a, STR("container.name"), out);
}

static void add_optional(struct buf *out, char before, const char *name,
                         struct str v)
{
	add_key(out, before, name);
	if (v.s != NULL)
		escape_json(out, v);
	else
		buf_add_str(out, STR("null"));
}

static void add_known(struct buf *out, const char *name, uint64_t v,
                      bool is_known)
{
	add_key(out, ',', name);
	if (is_known)
		buf_add_number(out, v, 0);
	else
		buf_add_str(out, STR("null"));
}

static void add_target(const struct alert_response *r, struct buf *out)
{
	add_key(out, ',', "target");
	add_optional(out, '{', "container", r->container);
	add_optional(out, ',', "exe", r->exe);
	buf_printf(out, ",\"pid\":%d", (int)r->pid);
	add_known(out, "start_ticks", r->start_ticks, r->start_ticks != 0);
	buf_add_byte(out, '}');
}

void format_response(const struct alert_response *r, struct buf *out)
{
	add_string(out, '{', "action", r->action);
	if (r->evidence.len != 0)
		add_string(out, ',', "evidence", r->evidence);
	add_known(out, "latency_us", r->latency_us, r->has_latency);
	add_string(out, ',', "mode", r->mode);
	buf_printf(out, ",\"processes\":%" PRIu64, r->processes);
	add_string(out, ',', "result", r->result);
	add_optional(out, ',', "scope", r->scope);
	add_target(r, out);
	add_optional(out, ',', "tier", r->tier);
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

static void add_target_text(const struct alert_response *r, struct buf *out)
{
	escape_text(out, r->action);
	if (str_eq(r->scope, STR("container"))) {
		buf_add_str(out, STR(" of container "));
		escape_text(out, r->container);
		buf_add_str(out, STR(": "));
		return;
	}
	buf_add_str(out, str_eq(r->scope, STR("tree"))
	                         ? STR(" of the tree of process ")
	                         : STR(" of process "));
	buf_printf(out, "%d: ", (int)r->pid);
}

void alert_render_text(const struct alert *a, struct buf *out)
{
	add_head(a, out);
	escape_text(out, a->message);
	if (a->has_response) {
		buf_add_str(out, STR(" ["));
		add_target_text(&a->response, out);
		escape_text(out, a->response.result);
		buf_add_byte(out, ']');
	}
	buf_add_byte(out, '\n');
}

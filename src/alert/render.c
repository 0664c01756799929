/* SPDX-License-Identifier: GPL-2.0-or-later */
/* render.c - values, templates and times as text. */
#include "saker/alert/render.h"

#include <arpa/inet.h>
#include <time.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"

#define CUT_MARK STR("...")

struct str render_cut(struct str v, size_t n)
{
	if (v.len <= n)
		return v;
	/* at most three continuation bytes precede the cut in valid text */
	for (size_t back = 0; back <= 3 && n > back; back++)
		if (((unsigned char)v.s[n - back] & 0xc0) != 0x80)
			return str_take(v, n - back);
	return str_take(v, n);
}

static void add_cut(struct buf *out, struct str v)
{
	buf_add_str(out, render_cut(v, LIMIT_ALERT_FIELD_BYTES));
	if (v.len > LIMIT_ALERT_FIELD_BYTES)
		buf_add_str(out, CUT_MARK);
}

static void add_list(struct buf *out, const struct value *v)
{
	size_t start = out->len;
	struct str shown;

	for (size_t i = 0; i < v->list.count; i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		buf_add_str(out, render_cut(v->list.items[i],
		                            LIMIT_ALERT_FIELD_BYTES + 1));
		if (out->failed || out->len - start > LIMIT_ALERT_FIELD_BYTES)
			break;
	}
	if (out->len - start <= LIMIT_ALERT_FIELD_BYTES)
		return;
	shown = render_cut(str_skip(buf_str(out), start),
	                   LIMIT_ALERT_FIELD_BYTES);
	out->len = start + shown.len;
	buf_add_str(out, CUT_MARK);
}

static void add_many(struct buf *out, const struct value *v)
{
	for (size_t i = 0; i < v->many.count && !out->failed; i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		if (v->many.items[i].type != VALUE_MANY)
			render_value(&v->many.items[i], out);
	}
}

static void add_address(struct buf *out, const struct ip_address *ip)
{
	char text[INET6_ADDRSTRLEN];
	int family = ip->len == 4 ? AF_INET : AF_INET6;

	if (inet_ntop(family, ip->bytes, text, sizeof(text)) != NULL)
		buf_add_str(out, str_from(text));
}

static void add_signed(struct buf *out, int64_t v)
{
	if (v < 0)
		buf_add_byte(out, '-');
	buf_add_number(out, v < 0 ? -(uint64_t)v : (uint64_t)v, 0);
}

void render_value(const struct value *v, struct buf *out)
{
	switch (v->type) {
	case VALUE_STRING:
	case VALUE_BYTES:
		add_cut(out, v->str);
		break;
	case VALUE_INT:
	case VALUE_INT16:
	case VALUE_INT32:
	case VALUE_DOUBLE:
		add_signed(out, v->i);
		break;
	case VALUE_UINT:
	case VALUE_UINT32:
	case VALUE_PORT:
	case VALUE_TIME:
	case VALUE_DURATION:
		buf_add_number(out, v->u, 0);
		break;
	case VALUE_BOOL:
		buf_add_str(out, v->b ? STR("true") : STR("false"));
		break;
	case VALUE_IPADDR:
	case VALUE_IPNET:
		add_address(out, &v->ip);
		break;
	case VALUE_LIST:
		add_list(out, v);
		break;
	case VALUE_MANY:
		add_many(out, v);
		break;
	case VALUE_DYNAMIC: /* of fields only */
		break;
	}
}

bool render_read(const struct template_part *part,
                 const struct field_source *event, struct arena *arena,
                 struct value *ret)
{
	if (part->field != NULL)
		return event->get(event->context, part->field->id, &part->arg,
		                  ret);
	return vm_input_read(part->inputs, part->ninputs, event, arena, ret);
}

static void render_part(const struct template_part *part,
                        const struct field_source *event, struct buf *out)
{
	struct arena made = { .limit = LIMIT_EVENT_BYTES };
	size_t start = out->len;
	struct str shown;
	struct value v;

	if (render_read(part, event, &made, &v))
		render_value(&v, out);
	else
		buf_add_str(out, STR("<NA>"));
	arena_done(&made);
	if (part->width == 0 || out->failed)
		return;
	shown = render_cut(str_skip(buf_str(out), start), part->width);
	out->len = start + shown.len;
	while (out->len - start < part->width && !out->failed)
		buf_add_byte(out, ' ');
}

void render_template(const struct template *t, const struct field_source *event,
                     struct buf *out)
{
	for (size_t i = 0; i < t->nparts; i++)
		if (t->parts[i].field != NULL || t->parts[i].ninputs > 0)
			render_part(&t->parts[i], event, out);
		else
			buf_add_str(out, t->parts[i].literal);
}

static struct tm broken_down(uint64_t ns)
{
	time_t seconds = (time_t)(ns / NS_PER_SEC);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return tm;
}

/* Numbers of tm are never negative for a time after 1970. */
static void add_part(struct buf *out, int v, unsigned width, char behind)
{
	buf_add_number(out, (uint64_t)v, width);
	buf_add_byte(out, behind);
}

static void add_time_of_day(const struct tm *tm, uint64_t ns, struct buf *out)
{
	add_part(out, tm->tm_hour, 2, ':');
	add_part(out, tm->tm_min, 2, ':');
	add_part(out, tm->tm_sec, 2, '.');
	buf_add_number(out, ns % NS_PER_SEC, 9);
}

void render_time_of_day(uint64_t ns, struct buf *out)
{
	struct tm tm = broken_down(ns);

	add_time_of_day(&tm, ns, out);
}

void render_time_iso8601(uint64_t ns, struct buf *out)
{
	struct tm tm = broken_down(ns);

	add_part(out, tm.tm_year + 1900, 4, '-');
	add_part(out, tm.tm_mon + 1, 2, '-');
	add_part(out, tm.tm_mday, 2, 'T');
	add_time_of_day(&tm, ns, out);
	buf_add_byte(out, 'Z');
}

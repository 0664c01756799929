/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format_cef.c - an alert in ArcSight's Common Event Format. */
#include "config.h"

#include <inttypes.h>

#include "format.h"
#include "saker/alert/render.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

static const struct {
	const char *key;
	const char *field;
} keys[] = {
#define CEF(key, field) { key, field },
#include "cef.def"
#undef CEF
};

/* 0 to 10 */
static const unsigned severities[] = {
	[PRIORITY_EMERGENCY] = 10,    [PRIORITY_ALERT] = 9,
	[PRIORITY_CRITICAL] = 8,      [PRIORITY_ERROR] = 7,
	[PRIORITY_WARNING] = 5,       [PRIORITY_NOTICE] = 3,
	[PRIORITY_INFORMATIONAL] = 1, [PRIORITY_DEBUG] = 0,
};

/* One line without controls; in the header a pipe, in the extension an equals
 * sign, in both the backslash is escaped. */
static void add_escaped(struct buf *out, struct str v, char special)
{
	auto_buf struct buf text = BUF_INIT;

	escape_text(&text, v);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == special || text.data[i] == '\\')
			buf_add_byte(out, '\\');
		buf_add_byte(out, text.data[i]);
	}
	out->failed |= text.failed;
}

static void add_pair(struct buf *out, const char *key, struct str value)
{
	buf_printf(out, " %s=", key);
	add_escaped(out, value, '=');
}

static void add_fields(const struct alert *a, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	for (size_t i = 0; i < COUNT(keys); i++) {
		const struct alert_field *f =
			format_find(a, str_from(keys[i].field));

		if (f == NULL)
			continue;
		buf_clear(&text);
		render_value(&f->value, &text);
		add_pair(out, keys[i].key, buf_str(&text));
		if (str_has_prefix(str_from(keys[i].key), STR("cs")))
			buf_printf(out, " %sLabel=%s", keys[i].key,
			           keys[i].field);
	}
	out->failed |= text.failed;
}

static void add_container(const struct alert *a, struct buf *out)
{
	const struct alert_field *f = format_find(a, STR("container.id"));

	if (f == NULL || f->value.type != VALUE_STRING)
		return;
	add_pair(out, "cs1", f->value.str);
	buf_add_str(out, STR(" cs1Label=container.id"));
}

static void add_tags(const struct alert *a, struct buf *out)
{
	auto_buf struct buf tags = BUF_INIT;

	for (size_t i = 0; i < a->ntags; i++) {
		buf_add_str(&tags, i == 0 ? STR("") : STR(","));
		buf_add_str(&tags, a->tags[i]);
	}
	if (tags.len == 0)
		return;
	add_pair(out, "cs5", buf_str(&tags));
	buf_add_str(out, STR(" cs5Label=tags"));
	out->failed |= tags.failed;
}

void alert_render_cef(const struct alert *a, struct buf *out)
{
	buf_add_str(out, STR("CEF:0|saker|saker|" PACKAGE_VERSION "|"));
	add_escaped(out, a->rule, '|');
	buf_add_byte(out, '|');
	add_escaped(out, a->rule, '|');
	buf_printf(out, "|%u|rt=%" PRIu64, severities[a->priority],
	           (uint64_t)(a->time_ns / NS_PER_MS));
	if (a->hostname.len != 0) {
		add_pair(out, "dhost", a->hostname);
		add_pair(out, "dvchost", a->hostname);
	}
	add_pair(out, "externalId", str_from(a->uuid));
	add_pair(out, "cat", a->source);
	add_pair(out, "msg", a->message);
	add_fields(a, out);
	add_container(a, out);
	add_tags(a, out);
	if (a->has_response) {
		add_pair(out, "act", a->response.action);
		add_pair(out, "outcome", a->response.result);
	}
	buf_add_byte(out, '\n');
}

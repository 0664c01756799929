/* SPDX-License-Identifier: GPL-2.0-or-later */
/* brief.c - an alert in bounded room: attackers choose how long command lines
 * and names are, and each of their bytes may take six in JSON. */
#include "saker/alert/alert.h"
#include "saker/alert/render.h"

#define BRIEF_MESSAGE 2048
#define BRIEF_TEXT    256

static bool fits(const struct alert *a, size_t most, struct buf *out)
{
	size_t begin = out->len;

	alert_render_json(a, out);
	if (out->failed || out->len - begin <= most)
		return true;
	out->len = begin;
	return false;
}

/* Numbers and short texts stay as they are; lists go. Without memory none is
 * kept. */
static void shorten_fields(struct alert *brief, struct arena *arena)
{
	struct alert_field *fields =
		arena_array(arena, struct alert_field, brief->nfields);

	if (fields == NULL)
		brief->nfields = 0;
	for (size_t i = 0; i < brief->nfields; i++) {
		struct value *v = &fields[i].value;

		fields[i] = brief->fields[i];
		if (v->type == VALUE_STRING)
			v->str = render_cut(v->str, BRIEF_TEXT);
		else if (v->type == VALUE_LIST || v->type == VALUE_MANY)
			fields[i].has_value = false;
	}
	brief->fields = fields;
}

bool alert_render_json_within(const struct alert *a, size_t most,
                              struct buf *out)
{
	struct arena arena = ARENA_INIT;
	struct alert brief = *a;

	if (fits(a, most, out))
		return true;
	brief.message = render_cut(a->message, BRIEF_MESSAGE);
	shorten_fields(&brief, &arena);
	if (!fits(&brief, most, out)) {
		brief.nfields = 0;
		if (!fits(&brief, most, out))
			out->failed = true;
	}
	arena_done(&arena);
	return false;
}

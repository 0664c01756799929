/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_tree.c - nested JSON objects from a table of paths. */
#include "format.h"

#include "saker/base/escape.h"
#include "saker/base/io.h"

void json_tree_begin(struct json_tree *t, struct buf *out)
{
	*t = (struct json_tree){ .out = out };
	buf_add_byte(out, '{');
}

static void add_name(struct json_tree *t, struct str name)
{
	if (t->comma)
		buf_add_byte(t->out, ',');
	escape_json(t->out, name);
	buf_add_byte(t->out, ':');
}

/* What a and b have in common, in whole names. */
static size_t common(struct str a, struct str b)
{
	size_t n = 0;

	for (size_t i = 0;; i++) {
		bool a_ends = i == a.len || a.s[i] == '.';
		bool b_ends = i == b.len || b.s[i] == '.';

		if (a_ends && b_ends)
			n = i;
		if (i == a.len || i == b.len || a.s[i] != b.s[i])
			return n;
	}
}

static void close_to(struct json_tree *t, size_t keep)
{
	while (t->parent.len > keep) {
		ptrdiff_t dot = str_find_last_byte(t->parent, '.');

		t->parent = str_take(t->parent, dot < 0 ? 0 : (size_t)dot);
		buf_add_byte(t->out, '}');
		t->comma = true;
	}
}

void json_tree_at(struct json_tree *t, struct str path)
{
	ptrdiff_t dot = str_find_last_byte(path, '.');
	struct str parent = str_take(path, dot < 0 ? 0 : (size_t)dot), rest,
		   name;
	size_t shared = common(t->parent, parent);

	close_to(t, shared);
	rest = str_skip(parent, shared == 0 ? 0 : shared + 1);
	if (rest.len == 0)
		rest = STR_NONE;
	while (str_split(&rest, '.', &name)) {
		add_name(t, name);
		buf_add_byte(t->out, '{');
		t->comma = false;
	}
	t->parent = parent;
	add_name(t, str_skip(path, (size_t)(dot + 1)));
	t->comma = true;
}

void json_tree_end(struct json_tree *t)
{
	close_to(t, 0);
	buf_add_byte(t->out, '}');
}

void format_rows(const struct format_row *rows, size_t n, const struct alert *a,
                 struct json_tree *t)
{
	auto_buf struct buf value = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		const struct format_row *r = &rows[i];
		const struct alert_field *f = NULL;

		buf_clear(&value);
		if (r->field != NULL)
			f = format_find(a, str_from(r->field));
		if (f != NULL)
			format_field(f, &value);
		if ((r->field != NULL && f == NULL) ||
		    (r->add != NULL && !r->add(a, &value)))
			continue;
		json_tree_at(t, str_from(r->path));
		buf_add_str(t->out, buf_str(&value));
		t->out->failed |= value.failed;
	}
}

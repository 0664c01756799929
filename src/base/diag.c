/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diag.c - collected diagnostics and their text form. */
#include "saker/base/diag.h"

#include <stdlib.h>

#include "saker/base/escape.h"
#include "saker/base/limits.h"

/* A longer source line is shown in part: the caret must stay on screen. */
#define SOURCE_WIDTH ((size_t)160)

static void diag_free(struct diag *d)
{
	free(d->file);
	free(d->source);
	free(d->text);
	free(d->item_name);
	free(d->part_name);
	free(d->hint);
}

void diag_done(struct diag_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		diag_free(&l->items[i]);
	free(l->items);
	*l = DIAG_LIST_INIT;
}

static struct diag *append(struct diag_list *l)
{
	if (l->count == LIMIT_DIAGS)
		return NULL;
	if (l->count == l->cap) {
		size_t cap = l->cap != 0 ? l->cap * 2 : 16;
		struct diag *items = realloc(l->items, cap * sizeof(*items));

		if (items == NULL)
			return NULL;
		l->items = items;
		l->cap = cap;
	}
	return &l->items[l->count];
}

__attribute__((format(printf, 1, 0))) static char *
format_text(const char *format, va_list ap)
{
	struct buf b = BUF_INIT;

	buf_vprintf(&b, format, ap);
	if (b.failed || !buf_reserve(&b, 1)) {
		buf_done(&b);
		return NULL;
	}
	b.data[b.len] = '\0';
	return b.data;
}

struct diag *diag_vadd(struct diag_list *l, enum diag_severity severity,
                       const char *code, const struct diag_place *place,
                       const char *format, va_list ap)
{
	static const struct diag_place nowhere = { 0 };
	struct diag *d = append(l);

	l->errors += severity == DIAG_ERROR;
	l->warnings += severity == DIAG_WARNING;
	if (d == NULL) {
		l->dropped++;
		return NULL;
	}
	if (place == NULL)
		place = &nowhere;
	*d = (struct diag){ .severity = severity,
		            .code = code,
		            .line = place->line,
		            .column = place->column,
		            .length = place->length,
		            .offset = place->offset };
	d->text = format_text(format, ap);
	d->file = place->file != NULL ? str_dup(str_from(place->file)) : NULL;
	d->source = place->source.s != NULL ? str_dup(place->source) : NULL;
	d->is_cut = (place->file != NULL && d->file == NULL) ||
	            (place->source.s != NULL && d->source == NULL);
	if (d->text == NULL) {
		diag_free(d);
		l->dropped++;
		return NULL;
	}
	l->count++;
	return d;
}

struct diag *diag_add(struct diag_list *l, enum diag_severity severity,
                      const char *code, const struct diag_place *place,
                      const char *format, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, format);
	d = diag_vadd(l, severity, code, place, format, ap);
	va_end(ap);
	return d;
}

struct diag *diag_last(struct diag_list *l)
{
	return l->count != 0 ? &l->items[l->count - 1] : NULL;
}

void diag_vset_hint(struct diag *d, const char *format, va_list ap)
{
	if (d == NULL)
		return;
	free(d->hint);
	d->hint = format_text(format, ap);
	d->is_cut |= d->hint == NULL;
}

void diag_set_hint(struct diag *d, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	diag_vset_hint(d, format, ap);
	va_end(ap);
}

void diag_set_item(struct diag *d, const char *type, struct str name,
                   const struct diag_place *begin)
{
	if (d == NULL)
		return;
	free(d->item_name);
	d->item_type = type;
	d->item_name = str_dup(name);
	d->is_cut |= d->item_name == NULL;
	d->item_line = begin->line;
	d->item_column = begin->column;
	d->item_offset = begin->offset;
}

void diag_set_part(struct diag *d, const char *part, struct str name)
{
	if (d == NULL)
		return;
	free(d->part_name);
	d->part = part;
	d->part_name = str_dup(name);
	d->is_cut |= d->part_name == NULL;
}

static bool same_file(const struct diag *a, const struct diag *b)
{
	return a->file != NULL && b->file != NULL &&
	       strcmp(a->file, b->file) == 0;
}

/* Where the entry at i belongs among those before it. */
static size_t sorted_place(const struct diag_list *l, size_t first, size_t i)
{
	const struct diag *d = &l->items[i];
	size_t place = i;

	while (i-- > first) {
		const struct diag *other = &l->items[i];

		if (!same_file(d, other))
			continue;
		if (other->line < d->line ||
		    (other->line == d->line && other->column <= d->column))
			return place;
		place = i;
	}
	return place;
}

/* By insertion: it is stable, and LIMIT_DIAGS bounds the list. */
void diag_sort(struct diag_list *l, size_t first)
{
	for (size_t i = first; i < l->count; i++) {
		size_t place = sorted_place(l, first, i);
		struct diag d = l->items[i];

		memmove(&l->items[place + 1], &l->items[place],
		        (i - place) * sizeof(d));
		l->items[place] = d;
	}
}

static void render_place(const struct diag *d, struct buf *out)
{
	if (d->file != NULL) {
		escape_text(out, str_from(d->file));
		if (d->line != 0)
			buf_printf(out, ":%u", d->line);
		if (d->line != 0 && d->column != 0)
			buf_printf(out, ":%u", d->column);
		buf_add_str(out, STR(": "));
	}
}

/* Tabs are kept, so that the caret line can have the same ones. */
static void add_shown(struct buf *out, struct str line)
{
	struct str rest = line, part;

	while (str_split(&rest, '\t', &part)) {
		escape_text(out, part);
		if (rest.s != NULL)
			buf_add_byte(out, '\t');
	}
}

/* One filler for each column that line takes up on the screen. */
static void add_columns(struct buf *out, struct str line, char filler)
{
	struct buf shown = BUF_INIT;

	add_shown(&shown, line);
	for (size_t i = 0; i < shown.len; i++)
		if (shown.data[i] == '\t')
			buf_add_byte(out, '\t');
		else if (((unsigned char)shown.data[i] & 0xc0) != 0x80)
			buf_add_byte(out, filler);
	out->failed |= shown.failed;
	buf_done(&shown);
}

static void render_source(const struct diag *d, struct buf *out)
{
	struct str line = str_from(d->source);
	struct buf marks = BUF_INIT;
	size_t offset = 0, at;

	if (d->column > SOURCE_WIDTH * 3 / 4)
		offset = d->column - SOURCE_WIDTH / 2;
	line = str_take(str_skip(line, offset), SOURCE_WIDTH);
	at = d->column - 1 - offset;
	add_columns(&marks, str_take(str_skip(line, at), d->length), '~');
	buf_add_str(out, STR("  "));
	add_shown(out, line);
	buf_add_str(out, STR("\n  "));
	add_columns(out, str_take(line, at), ' ');
	buf_add_byte(out, '^');
	buf_add_str(out, str_skip(buf_str(&marks), 1));
	buf_add_byte(out, '\n');
	out->failed |= marks.failed;
	buf_done(&marks);
}

void diag_render(const struct diag *d, bool color, struct buf *out)
{
	static const struct {
		const char *name;
		const char *color;
	} severities[] = {
		[DIAG_NOTE] = { "note", "\033[36m" },
		[DIAG_WARNING] = { "warning", "\033[33m" },
		[DIAG_ERROR] = { "error", "\033[31m" },
	};

	render_place(d, out);
	buf_printf(out, "%s%s:%s ", color ? severities[d->severity].color : "",
	           severities[d->severity].name, color ? "\033[0m" : "");
	escape_text(out, str_from(d->text));
	if (d->code != NULL)
		buf_printf(out, " [%s]", d->code);
	buf_add_byte(out, '\n');
	if (d->source != NULL && d->column != 0)
		render_source(d, out);
	if (d->hint != NULL) {
		buf_add_str(out, STR("  hint: "));
		escape_text(out, str_from(d->hint));
		buf_add_byte(out, '\n');
	}
}

void diag_render_missing(const struct diag_list *l, struct buf *out)
{
	size_t cut = 0;

	for (size_t i = 0; i < l->count; i++)
		cut += l->items[i].is_cut;
	if (l->dropped != 0)
		buf_printf(out, "... and %zu more%s\n", l->dropped,
		           l->count < LIMIT_DIAGS ? ": out of memory" : "");
	if (cut != 0)
		buf_printf(out, "out of memory: %zu messages lack parts\n",
		           cut);
}

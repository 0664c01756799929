/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c - text with positions. */
#include "saker/lang/text.h"

#include "saker/base/err.h"

/* Behind the next newline; NULL = there is none. */
static const char *next_line(struct str s, const char *at)
{
	const char *end = memchr(at, '\n', (size_t)(s.s + s.len - at));

	return end != NULL ? end + 1 : NULL;
}

static size_t count_lines(struct str s)
{
	const char *at = s.len != 0 ? s.s : NULL;
	size_t n = 1;

	while (at != NULL && (at = next_line(s, at)) != NULL)
		n++;
	return n;
}

static bool is_ascii(struct str s)
{
	uint64_t all = 0, eight;
	size_t i = 0;

	for (; s.len - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, s.s + i, sizeof(eight));
		all |= eight;
	}
	for (; i < s.len; i++)
		all |= (unsigned char)s.s[i];
	return (all & 0x8080808080808080u) == 0;
}

struct source_file *source_file_new(struct arena *arena, const char *name,
                                    struct str content)
{
	struct source_file *f = arena_new(arena, struct source_file);
	size_t count = count_lines(content), n = 0;
	size_t *lines = arena_array(arena, size_t, count);
	struct str copy = arena_copy(arena, content);
	struct str label = arena_copy(arena, str_from(name));

	if (f == NULL || lines == NULL || copy.s == NULL || label.s == NULL)
		return NULL;
	for (const char *at = copy.s; (at = next_line(copy, at)) != NULL;)
		lines[++n] = (size_t)(at - copy.s);
	f->name = label.s;
	f->content = copy;
	f->lines = lines;
	f->nlines = count;
	f->is_ascii = is_ascii(copy);
	return f;
}

struct str source_file_line(const struct source_file *f, unsigned line)
{
	size_t start, end;

	if (line == 0 || line > f->nlines)
		return STR_NONE;
	start = f->lines[line - 1];
	end = line < f->nlines ? f->lines[line] - 1 : f->content.len;
	if (end > start && f->content.s[end - 1] == '\r')
		end--;
	return str_span(f->content.s + start, f->content.s + end);
}

/* The last piece that begins at or before offset; 0 when there is none. */
static size_t find_piece(const struct text *t, size_t offset)
{
	size_t low = 0, high = t->npieces;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (t->pieces[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static struct position piece_position(const struct text_piece *p, size_t offset)
{
	struct position at = p->at;

	if (!p->fixed && offset > p->offset)
		at.column += (unsigned)(offset - p->offset);
	return at;
}

struct position text_position(const struct text *t, size_t offset)
{
	if (t->npieces == 0)
		return (struct position){ 0 };
	if (offset >= t->s.len && t->s.len > 0) {
		/* Behind the end: one column after the last byte. */
		struct position at = text_position(t, t->s.len - 1);

		at.column++;
		return at;
	}
	return piece_position(&t->pieces[find_piece(t, offset)], offset);
}

void text_builder_done(struct text_builder *b)
{
	buf_done(&b->bytes);
	buf_done(&b->pieces);
}

static bool same_place(struct position a, struct position b)
{
	return a.file == b.file && a.line == b.line && a.column == b.column;
}

/* A long list at one place is one piece. */
static bool continues_fixed(const struct buf *pieces, struct position at)
{
	const struct text_piece *last;

	if (pieces->len == 0 || pieces->failed)
		return false;
	last = (const void *)(pieces->data + pieces->len - sizeof(*last));
	return last->fixed && same_place(last->at, at);
}

static void add(struct text_builder *b, struct str s, struct position at,
                bool fixed)
{
	struct text_piece p = { .offset = (uint32_t)b->bytes.len,
		                .at = at,
		                .fixed = fixed };

	if (s.len == 0)
		return;
	buf_add_str(&b->bytes, s);
	if (!fixed || !continues_fixed(&b->pieces, at))
		buf_add(&b->pieces, &p, sizeof(p));
}

void text_add_fixed(struct text_builder *b, struct str s, struct position at)
{
	add(b, s, at, true);
}

void text_add_run(struct text_builder *b, struct str s, struct position at)
{
	add(b, s, at, false);
}

void text_add_part(struct text_builder *b, const struct text *t, size_t begin,
                   size_t end)
{
	for (size_t i = find_piece(t, begin); begin < end; i++) {
		const struct text_piece *p = &t->pieces[i];
		size_t stop =
			i + 1 < t->npieces ? t->pieces[i + 1].offset : t->s.len;

		stop = stop < end ? stop : end;
		add(b, str_span(t->s.s + begin, t->s.s + stop),
		    piece_position(p, begin), p->fixed);
		begin = stop;
	}
}

int text_of_run(struct arena *arena, struct str s, struct position at,
                struct text *ret)
{
	struct text_piece *piece = arena_new(arena, struct text_piece);
	struct str copy = arena_copy(arena, s);

	if (piece == NULL || copy.s == NULL)
		return E_NOMEM;
	piece->at = at;
	*ret = (struct text){ .s = copy,
		              .pieces = piece,
		              .npieces = s.len != 0 };
	return 0;
}

int text_finish(struct text_builder *b, struct arena *arena, struct text *ret)
{
	struct text_piece *pieces = arena_alloc(arena, b->pieces.len);
	struct str s = arena_copy(arena, buf_str(&b->bytes));

	if (b->bytes.failed || b->pieces.failed || pieces == NULL ||
	    s.s == NULL || s.len > UINT32_MAX)
		return E_NOMEM;
	if (b->pieces.len > 0)
		memcpy(pieces, b->pieces.data, b->pieces.len);
	*ret = (struct text){ .s = s,
		              .pieces = pieces,
		              .npieces = b->pieces.len / sizeof(*pieces) };
	return 0;
}

static size_t offset_of(struct position at)
{
	if (at.line == 0 || at.line > at.file->nlines || at.column == 0)
		return 0;
	return at.file->lines[at.line - 1] + at.column - 1;
}

struct diag_place position_place(struct position at, size_t length)
{
	if (at.file == NULL)
		return (struct diag_place){ 0 };
	return (struct diag_place){
		.file = at.file->name,
		.line = at.line,
		.column = at.column,
		.length = (unsigned)length,
		.offset = offset_of(at),
		.source = source_file_line(at.file, at.line),
	};
}

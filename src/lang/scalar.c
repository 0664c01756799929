/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scalar.c - libyaml tells where a scalar starts; where each of its bytes
 * stands is found by walking the file beside the decoded value. */
#include "scalar.h"

size_t scalar_column(struct str line, size_t characters)
{
	size_t i = 0;

	/* U+FEFF at the start is no character to libyaml. */
	if (str_has_prefix(line, STR("\xef\xbb\xbf")))
		i = 3;
	while (i < line.len && characters > 0) {
		uint64_t eight;

		/* eight characters of one byte each */
		if (line.len - i >= 8 && characters >= 8) {
			memcpy(&eight, line.s + i, 8);
			if ((eight & 0x8080808080808080u) == 0) {
				i += 8;
				characters -= 8;
				continue;
			}
		}
		i++;
		while (i < line.len &&
		       ((unsigned char)line.s[i] & 0xc0) == 0x80)
			i++;
		characters--;
	}
	return i;
}

static unsigned line_of(const struct source_file *f, size_t offset)
{
	size_t low = 0, high = f->nlines;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (f->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return (unsigned)low;
}

struct position scalar_offset_position(const struct source_file *f,
                                       size_t offset)
{
	unsigned line = line_of(f, offset);

	return (struct position){
		.file = f,
		.line = line + 1,
		.column = (unsigned)(offset - f->lines[line]) + 1,
	};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct walk {
	struct str source; /* the file */
	size_t at;
	bool escapes; /* a double-quoted scalar */
};

/* Length of the escape at the backslash (YAML 1.1, 5.6), backslash included. */
static size_t escape_length(char c)
{
	switch (c) {
	case 'x':
		return 4;
	case 'u':
		return 6;
	case 'U':
		return 10;
	default:
		return 2;
	}
}

/* Where the next byte c of the value stands; walks past it. Blanks stand
 * where they are found next, because folding makes and removes them. */
static size_t step(struct walk *w, char c)
{
	size_t at = w->at;

	if (is_blank(c)) {
		if (at < w->source.len && is_blank(w->source.s[at]))
			w->at++;
		return at;
	}
	if (((unsigned char)c & 0xc0) == 0x80 && at > 0 && at < w->source.len &&
	    w->source.s[at] != c)
		return at - 1; /* rest of an escaped character */
	while (at < w->source.len && w->source.s[at] != c &&
	       !(w->escapes && w->source.s[at] == '\\'))
		at++;
	if (at >= w->source.len)
		return w->at;
	w->at = at + 1;
	if (w->escapes && w->source.s[at] == '\\' && at + 1 < w->source.len)
		w->at = at + escape_length(w->source.s[at + 1]);
	return at;
}

static size_t start_of(struct position at, yaml_scalar_style_t style)
{
	const struct source_file *f = at.file;
	bool block = style == YAML_LITERAL_SCALAR_STYLE ||
	             style == YAML_FOLDED_SCALAR_STYLE;
	size_t offset = f->lines[at.line - 1] + at.column - 1;

	if (block && at.line < f->nlines)
		return f->lines[at.line]; /* behind the line of | or > */
	if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ||
	    style == YAML_SINGLE_QUOTED_SCALAR_STYLE)
		offset++;
	return offset;
}

/* It stands in the file as it is, in one piece. */
static bool is_verbatim(const struct walk *w, struct str value)
{
	return w->at <= w->source.len &&
	       str_has_prefix(str_skip(w->source, w->at), value) &&
	       str_find_byte(value, '\n') < 0 &&
	       !(w->escapes && str_find_byte(value, '\\') >= 0);
}

/* How many of the value's next bytes stand in the file one after the other, up
 * to the end of a line or an escape. */
static size_t stretch(const struct walk *w, struct str value)
{
	struct str source = str_skip(w->source, w->at);
	size_t most = value.len < source.len ? value.len : source.len, n = 0;
	const char *end = most > 0 ? memchr(source.s, '\n', most) : NULL;
	uint64_t a, b;

	if (end != NULL) /* where they are the same, value ends as well */
		most = (size_t)(end - source.s);
	for (; !w->escapes && n + sizeof(a) <= most; n += sizeof(a)) {
		memcpy(&a, value.s + n, sizeof(a));
		memcpy(&b, source.s + n, sizeof(b));
		if (a != b)
			break;
	}
	while (n < most && value.s[n] == source.s[n] &&
	       !(w->escapes && value.s[n] == '\\'))
		n++;
	return n;
}

static int walk_text(struct arena *arena, struct walk *w,
                     const struct source_file *f, struct str value,
                     struct text *ret)
{
	auto_text_builder struct text_builder b = TEXT_BUILDER_INIT;
	size_t begin = 0, expected = 0, first = 0, n;

	buf_reserve(&b.bytes, value.len);
	for (size_t i = 0; i < value.len; i += n) {
		size_t found = w->at;

		n = stretch(w, str_skip(value, i));
		w->at += n;
		if (n == 0) {
			found = step(w, value.s[i]);
			n = 1;
		}
		if (i > begin &&
		    (found != expected || value.s[i - 1] == '\n')) {
			text_add_run(&b, str_span(value.s + begin, value.s + i),
			             scalar_offset_position(f, first));
			begin = i;
		}
		if (i == begin)
			first = found;
		expected = found + n;
	}
	text_add_run(&b, str_skip(value, begin),
	             scalar_offset_position(f, first));
	return text_finish(&b, arena, ret);
}

int scalar_text(struct arena *arena, struct position at, struct str value,
                yaml_scalar_style_t style, struct text *ret)
{
	struct walk w = { .source = at.file->content,
		          .at = start_of(at, style),
		          .escapes = style == YAML_DOUBLE_QUOTED_SCALAR_STYLE };

	if (is_verbatim(&w, value)) {
		size_t offset = at.file->lines[at.line - 1];
		size_t end = at.line < at.file->nlines ? at.file->lines[at.line]
		                                       : SIZE_MAX;

		if (w.at < end) /* on the line where the scalar begins */
			at.column = (unsigned)(w.at - offset) + 1;
		else
			at = scalar_offset_position(at.file, w.at);
		return text_of_run(arena, value, at, ret);
	}
	return walk_text(arena, &w, at.file, value, ret);
}

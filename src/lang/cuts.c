/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cuts.c - values that need no YAML parser: nothing quoted, escaped or with a
 * meaning of its own in them. What they are to libyaml is in its scanner.c:
 * yaml_parser_scan_plain_scalar(), yaml_parser_scan_block_scalar(). */
#include "cuts.h"

static struct str line_at(const struct source_file *f, size_t line)
{
	return source_file_line(f, (unsigned)line + 1);
}

static size_t indentation(struct str line)
{
	size_t n = 0;

	while (n < line.len && line.s[n] == ' ')
		n++;
	return n;
}

static bool is_name(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 ||
	       (c >= '.' && c <= '9') || c == '_';
}

/* Blank to tilde: nothing that YAML forbids, takes for the end of a line or
 * counts as less than a character. */
static bool is_ordinary(struct str s)
{
	const uint64_t ones = 0x0101010101010101u, tops = ones << 7;
	uint64_t bad = 0, eight;
	size_t i = 0;

	for (; s.len - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, s.s + i, sizeof(eight));
		bad |= eight | (eight - ones * ' ') | (eight + ones);
	}
	for (; i < s.len; i++)
		bad |= s.s[i] < ' ' || s.s[i] > '~' ? tops : 0;
	return (bad & tops) == 0;
}

/* "  - key: value": the columns of both. */
static bool read_key(struct str line, size_t *ret_key, size_t *ret_value)
{
	size_t i = 0;

	while (i + 1 < line.len &&
	       (line.s[i] == ' ' || (line.s[i] == '-' && line.s[i + 1] == ' ')))
		i++;
	*ret_key = i;
	while (i < line.len && is_name(line.s[i]))
		i++;
	*ret_value = i + 2;
	return i > *ret_key && i + 2 < line.len && line.s[i] == ':' &&
	       line.s[i + 1] == ' ' && line.s[i + 2] != ' ';
}

/* Lines that are empty, or indented as the first one is. */
static bool read_block(const struct source_file *f, size_t key, struct cut *cut)
{
	struct str first = line_at(f, cut->line + 1);

	if (!str_eq(str_skip(cut->text, 1), STR("-")) && cut->text.len != 1)
		return false;
	cut->indent = indentation(first);
	cut->end = cut->line + 1;
	while (cut->end < f->nlines) {
		struct str line = line_at(f, cut->end);

		if (line.len != 0 && indentation(line) < cut->indent)
			break;
		if (!is_ordinary(line))
			return false;
		cut->end++;
	}
	return first.len > cut->indent && cut->indent > key;
}

bool cut_next_word(const struct cut *cut, size_t *at, struct str *ret,
                   unsigned *ret_column)
{
	struct str s = cut->text;
	size_t begin = *at == 0 ? 1 : *at + indentation(str_skip(s, *at));
	size_t end = begin;

	while (end < s.len && (is_name(s.s[end]) || s.s[end] == '=' ||
	                       (s.s[end] == '-' && end > begin)))
		end++;
	if (end == begin || end == s.len)
		return false;
	*ret = str_span(s.s + begin, s.s + end);
	*ret_column = (unsigned)(cut->column + begin);
	*at = end + (s.s[end] == ',');
	return true;
}

static bool read_list(const struct cut *cut)
{
	struct str word;
	unsigned column;
	size_t at = 0;

	while (cut_next_word(cut, &at, &word, &column) &&
	       cut->text.s[at - 1] == ',')
		;
	return at + 1 == cut->text.len && cut->text.s[at] == ']';
}

/* Words that go on in the next line are left to libyaml. */
static bool read_words(const struct source_file *f, size_t key,
                       const struct cut *cut)
{
	struct str s = cut->text;
	char first = s.s[0], last = s.s[s.len - 1];

	return (is_name(first) || first == '(') && last != ':' && last != ' ' &&
	       indentation(line_at(f, cut->line + 1)) <= key &&
	       is_ordinary(s) &&
	       (str_find_byte(s, ':') < 0 || str_find(s, STR(": ")) < 0) &&
	       (str_find_byte(s, '#') < 0 || str_find(s, STR(" #")) < 0);
}

static bool read_cut(const struct source_file *f, size_t line, struct cut *ret)
{
	struct str s = line_at(f, line);
	size_t key;

	if (!read_key(s, &key, &ret->column))
		return false;
	ret->line = line;
	ret->text = str_skip(s, ret->column);
	ret->end = line + 1;
	switch (ret->text.s[0]) {
	case '>':
	case '|':
		ret->kind = CUT_BLOCK;
		return read_block(f, key, ret);
	case '[':
		ret->kind = CUT_LIST;
		return read_list(ret);
	default:
		ret->kind = CUT_WORDS;
		return read_words(f, key, ret);
	}
}

/* Behind the last line there is no newline. */
static void add_newlines(struct cuts *c, const struct cut *cut)
{
	size_t end = cut->end - (cut->end == c->file->nlines);

	for (size_t i = cut->line; i < end; i++)
		buf_add_byte(&c->rest, '\n');
}

/* Puts what stands for the value behind what comes before it. */
static void cut_out(struct cuts *c, const struct cut *cut, size_t *from)
{
	static const struct str instead[] = { [CUT_WORDS] = STR_INIT("x"),
		                              [CUT_LIST] = STR_INIT("[]"),
		                              [CUT_BLOCK] = STR_INIT(">") };
	const struct source_file *f = c->file;
	size_t begin = f->lines[cut->line] + cut->column;

	buf_add_str(&c->rest,
	            str_span(f->content.s + *from, f->content.s + begin));
	buf_add_str(&c->rest, instead[cut->kind]);
	add_newlines(c, cut);
	buf_add(&c->list, cut, sizeof(*cut));
	*from = cut->end < f->nlines ? f->lines[cut->end] : f->content.len;
}

int cuts_find(const struct source_file *f, struct cuts *ret)
{
	size_t from = 0, line = 0;
	struct cut cut;

	*ret = (struct cuts){ .file = f };
	buf_reserve(&ret->rest, f->content.len / 2 + 1);
	/* a line's end, too */
	if (str_find_byte(f->content, '\r') >= 0)
		line = f->nlines;
	while (line < f->nlines) {
		if (!read_cut(f, line, &cut)) {
			line++;
			continue;
		}
		cut_out(ret, &cut, &from);
		line = cut.end;
	}
	buf_add_str(&ret->rest, str_skip(f->content, from));
	return ret->rest.failed || ret->list.failed ? E_NOMEM : 0;
}

void cuts_done(struct cuts *c)
{
	buf_done(&c->list);
	buf_done(&c->rest);
	text_builder_done(&c->text);
}

const struct cut *cuts_take(struct cuts *c, size_t line, size_t column)
{
	const struct cut *cut;

	if (cuts_all_taken(c))
		return NULL;
	cut = (const struct cut *)(const void *)c->list.data + c->taken;
	if (cut->line != line || cut->column != column)
		return NULL;
	c->taken++;
	return cut;
}

bool cuts_all_taken(const struct cuts *c)
{
	return c->taken == c->list.len / sizeof(struct cut);
}

/* Between two lines that are not empty. A folded break is a blank, or, with
 * empty lines behind it, nothing. */
static void add_break(struct buf *out, bool folded, size_t empty)
{
	if (!folded)
		buf_add_byte(out, '\n');
	else if (empty == 0)
		buf_add_byte(out, ' ');
	for (; empty > 0; empty--)
		buf_add_byte(out, '\n');
}

int cut_block_text(struct cuts *c, const struct cut *cut, struct arena *arena,
                   struct text *ret)
{
	bool folded = cut->text.s[0] == '>', was_blank = false;
	size_t empty = 0, last = cut->line;
	struct text_builder *t = &c->text;

	buf_clear(&t->bytes);
	buf_clear(&t->pieces);
	for (size_t i = cut->line + 1; i < cut->end; i++) {
		struct str line = str_skip(line_at(c->file, i), cut->indent);
		bool is_blank = line.len != 0 && line.s[0] == ' ';

		if (line.len == 0) {
			empty++;
			continue;
		}
		/* lines that begin with a blank are not folded */
		if (last > cut->line)
			add_break(&t->bytes, folded && !was_blank && !is_blank,
			          empty);
		text_add_run(t, line,
		             (struct position){ c->file, (unsigned)i + 1,
		                                (unsigned)cut->indent + 1 });
		was_blank = is_blank;
		last = i;
		empty = 0;
	}
	if (cut->text.len == 1 && last + 1 < c->file->nlines)
		buf_add_byte(&t->bytes, '\n');
	return text_finish(t, arena, ret);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_damage.c - a thousand errors put into real rule files, one at a time:
 * each is reported, and first of all at the line where it stands.
 *
 * Where a bracket or a quote is missing, no reader can tell the place for sure:
 * there the line is one of the condition, or of the text that the quote opens.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <ctype.h>
#include <unistd.h>

#include "falco_data.h"
#include "saker/base/io.h"
#include "saker/engine/ruleset.h"
#include "saker/event/event_types.h"
#include "saker/event/field.h"

#define CANDIDATES 4096
#define ERRORS     1000
#define ARRAY(a)   (sizeof(a) / sizeof((a)[0]))

struct span {
	size_t begin, end;
};

/* A file, and what may be damaged in it. */
struct sample {
	struct str text;
	struct span found[CANDIDATES];
	size_t nfound;
	uint64_t seed;
};

/* The damage done: bytes replaced, and the lines where it may be reported. */
struct damage {
	struct span span;
	const char *by;
	unsigned first, last;
};

/* xorshift64: the same errors on every machine. */
static size_t pick(struct sample *s, size_t n)
{
	s->seed ^= s->seed << 13;
	s->seed ^= s->seed >> 7;
	s->seed ^= s->seed << 17;
	return (size_t)(s->seed % n);
}

static char at(const struct sample *s, size_t i)
{
	return i < s->text.len ? s->text.s[i] : '\n';
}

static unsigned line_of(const struct sample *s, size_t offset)
{
	unsigned line = 1;

	for (size_t i = 0; i < offset && i < s->text.len; i++)
		line += s->text.s[i] == '\n';
	return line;
}

static size_t line_begin(const struct sample *s, size_t i)
{
	while (i > 0 && s->text.s[i - 1] != '\n')
		i--;
	return i;
}

static size_t line_end(const struct sample *s, size_t i)
{
	while (at(s, i) != '\n')
		i++;
	return i;
}

static size_t indentation(const struct sample *s, size_t line)
{
	size_t n = 0;

	while (at(s, line + n) == ' ')
		n++;
	return n;
}

static bool text_at(const struct sample *s, size_t i, const char *text)
{
	return str_has_prefix(str_skip(s->text, i), str_from(text));
}

static void found(struct sample *s, size_t begin, size_t end)
{
	if (s->nfound < CANDIDATES)
		s->found[s->nfound++] = (struct span){ begin, end };
}

/* The end of the value of a key at line: behind its last line. */
static size_t value_end(const struct sample *s, size_t line)
{
	size_t indent = indentation(s, line), end = line_end(s, line) + 1;

	while (end < s->text.len &&
	       (at(s, end) == '\n' || indentation(s, end) > indent))
		end = line_end(s, end) + 1;
	return end;
}

/* Calls fn for each value of a key of rules (macros too, when asked). */
typedef void value_fn(struct sample *s, size_t line, size_t begin, size_t end);

static void each_value(struct sample *s, const char *key, bool macros,
                       value_fn *fn)
{
	bool in_rule = false;

	for (size_t i = 0; i < s->text.len; i = line_end(s, i) + 1) {
		if (text_at(s, i, "- "))
			in_rule = text_at(s, i, "- rule:") ||
			          (macros && text_at(s, i, "- macro:"));
		if (in_rule && text_at(s, i, "  ") && text_at(s, i + 2, key) &&
		    at(s, i + 2 + strlen(key)) == ':')
			fn(s, i, i + 3 + strlen(key), value_end(s, i));
	}
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* Calls fn for the words of a condition that stand in no quotes. */
typedef void word_fn(struct sample *s, size_t begin, size_t end);

static void each_word(struct sample *s, size_t begin, size_t end, word_fn *fn)
{
	char quote = '\0';

	for (size_t i = begin; i < end; i++) {
		size_t start = i;

		if (quote != '\0') {
			quote = at(s, i) == quote ? '\0' : quote;
		} else if (at(s, i) == '"' || at(s, i) == '\'') {
			quote = at(s, i);
		} else if (is_word(at(s, i)) && strchr(" (\n", at(s, i - 1))) {
			while (is_word(at(s, i)))
				i++;
			if (strchr(" )\n=", at(s, i)))
				fn(s, start, i);
			i--;
		}
	}
}

static struct str word(const struct sample *s, size_t begin, size_t end)
{
	return str_span(s->text.s + begin, s->text.s + end);
}

static void find_field(struct sample *s, size_t begin, size_t end)
{
	struct str name = word(s, begin, end), rest;

	if (str_find_byte(name, '.') > 0 && field_find(name, &rest) != NULL &&
	    rest.len == 0)
		found(s, begin, end);
}

static void find_macro(struct sample *s, size_t begin, size_t end)
{
	char definition[200];

	snprintf(definition, sizeof(definition), "- macro: %.*s\n",
	         STR_FMT(word(s, begin, end)));
	if (str_find(s->text, str_from(definition)) >= 0)
		found(s, begin, end);
}

static void find_operator(struct sample *s, size_t begin, size_t end)
{
	static const char *const names[] = { "startswith", "endswith",
		                             "contains",   "icontains",
		                             "in",         "pmatch" };

	for (size_t i = 0; i < ARRAY(names); i++)
		if (str_eq(word(s, begin, end), str_from(names[i])))
			found(s, begin, end);
}

static void find_join(struct sample *s, size_t begin, size_t end)
{
	struct str w = word(s, begin, end);

	if (str_eq(w, STR("and")) || str_eq(w, STR("or")))
		found(s, begin, end);
}

/* The value behind "evt.type =". */
static void find_type(struct sample *s, size_t begin, size_t end)
{
	size_t i = begin;

	while (i > 0 && strchr(" =", at(s, i - 1)) != NULL)
		i--;
	if (i >= 8 && i < begin && text_at(s, i - 8, "evt.type") &&
	    event_type_is_known(word(s, begin, end)))
		found(s, begin, end);
}

#define WORDS_OF_CONDITIONS(name)                                          \
	static void name##_in(struct sample *s, size_t line, size_t begin, \
	                      size_t end)                                  \
	{                                                                  \
		(void)line;                                                \
		each_word(s, begin, end, name);                            \
	}                                                                  \
	static void name##s(struct sample *s)                              \
	{                                                                  \
		each_value(s, "condition", true, name##_in);               \
	}

WORDS_OF_CONDITIONS(find_field)
WORDS_OF_CONDITIONS(find_macro)
WORDS_OF_CONDITIONS(find_operator)
WORDS_OF_CONDITIONS(find_join)
WORDS_OF_CONDITIONS(find_type)

/* Bytes of a set in conditions; comments of YAML are not in there. */
static void find_bytes(struct sample *s, size_t begin, size_t end,
                       const char *set)
{
	for (size_t i = begin; i < end; i++)
		if (strchr(set, at(s, i)) != NULL)
			found(s, i, i + 1);
}

static void brackets_in(struct sample *s, size_t line, size_t begin, size_t end)
{
	(void)line;
	find_bytes(s, begin, end, "()");
}

static void find_brackets(struct sample *s)
{
	each_value(s, "condition", true, brackets_in);
}

static void quotes_in(struct sample *s, size_t line, size_t begin, size_t end)
{
	(void)line;
	find_bytes(s, begin, end, "\"'");
}

static void find_quotes(struct sample *s)
{
	each_value(s, "condition", true, quotes_in);
}

static void equals_in(struct sample *s, size_t line, size_t begin, size_t end)
{
	char quote = '\0';

	(void)line;
	for (size_t i = begin; i < end; i++) {
		if (quote != '\0')
			quote = at(s, i) == quote ? '\0' : quote;
		else if (at(s, i) == '"' || at(s, i) == '\'')
			quote = at(s, i);
		else if (text_at(s, i, " = "))
			found(s, i + 1, i + 2);
	}
}

static void find_equals(struct sample *s)
{
	each_value(s, "condition", true, equals_in);
}

/* %proc.name of an output */
static void output_fields_in(struct sample *s, size_t line, size_t begin,
                             size_t end)
{
	(void)line;
	for (size_t i = begin; i + 1 < end; i++) {
		size_t stop = i + 1;
		struct str rest;

		while (is_word(at(s, stop)))
			stop++;
		if (at(s, i) == '%' &&
		    field_find(word(s, i + 1, stop), &rest) != NULL &&
		    rest.len == 0 && strchr(" )\n", at(s, stop)) != NULL)
			found(s, i + 1, stop);
	}
}

static void find_output_fields(struct sample *s)
{
	each_value(s, "output", false, output_fields_in);
}

static const char *const required[] = { "condition", "output", "desc",
	                                "priority" };

static void whole_key(struct sample *s, size_t line, size_t begin, size_t end)
{
	(void)begin;
	found(s, line, end);
}

static void find_whole_keys(struct sample *s)
{
	each_value(s, required[pick(s, ARRAY(required))], false, whole_key);
}

static void key_name(struct sample *s, size_t line, size_t begin, size_t end)
{
	(void)end;
	found(s, line + 2, begin - 1);
}

static void find_key_names(struct sample *s)
{
	each_value(s, required[pick(s, ARRAY(required))], false, key_name);
}

static void find_colons(struct sample *s)
{
	find_key_names(s);
	for (size_t i = 0; i < s->nfound; i++)
		s->found[i] =
			(struct span){ s->found[i].end, s->found[i].end + 1 };
}

static void find_indents(struct sample *s)
{
	find_key_names(s);
	for (size_t i = 0; i < s->nfound; i++)
		s->found[i] = (struct span){ s->found[i].begin - 2,
			                     s->found[i].begin };
}

static void one_line_value(struct sample *s, size_t line, size_t begin,
                           size_t end)
{
	(void)line;
	if (end == line_end(s, begin) + 1)
		found(s, begin, end - 1);
}

static void find_priorities(struct sample *s)
{
	each_value(s, "priority", false, one_line_value);
}

static void line_start(struct sample *s, size_t line, size_t begin, size_t end)
{
	(void)begin;
	(void)end;
	found(s, line, line);
}

static void find_priority_lines(struct sample *s)
{
	each_value(s, "priority", false, line_start);
}

static void find_tags(struct sample *s)
{
	each_value(s, "tags", false, one_line_value);
}

static void closing(struct sample *s, size_t line, size_t begin, size_t end)
{
	(void)line;
	for (size_t i = begin; i < end; i++)
		if (at(s, i) == ']')
			found(s, i, i + 1);
}

static void find_closings(struct sample *s)
{
	each_value(s, "tags", false, closing);
}

/* The dash of an item that is not the first. */
static void find_dashes(struct sample *s)
{
	for (size_t i = line_end(s, 0) + 1; i < s->text.len;
	     i = line_end(s, i) + 1)
		if (text_at(s, i, "- rule:") || text_at(s, i, "- macro:"))
			found(s, i, i + 1);
}

static void find_anything(struct sample *s)
{
	found(s, pick(s, s->text.len), 0);
	s->found[0].end = s->found[0].begin;
}

/* How far away from the damage its report may stand. */
enum where {
	LINE,      /* the damaged one */
	CONDITION, /* one of the condition's, up to the damaged one */
	ITEM,      /* the line of the item's name */
	NEXT,      /* the damaged one, or the one behind it */
};

static const struct kind {
	const char *name;
	void (*find)(struct sample *s);
	const char *by[4]; /* NULL = the word with a letter less */
	enum where where;
} kinds[] = {
	{ "field", find_fields, { NULL }, LINE },
	{ "field of another kind", find_fields, { "proc.pid.x" }, LINE },
	{ "macro", find_macros, { NULL }, LINE },
	{ "operator",
	  find_operators,
	  { "startwith", "like", "~", "is" },
	  LINE },
	{ "and", find_joins, { "&&", "||", "AND" }, LINE },
	{ "missing and", find_joins, { "" }, NEXT },
	{ "event type", find_types, { "opne" }, LINE },
	{ "equals sign", find_equals, { "=~", "<>", "=>", "" }, LINE },
	{ "bracket", find_brackets, { "" }, CONDITION },
	{ "quote", find_quotes, { "" }, CONDITION },
	{ "output field", find_output_fields, { NULL }, LINE },
	{ "missing key", find_whole_keys, { "" }, ITEM },
	{ "key's name", find_key_names, { NULL }, LINE },
	{ "colon", find_colons, { "" }, LINE },
	{ "tab", find_indents, { "\t" }, LINE },
	{ "indentation", find_indents, { " ", "   ", "" }, LINE },
	{ "priority", find_priorities, { " HIGH", " Warn", " 3" }, LINE },
	{ "tags", find_tags, { " container", " {a: b}" }, LINE },
	{ "closing bracket", find_closings, { "" }, LINE },
	{ "dash", find_dashes, { " ", "" }, LINE },
	{ "control character", find_anything, { "\x01", "\xff" }, LINE },
	{ "key twice", find_priority_lines, { "  priority: INFO\n" }, NEXT },
};

static size_t condition_begin(const struct sample *s, size_t i)
{
	i = line_begin(s, i);
	while (i > 0 && !text_at(s, i, "  condition:"))
		i = line_begin(s, i - 1);
	return i;
}

static size_t item_begin(const struct sample *s, size_t i)
{
	i = line_begin(s, i);
	while (i > 0 && !text_at(s, i, "- "))
		i = line_begin(s, i - 1);
	return i;
}

static void place(const struct sample *s, enum where where, struct damage *d)
{
	size_t begin = d->span.begin;

	d->first = d->last = line_of(s, begin);
	if (where == ITEM) {
		d->first = d->last = line_of(s, item_begin(s, begin));
	} else if (where == CONDITION) {
		size_t line = condition_begin(s, begin);

		d->first = line_of(s, line);
		d->last = line_of(s, value_end(s, line) - 1);
	} else if (where == NEXT) {
		d->last++;
	}
}

/* A letter less, from the middle. For free(). */
static char *shorter(struct str w)
{
	char *text = strndup(w.s, w.len);
	size_t middle = w.len / 2;

	assert_non_null(text);
	memmove(text + middle, text + middle + 1, w.len - middle);
	return text;
}

static struct str damaged(const struct sample *s, const struct damage *d)
{
	struct buf out = BUF_INIT;

	buf_add_str(&out, str_take(s->text, d->span.begin));
	buf_add_str(&out, str_from(d->by));
	buf_add_str(&out, str_skip(s->text, d->span.end));
	assert_false(out.failed);
	return (struct str){ out.data, out.len };
}

/* Prints and counts what is not as it should be. */
static size_t check_report(const struct kind *kind, const struct damage *d,
                           struct str text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	auto_buf struct buf shown = BUF_INIT;
	struct ruleset *rules = NULL;
	const struct diag *first = NULL;
	size_t wrong = 0;
	int r = ruleset_load_text("t", text, &diags, &rules);

	for (size_t i = 0; i < diags.count && first == NULL; i++)
		if (diags.items[i].severity == DIAG_ERROR)
			first = &diags.items[i];
	if (r == 0 || first == NULL) {
		print_error("%s: no error, line %u: '%s'\n", kind->name,
		            d->first, d->by);
		wrong = 1;
	} else if (first->line < d->first || first->line > d->last) {
		diag_render(first, false, &shown);
		print_error("%s, lines %u to %u: '%s'\n%s\n", kind->name,
		            d->first, d->last, d->by, buf_cstr(&shown));
		wrong = 1;
	}
	ruleset_free(rules);
	diag_done(&diags);
	return wrong;
}

/* Or begins with one, and is then that field and text to an output. */
static bool is_field(const char *name)
{
	struct str s = str_from(name), rest;

	for (; s.len > 0; s.len--)
		if (field_find(s, &rest) != NULL)
			return true;
	return false;
}

static size_t do_damage(struct sample *s, const struct kind *kind,
                        size_t *ret_wrong)
{
	struct damage d;
	char *made = NULL;
	struct str text;
	size_t n = 0;

	s->nfound = 0;
	kind->find(s);
	if (s->nfound == 0)
		return 0;
	d.span = s->found[pick(s, s->nfound)];
	while (n < ARRAY(kind->by) && kind->by[n] != NULL)
		n++;
	if (n == 0)
		made = shorter(word(s, d.span.begin, d.span.end));
	d.by = n > 0 ? kind->by[pick(s, n)] : made;
	if (made != NULL && is_field(made)) {
		free(made);
		return 0;
	}
	place(s, kind->where, &d);
	text = damaged(s, &d);
	*ret_wrong += check_report(kind, &d, text);
	free((void *)(uintptr_t)text.s);
	free(made);
	return 1;
}

static void check_sample(struct str text)
{
	struct sample *s = calloc(1, sizeof(*s));
	size_t done = 0, wrong = 0;

	assert_non_null(s);
	s->text = text;
	s->seed = 88172645463325252u;
	for (size_t i = 0; done < ERRORS; i++)
		done += do_damage(s, &kinds[i % ARRAY(kinds)], &wrong);
	free(s);
	if (wrong > 0)
		fail_msg("%zu of %u errors", wrong, ERRORS);
}

static void read_into(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "re");
	char block[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(out, block, n);
	fclose(f);
	assert_false(out->failed);
}

/* All files as one: they need each other. */
static void test_shipped_rules(void **state)
{
	static const char *const names[] = { "00-base", "10-runtime-binary",
		                             "20-mounts", "30-namespaces",
		                             "50-kernel" };
	const char *top = getenv("top_srcdir");
	auto_buf struct buf text = BUF_INIT;
	char path[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY(names); i++) {
		snprintf(path, sizeof(path), "%s/rules/%s.yaml",
		         top != NULL ? top : ".", names[i]);
		read_into(&text, path);
	}
	check_sample(buf_str(&text));
}

static void test_falco_rules(void **state)
{
	auto_buf struct buf text = BUF_INIT;
	char *path = falco_path("falco_rules.yaml");
	bool there = access(path, R_OK) == 0;

	(void)state;
	if (there)
		read_into(&text, path);
	free(path);
	if (!there)
		skip();
	check_sample(buf_str(&text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_rules),
		cmocka_unit_test(test_falco_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

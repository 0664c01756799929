/* SPDX-License-Identifier: GPL-2.0-or-later */
/* template.c - output texts: literals, %field, %field[arg], %20field. */
#include "saker/engine/template.h"

#include "saker/base/io.h"
#include "saker/lang/check.h"
#include "saker/lang/parser.h"

#define CODE_OUTPUT "LOAD_ERR_COMPILE_OUTPUT"
/* No field with its argument is longer. */
#define NAME_BYTES ((size_t)128)
#define WIDTH_MAX  1024u

struct template_parser {
	struct rules *rules;
	struct arena *arena;
	const struct text *text;
	struct buf parts;
	struct buf literal;
	bool quiet;
	int result;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || is_digit(c) ||
	       c == '_' || c == '.';
}

static void fail(struct template_parser *p, size_t at, size_t length,
                 const char *text)
{
	rules_error(p->rules, CODE_OUTPUT, text_position(p->text, at), length,
	            "%s", text);
	p->result = E_INVALID;
}

static void flush_literal(struct template_parser *p)
{
	struct template_part part = { 0 };

	if (p->literal.len == 0)
		return;
	part.literal = arena_copy(p->arena, buf_str(&p->literal));
	if (part.literal.s == NULL)
		p->result = E_NOMEM;
	buf_add(&p->parts, &part, sizeof(part));
	buf_clear(&p->literal);
}

static void add_field(struct template_parser *p, struct template_part *part,
                      struct str written)
{
	flush_literal(p);
	part->text = arena_copy(p->arena, written);
	if (part->arg.present)
		part->arg.name = arena_copy(p->arena, part->arg.name);
	if (part->text.s == NULL)
		p->result = E_NOMEM;
	buf_add(&p->parts, part, sizeof(*part));
}

static void unknown_field(struct template_parser *p, size_t at, struct str name)
{
	struct name_use use = { name, text_position(p->text, at), name.len };
	struct str near = field_suggest(name);
	int r = rules_unknown(
		p->rules, CODE_OUTPUT, p->quiet, &use,
		str_find_byte(name, '.') < 0
			? "invalid formatting token"
			: "filter_check called with nonexistent field");

	if (near.s != NULL)
		rules_hint(p->rules, "did you mean '%%%.*s'?", STR_FMT(near));
	if (p->result == 0 || r == E_INVALID)
		p->result = r;
}

/* [arg] behind a name: its length with the brackets; 0 = none. */
static size_t arg_length(struct str rest)
{
	ptrdiff_t end;

	if (rest.len == 0 || rest.s[0] != '[')
		return 0;
	end = str_find_byte(rest, ']');
	return end > 1 ? (size_t)end + 1 : 0;
}

/* The longest name at the start of rest that is a field. Text behind it is
 * literal: "%proc.name." ends a sentence. Returns how much was used. */
static size_t longest_field(struct str rest, size_t name,
                            struct template_part *part, const char **ret_why)
{
	const char *ignored;

	for (size_t n = name; n > 0; n--) {
		size_t arg = n == name ? arg_length(str_skip(rest, n)) : 0;
		struct str inner = STR_NONE;
		struct str field = str_take(rest, n);

		if (field.s[n - 1] == '.')
			continue;
		if (arg > 0)
			inner = str_take(str_skip(rest, n + 1), arg - 2);
		if (field_resolve(field, arg > 0, inner, &part->field,
		                  &part->arg,
		                  n == name ? ret_why : &ignored) == 0)
			return n + arg;
	}
	return 0;
}

static size_t parse_width(struct template_parser *p, size_t at,
                          struct template_part *part)
{
	size_t start = at;

	while (at < p->text->s.len && is_digit(p->text->s.s[at])) {
		part->width =
			part->width * 10 + (unsigned)(p->text->s.s[at++] - '0');
		if (part->width > WIDTH_MAX) {
			fail(p, start, at - start, "the width is too large");
			part->width = 0;
			break;
		}
	}
	return at;
}

static size_t parse_transformer(struct template_parser *p, size_t at,
                                struct template_part *part)
{
	const struct term *t;
	struct parse_error error;
	size_t end;
	int r = condition_parse_term(p->rules->arena, p->text, at, &end, &t,
	                             &error);

	if (r == E_INVALID) {
		fail(p, error.offset, error.length, error.text);
		return p->text->s.len;
	}
	if (r == 0)
		r = checker_output_term(p->rules, t, p->quiet, p->arena,
		                        &part->inputs, &part->ninputs);
	if (r == 0)
		add_field(p, part,
		          str_take(str_skip(p->text->s, at), end - at));
	else if (p->result != E_INVALID)
		p->result = r;
	return r == E_NOMEM ? p->text->s.len : end;
}

static void lint_field(struct template_parser *p, size_t at, size_t used,
                       const struct template_part *part)
{
	if (part->field->origin == FIELD_FROM_NOWHERE)
		rules_note(p->rules, "LINT_FIELD", text_position(p->text, at),
		           used, "audit does not tell %.*s: %s",
		           STR_FMT(part->field->name), part->field->doc);
}

/* A name that goes on behind the field is a field misspelt, or text. */
static void lint_rest(struct template_parser *p, size_t at, size_t used,
                      size_t name)
{
	struct str rest = str_take(str_skip(p->text->s, at + used),
	                           used < name ? name - used : 0);

	if (rest.len > 0 && rest.s[0] == '.')
		rest = str_skip(rest, 1);
	if (rest.len > 0 && rest.s[0] != '.')
		rules_note(p->rules, "LINT_OUTPUT", text_position(p->text, at),
		           name, "'%%%.*s' is a field, what follows is text",
		           STR_FMT(str_take(str_skip(p->text->s, at), used)));
}

/* Behind '%'. Returns where the text goes on. */
static size_t parse_field(struct template_parser *p, size_t at)
{
	struct template_part part = { 0 };
	const char *why = NULL;
	struct str rest;
	size_t name = 0, used;

	at = parse_width(p, at, &part);
	rest = str_skip(p->text->s, at);
	while (name < rest.len && name < NAME_BYTES && is_name(rest.s[name]))
		name++;
	if (name == 0) {
		fail(p, at, 1, "expected a field after '%'");
		return at;
	}
	if (str_eq(str_take(rest, name), STR("container.info"))) {
		rules_warn(p->rules, "LOAD_DEPRECATED_ITEM",
		           text_position(p->text, at), name,
		           "%%container.info is deprecated and removed from "
		           "the output");
		return at + name;
	}
	if (name < rest.len && rest.s[name] == '(' &&
	    transformer_find(str_take(rest, name)) != TRANSFORMER__MAX)
		return parse_transformer(p, at, &part);
	used = longest_field(rest, name, &part, &why);
	if (used > 0 && part.field->use >= FIELD_USE_FILTER_ONLY)
		fail(p, at, used,
		     "the field is filter only and cannot be used as a display "
		     "field");
	else if (used == 0 && why != NULL)
		fail(p, at, name, why);
	else if (used == 0)
		unknown_field(p, at, str_take(rest, name));
	else
		add_field(p, &part, str_take(rest, used));
	if (used > 0)
		lint_field(p, at, used, &part);
	if (used > 0)
		lint_rest(p, at, used, name);
	if (used > 0 && field_is_deprecated(part.field))
		rules_warn(p->rules, "LOAD_DEPRECATED_ITEM",
		           text_position(p->text, at), used,
		           "usage of deprecated field '%.*s' has been detected "
		           "in the rule output",
		           STR_FMT(part.field->name));
	return at + (used > 0 ? used : name);
}

static void parse(struct template_parser *p)
{
	struct str s = p->text->s;
	size_t at = 0;

	while (s.len > 0 && strchr(" \t\r\n", s.s[s.len - 1]) != NULL)
		s.len--;
	while (at < s.len && strchr(" \t\r\n", s.s[at]) != NULL)
		at++;
	while (at < s.len && p->result != E_NOMEM) {
		size_t literal = (size_t)str_find_byte(str_skip(s, at), '%');

		if (literal != 0) {
			buf_add_str(&p->literal,
			            str_take(str_skip(s, at), literal));
			at = literal < s.len - at ? at + literal : s.len;
		} else if (at + 1 == s.len) {
			fail(p, at, 1, "formatting cannot end with a %");
			return;
		} else {
			at = parse_field(p, at + 1);
		}
	}
	flush_literal(p);
}

int template_compile(struct rules *r, struct arena *arena,
                     const struct text *text, bool quiet, struct template *ret)
{
	struct template_parser p = {
		.rules = r, .arena = arena, .text = text, .quiet = quiet
	};
	struct template_part *parts = NULL;

	buf_reserve(&p.parts, 32 * sizeof(*parts));
	parse(&p);
	if (p.result == 0) {
		parts = arena_alloc(arena, p.parts.len + 1);
		if (parts == NULL || p.parts.failed || p.literal.failed)
			p.result = E_NOMEM;
	}
	if (p.result == 0) {
		if (p.parts.len > 0)
			memcpy(parts, p.parts.data, p.parts.len);
		ret->parts = parts;
		ret->nparts = p.parts.len / sizeof(*parts);
	}
	buf_done(&p.parts);
	buf_done(&p.literal);
	return p.result;
}

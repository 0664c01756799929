/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terms.c - fields are looked up and held against where they stand;
 * transformers are held against the types of what they are given. */
#include "terms.h"

#include "saker/base/io.h"
#include "store.h"

static int fail(struct checker *c, const struct term *t, const char *format,
                ...) __attribute__((format(printf, 3, 4)));

static int fail(struct checker *c, const struct term *t, const char *format,
                ...)
{
	auto_buf struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	return rules_error(c->rules, c->code, t->at, t->length, "%s",
	                   buf_cstr(&text));
}

static int unknown_field(struct checker *c, const struct term *t)
{
	struct str near = field_suggest(t->name);
	struct name_use use = { t->name, t->at, t->length };
	int r = rules_unknown(c->rules, c->code, c->quiet_unknown, &use,
	                      "filter_check called with nonexistent field");

	c->unknown = true;
	if (near.s != NULL)
		rules_hint(c->rules, "did you mean '%.*s'?", STR_FMT(near));
	return r;
}

/* The words of Falco's sinsp_filtercheck.cpp. */
static int check_place(struct checker *c, const struct term *t,
                       const struct field_info *f, enum term_place place)
{
	if (place == TERM_ON_RIGHT && f->use >= FIELD_USE_NO_RIGHT)
		return fail(c, t,
		            "field '%.*s' can't be used as a right-hand side "
		            "field",
		            STR_FMT(t->name));
	if (place == TERM_INSIDE && f->use >= FIELD_USE_COMPARE_ONLY)
		return fail(c, t, "field '%.*s' does not support transformers",
		            STR_FMT(t->name));
	if (place == TERM_IN_OUTPUT && f->use >= FIELD_USE_FILTER_ONLY)
		return fail(c, t,
		            "%.*s is filter only and cannot be used as a "
		            "display field",
		            STR_FMT(t->name));
	return 0;
}

static int check_field(struct checker *c, const struct term *t,
                       enum term_place place, struct checked_term *ret)
{
	const struct field_info *f;
	struct field_arg arg;
	const char *why;
	int r = field_resolve(t->name, t->has_arg, t->arg, &f, &arg, &why);

	if (r == E_NOT_FOUND)
		return unknown_field(c, t);
	if (r < 0)
		return fail(c, t, "%s", why);
	if (check_place(c, t, f, place) < 0)
		return E_INVALID;
	if (field_is_deprecated(f))
		rules_warn(c->rules, CODE_DEPRECATED, t->at, t->length,
		           "usage of deprecated field '%.*s' has been detected "
		           "in the rule %s",
		           STR_FMT(t->name),
		           place == TERM_IN_OUTPUT ? "output" : "condition");
	if (f->origin == FIELD_FROM_NOWHERE)
		rules_note(c->rules, "LINT_FIELD", t->at, t->length,
		           "audit does not tell %.*s: %s", STR_FMT(t->name),
		           f->doc);
	ret->field = f;
	ret->type = field_type(f, &arg);
	ret->input = builder_field(c->builder, f, &arg);
	return ret->input < 0 ? (int)ret->input : 0;
}

struct parts {
	node_id *ids;
	enum value_type *types;
	size_t count;
};

static int check_parts(struct checker *c, const struct term *t, struct parts *p)
{
	int result = 0;

	for (const struct term *i = t->first; i != NULL; i = i->next)
		p->count++;
	p->ids = arena_array(c->rules->arena, node_id, p->count + 1);
	p->types = arena_array(c->rules->arena, enum value_type, p->count + 1);
	if (p->ids == NULL || p->types == NULL)
		return E_NOMEM;
	p->count = 0;
	for (const struct term *i = t->first; i != NULL; i = i->next) {
		struct checked_term part = { 0 };
		int r = term_check(c, i, TERM_INSIDE, &part);

		if (r == E_NOMEM)
			return r;
		if (r < 0)
			result = r;
		p->ids[p->count] = part.input;
		p->types[p->count++] = part.type;
	}
	return result;
}

static int add_input(struct checker *c, const struct vm_input *in,
                     const struct parts *parts, struct checked_term *ret)
{
	ret->type = in->type;
	ret->input = builder_input(c->builder, in, parts->ids, parts->count);
	return ret->input < 0 ? (int)ret->input : 0;
}

static int check_list(struct checker *c, const struct term *t,
                      struct checked_term *ret)
{
	struct vm_input in = { .kind = INPUT_LIST, .type = VALUE_LIST };
	struct parts parts = { 0 };
	int r = check_parts(c, t, &parts);

	for (size_t i = 0; r == 0 && i < parts.count; i++)
		if (parts.types[i] == VALUE_LIST)
			r = fail(c, t, "a list must not hold another");
	return r < 0 ? r : add_input(c, &in, &parts, ret);
}

/* proc.args is one text to conditions, and the words themselves to getopt. */
static bool is_words(const struct term *t)
{
	struct str rest;
	const struct field_info *f = t->kind == TERM_FIELD && !t->has_arg
	                                     ? field_find(t->name, &rest)
	                                     : NULL;

	return f != NULL && f->arg == FIELD_ARG_INDEX_OPTIONAL &&
	       f->type == VALUE_STRING && f->use == FIELD_USE_ANYWHERE;
}

static int use_words(struct checker *c, const struct term *t,
                     struct parts *parts)
{
	struct str rest;
	struct vm_input in = { .kind = INPUT_FIELD_ITEMS,
		               .type = VALUE_LIST,
		               .info = field_find(t->name, &rest) };

	parts->types[0] = VALUE_LIST;
	parts->ids[0] = builder_input(c->builder, &in, NULL, 0);
	return parts->ids[0] < 0 ? (int)parts->ids[0] : 0;
}

static int check_transformer(struct checker *c, const struct term *t,
                             struct checked_term *ret)
{
	struct vm_input in = { .kind = INPUT_TRANSFORMER,
		               .transformer = transformer_find(t->name),
		               .arg = { .present = t->has_arg,
		                        .name = t->arg } };
	struct parts parts = { 0 };
	const char *why;
	int r = check_parts(c, t, &parts);

	if (r == 0 && in.transformer == TRANSFORMER_GETOPT &&
	    is_words(t->first))
		r = use_words(c, t->first, &parts);
	if (r < 0)
		return r;
	if (transformer_type(in.transformer, parts.types, parts.count,
	                     t->has_arg, &in.type, &why) < 0)
		return fail(c, t, "wrong use of transformer '%.*s': %s",
		            STR_FMT(t->name), why);
	if (t->has_arg && t->arg.len != 1)
		return fail(c, t,
		            "getopt() field argument must be a single option "
		            "character");
	return add_input(c, &in, &parts, ret);
}

int term_check(struct checker *c, const struct term *t, enum term_place place,
               struct checked_term *ret)
{
	struct vm_input literal = { .kind = INPUT_LITERAL,
		                    .type = VALUE_STRING,
		                    .literal = t->name };
	static const struct parts none;

	*ret = (struct checked_term){ 0 };
	switch (t->kind) {
	case TERM_FIELD:
		return check_field(c, t, place, ret);
	case TERM_VAL:
		return term_check(c, t->first, place, ret);
	case TERM_LITERAL:
		return add_input(c, &literal, &none, ret);
	case TERM_LIST:
		return check_list(c, t, ret);
	case TERM_TRANSFORMER:
		return check_transformer(c, t, ret);
	}
	return E_INVALID;
}

static int copy_inputs(const struct builder *b, struct arena *arena,
                       const struct vm_input **ret, size_t *ret_count)
{
	const struct vm_input *inputs = builder_inputs(b, ret_count);
	struct vm_input *copy = arena_array(arena, struct vm_input, *ret_count);

	if (copy == NULL)
		return E_NOMEM;
	memcpy(copy, inputs, *ret_count * sizeof(*copy));
	*ret = copy;
	return 0;
}

int checker_output_term(struct rules *r, const struct term *t, bool quiet,
                        struct arena *arena, const struct vm_input **ret,
                        size_t *ret_count)
{
	struct builder *b = builder_new(arena);
	struct checker c = { .rules = r,
		             .builder = b,
		             .code = CODE_OUTPUT,
		             .quiet_unknown = quiet };
	struct checked_term term;
	int result = E_NOMEM;

	if (b != NULL)
		result = term_check(&c, t, TERM_IN_OUTPUT, &term);
	if (result == 0)
		result = copy_inputs(b, arena, ret, ret_count);
	builder_free(b);
	return result;
}

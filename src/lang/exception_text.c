/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exception_text.c - exceptions as the text that is added to a condition:
 * "and not ((field comp value and ...) or ...)", Falco's
 * build_rule_exception_infos(). */
#include "store.h"

struct writer {
	struct rules *rules;
	struct text_builder out;
	struct position at;
	int result;
};

static void add(struct writer *w, const char *s)
{
	text_add_fixed(&w->out, str_from(s), w->at);
}

static void fail(struct writer *w, struct position at, const char *text)
{
	w->result = rules_error(w->rules, CODE_VALIDATE, at, 1, "%s", text);
}

static void add_value(struct writer *w, const struct yaml *value)
{
	struct str s = value->text.s;
	bool quote = s.len == 0 || (s.s[0] != '"' && s.s[0] != '\'' &&
	                            str_find_byte(s, ' ') >= 0);

	if (value->kind != YAML_SCALAR) {
		fail(w, value->at,
		     "Expected values array to contain a list of strings");
		return;
	}
	if (quote)
		add(w, "\"");
	text_add(&w->out, &value->text);
	if (quote)
		add(w, "\"");
}

static void add_values(struct writer *w, const struct yaml *list)
{
	for (const struct yaml_item *i = list->first; i != NULL; i = i->next) {
		add_value(w, i->value);
		if (i->next != NULL)
			add(w, ", ");
	}
}

static bool takes_list(const struct yaml *comp)
{
	static const char *const words[] = { "in",    "pmatch", "intersects",
		                             "oneof", "anyof",  "allof" };
	struct str c = comp != NULL ? str_trim(comp->text.s) : STR("=");
	ptrdiff_t blank = str_find_last_byte(c, ' ');

	if (blank >= 0)
		c = str_skip(c, (size_t)blank + 1);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(c, str_from(words[i])))
			return true;
	return false;
}

/* A scalar where a list is wanted may be a list's name, in brackets or not. */
static void add_right(struct writer *w, const struct yaml *value, bool list)
{
	bool bracketed = value->kind == YAML_SCALAR && value->text.s.len > 0 &&
	                 value->text.s.s[0] == '(';

	if (value->kind == YAML_SEQUENCE) {
		add(w, "(");
		add_values(w, value);
		add(w, ")");
	} else if (!list) {
		add_value(w, value);
	} else if (bracketed) {
		text_add(&w->out, &value->text);
	} else {
		add(w, "(");
		text_add(&w->out, &value->text);
		add(w, ")");
	}
}

static void add_tuple(struct writer *w, const struct exception *e,
                      const struct yaml *tuple)
{
	const struct yaml_item *comp =
		e->comps != NULL ? e->comps->first : NULL;
	const struct yaml_item *field = e->fields->first;
	const struct yaml_item *value = tuple->first;

	if (tuple->kind != YAML_SEQUENCE || tuple->count != e->fields->count) {
		fail(w, tuple->at,
		     "Fields and values lists must have equal length");
		return;
	}
	add(w, "(");
	for (; field != NULL; field = field->next, value = value->next) {
		if (field != e->fields->first)
			add(w, " and ");
		text_add(&w->out, &field->value->text);
		add(w, " ");
		if (comp != NULL)
			text_add(&w->out, &comp->value->text);
		else
			add(w, "=");
		add(w, " ");
		add_right(w, value->value,
		          takes_list(comp != NULL ? comp->value : NULL));
		comp = comp != NULL ? comp->next : NULL;
	}
	add(w, ")");
}

static void add_tuples(struct writer *w, const struct exception *e)
{
	for (const struct yaml_item *v = e->values->first; v != NULL;
	     v = v->next) {
		add_tuple(w, e, v->value);
		if (v->next != NULL)
			add(w, " or ");
	}
}

static void add_single(struct writer *w, const struct exception *e)
{
	text_add(&w->out, &e->fields->text);
	add(w, " ");
	if (e->comps != NULL)
		text_add(&w->out, &e->comps->text);
	else
		add(w, "in");
	add(w, " (");
	add_values(w, e->values);
	add(w, ")");
}

int exceptions_condition(struct rules *r, const struct definition *d,
                         struct text *ret)
{
	struct writer w = { .rules = r, .at = d->values[KEY_CONDITION]->at };

	if (d->exceptions == NULL) {
		*ret = d->values[KEY_CONDITION]->text;
		return 0;
	}
	add(&w, "(");
	text_add(&w.out, &d->values[KEY_CONDITION]->text);
	add(&w, ")");
	for (const struct exception *e = d->exceptions; e != NULL;
	     e = e->next) {
		if (e->values == NULL || e->values->count == 0)
			continue;
		w.at = e->at;
		rules_set_part(r, "exception", e->name);
		add(&w, " and not (");
		if (e->fields->kind == YAML_SEQUENCE)
			add_tuples(&w, e);
		else
			add_single(&w, e);
		add(&w, ")");
	}
	rules_set_part(r, NULL, STR_NONE);
	if (w.result == 0)
		w.result = text_finish(&w.out, r->arena, ret);
	text_builder_done(&w.out);
	return w.result;
}

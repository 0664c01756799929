/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_info.c - what a rule is made of (Falco's describe_rule()). */
#include "rule_info.h"

#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/base/map.h"
#include "saker/event/event_types.h"
#include "saker/kernel/needs.h"
#include "saker/lang/event_types.h"
#include "saker/lang/rules.h"

struct collector {
	struct arena *arena;
	struct map seen;
	struct buf names; /* struct str */
	bool nomem;
};

static void add(struct collector *c, struct str name)
{
	struct str copy;

	if (c->nomem || map_get(&c->seen, name) != NULL)
		return;
	copy = arena_copy(c->arena, name);
	c->nomem = copy.s == NULL || map_put(&c->seen, copy, c) < 0;
	buf_add(&c->names, &copy, sizeof(copy));
}

/* In the order in which they came. */
static int finish(struct collector *c, struct names *ret)
{
	struct str *items = arena_alloc(c->arena, c->names.len + 1);
	int r = c->nomem || c->names.failed || items == NULL ? E_NOMEM : 0;

	if (r == 0 && c->names.len > 0)
		memcpy(items, c->names.data, c->names.len);
	if (r == 0)
		*ret = (struct names){ items, c->names.len / sizeof(*items) };
	map_done(&c->seen);
	buf_done(&c->names);
	return r;
}

static struct collector start(struct arena *arena)
{
	struct collector c = { .arena = arena };

	map_init(&c.seen);
	return c;
}

static void add_field(struct collector *c, const struct term *t)
{
	auto_buf struct buf name = BUF_INIT;

	buf_add_str(&name, t->name);
	if (t->has_arg)
		buf_printf(&name, "[%.*s]", STR_FMT(t->arg));
	add(c, buf_str(&name));
}

static void add_fields_of(struct collector *c, const struct term *t)
{
	if (t->kind == TERM_FIELD)
		add_field(c, t);
	for (const struct term *i = t->first; i != NULL; i = i->next)
		add_fields_of(c, i);
}

static void add_operator(struct collector *c, const struct comparison *check)
{
	auto_buf struct buf name = BUF_INIT;

	buf_add_str(&name, op_info(check->op)->token);
	if (check->modifier != MODIFIER_NONE)
		buf_printf(&name, " %s", op_modifier_name(check->modifier));
	add(c, buf_str(&name));
}

static void each_check(const struct expr *e, struct collector *fields,
                       struct collector *operators)
{
	if (e->kind == EXPR_CHECK) {
		add_fields_of(fields, e->check->left);
		if (e->check->right != NULL)
			add_fields_of(fields, e->check->right);
		add_operator(operators, e->check);
	}
	for (size_t i = 0; i < e->count; i++)
		each_check(e->children[i], fields, operators);
}

static int find_checks(struct rule_info *x, struct arena *arena)
{
	struct collector fields = start(arena), operators = start(arena);
	int one, two;

	each_check(x->origin->expr, &fields, &operators);
	one = finish(&fields, &x->fields);
	two = finish(&operators, &x->operators);
	return one < 0 ? one : two;
}

static void add_yaml(struct collector *c, const struct yaml *y)
{
	if (y == NULL)
		return;
	if (y->kind == YAML_SCALAR)
		add(c, y->text.s);
	for (const struct yaml_item *i = y->first; i != NULL; i = i->next)
		add_yaml(c, i->value);
}

static int find_exceptions(struct rule_info *x, struct arena *arena)
{
	struct collector names = start(arena), fields = start(arena),
			 operators = start(arena);
	const struct exception *e = x->origin->definition->exceptions;
	int one, two, three;

	for (; e != NULL; e = e->next) {
		add(&names, e->name);
		add_yaml(&fields, e->fields);
		add_yaml(&operators, e->comps);
	}
	one = finish(&names, &x->exceptions);
	two = finish(&fields, &x->exception_fields);
	three = finish(&operators, &x->exception_operators);
	return one < 0 ? one : two < 0 ? two : three;
}

static int find_output_fields(struct rule_info *x, struct arena *arena)
{
	const struct template *t = &x->rule->output;
	struct collector c = start(arena);

	for (size_t i = 0; i < t->nparts; i++)
		if (t->parts[i].field != NULL || t->parts[i].ninputs > 0)
			add(&c, t->parts[i].text);
	return finish(&c, &x->output_fields);
}

static bool is_of_source(enum event_kind kind, enum rule_source source)
{
	return kind != EVENT_PART &&
	       (kind == EVENT_RECORD) == (source == SOURCE_AUDIT);
}

/* All but a few: those that there are. */
static int list_others(struct rule_info *x, struct arena *arena)
{
	const struct event_type *all;
	struct collector c = start(arena);
	size_t count = 0;
	int r = event_types_list(arena, &all, &count);

	for (size_t i = 0; r == 0 && i < count; i++)
		if (is_of_source(all[i].kind, x->rule->source) &&
		    event_types_has(x->origin->types, all[i].name))
			add(&c, all[i].name);
	c.nomem |= r < 0;
	return finish(&c, &x->types);
}

static int find_types(struct rule_info *x, struct arena *arena)
{
	const struct event_types *t = x->origin->types;

	x->any_type = t->all_but;
	x->types = (struct names){ t->names, t->count };
	return t->all_but ? list_others(x, arena) : 0;
}

int rule_info_of(const struct ruleset *rules, size_t rule, struct arena *arena,
                 struct rule_info *ret)
{
	struct rule_info x = { .rule = ruleset_rule(rules, rule),
		               .origin = ruleset_origin(rules, rule) };
	const struct definition *d = x.origin->definition;

	if (find_checks(&x, arena) < 0 || find_exceptions(&x, arena) < 0 ||
	    find_output_fields(&x, arena) < 0 || find_types(&x, arena) < 0 ||
	    definition_uses(d, DEFINES_MACRO, arena, &x.macros.items,
	                    &x.macros.count) < 0 ||
	    definition_uses(d, DEFINES_LIST, arena, &x.lists.items,
	                    &x.lists.count) < 0)
		return E_NOMEM;
	*ret = x;
	return 0;
}

static void json_names(const char *before, const struct names *names,
                       struct buf *out)
{
	buf_printf(out, "%s[", before);
	for (size_t i = 0; i < names->count; i++) {
		if (i > 0)
			buf_add_byte(out, ',');
		escape_json(out, names->items[i]);
	}
	buf_add_byte(out, ']');
}

void json_member(const char *before, struct str text, struct buf *out)
{
	buf_add_str(out, str_from(before));
	escape_json(out, text);
}

static void json_details(const struct rule_info *x, struct buf *out)
{
	json_member("\"details\":{\"condition_compiled\":", x->rule->compiled,
	            out);
	json_names(",\"condition_fields\":", &x->fields, out);
	json_names(",\"condition_operators\":", &x->operators, out);
	json_names(",\"events\":", &x->types, out);
	json_names(",\"exception_fields\":", &x->exception_fields, out);
	json_names(",\"exception_names\":", &x->exceptions, out);
	json_names(",\"exception_operators\":", &x->exception_operators, out);
	json_names(",\"lists\":", &x->lists, out);
	json_names(",\"macros\":", &x->macros, out);
	json_names(",\"output_fields\":", &x->output_fields, out);
	buf_add_str(out, STR(",\"plugins\":[]}"));
}

/* Nothing when the rule has it not, as with Falco. */
static void json_frequency(const char *before, const struct rule_frequency *f,
                           struct buf *out)
{
	if (!f->is_given)
		return;
	buf_printf(out, "%s{\"by\":[", before);
	for (size_t i = 0; i < f->nby; i++)
		json_member(i > 0 ? "," : "", f->by[i].text, out);
	buf_printf(out, "],\"count\":%u,\"within_ns\":%llu}", f->count,
	           (unsigned long long)f->within_ns);
}

static void json_info(const struct rule_info *x, struct buf *out)
{
	const struct rule *rule = x->rule;
	const struct yaml *output = x->origin->definition->values[KEY_OUTPUT];
	const struct names tags = { rule->tags, rule->ntags };

	json_member(",\"info\":{\"condition\":", rule->condition, out);
	json_member(",\"description\":", rule->desc, out);
	buf_printf(out, ",\"enabled\":%s", rule->enabled ? "true" : "false");
	json_member(",\"name\":", rule->name, out);
	json_member(",\"output\":", str_trim(output->text.s), out);
	buf_printf(out, ",\"priority\":\"%s\",\"source\":\"%s\"",
	           priority_name(rule->priority),
	           rule->source == SOURCE_AUDIT ? "audit" : "syscall");
	json_names(",\"tags\":", &tags, out);
	json_frequency(",\"suppress\":", &rule->suppress, out);
	json_frequency(",\"threshold\":", &rule->threshold, out);
	buf_add_byte(out, '}');
}

void rule_info_json(const struct rule_info *x, struct buf *out)
{
	const struct rule *rule = x->rule;

	buf_printf(out, "\"any_event\":%s,\"can_fire\":%s,",
	           x->any_type ? "true" : "false",
	           rule->can_fire ? "true" : "false");
	json_details(x, out);
	json_member(",\"file\":", str_from(rule->file), out);
	json_info(x, out);
	buf_printf(out, ",\"line\":%u,\"missing\":", rule->line);
	if (rule->can_fire)
		buf_add_str(out, STR("null"));
	else
		escape_json(out, rule->missing);
	json_member(",\"rule\":", rule->name, out);
}

void names_text(const char *label, const struct names *names, struct buf *out)
{
	if (names->count == 0)
		return;
	buf_printf(out, "\n%s", label);
	for (size_t i = 0; i < names->count; i++) {
		buf_add_byte(out, ' ');
		escape_text(out, names->items[i]);
	}
}

void rule_info_types(const struct rule_info *x, struct buf *out)
{
	const struct event_types *t = x->origin->types;

	if (t->all_but)
		buf_add_str(out, t->count > 0 ? STR(" all but") : STR(" all"));
	else if (t->count == 0)
		buf_add_str(out, STR(" none"));
	for (size_t i = 0; i < t->count; i++) {
		buf_add_byte(out, ' ');
		escape_text(out, t->names[i]);
	}
}

const struct field_info *rule_info_field(struct str name)
{
	struct str rest;
	ptrdiff_t bracket = str_find_byte(name, '[');

	return field_find(bracket > 0 ? str_take(name, (size_t)bracket) : name,
	                  &rest);
}

static bool has_tracked(const struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct field_info *f = rule_info_field(names->items[i]);

		if (f != NULL && f->origin == FIELD_FROM_TRACKING)
			return true;
	}
	return false;
}

bool rule_info_is_tracked(const struct rule_info *x, bool with_output)
{
	const struct names *types = &x->types;

	if (has_tracked(&x->fields) ||
	    (with_output && has_tracked(&x->output_fields)))
		return true;
	for (size_t i = 0; i < types->count && !x->any_type; i++)
		if (event_type_is_of_container(types->items[i]))
			return true;
	return false;
}

int rule_info_needs(const struct rule_info *x, struct arena *arena,
                    struct kernel_needs *needs)
{
	return x->rule->source == SOURCE_AUDIT
	               ? kernel_needs_add_records(needs, arena,
	                                          x->origin->types)
	               : kernel_needs_add(needs, arena, x->origin->expr,
	                                  x->origin->types);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_rule.c - saker explain RULE: what a rule means and needs. */
#include "explain.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/base/map.h"
#include "saker/lang/event_types.h"
#include "saker/lang/parser.h"

struct explanation {
	struct arena arena;
	struct map seen; /* names of fields that were listed */
	struct buf out;
};

static const char *origin_text(enum field_origin origin)
{
	static const char *const texts[] = {
		[FIELD_FROM_RECORDS] = "the event's records",
		[FIELD_FROM_TRACKING] =
			"the process table, kept from earlier "
			"records",
		[FIELD_FROM_PROC] = "/proc at the time of the event",
		[FIELD_FROM_METADATA] = "the runtime's files",
		[FIELD_FROM_NOWHERE] = "nowhere: audit does not tell it",
	};

	return texts[origin];
}

static void add_field(struct explanation *x, const struct term *t)
{
	struct str rest;
	const struct field_info *f = field_find(t->name, &rest);

	if (f == NULL || map_get(&x->seen, t->name) != NULL ||
	    map_put(&x->seen, t->name, x) < 0)
		return;
	buf_printf(&x->out, "  %-24.*s %-8s %s\n", STR_FMT(t->name),
	           value_type_name(f->type), origin_text(f->origin));
}

static void add_term(struct explanation *x, const struct term *t)
{
	if (t->kind == TERM_FIELD)
		add_field(x, t);
	for (const struct term *i = t->first; i != NULL; i = i->next)
		add_term(x, i);
}

static void add_fields(struct explanation *x, const struct expr *e)
{
	if (e->kind == EXPR_CHECK) {
		add_term(x, e->check->left);
		if (e->check->right != NULL)
			add_term(x, e->check->right);
	}
	for (size_t i = 0; i < e->count; i++)
		add_fields(x, e->children[i]);
}

static void add_types(struct explanation *x, const struct expr *e)
{
	struct event_types types;

	if (event_types_of(&x->arena, e, &types) < 0)
		return;
	buf_add_str(&x->out, STR("event types:"));
	if (types.all_but)
		buf_add_str(&x->out,
		            types.count > 0 ? STR(" all but") : STR(" all"));
	else if (types.count == 0)
		buf_add_str(&x->out, STR(" none"));
	for (size_t i = 0; i < types.count; i++) {
		buf_add_byte(&x->out, ' ');
		escape_text(&x->out, types.names[i]);
	}
	buf_add_byte(&x->out, '\n');
}

/* What the rule set compiled, printed, is a condition again. */
static const struct expr *parse(struct explanation *x, struct str compiled)
{
	auto_text_builder struct text_builder b = TEXT_BUILDER_INIT;
	struct parse_error error;
	const struct expr *e;
	struct text text;

	text_add_fixed(&b, compiled, (struct position){ 0 });
	if (text_finish(&b, &x->arena, &text) < 0 ||
	    condition_parse(&x->arena, &text, &e, &error) < 0)
		return NULL;
	return e;
}

static void add_head(struct explanation *x, const struct rule *rule)
{
	buf_add_str(&x->out, STR("rule: "));
	escape_text(&x->out, rule->name);
	buf_printf(&x->out, "%s\nfrom: ", rule->enabled ? "" : " (disabled)");
	escape_text(&x->out, str_from(rule->file));
	buf_printf(&x->out, ":%u\npriority: %s\ntags:", rule->line,
	           priority_name(rule->priority));
	for (size_t i = 0; i < rule->ntags; i++) {
		buf_add_byte(&x->out, ' ');
		escape_text(&x->out, rule->tags[i]);
	}
	buf_add_str(&x->out, STR("\nfinds: "));
	escape_text(&x->out, str_trim(rule->desc));
	buf_add_str(&x->out, STR("\ncondition: "));
	escape_text(&x->out, rule->compiled);
	buf_add_byte(&x->out, '\n');
	if (rule->can_fire)
		return;
	buf_add_str(&x->out, STR("unable to fire: audit does not tell "));
	escape_text(&x->out, rule->missing);
	buf_add_byte(&x->out, '\n');
}

int explain_rule(const struct ruleset *rules, size_t i, bool json)
{
	struct explanation x = { 0 };
	const struct rule *rule = ruleset_rule(rules, i);
	const struct expr *e = parse(&x, rule->compiled);

	(void)json;

	map_init(&x.seen);
	add_head(&x, rule);
	if (e != NULL) {
		add_types(&x, e);
		buf_add_str(&x.out, STR("fields:\n"));
		add_fields(&x, e);
		cli_print(&x.out);
	}
	map_done(&x.seen);
	buf_done(&x.out);
	arena_done(&x.arena);
	return e != NULL ? EXIT_DONE : EXIT_CANNOT;
}

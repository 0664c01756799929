/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.c - a program in which each sub-expression of one rule is a rule of its
 * own: the compiler and the executor of rules answer for all of them, and no
 * second evaluator can disagree. */
#include "saker/engine/trace.h"

#include <stdlib.h>

#include "saker/base/io.h"
#include "trace_nodes.h"

struct building {
	struct trace *trace;
	struct builder *builder;
	struct checker checker;
};

static node_id add_tree(struct building *b, const struct expr *e,
                        uint32_t parent, uint32_t depth);

static enum trace_kind kind_of(const struct expr *e)
{
	switch (e->kind) {
	case EXPR_AND:
		return TRACE_AND;
	case EXPR_OR:
		return TRACE_OR;
	case EXPR_NOT:
		return TRACE_NOT;
	default:
		return TRACE_CHECK;
	}
}

static node_id add_children(struct building *b, const struct expr *e,
                            uint32_t own, uint32_t depth)
{
	auto_free node_id *children = calloc(e->count, sizeof(*children));

	if (children == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < e->count; i++) {
		children[i] = add_tree(b, e->children[i], own, depth + 1);
		if (children[i] < 0)
			return children[i];
	}
	return e->kind == EXPR_NOT
	               ? builder_not(b->builder, children[0])
	               : builder_join(b->builder, e->kind == EXPR_AND, children,
	                              e->count);
}

static node_id add_tree(struct building *b, const struct expr *e,
                        uint32_t parent, uint32_t depth)
{
	uint32_t own = (uint32_t)b->trace->count++;
	struct node *n = &b->trace->nodes[own];

	n->expr = e;
	n->told = (struct trace_node){
		.kind = kind_of(e),
		.parent = parent,
		.depth = depth,
		.macro = e->macro,
		.file = e->at.file != NULL ? e->at.file->name : NULL,
		.line = e->at.line,
		.column = e->at.column,
	};
	n->id = e->kind == EXPR_CHECK ? checker_condition(&b->checker, e)
	                              : add_children(b, e, own, depth);
	n->told.end = (uint32_t)b->trace->count;
	return n->id;
}

static size_t count_inputs(const struct vm_input *inputs, uint32_t input)
{
	size_t n = 1;

	for (uint32_t i = 0; i < inputs[input].nparts; i++)
		n += count_inputs(inputs, inputs[input].parts[i]);
	return n;
}

static bool is_told(const struct vm_input *in)
{
	return in->kind != INPUT_LITERAL && in->kind != INPUT_LIST;
}

static void add_inputs(struct node *n, const struct vm_input *inputs,
                       uint32_t input)
{
	if (is_told(&inputs[input]))
		n->inputs[n->ninputs++] = input;
	for (uint32_t i = 0; i < inputs[input].nparts; i++)
		add_inputs(n, inputs, inputs[input].parts[i]);
}

static int name_inputs(struct trace *t, struct node *n)
{
	n->names = arena_array(&t->arena, struct str, n->ninputs);
	if (n->names == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < n->ninputs; i++) {
		auto_buf struct buf name = BUF_INIT;

		program_print_input(&t->program, n->inputs[i], &name);
		n->names[i] = arena_copy(&t->arena, buf_str(&name));
		if (name.failed || n->names[i].s == NULL)
			return E_NOMEM;
	}
	return 0;
}

static int describe_check(struct building *b, struct node *n)
{
	size_t count;
	const struct vm_input *inputs = builder_inputs(b->builder, &count);
	const struct check *c = builder_check_of(b->builder, n->id);

	if (c == NULL)
		return 0;
	count = count_inputs(inputs, c->input);
	if (c->right != CHECK_CONSTANT)
		count += count_inputs(inputs, c->right);
	n->inputs = arena_array(&b->trace->arena, uint32_t, count);
	if (n->inputs == NULL)
		return E_NOMEM;
	add_inputs(n, inputs, c->input);
	if (c->right != CHECK_CONSTANT)
		add_inputs(n, inputs, c->right);
	n->misses = c->op != OP_EXISTS;
	return 0;
}

static int build(struct building *b, const struct expr *root)
{
	struct trace *t = b->trace;
	node_id id = add_tree(b, root, 0, 0);
	int r = id < 0 ? (int)id : 0;

	for (size_t i = 0; i < t->count && r == 0; i++) {
		r = builder_add_rule(b->builder, t->nodes[i].id);
		if (r == 0 && t->nodes[i].told.kind == TRACE_CHECK)
			r = describe_check(b, &t->nodes[i]);
	}
	if (r == 0)
		r = builder_finish(b->builder, &t->program);
	for (size_t i = 0; i < t->count && r == 0; i++)
		r = name_inputs(t, &t->nodes[i]);
	if (r == 0 && (t->vm = vm_new(&t->program)) == NULL)
		r = E_NOMEM;
	return r;
}

/* The rule compiled once, so it does again: what the checker has to say of it
 * was said then. */
static int compile(struct trace *t, const struct expr *root)
{
	struct building b = { .trace = t };
	struct diag_list diags = DIAG_LIST_INIT;
	struct rules rules;
	int r = E_NOMEM;

	rules_init(&rules, &t->arena, &diags);
	t->nodes = arena_array(&t->arena, struct node, root->weight);
	b.builder = builder_new(&t->arena);
	if (t->nodes != NULL && b.builder != NULL) {
		checker_init(&b.checker, &rules, b.builder);
		r = build(&b, root);
		checker_done(&b.checker);
	}
	builder_free(b.builder);
	rules_done(&rules);
	diag_done(&diags);
	return r;
}

int trace_new(const struct ruleset *rules, size_t rule, struct trace **ret)
{
	const struct rule_origin *origin = ruleset_origin(rules, rule);
	struct trace *t;
	int r;

	if (origin == NULL)
		return E_NOT_FOUND;
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return E_NOMEM;
	r = compile(t, origin->expr);
	if (r == 0)
		*ret = t;
	else
		trace_free(t);
	return r;
}

void trace_free(struct trace *t)
{
	if (t == NULL)
		return;
	vm_free(t->vm);
	program_done(&t->program);
	arena_done(&t->arena);
	free(t);
}

size_t trace_count(const struct trace *t)
{
	return t->count;
}

const struct trace_node *trace_node(const struct trace *t, size_t node)
{
	return &t->nodes[node].told;
}

void trace_print(const struct trace *t, size_t node, struct buf *out)
{
	expr_print(t->nodes[node].expr, out);
}

static bool is_missing(struct trace *t, const struct node *n)
{
	for (size_t i = 0; n->misses && i < n->ninputs; i++)
		if (vm_read(t->vm, n->inputs[i]) == NULL)
			return true;
	return false;
}

void trace_evaluate(struct trace *t, const struct field_source *fields)
{
	t->fields = *fields;
	vm_start_event(t->vm, &t->fields);
	for (uint32_t i = 0; i < t->count; i++) {
		struct node *n = &t->nodes[i];

		if (vm_run_rule(t->vm, i))
			n->truth = TRUTH_TRUE;
		else
			n->truth =
				is_missing(t, n) ? TRUTH_MISSING : TRUTH_FALSE;
	}
}

enum truth trace_truth(const struct trace *t, size_t node)
{
	return t->nodes[node].truth;
}

const char *truth_name(enum truth truth)
{
	static const char *const names[] = {
		[TRUTH_FALSE] = "false",
		[TRUTH_TRUE] = "true",
		[TRUTH_MISSING] = "missing",
	};

	return names[truth];
}

bool trace_value(struct trace *t, size_t node, size_t n,
                 struct trace_value *ret)
{
	const struct node *check = &t->nodes[node];

	if (n >= check->ninputs)
		return false;
	ret->name = check->names[n];
	ret->value = vm_read(t->vm, check->inputs[n]);
	return true;
}

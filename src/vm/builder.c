/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builder.c - expressions by hash-consing: an expression is serialised, and
 * one that was seen before keeps its number. */
#include "saker/vm/builder.h"

#include <stdlib.h>

#include "nodes.h"

struct builder *builder_new(struct arena *arena)
{
	struct builder *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->arena = arena;
	map_init(&b->known);
	return b;
}

void builder_jit_late(struct builder *b)
{
	b->jit_late = true;
}

static void free_patterns(struct check *checks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (uint32_t n = 0; n < checks[i].noperands; n++)
			operand_done((struct operand *)(uintptr_t)&checks[i]
			                     .operands[n]);
}

void builder_free(struct builder *b)
{
	if (b == NULL)
		return;
	free_patterns((struct check *)(void *)b->checks.data,
	              builder_count(&b->checks, sizeof(struct check)));
	map_done(&b->known);
	buf_done(&b->nodes);
	buf_done(&b->inputs);
	buf_done(&b->checks);
	buf_done(&b->roots);
	buf_done(&b->code);
	buf_done(&b->blocks);
	buf_done(&b->atoms);
	buf_done(&b->lookups);
	buf_done(&b->key);
	arena_done(&b->scratch);
	arena_done(&b->own);
	free(b);
}

static void key_start(struct builder *b, char kind)
{
	buf_clear(&b->key);
	buf_add_byte(&b->key, kind);
}

/* Most of a key: in line, where there is room. */
static inline void key_number(struct builder *b, uint64_t n)
{
	struct buf *key = &b->key;

	if (key->failed || key->cap - key->len < sizeof(n)) {
		buf_add(key, &n, sizeof(n));
		return;
	}
	memcpy(key->data + key->len, &n, sizeof(n));
	key->len += sizeof(n);
}

static void key_text(struct builder *b, struct str v)
{
	key_number(b, v.len);
	buf_add_str(&b->key, v);
}

static void key_value(struct builder *b, const struct value *v)
{
	key_number(b, v->type);
	switch (op_class_of(v->type)) {
	case CLASS_STRING:
	case CLASS_BYTES:
		key_text(b, v->str);
		break;
	case CLASS_BOOL:
		key_number(b, v->b);
		break;
	case CLASS_IP:
		key_text(b,
		         (struct str){ (const char *)v->ip.bytes, v->ip.len });
		break;
	case CLASS_NET:
		key_text(b, (struct str){ (const char *)v->net.ip.bytes,
		                          v->net.ip.len });
		key_number(b, v->net.bits);
		break;
	default:
		key_number(b, v->u);
		break;
	}
}

/* The number of the expression under the key; E_NOT_FOUND when it is new. */
static node_id known(struct builder *b)
{
	uintptr_t n;

	if (b->key.failed)
		return E_NOMEM;
	n = (uintptr_t)map_get(&b->known, buf_str(&b->key));
	return n != 0 ? (node_id)(n - 1) : E_NOT_FOUND;
}

static node_id remember(struct builder *b, size_t number)
{
	struct str key = arena_copy(&b->own, buf_str(&b->key));

	if (key.s == NULL || number >= UINT32_MAX ||
	    map_put(&b->known, key, (void *)(uintptr_t)(number + 1)) < 0)
		return E_NOMEM;
	return (node_id)number;
}

static node_id append(struct builder *b, struct buf *table, const void *entry,
                      size_t size)
{
	size_t number = builder_count(table, size);

	buf_add(table, entry, size);
	return table->failed ? E_NOMEM : remember(b, number);
}

node_id builder_field(struct builder *b, const struct field_info *info,
                      const struct field_arg *arg)
{
	struct vm_input in = { .kind = INPUT_FIELD,
		               .type = field_type(info, arg),
		               .info = info,
		               .arg = *arg };

	return builder_input(b, &in, NULL, 0);
}

static void key_input(struct builder *b, const struct vm_input *in,
                      const node_id *parts, size_t count)
{
	key_start(b, 'i');
	key_number(b, in->kind);
	key_number(b, in->info != NULL ? in->info->id : FIELD__MAX);
	key_number(b, in->transformer);
	key_number(b, in->arg.present);
	key_text(b, in->arg.name);
	key_text(b, in->literal);
	for (size_t i = 0; i < count; i++)
		key_number(b, (uint64_t)parts[i]);
}

node_id builder_input(struct builder *b, const struct vm_input *in,
                      const node_id *parts, size_t count)
{
	struct vm_input copy = *in;
	uint32_t *numbers;
	node_id id;

	key_input(b, in, parts, count);
	id = known(b);
	if (id != E_NOT_FOUND)
		return id;
	numbers = arena_array(b->arena, uint32_t, count + 1);
	copy.arg.name = arena_copy(b->arena, in->arg.name);
	copy.literal = arena_copy(b->arena, in->literal);
	if (numbers == NULL || copy.arg.name.s == NULL ||
	    copy.literal.s == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		numbers[i] = (uint32_t)parts[i];
	copy.parts = numbers;
	copy.nparts = (uint32_t)count;
	return append(b, &b->inputs, &copy, sizeof(copy));
}

/* Of the atoms of one input and kind. */
static node_id lookup_of(struct builder *b, uint32_t input, enum atom_kind kind)
{
	struct lookup l = { .input = input, .kind = kind };
	node_id id;

	if (b->last_number != 0 && b->last.input == input &&
	    b->last.kind == kind)
		return b->last_number - 1;
	key_start(b, 'l');
	key_number(b, input);
	key_number(b, kind);
	id = known(b);
	if (id == E_NOT_FOUND)
		id = append(b, &b->lookups, &l, sizeof(l));
	if (id >= 0) {
		b->last = l;
		b->last_number = (uint32_t)id + 1;
	}
	return id;
}

node_id builder_atom(struct builder *b, uint32_t input, enum atom_kind kind,
                     struct str text)
{
	node_id lookup = lookup_of(b, input, kind);
	struct atom a = { .lookup = (uint32_t)lookup };
	node_id id;

	if (lookup < 0)
		return lookup;
	key_start(b, 'a');
	key_number(b, a.lookup);
	key_text(b, text);
	id = known(b);
	if (id != E_NOT_FOUND)
		return id;
	a.text = arena_copy(b->arena, text);
	return a.text.s != NULL ? append(b, &b->atoms, &a, sizeof(a)) : E_NOMEM;
}

static node_id add_node(struct builder *b, const struct node *n)
{
	return append(b, &b->nodes, n, sizeof(*n));
}

node_id builder_constant(struct builder *b, bool truth)
{
	node_id id;

	key_start(b, truth ? '1' : '0');
	id = known(b);
	return id != E_NOT_FOUND
	               ? id
	               : add_node(b, &(struct node){ .kind = NODE_CONSTANT,
	                                             .check = truth });
}

node_id builder_join(struct builder *b, bool and, const node_id *children,
                     size_t count)
{
	struct node n = { .kind = and? NODE_AND : NODE_OR,
		          .nchildren = (uint32_t)count };
	uint32_t *copy;
	node_id id;

	if (count == 1)
		return children[0];
	key_start(b, and? '&' : '|');
	for (size_t i = 0; i < count; i++)
		key_number(b, (uint64_t)children[i]);
	id = known(b);
	if (id != E_NOT_FOUND)
		return id;
	copy = arena_array(&b->own, uint32_t, count);
	if (copy == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		copy[i] = (uint32_t)children[i];
		builder_node(b, copy[i])->uses++;
	}
	n.children = copy;
	n.cost = cost_of_children(b, &n);
	return add_node(b, &n);
}

node_id builder_not(struct builder *b, node_id child)
{
	struct node n = { .kind = NODE_NOT, .nchildren = 1 };
	const struct node *inner = builder_node(b, (size_t)child);
	uint32_t *copy;
	node_id id;

	if (inner->kind == NODE_NOT)
		return inner->children[0];
	if (inner->kind == NODE_CONSTANT)
		return builder_constant(b, inner->check == 0);
	key_start(b, '!');
	key_number(b, (uint64_t)child);
	id = known(b);
	if (id != E_NOT_FOUND)
		return id;
	copy = arena_new(&b->own, uint32_t);
	if (copy == NULL)
		return E_NOMEM;
	*copy = (uint32_t)child;
	n.children = copy;
	n.cost = cost_of_children(b, &n);
	builder_node(b, (size_t)child)->uses++;
	return add_node(b, &n);
}

static void key_check(struct builder *b, const struct check_spec *s)
{
	key_start(b, 'c');
	key_number(b, (uint64_t)s->input);
	key_number(b, (uint64_t)s->right);
	key_number(b, s->all);
	key_number(b, s->op == OP_EQEQ ? OP_EQ : s->op);
	key_number(b, s->modifier);
	for (size_t i = 0; i < s->count; i++)
		key_value(b, &s->values[i]);
}

static int fill_operand(struct builder *b, const struct check_spec *s, size_t i,
                        struct operand *o, struct builder_error *e)
{
	bool many = s->modifier == MODIFIER_NONE;
	int r = operand_init(o, b->arena, s->op, s->class, &s->values[i],
	                     many ? s->count : 1);

	if (r < 0 || s->op != OP_REGEX)
		return r;
	e->value = i;
	return operand_compile_regex(o, o->values->str, e->why, sizeof(e->why),
	                             &e->offset);
}

static int fill_operands(struct builder *b, const struct check_spec *s,
                         struct check *c, struct builder_error *e)
{
	bool constant = s->right == BUILDER_NO_INPUT;
	size_t count = s->modifier == MODIFIER_NONE && constant ? 1 : s->count;
	struct operand *o = arena_array(b->arena, struct operand, count + 1);

	if (o == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		int r = fill_operand(b, s, i, &o[i], e);

		if (r == 0)
			continue;
		while (i-- > 0)
			operand_done(&o[i]);
		return r;
	}
	c->operands = o;
	c->noperands = (uint32_t)count;
	return 0;
}

node_id builder_check(struct builder *b, const struct check_spec *spec,
                      struct builder_error *ret_error)
{
	bool constant = spec->right == BUILDER_NO_INPUT;
	struct check c = { .input = (uint32_t)spec->input,
		           .right = constant ? CHECK_CONSTANT
		                             : (uint32_t)spec->right,
		           .all = spec->all,
		           .op = spec->op == OP_EQEQ ? OP_EQ : spec->op,
		           .modifier = spec->modifier,
		           .match = op_info(spec->op)->match };
	struct node n = { .kind = NODE_CHECK };
	node_id id;
	int r;

	key_check(b, spec);
	id = known(b);
	if (id != E_NOT_FOUND)
		return id;
	r = fill_operands(b, spec, &c, ret_error);
	if (r == 0)
		r = check_atoms(b, spec, &c);
	if (r < 0) {
		free_patterns(&c, 1);
		return r;
	}
	n.cost = cost_of_check(b, &c);
	n.check = (uint32_t)builder_count(&b->checks, sizeof(c));
	buf_add(&b->checks, &c, sizeof(c));
	if (b->checks.failed) {
		free_patterns(&c, 1);
		return E_NOMEM;
	}
	key_check(b, spec); /* atoms had the key meanwhile */
	return add_node(b, &n);
}

int builder_add_rule(struct builder *b, node_id root)
{
	uint32_t n = (uint32_t)root;

	builder_node(b, n)->uses++;
	buf_add(&b->roots, &n, sizeof(n));
	return b->roots.failed ? E_NOMEM : 0;
}

static const void *keep(struct builder *b, const struct buf *table)
{
	void *p = arena_alloc(b->arena, table->len + 1);

	if (p != NULL && table->len > 0)
		memcpy(p, table->data, table->len);
	return p;
}

static int copy_tables(struct builder *b, const struct buf *rules,
                       struct program *p)
{
	*p = (struct program){
		.code = keep(b, &b->code),
		.ncode = builder_count(&b->code, sizeof(struct instruction)),
		.inputs = keep(b, &b->inputs),
		.ninputs = builder_count(&b->inputs, sizeof(struct vm_input)),
		.checks = keep(b, &b->checks),
		.nchecks = builder_count(&b->checks, sizeof(struct check)),
		.nodes = keep(b, &b->blocks),
		.nnodes = builder_count(&b->blocks, sizeof(uint32_t)),
		.rules = keep(b, rules),
		.nrules = builder_count(rules, sizeof(uint32_t)),
		.atoms = keep(b, &b->atoms),
		.natoms = builder_count(&b->atoms, sizeof(struct atom)),
		.lookups = keep(b, &b->lookups),
		.nlookups = builder_count(&b->lookups, sizeof(struct lookup)),
	};
	return p->code != NULL && p->inputs != NULL && p->checks != NULL &&
	                       p->nodes != NULL && p->rules != NULL &&
	                       p->atoms != NULL && p->lookups != NULL
	               ? 0
	               : E_NOMEM;
}

static void jit_patterns(const struct program *p)
{
	for (size_t i = 0; i < p->nchecks; i++)
		for (uint32_t n = 0; n < p->checks[i].noperands; n++)
			operand_jit(&p->checks[i].operands[n]);
}

int builder_finish(struct builder *b, struct program *ret)
{
	struct buf rules = BUF_INIT;
	struct program p = { 0 };
	int r = emit_program(b, &rules);

	if (r == 0)
		r = copy_tables(b, &rules, &p);
	if (r == 0)
		r = lookups_build((struct lookup *)(uintptr_t)p.lookups,
		                  p.nlookups, p.atoms, p.natoms, b->arena);
	if (r == 0)
		r = program_verify(&p);
	buf_done(&rules);
	if (r == 0) {
		p.jit_late = b->jit_late;
		if (!p.jit_late)
			jit_patterns(&p);
		*ret = p;
		buf_clear(&b->checks); /* the patterns are the program's now */
	}
	return r;
}

void program_done(struct program *p)
{
	free_patterns((struct check *)(uintptr_t)p->checks, p->nchecks);
	*p = (struct program){ 0 };
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.c - the best of the parts of a conjunction, all parts of a disjunction.
 * What is not understood is no guard. */
#include "guard.h"

#include "saker/base/buf.h"
#include "saker/base/io.h"

static const struct guard none = { .kind = GUARD_NONE };
static const struct guard never = { .kind = GUARD_NEVER };

int guards_init(struct guards *g, struct builder *b, struct arena *arena)
{
	size_t count = builder_size(b) + 1;

	*g = (struct guards){ .builder = b,
		              .arena = arena,
		              .known = arena_array(arena, struct guard, count),
		              .is_known = arena_array(arena, bool, count) };
	return g->known != NULL && g->is_known != NULL ? 0 : E_NOMEM;
}

static const struct vm_input *input_of(const struct guards *g, uint32_t input)
{
	size_t count;

	return &builder_inputs(g->builder, &count)[input];
}

/* Reading it for each event is no great cost. */
static bool is_cheap(const struct guards *g, uint32_t input)
{
	const struct vm_input *in = input_of(g, input);

	if (in->kind == INPUT_FIELD)
		return in->info->origin != FIELD_FROM_PROC;
	if (in->kind != INPUT_TRANSFORMER)
		return in->kind == INPUT_LITERAL;
	for (uint32_t i = 0; i < in->nparts; i++)
		if (!is_cheap(g, in->parts[i]))
			return false;
	return true;
}

struct collecting {
	struct guards *guards;
	uint32_t input;
	struct buf atoms; /* uint32_t */
};

/* False when it cannot be looked up. */
static bool collect(struct collecting *c, enum atom_kind kind, struct str text)
{
	node_id id;
	uint32_t atom;

	if (text.len == 0)
		return false;
	id = builder_atom(c->guards->builder, c->input, kind, text);
	if (id < 0) {
		c->guards->nomem = true;
		return false;
	}
	atom = (uint32_t)id;
	buf_add(&c->atoms, &atom, sizeof(atom));
	return true;
}

/* The components up to the first that is a pattern, as "/a/b". */
static bool collect_path(struct collecting *c, struct str path)
{
	auto_buf struct buf text = BUF_INIT;

	while (path.len > 0) {
		struct str component;

		while (path.len > 0 && path.s[0] == '/')
			path = str_skip(path, 1);
		component = str_take(path, (size_t)str_find_byte(path, '/'));
		if (component.len == 0 || str_find_byte(component, '*') >= 0 ||
		    str_find_byte(component, '?') >= 0 ||
		    str_find_byte(component, '[') >= 0)
			break;
		buf_add_byte(&text, '/');
		buf_add_str(&text, component);
		path = str_skip(path, component.len);
	}
	c->guards->nomem |= text.failed;
	return collect(c, ATOM_PATH, buf_str(&text));
}

/* What stands before the first byte that has a meaning. */
static bool collect_glob(struct collecting *c, struct str pattern)
{
	size_t n = 0;

	while (n < pattern.len && strchr("*?[\\", pattern.s[n]) == NULL)
		n++;
	if (n < pattern.len && pattern.s[n] == '\0')
		return false;
	return collect(c, n == pattern.len ? ATOM_EQUAL : ATOM_PREFIX,
	               str_take(pattern, n));
}

static bool collect_value(struct collecting *c, const struct check *check,
                          const struct value *v)
{
	char scratch[16];

	switch (check->op) {
	case OP_EQ:
	case OP_IN:
	case OP_INTERSECTS:
		return collect(c, ATOM_EQUAL, atom_key(v, scratch));
	case OP_STARTSWITH:
		return collect(c, ATOM_PREFIX, v->str);
	case OP_ENDSWITH:
		return collect(c, ATOM_SUFFIX, v->str);
	case OP_PMATCH:
		return collect_path(c, v->str);
	case OP_GLOB:
		return collect_glob(c, v->str);
	default:
		return false;
	}
}

static bool collect_operand(struct collecting *c, const struct check *check,
                            const struct operand *o)
{
	if (check->op == OP_EXISTS)
		return false;
	for (size_t i = 0; i < o->count; i++)
		if ((o->class != CLASS_STRING && o->class != CLASS_NUMBER &&
		     o->class != CLASS_IP) ||
		    !collect_value(c, check, &o->values[i]))
			return false;
	return true;
}

static struct guard take(struct guards *g, struct buf *atoms)
{
	struct guard guard = { .kind = GUARD_ATOMS,
		               .count = atoms->len / sizeof(uint32_t) };
	uint32_t *copy = arena_alloc(g->arena, atoms->len + 1);

	g->nomem |= atoms->failed || copy == NULL;
	if (g->nomem)
		return none;
	if (guard.count > 0)
		memcpy(copy, atoms->data, atoms->len);
	guard.atoms = copy;
	return guard.count > 0 ? guard : never;
}

/* Of "oneof" and "anyof" values one must match; of all, the first as well. */
static struct guard of_check(struct guards *g, const struct check *check)
{
	struct collecting c = { .guards = g, .input = check->input };
	uint32_t count = check->noperands;
	struct guard guard = none;
	bool all = true;

	if (check->right != CHECK_CONSTANT || check->all ||
	    !is_cheap(g, check->input) || count == 0)
		return none;
	if (check->natoms > 0)
		return (struct guard){ GUARD_ATOMS, check->atoms,
			               check->natoms };
	if (check->modifier == MODIFIER_ALLOF)
		count = 1;
	for (uint32_t i = 0; i < count && all; i++)
		all = collect_operand(&c, check, &check->operands[i]);
	if (all)
		guard = take(g, &c.atoms);
	buf_done(&c.atoms);
	return guard;
}

static size_t weight(const struct guard *guard)
{
	return guard->kind == GUARD_NONE ? SIZE_MAX : guard->count;
}

static struct guard of_and(struct guards *g, const uint32_t *children,
                           size_t count)
{
	struct guard best = none;

	for (size_t i = 0; i < count; i++) {
		struct guard one = guard_of(g, children[i]);

		if (one.kind == GUARD_NEVER)
			return never;
		if (weight(&one) < weight(&best))
			best = one;
	}
	return best;
}

static struct guard of_or(struct guards *g, const uint32_t *children,
                          size_t count)
{
	auto_buf struct buf atoms = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		struct guard one = guard_of(g, children[i]);

		if (one.kind == GUARD_NONE)
			return none;
		if (one.kind == GUARD_ATOMS)
			buf_add(&atoms, one.atoms,
			        one.count * sizeof(*one.atoms));
	}
	return take(g, &atoms);
}

static struct guard find(struct guards *g, node_id id)
{
	const struct check *c = builder_check_of(g->builder, id);
	const uint32_t *children;
	size_t count;

	if (c != NULL)
		return of_check(g, c);
	if (builder_and(g->builder, id, &children, &count))
		return of_and(g, children, count);
	if (builder_or(g->builder, id, &children, &count))
		return of_or(g, children, count);
	return none;
}

struct guard guard_of(struct guards *g, node_id id)
{
	if (!g->is_known[id]) {
		g->known[id] = find(g, id);
		g->is_known[id] = true;
	}
	return g->known[id];
}

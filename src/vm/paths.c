/* SPDX-License-Identifier: GPL-2.0-or-later */
/* paths.c - pmatch: paths by their components, as a tree of the prefixes. A
 * component with one of *?[ in it is a shell pattern (Falco's
 * prefix_search.h). */
#include "saker/vm/operand.h"

/* No prefix has more components that are patterns: recursion is bounded. */
#define PATTERNS_MAX 1024u

struct path_node {
	struct path_node *next; /* among its parent's children */
	struct path_node *children;
	struct str component;
	bool pattern;
	bool end; /* a prefix ends here: all below it match */
};

/* Children of one node by name are found in one table of (parent, name). */
struct path_set {
	struct path_node root; /* children: patterns only */
	struct path_node **table;
	const struct path_node **parents;
	size_t mask;
};

/* Cuts the next component off; repeated slashes count as one. */
static bool next_component(struct str *path, struct str *ret)
{
	while (path->len > 0 && path->s[0] == '/')
		*path = str_skip(*path, 1);
	if (path->len == 0)
		return false;
	*ret = str_take(*path, (size_t)str_find_byte(*path, '/'));
	*path = str_skip(*path, ret->len);
	return true;
}

static bool is_pattern(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.s[i] == '*' || s.s[i] == '?' || s.s[i] == '[')
			return true;
	return false;
}

/* The slot of parent's child of that name, or a free one. */
static size_t slot(const struct path_set *set, const struct path_node *parent,
                   struct str name)
{
	size_t i = (size_t)str_hash(name, (uintptr_t)parent) & set->mask;

	while (set->table[i] != NULL &&
	       !(set->parents[i] == parent &&
	         str_eq(set->table[i]->component, name)))
		i = (i + 1) & set->mask;
	return i;
}

static struct path_node *find_pattern(struct path_node *parent, struct str s)
{
	struct path_node *n = parent->children;

	while (n != NULL && !str_eq(n->component, s))
		n = n->next;
	return n;
}

static struct path_node *child(struct path_set *set, struct arena *arena,
                               struct path_node *parent, struct str component)
{
	bool pattern = is_pattern(component);
	size_t i = slot(set, parent, component);
	struct path_node *n =
		pattern ? find_pattern(parent, component) : set->table[i];

	if (n != NULL)
		return n;
	n = arena_new(arena, struct path_node);
	if (n == NULL)
		return NULL;
	n->component = component;
	n->pattern = pattern;
	if (pattern) {
		n->next = parent->children;
		parent->children = n;
	} else {
		set->table[i] = n;
		set->parents[i] = parent;
	}
	return n;
}

static int add(struct path_set *set, struct arena *arena, struct str prefix)
{
	struct path_node *n = &set->root;
	struct str component;

	while (next_component(&prefix, &component)) {
		n = child(set, arena, n, component);
		if (n == NULL)
			return E_NOMEM;
	}
	n->end = true;
	return 0;
}

static size_t count_components(const struct operand *o)
{
	struct str component;
	size_t n = 0;

	for (size_t i = 0; i < o->count; i++) {
		struct str rest = o->values[i].str;

		while (next_component(&rest, &component))
			n++;
	}
	return n;
}

int paths_build(struct operand *o, struct arena *arena)
{
	struct path_set *set = arena_new(arena, struct path_set);
	size_t size = 4, most = count_components(o) * 2;

	while (size <= most)
		size *= 2;
	if (set == NULL)
		return E_NOMEM;
	set->table = arena_array(arena, struct path_node *, size);
	set->parents = arena_array(arena, const struct path_node *, size);
	set->mask = size - 1;
	if (set->table == NULL || set->parents == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < o->count; i++)
		if (add(set, arena, o->values[i].str) < 0)
			return E_NOMEM;
	o->paths = set;
	return 0;
}

static bool below(const struct path_set *set, const struct path_node *n,
                  struct str path, unsigned depth)
{
	struct str component;

	while (n != NULL && !n->end && next_component(&path, &component)) {
		for (const struct path_node *p = n->children; p != NULL;
		     p = p->next)
			if (depth < PATTERNS_MAX &&
			    glob_match(p->component, component, false) &&
			    below(set, p, path, depth + 1))
				return true;
		n = set->table[slot(set, n, component)];
	}
	return n != NULL && n->end;
}

bool paths_match(const struct path_set *set, struct str path)
{
	return below(set, &set->root, path, 0);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trie.c - a small automaton is a table of nodes by classes of bytes; else a
 * node with few children has them in a list, one with many in a row by class,
 * so that thousands of texts need little memory. */
#include "trie.h"

#include <stdlib.h>

#include "saker/base/io.h"

/* More children than this are worth a row. */
#define LISTED_CHILDREN 3u

struct trie_node {
	uint32_t child;  /* the first; 0 = none */
	uint32_t next;   /* among its parent's children */
	uint32_t row;    /* of the next nodes by class; 0 = only the list */
	uint32_t fail;   /* the longest other text that ends the same way */
	uint32_t end;    /* nearest node by fail, from this one on, where a
	                  * text ends; 0 = none */
	uint32_t number; /* of the text that ends here, + 1 */
	uint16_t class;
	bool is_near; /* a child of the root */
};

struct trie {
	enum atom_kind kind;
	uint16_t classes[256]; /* of bytes; 0 = in no text */
	uint16_t nclasses;
	struct trie_node *nodes; /* the first is the root */
	uint32_t nnodes;
	uint32_t *rows;
	uint32_t nrows;
	/* of a small automaton instead: the next node by node and class, and
	 * whether a text ends there */
	uint16_t *cells;
};

#define ENDS_HERE 0x8000u
#define CELLS_MAX ((size_t)128 * 1024)

/* In cells. */
static size_t width(const struct trie *t)
{
	return t->nclasses + (size_t)1;
}

static bool is_letter(unsigned c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static uint16_t class_of(struct trie *t, unsigned char c)
{
	if (t->classes[c] != 0)
		return t->classes[c];
	t->classes[c] = ++t->nclasses;
	if (t->kind == ATOM_PART_FOLDED && is_letter(c))
		t->classes[c ^ 0x20] = t->classes[c];
	return t->classes[c];
}

static uint32_t listed_child(const struct trie *t, uint32_t parent,
                             uint16_t class)
{
	uint32_t child = t->nodes[parent].child;

	while (child != 0 && t->nodes[child].class != class)
		child = t->nodes[child].next;
	return child;
}

static inline uint32_t child_of(const struct trie *t, uint32_t parent,
                                uint16_t class)
{
	const struct trie_node *n = &t->nodes[parent];

	return n->row != 0 ? t->rows[n->row + class]
	                   : listed_child(t, parent, class);
}

/* The i-th byte from where the value is begun with. */
static inline unsigned char byte_at(const struct trie *t, struct str v,
                                    size_t i)
{
	return (unsigned char)v.s[t->kind == ATOM_SUFFIX ? v.len - 1 - i : i];
}

static void add_text(struct trie *t, const struct trie_text *text)
{
	uint32_t at = 0;

	for (size_t i = 0; i < text->text.len; i++) {
		uint16_t class = class_of(t, byte_at(t, text->text, i));
		uint32_t child = listed_child(t, at, class);

		if (child == 0) {
			child = t->nnodes++;
			t->nodes[child].class = class;
			t->nodes[child].is_near = at == 0;
			t->nodes[child].next = t->nodes[at].child;
			t->nodes[at].child = child;
		}
		at = child;
	}
	t->nodes[at].number = text->number + 1;
}

static bool is_of_parts(const struct trie *t)
{
	return t->kind == ATOM_PART || t->kind == ATOM_PART_FOLDED;
}

/* The root has one always, and what is next to it in an automaton: there most
 * bytes of a value are looked up. */
static bool wants_row(const struct trie *t, uint32_t node)
{
	uint32_t count = 0;

	for (uint32_t c = t->nodes[node].child; c != 0; c = t->nodes[c].next)
		count++;
	return node == 0 || count > LISTED_CHILDREN ||
	       (is_of_parts(t) && t->nodes[node].is_near);
}

static void fill_row(struct trie *t, uint32_t node)
{
	t->nodes[node].row = 1 + t->nrows++ * (t->nclasses + 1u);
	for (uint32_t c = t->nodes[node].child; c != 0; c = t->nodes[c].next)
		t->rows[t->nodes[node].row + t->nodes[c].class] = c;
}

static int add_rows(struct trie *t, struct arena *arena)
{
	size_t wanted = 0;

	for (uint32_t i = 0; i < t->nnodes; i++)
		wanted += wants_row(t, i);
	/* an offset of 0 means none */
	t->rows = arena_array(arena, uint32_t,
	                      1 + wanted * (t->nclasses + (size_t)1));
	if (t->rows == NULL)
		return E_NOMEM;
	for (uint32_t i = 0; i < t->nnodes; i++)
		if (wants_row(t, i))
			fill_row(t, i);
	return 0;
}

/* Where a value goes on that has come to a node. Rows of an automaton tell it
 * for each class, see complete_row(). */
static inline uint32_t step(const struct trie *t, uint32_t at, uint16_t class)
{
	for (;;) {
		const struct trie_node *n = &t->nodes[at];
		uint32_t child;

		if (n->row != 0)
			return t->rows[n->row + class];
		child = listed_child(t, at, class);
		if (child != 0)
			return child;
		at = n->fail;
	}
}

/* The nodes nearer to the root have theirs complete. */
static void complete_row(struct trie *t, uint32_t at)
{
	const struct trie_node *n = &t->nodes[at];

	for (uint16_t class = 1; n->row != 0 && at != 0 && class <= t->nclasses;
	     class ++)
		if (t->rows[n->row + class] == 0)
			t->rows[n->row + class] = step(t, n->fail, class);
}

/* The same as another node's, but for its own children. */
static void fill_cells(struct trie *t, uint32_t at)
{
	uint16_t *cells = t->cells + at * width(t);

	if (at != 0)
		memcpy(cells, t->cells + t->nodes[at].fail * width(t),
		       width(t) * sizeof(*cells));
	for (uint32_t c = t->nodes[at].child; c != 0; c = t->nodes[c].next)
		cells[t->nodes[c].class] =
			(uint16_t)(t->nodes[c].end != 0 ? c | ENDS_HERE : c);
}

/* Of a node whose cells, or row, are complete. */
static uint32_t failure(const struct trie *t, uint32_t at, uint16_t class)
{
	return t->cells != NULL ? t->cells[at * width(t) + class] & ~ENDS_HERE
	                        : step(t, at, class);
}

/* Nodes nearer to the root come first. */
static int add_failures(struct trie *t)
{
	auto_free uint32_t *queue = calloc(t->nnodes, sizeof(*queue));
	uint32_t last = 1;

	if (queue == NULL)
		return E_NOMEM;
	for (uint32_t first = 0; first < last; first++) {
		uint32_t at = queue[first];
		struct trie_node *n = &t->nodes[at];

		for (uint32_t c = n->child; c != 0; c = t->nodes[c].next) {
			struct trie_node *child = &t->nodes[c];

			child->fail =
				at != 0 ? failure(t, n->fail, child->class) : 0;
			child->end = child->number != 0
			                     ? c
			                     : t->nodes[child->fail].end;
			queue[last++] = c;
		}
		if (t->cells != NULL)
			fill_cells(t, at);
		else
			complete_row(t, at);
	}
	return 0;
}

static int add_ways(struct trie *t, struct arena *arena)
{
	size_t cells = t->nnodes * width(t);

	if (!is_of_parts(t) || t->nnodes >= ENDS_HERE || cells > CELLS_MAX)
		return add_rows(t, arena);
	t->cells = arena_array(arena, uint16_t, cells);
	return t->cells != NULL ? 0 : E_NOMEM;
}

struct trie *trie_build(struct arena *arena, enum atom_kind kind,
                        const struct trie_text *texts, size_t count)
{
	struct trie *t = arena_new(arena, struct trie);
	auto_free struct trie_node *nodes = NULL;
	size_t most = 1;

	for (size_t i = 0; i < count; i++)
		most += texts[i].text.len;
	nodes = calloc(most, sizeof(*nodes));
	if (t == NULL || nodes == NULL || most >= UINT32_MAX)
		return NULL;
	t->kind = kind;
	t->nodes = nodes;
	t->nnodes = 1;
	for (size_t i = 0; i < count; i++)
		add_text(t, &texts[i]);
	t->nodes = arena_alloc(arena, t->nnodes * sizeof(*nodes));
	if (t->nodes == NULL)
		return NULL;
	memcpy(t->nodes, nodes, t->nnodes * sizeof(*nodes));
	if (add_ways(t, arena) < 0 || (is_of_parts(t) && add_failures(t) < 0))
		return NULL;
	return t;
}

/* What ends at a node, the longest first. */
static void tell(const struct trie *t, uint32_t at, trie_found *found,
                 void *context)
{
	uint32_t end = t->nodes[at].end;

	while (end != 0 && found(context, t->nodes[end].number - 1))
		end = t->nodes[t->nodes[end].fail].end;
}

static void find_parts(const struct trie *t, struct str v, trie_found *found,
                       void *context)
{
	uint32_t at = 0;

	for (size_t i = 0; i < v.len; i++) {
		uint16_t class = t->classes[(unsigned char)v.s[i]];

		at = class != 0 ? step(t, at, class) : 0;
		if (t->nodes[at].end != 0)
			tell(t, at, found, context);
	}
}

static void find_in_cells(const struct trie *t, struct str v, trie_found *found,
                          void *context)
{
	size_t next = width(t), at = 0;

	for (size_t i = 0; i < v.len; i++) {
		at = t->cells[at * next + t->classes[(unsigned char)v.s[i]]];
		if ((at & ENDS_HERE) != 0) {
			at &= ~(size_t)ENDS_HERE;
			tell(t, (uint32_t)at, found, context);
		}
	}
}

static void find_ends(const struct trie *t, struct str v, trie_found *found,
                      void *context)
{
	uint32_t at = 0;

	for (size_t i = 0; i < v.len; i++) {
		at = child_of(t, at, t->classes[byte_at(t, v, i)]);
		if (at == 0)
			return;
		if (t->nodes[at].number != 0)
			found(context, t->nodes[at].number - 1);
	}
}

/* Repeated slashes count as one, and none at the beginning as one; a text ends
 * with a component. */
static void find_paths(const struct trie *t, struct str v, trie_found *found,
                       void *context)
{
	uint32_t at = 0;
	size_t i = 0;

	while (i < v.len && v.s[i] == '/')
		i++;
	while (i < v.len) {
		at = child_of(t, at, t->classes['/']);
		for (; at != 0 && i < v.len && v.s[i] != '/'; i++)
			at = child_of(t, at, t->classes[(unsigned char)v.s[i]]);
		if (at == 0)
			return;
		if (t->nodes[at].number != 0)
			found(context, t->nodes[at].number - 1);
		while (i < v.len && v.s[i] == '/')
			i++;
	}
}

void trie_find(const struct trie *t, struct str v, trie_found *found,
               void *context)
{
	if (t->kind == ATOM_PATH)
		find_paths(t, v, found, context);
	else if (t->kind == ATOM_PREFIX || t->kind == ATOM_SUFFIX)
		find_ends(t, v, found, context);
	else if (t->cells != NULL)
		find_in_cells(t, v, found, context);
	else
		find_parts(t, v, found, context);
}

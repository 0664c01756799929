/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.c - libyaml's events made into trees. Its own document loader is not
 * used: it recurses in old versions and follows aliases into cycles. */
#include "saker/lang/yaml.h"

#include <yaml.h>

#include "saker/base/limits.h"
#include "saker/base/map.h"
#include "scalar.h"

/* Rule files nest six deep. */
#define NESTING ((size_t)64)

/* A node whose end has not been seen. */
struct open_node {
	struct yaml *node;
	struct yaml_item *last;
	const struct yaml *key; /* waits for its value */
	struct str anchor;
};

struct loader {
	yaml_parser_t parser;
	struct arena *arena;
	const struct source_file *file;
	enum yaml_kind wanted;
	struct diag_list *diags;
	struct map anchors;
	struct open_node stack[NESTING];
	size_t depth;
	/* The last quoted text of several lines. */
	yaml_mark_t quote_begin;
	yaml_mark_t quote_end;
};

static int fail(struct loader *l, struct position at, const char *text)
{
	struct diag_place place = position_place(at, 1);

	diag_add(l->diags, DIAG_ERROR, "LOAD_ERR_YAML_PARSE", &place, "%s",
	         text);
	return E_INVALID;
}

static struct position mark_position(const struct loader *l, yaml_mark_t m)
{
	struct position at = { .file = l->file,
		               .line = (unsigned)m.line + 1,
		               .column = (unsigned)m.column + 1 };

	if (!l->file->is_ascii)
		at.column =
			(unsigned)scalar_column(
				source_file_line(l->file, at.line), m.column) +
			1;
	return at;
}

static size_t indentation(const struct loader *l, size_t line)
{
	struct str text = source_file_line(l->file, (unsigned)line + 1);
	size_t n = 0;

	while (n < text.len && text.s[n] == ' ')
		n++;
	return n;
}

static bool has_text(const char *text, const char *part)
{
	return text != NULL && strstr(text, part) != NULL;
}

/* Where an author has to look: libyaml tells where it could not go on, and that
 * can be far behind what is missing. NULL = it is as good as any. */
static const char *find_cause(const struct loader *l, yaml_mark_t *at)
{
	const yaml_parser_t *p = &l->parser;
	yaml_mark_t context = p->context_mark, problem = p->problem_mark;

	if (has_text(p->problem, "could not find expected ':'")) {
		*at = context;
		return "this key has no ':'";
	}
	if (has_text(p->context, "quoted scalar")) {
		*at = context;
		return "the quote that opens here is not closed";
	}
	if (l->quote_end.line == problem.line && l->quote_end.line > 0) {
		*at = l->quote_begin;
		return "the quote that opens here closes lines below";
	}
	if (has_text(p->context, "parsing a flow") &&
	    context.line < problem.line &&
	    indentation(l, problem.line) <= indentation(l, context.line)) {
		*at = context;
		return "the bracket that opens here is not closed";
	}
	return NULL;
}

static int parser_error(struct loader *l)
{
	const yaml_parser_t *p = &l->parser;
	const struct yaml_item *document = l->stack[0].node->first;
	yaml_mark_t mark = p->problem_mark;
	const char *cause;

	if (p->error == YAML_MEMORY_ERROR)
		return E_NOMEM;
	if (p->error == YAML_READER_ERROR)
		return fail(l,
		            scalar_offset_position(l->file, p->problem_offset),
		            p->problem);
	cause = find_cause(l, &mark);
	if (cause == NULL && document != NULL && l->wanted == YAML_SEQUENCE &&
	    document->value->kind == YAML_MAPPING &&
	    document->value->at.line < mark.line + 1) {
		fail(l, document->value->at,
		     "Rules content is not yaml array of objects");
		cause = "each item begins with '- '";
	} else {
		fail(l, mark_position(l, mark),
		     p->problem != NULL ? p->problem : "not YAML");
	}
	if (cause != NULL && l->diags->count > 0)
		diag_set_hint(&l->diags->items[l->diags->count - 1],
		              "%s (YAML ends to make sense at line %zu)", cause,
		              p->problem_mark.line + 1);
	return E_INVALID;
}

static int attach(struct loader *l, struct yaml *node)
{
	struct open_node *parent = &l->stack[l->depth - 1];
	struct yaml_item *item;

	if (parent->node->kind == YAML_MAPPING && parent->key == NULL) {
		if (node->kind != YAML_SCALAR)
			return fail(l, node->at,
			            "A key of a mapping must be a scalar");
		parent->key = node;
		return 0;
	}
	item = arena_new(l->arena, struct yaml_item);
	if (item == NULL)
		return E_NOMEM;
	item->key = parent->key;
	item->value = node;
	parent->key = NULL;
	if (parent->last != NULL)
		parent->last->next = item;
	else
		parent->node->first = item;
	parent->last = item;
	parent->node->count++;
	return 0;
}

static int remember(struct loader *l, struct str anchor, struct yaml *node)
{
	if (anchor.s == NULL)
		return 0;
	return map_put(&l->anchors, anchor, node) < 0 ? E_NOMEM : 0;
}

static struct yaml *new_node(struct loader *l, enum yaml_kind kind,
                             yaml_mark_t mark)
{
	struct yaml *node = arena_new(l->arena, struct yaml);

	if (node != NULL) {
		node->kind = kind;
		node->at = mark_position(l, mark);
	}
	return node;
}

static int open_collection(struct loader *l, enum yaml_kind kind,
                           const yaml_event_t *e, const yaml_char_t *anchor)
{
	struct yaml *node = new_node(l, kind, e->start_mark);
	struct open_node *o;
	int r;

	if (node == NULL)
		return E_NOMEM;
	r = attach(l, node);
	if (r < 0)
		return r;
	if (l->depth == NESTING)
		return fail(l, node->at, "YAML is nested too deeply");
	o = &l->stack[l->depth++];
	*o = (struct open_node){ .node = node };
	if (anchor != NULL)
		o->anchor =
			arena_copy(l->arena, str_from((const char *)anchor));
	return 0;
}

static int close_collection(struct loader *l)
{
	const struct open_node *o = &l->stack[--l->depth];

	/* Only now: an alias inside would make a cycle. */
	return remember(l, o->anchor, o->node);
}

static bool is_null(const yaml_event_t *e, struct str s)
{
	return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (s.len == 0 || str_eq(s, STR("~")) || str_eq(s, STR("null")) ||
	        str_eq(s, STR("Null")) || str_eq(s, STR("NULL")));
}

static int add_scalar(struct loader *l, const yaml_event_t *e)
{
	struct str s = { (const char *)e->data.scalar.value,
		         e->data.scalar.length };
	struct yaml *node = new_node(l, YAML_SCALAR, e->start_mark);
	const yaml_char_t *anchor = e->data.scalar.anchor;
	int r;

	if (node == NULL)
		return E_NOMEM;
	if ((e->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
	     e->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) &&
	    e->start_mark.line < e->end_mark.line) {
		l->quote_begin = e->start_mark;
		l->quote_end = e->end_mark;
	}
	if (memchr(s.len > 0 ? s.s : "", '\0', s.len) != NULL)
		return fail(l, node->at, "A value must not hold a NUL byte");
	r = scalar_text(l->arena, node->at, s, e->data.scalar.style,
	                &node->text);
	/* A mapping's key is never null: "~: x" has the key "~". */
	if (r == 0 && is_null(e, s) &&
	    (l->stack[l->depth - 1].node->kind != YAML_MAPPING ||
	     l->stack[l->depth - 1].key != NULL))
		node->kind = YAML_NULL;
	if (r == 0 && anchor != NULL)
		r = remember(
			l, arena_copy(l->arena, str_from((const char *)anchor)),
			node);
	return r == 0 ? attach(l, node) : r;
}

static int add_alias(struct loader *l, const yaml_event_t *e)
{
	struct str name = str_from((const char *)e->data.alias.anchor);
	struct yaml *node = map_get(&l->anchors, name);

	if (node == NULL)
		return fail(l, mark_position(l, e->start_mark),
		            "Unknown anchor");
	return attach(l, node);
}

static int handle(struct loader *l, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		map_clear(&l->anchors);
		return 0;
	case YAML_SCALAR_EVENT:
		return add_scalar(l, e);
	case YAML_ALIAS_EVENT:
		return add_alias(l, e);
	case YAML_SEQUENCE_START_EVENT:
		return open_collection(l, YAML_SEQUENCE, e,
		                       e->data.sequence_start.anchor);
	case YAML_MAPPING_START_EVENT:
		return open_collection(l, YAML_MAPPING, e,
		                       e->data.mapping_start.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_collection(l);
	default:
		return 0;
	}
}

static int run(struct loader *l)
{
	yaml_event_t event;
	bool end = false;
	int r = 0;

	while (r == 0 && !end) {
		if (!yaml_parser_parse(&l->parser, &event))
			return parser_error(l);
		end = event.type == YAML_STREAM_END_EVENT;
		r = handle(l, &event);
		yaml_event_delete(&event);
	}
	return r;
}

int yaml_parse(struct arena *arena, const struct source_file *file,
               enum yaml_kind wanted, struct diag_list *diags,
               const struct yaml **ret)
{
	struct loader l = {
		.arena = arena, .file = file, .wanted = wanted, .diags = diags
	};
	struct yaml *root = arena_new(arena, struct yaml);
	int r;

	if (root == NULL || !yaml_parser_initialize(&l.parser))
		return E_NOMEM;
	root->kind = YAML_SEQUENCE;
	root->at = (struct position){ file, 1, 1 };
	l.stack[l.depth++] = (struct open_node){ .node = root };
	map_init(&l.anchors);
	/* No guessing of UTF-16: positions are those of the bytes. */
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser,
	                             (const unsigned char *)file->content.s,
	                             file->content.len);
	r = run(&l);
	yaml_parser_delete(&l.parser);
	map_done(&l.anchors);
	if (r == 0)
		*ret = root;
	return r;
}

const struct yaml *yaml_get(const struct yaml *mapping, struct str key)
{
	for (const struct yaml_item *i = mapping->first; i != NULL; i = i->next)
		if (i->key != NULL && str_eq(i->key->text.s, key))
			return i->value;
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_yaml.c - what is read of a YAML file by itself is what libyaml reads of
 * it: where a carriage return stands in the file, libyaml reads all. */
#include "fuzz.h"
#include "saker/lang/yaml.h"

static void same_place(struct position a, struct position b)
{
	FUZZ_CHECK(a.line == b.line && a.column == b.column);
}

static void same_text(const struct text *a, const struct text *b)
{
	FUZZ_CHECK(str_eq(a->s, b->s));
	/* blanks that are folded or in front of a line stand where the next
	 * one does, or the last did */
	for (size_t i = 0; i < a->s.len; i++)
		if (a->s.s[i] != ' ' && a->s.s[i] != '\n')
			same_place(text_position(a, i), text_position(b, i));
}

/* left: how many nodes are compared; aliases of aliases would take for ever */
static void same_tree(const struct yaml *a, const struct yaml *b, size_t *left)
{
	const struct yaml_item *i = a->first, *j = b->first;

	FUZZ_CHECK(a->kind == b->kind && a->count == b->count);
	same_place(a->at, b->at);
	same_text(&a->text, &b->text);
	for (; i != NULL && j != NULL && *left > 0; i = i->next, j = j->next) {
		FUZZ_CHECK((i->key == NULL) == (j->key == NULL));
		*left -= 1;
		if (i->key != NULL)
			same_tree(i->key, j->key, left);
		same_tree(i->value, j->value, left);
	}
	FUZZ_CHECK(*left == 0 || (i == NULL && j == NULL));
}

static int parse(struct arena *arena, struct str text, const char *end,
                 struct diag_list *diags, const struct yaml **ret)
{
	struct buf whole = BUF_INIT;
	const struct source_file *f;

	buf_add_str(&whole, text);
	buf_add_str(&whole, str_from(end));
	f = source_file_new(arena, "fuzz", buf_str(&whole));
	buf_done(&whole);
	return f != NULL ? yaml_parse(arena, f, YAML_SEQUENCE, diags, ret)
	                 : E_NOMEM;
}

/* Lines end at them for libyaml: what it tells of places is wrong. */
static bool has_odd_breaks(struct str text)
{
	return str_find_byte(text, '\r') >= 0 ||
	       str_find(text, STR("\xc2\x85")) >= 0 ||
	       str_find(text, STR("\xe2\x80\xa8")) >= 0 ||
	       str_find(text, STR("\xe2\x80\xa9")) >= 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct diag_list diags = DIAG_LIST_INIT, others = DIAG_LIST_INIT;
	struct arena arena = ARENA_INIT;
	const struct yaml *a, *b;
	size_t left = 10000;
	int r = parse(&arena, text, "\n#\n", &diags, &a);

	FUZZ_CHECK(r == parse(&arena, text, "\n#\r\n", &others, &b));
	FUZZ_CHECK(diags.count == others.count);
	if (r == 0 && !has_odd_breaks(text))
		same_tree(a, b, &left);
	arena_done(&arena);
	diag_done(&diags);
	diag_done(&others);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* getopt.c - the getopt transformer: short options as getopt(3) finds them in
 * POSIX mode. Long options are passed over; "--" or a word that is no option
 * ends the search; what is no option of the set is "?". */
#include "transform.h"

struct search {
	const struct str *words;
	size_t count;
	size_t at;
	struct str options;
	bool selects; /* only the value of one option is wanted */
	char selected;
	struct str *found;
	size_t nfound;
};

/* Is c an option, and does it take a value? A leading ':' means nothing here.
 */
static bool is_option(const struct search *s, char c, bool *ret_value)
{
	ptrdiff_t at = c == ':' ? -1 : str_find_byte(s->options, c);

	if (at < 0)
		return false;
	*ret_value =
		(size_t)at + 1 < s->options.len && s->options.s[at + 1] == ':';
	return true;
}

static void emit(struct search *s, char option, struct str name,
                 const struct str *value)
{
	if (!s->selects) {
		s->found[s->nfound++] = name;
		if (value != NULL)
			s->found[s->nfound++] = *value;
	} else if (option == s->selected) {
		s->found[0] = value != NULL ? *value : name;
		s->nfound = 1;
	}
}

/* The rest of the word, or the next one; a missing one is empty. */
static void emit_with_value(struct search *s, struct str word, size_t i)
{
	struct str name = str_take(str_skip(word, i), 1), value;

	if (i + 1 < word.len) {
		value = str_skip(word, i + 1);
	} else if (s->at + 1 < s->count) {
		value = s->words[++s->at];
	} else {
		emit(s, word.s[i], STR(""), NULL);
		return;
	}
	emit(s, word.s[i], name, &value);
}

/* "-ntvalue" */
static void search_word(struct search *s, struct str word)
{
	for (size_t i = 1; i < word.len; i++) {
		bool takes_value;

		if (!is_option(s, word.s[i], &takes_value)) {
			if (!s->selects)
				s->found[s->nfound++] = STR("?");
		} else if (takes_value) {
			emit_with_value(s, word, i);
			return;
		} else {
			emit(s, word.s[i], str_take(str_skip(word, i), 1),
			     NULL);
		}
	}
}

static void search(struct search *s)
{
	for (; s->at < s->count; s->at++) {
		struct str word = s->words[s->at];

		if (str_eq(word, STR("--")) || word.len < 2 || word.s[0] != '-')
			return;
		if (!str_has_prefix(word, STR("--")))
			search_word(s, word);
	}
}

/* Each byte of a word is at most one option, and may bring one value. */
static size_t most(const struct value *list)
{
	size_t n = 2;

	for (size_t i = 0; i < list->list.count; i++)
		n += list->list.items[i].len + 1;
	return n;
}

bool transform_getopt(const struct vm_input *in, const struct value *parts,
                      struct arena *arena, struct value *ret)
{
	bool fit = parts[0].type == VALUE_LIST && parts[1].type == VALUE_STRING;
	struct search s;

	if (!fit)
		return false;
	s = (struct search){
		.words = parts[0].list.items,
		.count = parts[0].list.count,
		.options = parts[1].str,
		.selects = in->arg.present,
		.selected = in->arg.present ? in->arg.name.s[0] : '\0',
		.found = arena_array(arena, struct str, most(&parts[0])),
	};

	if (s.found == NULL)
		return false;
	search(&s);
	if (s.selects) {
		ret->type = VALUE_STRING;
		ret->str = s.found[0];
		return s.nfound > 0;
	}
	ret->type = VALUE_LIST;
	ret->list.items = s.found;
	ret->list.count = s.nfound;
	return true;
}

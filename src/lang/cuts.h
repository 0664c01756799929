/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cuts.h - the plain values of a YAML file, taken out before libyaml reads it:
 * they are most of a rule file, and libyaml takes 120 instructions a byte. */
#ifndef SAKER_SRC_LANG_CUTS_H
#define SAKER_SRC_LANG_CUTS_H

#include "saker/lang/text.h"

enum cut_kind {
	CUT_WORDS, /* "key: words" */
	CUT_LIST,  /* "key: [word, word]" */
	CUT_BLOCK  /* "key: >" and the lines behind it */
};

/* A value. Lines and columns count from 0. */
struct cut {
	enum cut_kind kind;
	size_t line, column;
	struct str text; /* to the end of the line */
	size_t end;      /* of a block: the line behind it */
	size_t indent;   /* of its lines */
};

struct cuts {
	const struct source_file *file; /* borrowed */
	struct buf list;                /* struct cut */
	struct buf rest;                /* the file without them */
	size_t taken;
	struct text_builder text;
};

/* What stands in rest for words; an empty list or block for the others. */
#define CUT_WORD STR("x")

/* Finds what looks like such a value. Only libyaml knows whether it is one and
 * no part of another: it then tells of a scalar or list at each place, in
 * order. 0 or E_NOMEM; cuts_done() either way. */
int cuts_find(const struct source_file *f, struct cuts *ret) must_check;
void cuts_done(struct cuts *c);
/* The next one, when it is there; NULL otherwise. */
const struct cut *cuts_take(struct cuts *c, size_t line, size_t column);
bool cuts_all_taken(const struct cuts *c);
/* The next word of a list, and its column. False at the end. */
bool cut_next_word(const struct cut *cut, size_t *at, struct str *ret,
                   unsigned *ret_column);
/* What a block holds. 0 or E_NOMEM. */
int cut_block_text(struct cuts *c, const struct cut *cut, struct arena *arena,
                   struct text *ret) must_check;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parser.h - a condition's text to its tree. */
#ifndef SAKER_LANG_PARSER_H
#define SAKER_LANG_PARSER_H

#include "saker/lang/ast.h"

/* What is wrong, and where in the text. */
struct parse_error {
	char text[256];
	size_t offset;
	size_t length;
	char hint[120]; /* empty = none */
};

/* 0; E_INVALID with *ret_error; E_NOMEM. Everything lives in the arena. */
int condition_parse(struct arena *arena, const struct text *text,
                    const struct expr **ret,
                    struct parse_error *ret_error) must_check;
/* The same for a field or transformer at a place of the text; *ret_end is where
 * the text goes on. */
int condition_parse_term(struct arena *arena, const struct text *text,
                         size_t at, size_t *ret_end, const struct term **ret,
                         struct parse_error *ret_error) must_check;
/* All of the text is one, but for blanks around it. */
bool condition_is_term(struct arena *arena, const struct text *text,
                       const struct term **ret);

#endif

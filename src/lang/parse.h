/* SPDX-License-Identifier: GPL-2.0-or-later */
/* parse.h - what the parser's parts share. */
#ifndef SAKER_SRC_LANG_PARSE_H
#define SAKER_SRC_LANG_PARSE_H

#include "lexer.h"
#include "saker/base/io.h"

struct parser {
	struct lexer lex;
	struct arena *arena;
	const struct text *text;
	size_t depth;
};

/* True when a field or a transformer comes next; consumes nothing. */
bool parse_is_term(const struct parser *p);
/* NULL on error, which the lexer then has. */
const struct term *parse_term(struct parser *p);
/* field or transformer, operator, right side. */
const struct comparison *parse_comparison(struct parser *p);
/* Does an operator stand here? */
bool parse_is_operator(const struct parser *p);

#endif

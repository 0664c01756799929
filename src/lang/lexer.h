/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lexer.h - the tokens of conditions. Which of them may come next depends on
 * the grammar (a bare string may be called "and"), so the parser asks. */
#ifndef SAKER_SRC_LANG_LEXER_H
#define SAKER_SRC_LANG_LEXER_H

#include "saker/base/arena.h"
#include "saker/lang/parser.h"

struct lexer {
	struct str s;
	size_t at;
	struct arena *arena;
	struct str token; /* the last one, unquoted */
	size_t token_at;
	size_t token_length; /* as written */
	bool takes_nul;      /* quoted text may hold \x00 */
	struct parse_error *error;
	int result; /* 0, or why lexing ended: E_INVALID, E_NOMEM */
};

/* Each returns true and moves on when that token comes next. */
bool lex_blank(struct lexer *l);
bool lex_text(struct lexer *l, struct str text);
/* A keyword that is followed by a blank, which is skipped too. */
bool lex_word(struct lexer *l, struct str word);
bool lex_identifier(struct lexer *l);
bool lex_field_name(struct lexer *l);
bool lex_field_arg(struct lexer *l);
bool lex_number(struct lexer *l);
/* "..." or '...'. False and l->result < 0 for a bad escape. */
bool lex_quoted(struct lexer *l);
bool lex_bare(struct lexer *l);

/* Records the first error, at the current place; returns E_INVALID. */
int lex_fail(struct lexer *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

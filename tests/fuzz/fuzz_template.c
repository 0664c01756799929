/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_template.c - any text as a rule's output. */
#include "fuzz.h"
#include "saker/engine/template.h"

static void check_parts(const struct template *t)
{
	for (size_t i = 0; i < t->nparts; i++) {
		const struct template_part *p = &t->parts[i];

		bool computed = p->field != NULL || p->ninputs > 0;

		FUZZ_CHECK(computed != (p->literal.len > 0));
		FUZZ_CHECK(!computed || p->text.len > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct diag_list diags = DIAG_LIST_INIT;
	struct text_builder b = TEXT_BUILDER_INIT;
	struct template t = { 0 };
	struct rules rules;
	struct text text;
	int r;

	rules_init(&rules, &arena, &diags);
	text_add_fixed(&b, (struct str){ (const char *)data, size },
	               (struct position){ 0 });
	FUZZ_CHECK(text_finish(&b, &arena, &text) == 0);
	r = template_compile(&rules, &arena, &text, false, &t);
	FUZZ_CHECK((r == 0) == (diags.errors == 0));
	check_parts(&t);
	text_builder_done(&b);
	rules_done(&rules);
	diag_done(&diags);
	arena_done(&arena);
	return 0;
}

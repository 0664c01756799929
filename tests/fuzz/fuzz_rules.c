/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_rules.c - any text as a rule file; what loads runs on an event that has
 * no fields, and prints. */
#include "fuzz.h"
#include "saker/engine/ruleset.h"

static bool no_value(void *context, enum field_id id,
                     const struct field_arg *arg, struct value *ret)
{
	(void)context;
	(void)arg;
	FUZZ_CHECK(id < FIELD__MAX);
	*ret = (struct value){ .type = VALUE_STRING, .str = STR("x") };
	return field_info(id)->type == VALUE_STRING;
}

static void run(const struct ruleset *rules)
{
	struct field_source fields = { .get = no_value };
	struct matcher *m = matcher_new(rules);
	const struct rule *const *hits;
	struct buf out = BUF_INIT;
	size_t n;

	FUZZ_CHECK(m != NULL);
	n = matcher_match(m, SOURCE_SYSCALL, STR("open"), &fields, true, &hits);
	FUZZ_CHECK(n <= ruleset_count(rules));
	FUZZ_CHECK(n == 0 || ruleset_wants(rules, SOURCE_SYSCALL, STR("open")));
	for (size_t i = 0; i < ruleset_count(rules); i++)
		ruleset_disassemble(rules, i, &out);
	buf_done(&out);
	matcher_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	struct buf out = BUF_INIT;
	int r = ruleset_load_text("fuzz",
	                          (struct str){ (const char *)data, size },
	                          &diags, &rules);

	FUZZ_CHECK(r == 0 || r == E_INVALID);
	FUZZ_CHECK((r == 0) == (diags.errors == 0));
	for (size_t i = 0; i < diags.count; i++)
		diag_render(&diags.items[i], false, &out);
	if (r == 0)
		run(rules);
	ruleset_free(rules);
	buf_done(&out);
	diag_done(&diags);
	return 0;
}

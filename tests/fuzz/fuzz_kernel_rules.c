/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_kernel_rules.c - any text as a file of kernel audit rules. */
#include "fuzz.h"
#include "rule.h"

static void parse_line(unsigned line, struct str text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct audit_rule_data *rule;
	struct buf out = BUF_INIT;

	FUZZ_CHECK(rule_line_parse("fuzz", line, text, &diags, &rule) == 0);
	FUZZ_CHECK(rule == NULL || diags.errors == 0);
	FUZZ_CHECK(rule == NULL || rule->field_count <= AUDIT_MAX_FIELDS);
	for (size_t i = 0; i < diags.count; i++)
		diag_render(&diags.items[i], false, &out);
	fuzz_no_controls(buf_str(&out));
	free(rule);
	buf_done(&out);
	diag_done(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size }, text;

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	for (unsigned line = 1; str_split(&rest, '\n', &text); line++)
		parse_line(line, text);
	return 0;
}

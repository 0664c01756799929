/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_output.c - any text as an output of the configuration. */
#include "fuzz.h"
#include "saker/output/output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct diag_list diags = DIAG_LIST_INIT;
	struct buf out = BUF_INIT;
	int r = output_check(text, NULL, &diags);

	FUZZ_CHECK(r == 0 || r == E_INVALID);
	FUZZ_CHECK((r == 0) == (diags.errors == 0));
	for (size_t i = 0; i < diags.count; i++)
		diag_render(&diags.items[i], false, &out);
	fuzz_no_controls(buf_str(&out));
	buf_done(&out);
	diag_done(&diags);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_config.c - any text as saker.yaml. */
#include "fuzz.h"
#include "saker/daemon/config.h"

/* One input may make thousands. */
#define RENDERED 50

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct diag_list diags = DIAG_LIST_INIT;
	struct buf out = BUF_INIT;
	struct config config;
	int r;

	FUZZ_CHECK(config_init(&config) == 0);
	r = config_load_text(&config, "fuzz", text, &diags);
	FUZZ_CHECK(r == 0 || r == E_INVALID);
	FUZZ_CHECK((r == 0) == (diags.errors == 0));
	for (size_t i = 0; i < diags.count && i < RENDERED; i++)
		diag_render(&diags.items[i], false, &out);
	fuzz_no_controls(buf_str(&out));
	buf_done(&out);
	diag_done(&diags);
	config_done(&config);
	return 0;
}

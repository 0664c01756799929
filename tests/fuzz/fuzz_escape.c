/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_escape.c - any bytes made safe for a terminal and for JSON. */
#include <jansson.h>

#include "fuzz.h"
#include "saker/base/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct buf out = BUF_INIT;
	json_t *json;

	escape_text(&out, in);
	fuzz_no_controls(buf_str(&out));
	FUZZ_CHECK(str_find_byte(buf_str(&out), '\n') < 0);
	buf_clear(&out);
	escape_json(&out, in);
	fuzz_no_controls(buf_str(&out));
	json = json_loadb(out.data, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL,
	                  NULL);
	FUZZ_CHECK(json_is_string(json));
	json_decref(json);
	buf_done(&out);
	return 0;
}

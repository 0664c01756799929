/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_control.c - any text as a request to a running saker. */
#include "fuzz.h"
#include "saker/base/io.h"
#include "saker/daemon/control.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	enum control_request request = CONTROL__MAX, again;
	auto_buf struct buf line = BUF_INIT;

	if (!control_parse(text, &request)) {
		FUZZ_CHECK(request == CONTROL__MAX);
		return 0;
	}
	control_render(request, &line);
	FUZZ_CHECK(control_parse(str_trim(buf_str(&line)), &again));
	FUZZ_CHECK(again == request);
	return 0;
}

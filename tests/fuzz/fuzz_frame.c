/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_frame.c - any bytes in any chunking. Byte 0 is the format, byte 1 the
 * size of the chunks. */
#include "fuzz.h"
#include "saker/audit/frame.h"
#include "saker/base/limits.h"

static void drain(struct framer *f)
{
	struct frame frame;

	while (framer_next(f, &frame))
		FUZZ_CHECK(frame.text.len <= LIMIT_LINE_BYTES &&
		           frame.text.len != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counters counters = { 0 };
	struct framer f;
	struct frame frame;
	struct str in;
	size_t chunk;

	if (size < 2)
		return 0;
	framer_init(&f, (enum framer_format)(data[0] % 3), &counters);
	chunk = data[1] + 1u;
	in = (struct str){ (const char *)data + 2, size - 2 };
	for (; in.len != 0; in = str_skip(in, chunk)) {
		FUZZ_CHECK(framer_push(&f, str_take(in, chunk)) == 0);
		drain(&f);
	}
	if (framer_flush(&f, &frame))
		FUZZ_CHECK(frame.text.len <= LIMIT_LINE_BYTES);
	FUZZ_CHECK(!framer_next(&f, &frame));
	framer_done(&f);
	return 0;
}

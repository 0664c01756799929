/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_netlink.c - a datagram of the audit multicast group. */
#include "fuzz.h"
#include "kinds.h"
#include "saker/audit/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* malloc() aligns, what libFuzzer gives need not be */
	char *copy = str_dup((struct str){ (const char *)data, size });
	struct frame frame;
	struct record record;

	FUZZ_CHECK(copy != NULL);
	if (netlink_frame((struct str){ copy, size }, &frame)) {
		fuzz_within(frame.text, (struct str){ copy, size });
		if (record_parse_kernel(frame.type, frame.text, &record) == 0)
			fuzz_within(record.body, frame.text);
	}
	free(copy);
	return 0;
}

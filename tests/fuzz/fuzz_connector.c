/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_connector.c - a datagram of the proc connector. */
#include "fuzz.h"
#include "saker/process/connector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str datagram = { (const char *)data, size };
	struct connector_event e;

	if (!connector_parse(datagram, 0, &e))
		return 0;
	FUZZ_CHECK(e.kind <= CONNECTOR_SESSION);
	FUZZ_CHECK(e.kind == CONNECTOR_FORK || e.parent == 0);
	return 0;
}

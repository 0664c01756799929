/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_response_wire.c - any bytes as what the engine asks to have done, and as
 * what became of it. */
#include "fuzz.h"
#include "saker/base/io.h"
#include "saker/response/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str datagram = { (const char *)data, size };
	struct response_outcome outcome = { 0 };
	struct response_request request = { 0 };
	struct arena arena = ARENA_INIT;
	auto_buf struct buf again = BUF_INIT;

	if (response_unpack_request(datagram, &arena, &request)) {
		response_pack_request(&request, &again);
		FUZZ_CHECK(response_unpack_request(buf_str(&again), &arena,
		                                   &request));
	}
	(void)response_unpack_outcome(datagram, &arena, &outcome);
	arena_done(&arena);
	return 0;
}

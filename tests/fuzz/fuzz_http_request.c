/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_http_request.c - any bytes asked of the metrics' socket. */
#include "fuzz.h"
#include "saker/base/limits.h"
#include "saker/metrics/http_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct http_request r;
	int error = http_request_parse(text, &r);

	FUZZ_CHECK(error == 0 || error == E_AGAIN || error == E_INVALID ||
	           error == E_LIMIT);
	FUZZ_CHECK((error == E_LIMIT) == (size > LIMIT_METRICS_REQUEST_BYTES));
	if (error != 0)
		return 0;
	FUZZ_CHECK(r.method.len != 0 && r.path.len != 0 && r.path.s[0] == '/');
	FUZZ_CHECK(str_find_byte(r.path, ' ') < 0);
	/* what is whole stays whole with more behind it */
	for (size_t n = 0; n < size; n++) {
		struct http_request head;

		error = http_request_parse(str_take(text, n), &head);
		FUZZ_CHECK(error == 0 || error == E_AGAIN ||
		           error == E_INVALID);
	}
	return 0;
}

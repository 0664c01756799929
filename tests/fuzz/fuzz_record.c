/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_record.c - one line through head, scanner and decoders. */
#include "fuzz.h"
#include "saker/audit/decode.h"
#include "saker/base/limits.h"

static void decode(struct arena *a, struct str raw)
{
	struct sockaddr_storage address;
	socklen_t len;
	struct str text;
	uint64_t n;
	int64_t i;

	FUZZ_CHECK(decode_string(a, raw, &text) && text.len <= raw.len);
	decode_dec(raw, &n);
	decode_signed(raw, &i);
	decode_hex(raw, &n);
	decode_oct(raw, &n);
	decode_dev(raw, &n);
	if (decode_sockaddr(raw, &address, &len))
		FUZZ_CHECK(len <= sizeof(address));
}

static void check_record(struct record *r)
{
	struct arena arena = ARENA_INIT;

	FUZZ_CHECK(r->stamp.ms < 1000);
	FUZZ_CHECK(record_scan(r, &arena) == 0);
	FUZZ_CHECK(r->nfields + r->ninner <= LIMIT_RECORD_FIELDS);
	fuzz_within(r->body, r->text);
	fuzz_within(r->enriched, r->text);
	for (size_t i = 0; i < r->nfields + r->ninner; i++) {
		fuzz_within(r->fields[i].value, r->text);
		decode(&arena, r->fields[i].value);
	}
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str line = { (const char *)data, size };
	struct record r;
	ptrdiff_t stamp = str_find(line, STR("audit("));

	if (record_parse(line, &r) == 0)
		check_record(&r);
	if (stamp >= 0 &&
	    record_parse_kernel((uint16_t)size, str_skip(line, (size_t)stamp),
	                        &r) == 0)
		check_record(&r);
	return 0;
}

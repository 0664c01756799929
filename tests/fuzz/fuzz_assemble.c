/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_assemble.c - a stream through framer, assembler and all getters. Byte 0
 * chooses log or live, and how fast the clock runs. */
#include "fuzz.h"
#include "saker/audit/assemble.h"
#include "saker/base/clock.h"

struct run {
	struct counters counters;
	struct framer f;
	struct assembler *a;
	uint64_t now_ns, step_ns;
	uint64_t in, out;
};

static void look_at(struct audit_event *e)
{
	const struct audit_args *args = audit_event_args(e);
	const struct audit_path *paths;
	uint64_t caps[AUDIT_CAPS];
	struct str v;
	size_t n;

	FUZZ_CHECK(e->nrecords != 0);
	audit_event_syscall(e);
	paths = audit_event_paths(e, &n);
	FUZZ_CHECK(n <= e->nrecords && (n == 0 || paths != NULL));
	for (size_t i = 1; i < n; i++)
		FUZZ_CHECK(paths[i - 1].item < paths[i].item);
	for (size_t i = 0; args != NULL && i < args->argc; i++)
		FUZZ_CHECK(args->argv[i].s != NULL || args->is_incomplete);
	audit_event_cwd(e);
	audit_event_caps(e, caps);
	for (size_t i = 0; i < e->nrecords; i++)
		audit_event_string(e, e->records[i].type, STR("name"), &v);
}

static void drain(struct run *r)
{
	struct audit_event *e;

	while ((e = assembler_next(r->a)) != NULL) {
		look_at(e);
		r->out += e->nrecords;
		assembler_release(r->a, e);
	}
}

static void feed(struct run *r, const struct frame *frame)
{
	r->now_ns += r->step_ns;
	r->in++;
	assembler_expire(r->a, r->now_ns);
	assembler_add(r->a, frame, r->now_ns);
	drain(r);
}

static void check_counters(const struct run *r)
{
	const struct counters *c = &r->counters;

	FUZZ_CHECK(r->in == counter_get(c, COUNTER_RECORDS_PARSED) +
	                            counter_get(c, COUNTER_RECORDS_MALFORMED) +
	                            counter_get(c, COUNTER_RECORDS_LATE) +
	                            counter_get(c, COUNTER_RECORDS_EXCESS));
	FUZZ_CHECK(r->out <= counter_get(c, COUNTER_RECORDS_PARSED));
	FUZZ_CHECK(assembler_pending(r->a) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run r = { .now_ns = 1 };
	struct assembler_options options = { .max_open = 4,
		                             .counters = &r.counters };
	struct frame frame;

	if (size == 0)
		return 0;
	options.is_log = data[0] & 1;
	r.step_ns = (data[0] >> 1) * NS_PER_MS * 10;
	r.a = assembler_new(&options);
	framer_init(&r.f, FRAMER_STRING, NULL);
	FUZZ_CHECK(r.a != NULL);
	FUZZ_CHECK(framer_push(&r.f, (struct str){ (const char *)data + 1,
	                                           size - 1 }) == 0);
	while (framer_next(&r.f, &frame) || framer_flush(&r.f, &frame))
		feed(&r, &frame);
	assembler_flush(r.a);
	drain(&r);
	check_counters(&r);
	framer_done(&r.f);
	assembler_free(r.a);
	return 0;
}

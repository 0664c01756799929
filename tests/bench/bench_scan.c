/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench_scan.c - records/s of frame, parse, assemble and system call decoding,
 * beside libauparse's feed. Usage: bench_scan FILE... */
#include <auparse.h>
#include <fcntl.h>
#include <stdio.h>

#include "saker/audit/assemble.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

#define CHUNK_BYTES ((size_t)64 * 1024)
#define MIN_NS      (2 * NS_PER_SEC)
#define FILE_BYTES  ((size_t)1 << 30)

/* Keeps the compiler from dropping the work. */
static void drain(struct assembler *a, uint64_t *sum)
{
	struct audit_event *e;

	while ((e = assembler_next(a)) != NULL) {
		const struct audit_syscall *s = audit_event_syscall(e);

		*sum += s != NULL ? (uint64_t)s->pid : e->nrecords;
		assembler_release(a, e);
	}
}

static void feed(struct assembler *a, struct framer *f, struct str chunk,
                 uint64_t *sum)
{
	struct frame frame;

	if (framer_push(f, chunk) < 0)
		return;
	while (framer_next(f, &frame)) {
		if (assembler_add(a, &frame, 0) < 0)
			continue;
		drain(a, sum);
	}
}

static uint64_t run_saker(struct str log, uint64_t *sum)
{
	struct counters counters = { 0 };
	struct assembler_options options = { .is_log = true,
		                             .counters = &counters };
	struct assembler *a = assembler_new(&options);
	struct framer f;

	if (a == NULL)
		return 0;
	framer_init(&f, FRAMER_STRING, &counters);
	for (size_t at = 0; at < log.len; at += CHUNK_BYTES)
		feed(a, &f, str_take(str_skip(log, at), CHUNK_BYTES), sum);
	assembler_flush(a);
	drain(a, sum);
	framer_done(&f);
	assembler_free(a);
	return counter_get(&counters, COUNTER_RECORDS_PARSED);
}

static void count_records(auparse_state_t *au, auparse_cb_event_t type,
                          void *data)
{
	uint64_t *n = data;

	if (type == AUPARSE_CB_EVENT_READY)
		*n += auparse_get_num_records(au);
}

static uint64_t run_auparse(struct str log, uint64_t *sum)
{
	auparse_state_t *au = auparse_init(AUSOURCE_FEED, NULL);
	uint64_t n = 0;

	if (au == NULL)
		return 0;
	auparse_add_callback(au, count_records, &n, NULL);
	for (size_t at = 0; at < log.len; at += CHUNK_BYTES) {
		struct str chunk = str_take(str_skip(log, at), CHUNK_BYTES);

		auparse_feed(au, chunk.s, chunk.len);
	}
	auparse_flush_feed(au);
	auparse_destroy(au);
	*sum += n;
	return n;
}

static void measure(const char *name, struct str log,
                    uint64_t (*run)(struct str log, uint64_t *sum))
{
	uint64_t start = clock_monotonic_ns(), sum = 0, n = 0, passes = 0, ns;

	do {
		n += run(log, &sum);
		passes++;
		ns = clock_monotonic_ns() - start;
	} while (ns < MIN_NS);
	printf("%-10s %9.0f records/s %7.1f MB/s (sum %llx)\n", name,
	       (double)n * 1e9 / (double)ns,
	       (double)(log.len * passes) * 1e3 / (double)ns,
	       (unsigned long long)sum);
}

int main(int argc, char **argv)
{
	auto_buf struct buf log = BUF_INIT;

	for (int i = 1; i < argc; i++) {
		if (io_read_at(AT_FDCWD, argv[i], FILE_BYTES, &log) < 0) {
			perror(argv[i]);
			return 1;
		}
	}
	if (log.len == 0) {
		fputs("usage: bench_scan FILE...\n", stderr);
		return 2;
	}
	measure("saker", buf_str(&log), run_saker);
	measure("auparse", buf_str(&log), run_auparse);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_snapshot.c - a snapshot, and behind an empty line a log beside it. What
 * is read and written again says the same. */
#include <unistd.h>

#include "fuzz.h"
#include "saker/audit/assemble.h"
#include "saker/base/io.h"
#include "saker/container/snapshot.h"
#include "tracking.h"

#define PROCESSES  64
#define CONTAINERS 16

static struct tracker *new_tracker(struct host *host)
{
	struct tracker *t = tracker_new(&(struct tracker_options){
		.host = host,
		.max_processes = PROCESSES,
		.max_containers = CONTAINERS,
	});

	FUZZ_CHECK(t != NULL);
	return t;
}

static void observe(struct tracker *t, struct str log)
{
	struct assembler *a =
		assembler_new(&(struct assembler_options){ .is_log = true });
	struct audit_event *e;
	struct str line;

	FUZZ_CHECK(a != NULL);
	while (str_split(&log, '\n', &line))
		if (line.len != 0)
			(void)!assembler_add(a, &(struct frame){ .text = line },
			                     0);
	assembler_flush(a);
	while ((e = assembler_next(a)) != NULL) {
		struct process *p = tracker_observe(t, e);

		FUZZ_CHECK(p == NULL || p->pid > 0);
		FUZZ_CHECK(p == NULL || p->container == NULL ||
		           p->state == PROCESS_CONTAINER);
		assembler_release(a, e);
	}
	FUZZ_CHECK(tracker_process_count(t) <= PROCESSES);
	FUZZ_CHECK(tracker_container_count(t) <= CONTAINERS);
	assembler_free(a);
}

static void write_again(struct tracker *t)
{
	char path[] = "/tmp/saker-fuzz-XXXXXX";
	struct diag_list diags = DIAG_LIST_INIT;
	struct snapshot *s = NULL;
	auto_close int fd = mkstemp(path);

	FUZZ_CHECK(fd >= 0);
	FUZZ_CHECK(snapshot_write(t, STR("n"), fd) == 0);
	(void)!snapshot_load(path, &diags, &s);
	unlink(path);
	if (diags.count != 0)
		fprintf(stderr, "line %u: %s\n", diags.items[0].line,
		        diags.items[0].text);
	FUZZ_CHECK(s != NULL && diags.count == 0);
	snapshot_free(s);
	diag_done(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size }, log = STR_NONE;
	ptrdiff_t border = str_find(text, STR("\n\n"));
	struct diag_list diags = DIAG_LIST_INIT;
	struct host *host = host_none_new();
	struct snapshot *s = NULL;
	struct tracker *t;
	int error;

	FUZZ_CHECK(host != NULL);
	if (border >= 0) {
		log = str_skip(text, (size_t)border + 2);
		text = str_take(text, (size_t)border + 1);
	}
	error = snapshot_parse("s", text, &diags, &s);
	FUZZ_CHECK((error == 0) == (s != NULL));
	FUZZ_CHECK((error == 0) == (diags.count == 0));
	if (s != NULL) {
		t = new_tracker(host);
		FUZZ_CHECK(tracker_use_snapshot(t, s) == 0);
		observe(t, log);
		write_again(t);
		tracker_free(t);
	}
	snapshot_free(s);
	diag_done(&diags);
	host_free(host);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.c - a recorded log through assembler and tracker. */
#include "replay.h"

#include <fcntl.h>

#include "saker/audit/assemble.h"
#include "saker/base/io.h"

static void take_events(struct tracker *t, struct assembler *a, replay_fn *fn,
                        void *arg)
{
	struct audit_event *e;

	while ((e = assembler_next(a)) != NULL) {
		fn(arg, e, tracker_observe(t, e));
		assembler_release(a, e);
	}
}

void replay_text(struct tracker *t, struct str text, replay_fn *fn, void *arg)
{
	struct assembler *a =
		assembler_new(&(struct assembler_options){ .is_log = true });
	struct framer f;
	struct frame frame;

	if (a == NULL)
		abort();
	framer_init(&f, FRAMER_STRING, NULL);
	if (framer_push(&f, text) != 0)
		abort();
	while (framer_next(&f, &frame) || framer_flush(&f, &frame)) {
		assembler_add(a, &frame, 0);
		take_events(t, a, fn, arg);
	}
	assembler_flush(a);
	take_events(t, a, fn, arg);
	assembler_free(a);
	framer_done(&f);
}

bool replay_file(struct tracker *t, const char *path, replay_fn *fn, void *arg)
{
	auto_buf struct buf text = BUF_INIT;

	if (io_read_at(AT_FDCWD, path, 64u << 20, &text) < 0)
		return false;
	replay_text(t, buf_str(&text), fn, arg);
	return true;
}

bool replay_find(const char *path, char *ret, size_t size)
{
	const char *data = getenv("SAKER_TEST_DATA");
	const char *top = getenv("top_srcdir");

	if (data != NULL) {
		snprintf(ret, size, "%s/%s", data, path);
		return access(ret, R_OK) == 0;
	}
	if (top == NULL)
		top = ".";
	snprintf(ret, size, "%s/../shared/data/%s", top, path);
	if (access(ret, R_OK) == 0)
		return true;
	snprintf(ret, size, "%s/tests/data/%s", top, path);
	return access(ret, R_OK) == 0;
}

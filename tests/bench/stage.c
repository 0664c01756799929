/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage.c - one part of the way of a log, over a whole file; measured from
 * outside. Each of ours does what the one before it does, too. */
#include <auparse.h>
#include <fcntl.h>
#include <stdio.h>

#include "saker/audit/assemble.h"
#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/container/tracker.h"
#include "saker/event/event.h"
#include "saker/source/log_file.h"

#define CHUNK_BYTES ((size_t)64 * 1024)

struct work {
	const char *file;
	struct counters counters;
	struct host *host;
	struct stamp_memo stamp;
	struct tracker *tracker;
	struct event event;
	struct event_context context;
	struct event_clock clock;
	struct event_calls calls;
	uint64_t sum; /* keeps the compiler from dropping the work */
};

typedef void event_fn(struct work *w, struct audit_event *e);

static int each_frame(struct work *w,
                      void (*fn)(struct work *w, struct frame *f))
{
	struct log_reader *r;
	struct frame frame;
	int error = log_open(w->file, &w->counters, &r);

	if (error < 0)
		return error;
	while ((error = log_next(r, &frame)) == 0)
		fn(w, &frame);
	log_close(r);
	return error == E_END ? 0 : error;
}

static void count_frame(struct work *w, struct frame *f)
{
	w->sum += f->text.len;
}

static int run_frame(struct work *w)
{
	return each_frame(w, count_frame);
}

static void parse_frame(struct work *w, struct frame *f)
{
	struct record r;

	if (record_parse_frame(f, &w->stamp, &r) == 0)
		w->sum += r.stamp.serial + r.type;
}

static int run_parse(struct work *w)
{
	return each_frame(w, parse_frame);
}

static void drain(struct work *w, struct assembler *a, event_fn *fn)
{
	struct audit_event *e;

	while ((e = assembler_next(a)) != NULL) {
		fn(w, e);
		assembler_release(a, e);
	}
}

static int each_event(struct work *w, event_fn *fn)
{
	struct assembler *a = assembler_new(&(struct assembler_options){
		.is_log = true, .counters = &w->counters });
	struct log_reader *r;
	struct frame frame;
	int error = log_open(w->file, &w->counters, &r);

	if (a == NULL || error < 0)
		return E_NOMEM;
	while ((error = log_next(r, &frame)) == 0)
		if (assembler_add(a, &frame, 0) == 0)
			drain(w, a, fn);
	assembler_flush(a);
	drain(w, a, fn);
	assembler_free(a);
	log_close(r);
	return error == E_END ? 0 : error;
}

static void count_event(struct work *w, struct audit_event *e)
{
	const struct audit_syscall *s = audit_event_syscall(e);

	w->sum += s != NULL ? (uint64_t)s->pid : e->nrecords;
}

static int run_assemble(struct work *w)
{
	return each_event(w, count_event);
}

static void track(struct work *w, struct audit_event *e)
{
	w->event.process = tracker_observe(w->tracker, e);
	w->sum += w->event.process != NULL;
}

static int start_tracker(struct work *w)
{
	w->host = host_none_new();
	if (w->host == NULL)
		return E_NOMEM;
	w->tracker = tracker_new(&(struct tracker_options){
		.host = w->host, .counters = &w->counters });
	return w->tracker != NULL ? 0 : E_NOMEM;
}

static int run_tracking(struct work *w, event_fn *fn)
{
	int error = start_tracker(w);

	if (error == 0)
		error = each_event(w, fn);
	tracker_free(w->tracker);
	host_free(w->host);
	return error;
}

static int run_track(struct work *w)
{
	return run_tracking(w, track);
}

static void enrich(struct work *w, struct audit_event *e)
{
	track(w, e);
	w->context.tracker = w->tracker;
	w->context.clock = &w->clock;
	w->context.calls = &w->calls;
	event_init(&w->event, &w->context, e, w->event.process);
	do
		w->sum += w->event.type.len;
	while (event_next(&w->event));
}

static int run_enrich(struct work *w)
{
	return run_tracking(w, enrich);
}

/* The least that a scanner can do: every field's name and value is found, byte
 * by byte. */
static int run_tokens(struct work *w)
{
	auto_buf struct buf text = BUF_INIT;
	int error = io_read_at(AT_FDCWD, w->file, (size_t)1 << 33, &text);
	const char *p = text.data, *end = text.data + text.len;
	const char *name = p, *value = NULL;

	for (; error == 0 && p < end; p++) {
		if (*p == '=' && value == NULL) {
			value = p + 1;
		} else if (*p == ' ' || *p == '\n' || *p == '\x1d') {
			if (value != NULL)
				w->sum += (uint64_t)(value - name) *
				          (uint64_t)(p - value);
			name = p + 1;
			value = NULL;
		}
	}
	return error;
}

static void count_records(auparse_state_t *au, auparse_cb_event_t type,
                          void *work)
{
	struct work *w = work;

	if (type == AUPARSE_CB_EVENT_READY)
		w->sum += auparse_get_num_records(au);
}

static void interpret(auparse_state_t *au, auparse_cb_event_t type, void *work)
{
	struct work *w = work;

	if (type != AUPARSE_CB_EVENT_READY || auparse_first_record(au) <= 0)
		return;
	do {
		if (auparse_first_field(au) == 0)
			continue;
		do
			w->sum += auparse_interpret_field(au) != NULL;
		while (auparse_next_field(au) > 0);
	} while (auparse_next_record(au) > 0);
}

static int feed_auparse(struct work *w, auparse_callback_ptr fn)
{
	auparse_state_t *au = auparse_init(AUSOURCE_FEED, NULL);
	auto_fclose FILE *f = fopen(w->file, "re");
	char chunk[CHUNK_BYTES];
	size_t n;

	if (au == NULL || f == NULL)
		return E_IO;
	auparse_add_callback(au, fn, w, NULL);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) != 0)
		auparse_feed(au, chunk, n);
	auparse_flush_feed(au);
	auparse_destroy(au);
	return 0;
}

static int run_auparse(struct work *w)
{
	return feed_auparse(w, count_records);
}

static int run_interpret(struct work *w)
{
	return feed_auparse(w, interpret);
}

static const struct {
	const char *name;
	int (*run)(struct work *w);
} stages[] = {
	{ "frame", run_frame },       { "parse", run_parse },
	{ "assemble", run_assemble }, { "track", run_track },
	{ "enrich", run_enrich },     { "tokens", run_tokens },
	{ "auparse", run_auparse },   { "interpret", run_interpret },
};

int main(int argc, char **argv)
{
	static struct work w;

	for (size_t i = 0; argc == 3 && i < COUNT(stages); i++) {
		int error;

		if (strcmp(argv[1], stages[i].name) != 0)
			continue;
		w.file = argv[2];
		error = stages[i].run(&w);
		printf("%llx\n", (unsigned long long)w.sum);
		if (error < 0)
			fprintf(stderr, "%s: %s\n", w.file, err_text(error));
		return error < 0 ? 3 : 0;
	}
	fputs("usage: stage frame|parse|assemble|track|enrich|tokens|auparse|"
	      "interpret LOG\n",
	      stderr);
	return 2;
}

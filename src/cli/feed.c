/* SPDX-License-Identifier: GPL-2.0-or-later */
/* feed.c - recorded logs into the pipeline. */
#include "feed.h"

#include <errno.h>

#include "progress.h"
#include "saker/daemon/ahead.h"
#include "saker/daemon/log.h"

static const char *problem(int error)
{
	switch (error) {
	case E_INVALID:
	case E_TRUNCATED:
		return "it is no readable log (a directory, or damaged)";
	default:
		return errno != 0 ? strerror(errno) : err_text(error);
	}
}

int feed_snapshots(struct engine *e, const struct cli *cli,
                   struct snapshots *ret)
{
	const struct option_values *files = &cli->options[OPTION_SNAPSHOT];
	struct diag_list diags = DIAG_LIST_INIT;
	int error = 0;

	*ret = (struct snapshots){ 0 };
	for (size_t i = 0; error == 0 && i < files->count; i++) {
		errno = 0;
		error = i < LIMIT_SNAPSHOTS
		                ? snapshot_load(files->items[i], &diags,
		                                &ret->items[i])
		                : E_FULL;
		if (error == 0)
			error = nodes_use_snapshot(&e->nodes, ret->items[i]);
		else if (error != E_INVALID)
			log_line("snapshot %s cannot be used: %s",
			         files->items[i],
			         errno != 0 ? strerror(errno)
			                    : err_text(error));
	}
	log_diags(&diags);
	diag_done(&diags);
	return error;
}

void snapshots_done(struct snapshots *s)
{
	for (size_t i = 0; i < LIMIT_SNAPSHOTS; i++)
		snapshot_free(s->items[i]);
}

#define EVENTS_A_TURN 32u

/* Whoever assembles and judges in turns of several events finds the code of
 * either in the processor's caches. What comes through a pipe may be waited
 * for. */
static size_t events_a_turn(const struct log_reader *reader)
{
	uint64_t done, total;

	log_progress(reader, &done, &total);
	return total != 0 ? EVENTS_A_TURN : 1;
}

/* Of a log without events, too, somebody wants to know how far it is. */
#define RECORDS_A_TURN 4096u

static int feed_turn(struct pipeline *p, struct log_reader *reader,
                     size_t events)
{
	struct frame frame;
	int error = 0;

	for (unsigned n = 0; n < RECORDS_A_TURN; n++) {
		error = log_next(reader, &frame);
		if (error < 0)
			break;
		pipeline_assemble(p, &frame, 0);
		if (assembler_ready(p->assembler) >= events)
			break;
	}
	pipeline_judge_ended(p);
	return error;
}

static int feed_reader(struct engine *e, struct log_reader *reader,
                       const char *name, bool (*go_on)(void *arg), void *arg)
{
	struct progress progress = progress_begin(name);
	const size_t events = events_a_turn(reader);
	uint64_t done, total;
	int error = E_END;

	while (go_on(arg) &&
	       (error = feed_turn(&e->pipeline, reader, events)) == 0) {
		log_progress(reader, &done, &total);
		progress_show(&progress, done, total);
	}
	progress_end(&progress);
	return error == E_END ? 0 : error;
}

/* The same with a thread that reads. */
static int feed_ahead(struct engine *e, struct log_reader *reader,
                      const char *name, bool (*go_on)(void *arg), void *arg)
{
	struct progress progress = progress_begin(name);
	uint64_t done, total;
	struct ahead *a;
	int error = ahead_start(&e->pipeline, reader, &a);

	if (error < 0)
		return error;
	while (go_on(arg) && ahead_judge(a)) {
		ahead_progress(a, &done, &total);
		progress_show(&progress, done, total);
	}
	error = ahead_free(a);
	progress_end(&progress);
	return error == E_END ? 0 : error;
}

int feed_log(struct engine *e, const char *path, bool (*go_on)(void *arg),
             void *arg)
{
	return feed_log_jobs(e, path, 1, go_on, arg);
}

int feed_log_jobs(struct engine *e, const char *path, unsigned jobs,
                  bool (*go_on)(void *arg), void *arg)
{
	const char *name = path != NULL ? path : "system logs";
	struct log_reader *reader;
	int error;

	errno = 0;
	error = path != NULL ? log_open(path, e->counters, &reader)
	                     : log_open_system(e->counters, &reader);
	if (error == 0) {
		error = jobs > 1 ? feed_ahead(e, reader, name, go_on, arg)
		                 : feed_reader(e, reader, name, go_on, arg);
		log_close(reader);
	}
	if (error < 0)
		log_line("%s cannot be read: %s",
		         path != NULL ? path : "this host's audit log",
		         problem(error));
	return error;
}

/* "audit.log.2.gz" -> "audit.log" and 2. */
static uint64_t rotation(const char *name, struct str *ret_stem)
{
	struct str stem = str_from(name);
	uint64_t n = 0;
	ptrdiff_t dot;

	if (str_has_suffix(stem, STR(".gz")))
		stem = str_take(stem, stem.len - 3);
	else if (str_has_suffix(stem, STR(".zst")))
		stem = str_take(stem, stem.len - 4);
	dot = str_find_last_byte(stem, '.');
	if (dot > 0 && str_to_u64(str_skip(stem, (size_t)dot + 1), 10, &n))
		stem = str_take(stem, (size_t)dot);
	else
		n = 0;
	*ret_stem = stem;
	return n;
}

void feed_sort(const char **files, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const char *file = files[i];
		struct str stem, other;
		uint64_t n = rotation(file, &stem);
		size_t j = i;

		for (; j > 0 && rotation(files[j - 1], &other) < n &&
		       str_eq(stem, other);
		     j--)
			files[j] = files[j - 1];
		files[j] = file;
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inputs.c - the sources of a run. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "daemon.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"

/* Frames judged before signals and the other inputs are looked at. */
#define BATCH 1024
/* Frames between two looks at how many wait: a ring is looked at for next to
 * nothing, the kernel by a system call. */
#define LOOK_RING   16u
#define LOOK_KERNEL 128u
#define FULL        1000u
/* Time between two looks at whether it becomes less; what the relay has kept
 * meanwhile fills the ring for longer, and nothing is dropped by that. */
#define LOOK_NS          (100 * NS_PER_MS)
#define LOOK_LOSSLESS_NS (2 * NS_PER_SEC)
#define READER_END_MS    1000
#define LOOK_MS          20

static const char *source_problem(int error)
{
	switch (error) {
	case E_DENIED:
		return "permission denied: it needs root, or CAP_AUDIT_READ "
		       "for netlink";
	case E_UNSUPPORTED:
		return "this kernel does not offer it here (no audit, Linux "
		       "before 3.16, or not "
		       "the host's namespaces)";
	case E_INVALID:
		return "no such kind of source, or no file that can be read: "
		       "use netlink, stdin, file:PATH, relay:PATH or "
		       "unix:PATH";
	case E_NOT_FOUND:
		return "there is no such file";
	default:
		return errno != 0 ? strerror(errno) : err_text(error);
	}
}

static int open_input(struct daemon *d, const char *spec)
{
	struct input *in = &d->inputs[d->ninputs];
	int error;

	in->spec = spec;
	d->ninputs++;
	errno = 0;
	error = source_open(str_from(spec),
	                    &(struct source_options){
				    .ring_bytes = d->config->ring_bytes,
				    .is_shared = d->is_separate,
				    .counters = d->counters,
			    },
	                    &in->source);
	if (error == 0)
		in->is_open = true;
	else
		log_line("source %s cannot be used: %s", spec,
		         source_problem(error));
	return error;
}

int inputs_open(struct daemon *d)
{
	const struct config_list *list = &d->config->source;

	if (list->count == 0 || list->count > INPUTS_MAX) {
		log_line("between 1 and %d sources are needed", INPUTS_MAX);
		return E_INVALID;
	}
	for (size_t i = 0; i < list->count; i++) {
		int error = open_input(d, list->items[i]);

		if (error < 0)
			return error;
	}
	return 0;
}

/* Who writes is to see it when the one that reads has ended. */
void inputs_leave(struct daemon *d)
{
	auto_close int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0)
		dup2(null, STDIN_FILENO);
	for (size_t i = 0; i < d->ninputs; i++)
		source_leave(&d->inputs[i].source);
}

static bool is_drained_elsewhere(const struct daemon *d, const struct source *s)
{
	return d->reader != NULL && source_has_thread(s);
}

int inputs_start(struct daemon *d)
{
	for (size_t i = 0; i < d->ninputs; i++) {
		int error;

		if (is_drained_elsewhere(d, &d->inputs[i].source))
			continue;
		error = source_start(&d->inputs[i].source);

		if (error < 0) {
			log_line("source %s cannot be started: %s",
			         d->inputs[i].spec, err_text(error));
			return error;
		}
	}
	return 0;
}

/* Whose events were not judged. */
static size_t redo(struct daemon *d)
{
	struct frame frame;
	uint64_t cursor = 0, received_ns;
	size_t n = 0;

	for (; redo_next(d->redo, &cursor, &frame, &received_ns); n++)
		pipeline_feed(&d->engine.pipeline, &frame, received_ns);
	return n;
}

size_t inputs_resume(struct daemon *d)
{
	uint64_t received_ns;
	struct frame frame;

	if (redo_resume(d->redo))
		log_line(
			"what the engine ended at %u times in a row is "
			"skipped",
			REDO_DEATHS);
	for (unsigned i = 0; i < d->ninputs; i++) {
		struct source *s = &d->inputs[i].source;

		source_resume_taking(s);
		if (redo_has(d->redo, i, source_position(s)) &&
		    source_peek(s, &frame, &received_ns))
			source_pop(s);
	}
	return redo(d);
}

static void keep(const struct daemon *d, const struct input *in,
                 uint64_t received_ns, struct frame *frame)
{
	const struct redo_origin from = {
		.source = (unsigned)(in - d->inputs),
		.position = source_position(&in->source),
		.number = source_taken(&in->source),
	};

	if (d->redo != NULL)
		redo_add(d->redo, &from, received_ns, frame);
}

/* The fullest source decides. What waits in a file does not press. */
static void look_how_full(struct daemon *d)
{
	struct shares *shares = d->engine.pipeline.shares;
	uint64_t look_ns = LOOK_NS;
	size_t fullest = 0;

	for (size_t i = 0; shares != NULL && i < d->ninputs; i++) {
		const struct source *s = &d->inputs[i].source;
		struct source_load load = source_load(s);
		size_t full = load.used / (load.bytes / FULL + 1);

		if (s->kind->is_live && full > fullest) {
			fullest = full;
			look_ns = s->is_lossless ? LOOK_LOSSLESS_NS : LOOK_NS;
		}
	}
	if (shares != NULL)
		shares_press(shares, fullest, FULL, look_ns);
}

/* True when the batch was full: more may wait. */
static bool drain_input(struct daemon *d, struct input *in, uint64_t now)
{
	struct frame frame;
	const unsigned look = in->source.ring != NULL ? LOOK_RING : LOOK_KERNEL;
	uint64_t received_ns = 0;
	unsigned n = 0;

	source_wake(&in->source);
	while (n < BATCH && source_peek(&in->source, &frame, &received_ns)) {
		keep(d, in, received_ns, &frame);
		pipeline_feed(&d->engine.pipeline, &frame, received_ns);
		source_pop(&in->source);
		if (++n % look == 0)
			look_how_full(d);
	}
	if (shares_are_pressed(d->engine.pipeline.shares))
		look_how_full(d);
	if (d->redo != NULL)
		source_set_settled(&in->source,
		                   redo_oldest(d->redo,
		                               (unsigned)(in - d->inputs),
		                               source_taken(&in->source)));
	source_count(&in->source, n, now);
	in->behind_ns = n == BATCH ? received_ns : 0;
	if (n < BATCH && !in->has_ended && source_is_done(&in->source)) {
		in->has_ended = true;
		if (in->source.error < 0)
			log_line("a source ended: %s",
			         err_text(in->source.error));
	}
	return n == BATCH;
}

bool inputs_drain(struct daemon *d)
{
	bool more = false, alive = false;
	uint64_t now = clock_monotonic_ns();

	for (size_t i = 0; i < d->ninputs; i++) {
		more |= drain_input(d, &d->inputs[i], now);
		alive |= !d->inputs[i].has_ended;
	}
	if (!alive)
		d->stop = true;
	return more;
}

/* Who drains it is asked to end, and what that still has is taken. */
static void await_reader(struct daemon *d, struct input *in)
{
	uint64_t until = clock_monotonic_ns() + READER_END_MS * NS_PER_MS;

	source_ask_stop(&in->source);
	while (!in->has_ended && clock_monotonic_ns() < until) {
		struct pollfd p = { .fd = source_poll_fd(&in->source),
			            .events = POLLIN };

		if (!drain_input(d, in, 0) && !in->has_ended)
			poll(&p, 1, LOOK_MS);
	}
}

void inputs_finish(struct daemon *d)
{
	for (size_t i = 0; i < d->ninputs; i++) {
		struct input *in = &d->inputs[i];

		if (!in->is_open)
			continue;
		if (is_drained_elsewhere(d, &in->source))
			await_reader(d, in);
		else
			source_stop(&in->source);
		while (drain_input(d, in, 0))
			;
	}
}

uint64_t inputs_time(const struct daemon *d, uint64_t now_ns)
{
	for (size_t i = 0; i < d->ninputs; i++)
		if (d->inputs[i].behind_ns != 0 &&
		    d->inputs[i].behind_ns < now_ns)
			now_ns = d->inputs[i].behind_ns;
	return now_ns;
}

uint64_t inputs_pending(const struct daemon *d)
{
	uint64_t n = 0;

	for (size_t i = 0; i < d->ninputs; i++)
		if (d->inputs[i].is_open)
			n += source_load(&d->inputs[i].source).records;
	return n;
}

void inputs_close(struct daemon *d)
{
	for (size_t i = 0; i < d->ninputs; i++)
		if (d->inputs[i].is_open)
			source_close(&d->inputs[i].source);
}

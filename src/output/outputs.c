/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outputs.c - the set of outputs. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "direct.h"
#include "handover.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/output/output.h"
#include "ticket.h"
#include "writer.h"

#define FLUSH_LOOK_MS 20
/* A courier that nobody waits for any more takes 7 seconds at most. */
#define FORMER_MS      10000
#define FORMER_LOOK_MS 20

struct output {
	char *name;
	struct writer *writer;   /* NULL = somebody else delivers */
	struct output_spec spec; /* then, like the next */
	struct direct direct;
	bool must_wake; /* its thread, for the alert at hand */
};

struct outputs {
	struct outputs_options options;
	struct output *items;
	size_t count;
	/* the alert at hand in each format, and as an output's message */
	struct buf lines[ALERT_FORMAT__MAX];
	struct buf message;
	/* messages of the alert at hand for the outbox, beside lines */
	struct buf *wrapped;
	struct outbox_part *parts;
};

struct outputs *outputs_new(const struct outputs_options *options)
{
	struct outputs *o = calloc(1, sizeof(*o));
	size_t n;

	if (o == NULL)
		return NULL;
	o->options = *options;
	if (options->outbox == NULL)
		return o;
	n = outbox_outputs(options->outbox) + 1;
	o->wrapped = calloc(n, sizeof(*o->wrapped));
	o->parts = calloc(n, sizeof(*o->parts));
	if (o->wrapped != NULL && o->parts != NULL)
		return o;
	outputs_free(o);
	return NULL;
}

static void tell_unspooled(const struct output_spec *spec, const char *why,
                           struct diag_list *diags)
{
	diag_add(diags, DIAG_WARNING, NULL, NULL,
	         "output %s keeps undelivered alerts in memory only: %s",
	         spec->kind->name, why);
}

static const char *spool_problem(int error)
{
	switch (error) {
	case E_FULL:
		return "another saker uses its spool";
	case E_DENIED:
		return "its spool is not ours alone, or may not be written";
	case E_NOT_FOUND:
		return "the directory above the spool does not exist";
	default:
		return errno != 0 ? strerror(errno) : err_text(error);
	}
}

/* The courier of a saker that was killed has its spools until it has ended,
 * too, within some seconds. */
static int open_given_spool(const struct outputs_given *given, const char *name,
                            uint64_t quota, struct spool **ret)
{
	uint64_t until = clock_monotonic_ns() + FORMER_MS * NS_PER_MS;
	int error;

	if (given->spool < 0)
		return E_DENIED;
	while ((error = spool_open_at(given->spool, name, quota, ret)) ==
	               E_FULL &&
	       clock_monotonic_ns() < until)
		poll(NULL, 0, FORMER_LOOK_MS);
	return error;
}

/* NULL where there is none; the alerts are then in memory only. */
static struct spool *open_spool(const struct outputs *o,
                                const struct output_spec *spec,
                                struct diag_list *diags)
{
	auto_buf struct buf path = BUF_INIT;
	uint64_t quota = o->options.spool_bytes;
	struct spool *spool = NULL;
	int error;

	if (!spec->use_spool || o->options.spool_dir == NULL ||
	    *o->options.spool_dir == '\0')
		return NULL;
	if (spec->spool_bytes != 0)
		quota = spec->spool_bytes;
	errno = 0;
	if (o->options.given != NULL) {
		error = open_given_spool(o->options.given, spec->name, quota,
		                         &spool);
	} else {
		error = spool_make_directory(o->options.spool_dir);
		buf_printf(&path, "%s/%s", o->options.spool_dir, spec->name);
		if (error == 0)
			error = spool_open(buf_cstr(&path), quota, &spool);
	}
	if (error < 0)
		tell_unspooled(spec, spool_problem(error), diags);
	return spool;
}

/* Of an output that somebody else delivers to. */
static int note(struct outputs *o, struct output_spec *spec)
{
	struct output *output = &o->items[o->count];

	*output = (struct output){ .name = output_spec_name(spec),
		                   .direct = DIRECT_INIT };
	if (output->name == NULL)
		return E_NOMEM;
	output->spec = *spec;
	direct_renew(&output->direct, &o->options, o->count);
	o->count++;
	return 0;
}

static int start(struct outputs *o, struct output_spec *spec, struct str text,
                 struct diag_list *diags)
{
	struct spool *spool = open_spool(o, spec, diags);
	struct output *output = &o->items[o->count];
	const struct writer_options options = {
		.number = o->count,
		.counters = o->options.counters,
		.given = o->options.given,
		.at_once = o->options.at_once,
	};
	int error = E_NOMEM;

	if (o->options.given != NULL)
		spec->secrets = o->options.given->secrets;
	errno = 0;
	*output = (struct output){ .name = output_spec_name(spec) };
	if (output->name != NULL)
		error = writer_new(spec, spool, &options, &output->writer);
	if (error == 0) {
		o->count++;
		return 0;
	}
	if (error != E_NOMEM)
		diag_add(diags, DIAG_ERROR, NULL, NULL,
		         "output %.*s cannot be opened: %s", STR_FMT(text),
		         errno != 0 ? strerror(errno) : err_text(error));
	spool_close(spool);
	free(output->name);
	return error;
}

int outputs_add(struct outputs *o, struct str text, struct diag_list *diags)
{
	struct output_spec spec;
	struct output *items;
	int error =
		output_spec_parse(&spec, text, o->options.format, NULL, diags);

	if (error < 0)
		return error;
	if (spec.kind->ops == &sink_stdout && !spec.has_format &&
	    isatty(STDOUT_FILENO))
		spec.format = o->options.terminal_format;
	items = realloc(o->items, (o->count + 1) * sizeof(*items));
	if (items != NULL)
		o->items = items;
	error = items == NULL               ? E_NOMEM
	        : o->options.outbox != NULL ? note(o, &spec)
	                                    : start(o, &spec, text, diags);
	if (error < 0)
		output_spec_done(&spec);
	return error;
}

/* The alert in that format, rendered once for all who want it. */
static struct str line_of(struct outputs *o, const struct alert *alert,
                          enum alert_format format)
{
	struct buf *line = &o->lines[format];

	if (line->len == 0)
		alert_render(alert, format, line);
	return buf_str(line);
}

/* As the output takes it; in the outputs' line of that format, or in wrapped.
 * False when there is no memory. */
static bool message_of(struct outputs *o, const struct output_spec *spec,
                       const struct alert *alert, struct buf *wrapped,
                       struct str *ret)
{
	struct str line = line_of(o, alert, spec->format);

	if (o->lines[spec->format].failed)
		return false;
	if (spec->kind->ops->wrap != NULL) {
		buf_clear(wrapped);
		spec->kind->ops->wrap(spec, alert, line, wrapped);
		line = buf_str(wrapped);
	}
	*ret = line;
	return !wrapped->failed;
}

static int submit(struct outputs *o, const struct alert *alert,
                  struct output *output)
{
	struct writer *w = output->writer;
	struct str message;

	if (!message_of(o, writer_spec(w), alert, &o->message, &message)) {
		writer_count_lost(w);
		return E_NOMEM;
	}
	output->must_wake = writer_put(w, alert->priority, message, NULL);
	return 0;
}

/* Behind all that is written here: a thread that is woken may take this one's
 * processor. */
void outputs_wake(struct outputs *o)
{
	for (size_t i = 0; i < o->count; i++) {
		if (o->items[i].must_wake)
			writer_wake(o->items[i].writer);
		o->items[i].must_wake = false;
	}
}

/* One entry for all outputs, so that an end of this process leaves none of them
 * without what another has; but those that can be written here. */
static int put(struct outputs *o, const struct alert *alert)
{
	struct outbox *outbox = o->options.outbox;
	size_t n = 0;
	int result = 0;

	for (size_t i = 0; i < o->count; i++) {
		const struct output *output = &o->items[i];
		struct str message;

		if (!output_spec_wants(&output->spec, alert))
			continue;
		if (!message_of(o, &output->spec, alert, &o->wrapped[i],
		                &message)) {
			outbox_count_lost(outbox, (uint32_t)i);
			result = E_NOMEM;
		} else if (!direct_write(&output->direct, outbox, i, message)) {
			o->parts[n++] =
				(struct outbox_part){ (uint32_t)i, message };
		}
	}
	if (n != 0)
		outbox_put(outbox, alert->priority, o->parts, n);
	return result;
}

int outputs_submit(struct outputs *o, const struct alert *alert)
{
	int result = 0;

	for (unsigned i = 0; i < ALERT_FORMAT__MAX; i++)
		buf_clear(&o->lines[i]);
	if (o->options.outbox != NULL)
		return put(o, alert);
	for (size_t i = 0; i < o->count; i++) {
		struct output *output = &o->items[i];

		if (output_spec_wants(writer_spec(output->writer), alert) &&
		    submit(o, alert, output) < 0)
			result = E_NOMEM;
	}
	outputs_wake(o);
	return result;
}

void outputs_hand(struct outputs *o, size_t output, enum priority priority,
                  struct str message, struct ticket *t)
{
	if (output < o->count)
		o->items[output].must_wake |= writer_put(
			o->items[output].writer, priority, message, t);
	else
		ticket_done(t);
}

void outputs_wait_room(struct outputs *o)
{
	for (size_t i = 0; i < o->count; i++)
		writer_wait_room(o->items[i].writer,
		                 LIMIT_OUTPUT_QUEUE_BYTES / 2, 0);
}

void outputs_reopen(struct outputs *o)
{
	if (o->options.outbox != NULL) {
		for (size_t i = 0; i < o->count; i++)
			direct_close(&o->items[i].direct);
		outbox_ask_reopen(o->options.outbox);
		return;
	}
	for (size_t i = 0; i < o->count; i++)
		writer_reopen(o->items[i].writer);
}

void outputs_tick(struct outputs *o)
{
	if (o->options.outbox != NULL)
		for (size_t i = 0; i < o->count; i++)
			direct_renew(&o->items[i].direct, &o->options, i);
}

static void add_stats(const struct outputs *o, size_t i,
                      struct outputs_stats *sum)
{
	struct outputs_stats s = { 0 };

	if (o->options.outbox == NULL) {
		writer_add_stats(o->items[i].writer, sum);
		return;
	}
	outbox_stats(o->options.outbox, i, &s);
	sum->submitted += s.submitted;
	sum->written += s.written;
	sum->dropped += s.dropped;
	sum->pending += s.pending;
	sum->errors += s.errors;
	sum->spooled += s.spooled;
	sum->spool_bytes += s.spool_bytes;
	sum->outputs++;
	sum->gone += s.gone;
	sum->failing += s.failing;
}

struct outputs_stats outputs_stats(const struct outputs *o)
{
	struct outputs_stats sum = { 0 };

	for (size_t i = 0; i < o->count; i++)
		add_stats(o, i, &sum);
	return sum;
}

bool outputs_stats_at(const struct outputs *o, size_t i, const char **ret_name,
                      struct outputs_stats *ret)
{
	if (i >= o->count)
		return false;
	*ret_name = o->items[i].name;
	*ret = (struct outputs_stats){ 0 };
	add_stats(o, i, ret);
	return true;
}

static void wait_delivered(struct outputs *o, unsigned timeout_ms)
{
	uint64_t now = clock_monotonic_ns();
	uint64_t deadline = now + timeout_ms * NS_PER_MS;

	while (outputs_stats(o).pending != 0 && now < deadline) {
		struct pollfd p = {
			.fd = outbox_delivered_fd(o->options.outbox),
			.events = POLLIN,
		};

		/* a message that is not the first of those that wait goes
		 * without a word */
		poll(&p, 1, FLUSH_LOOK_MS);
		outbox_clear_delivered(o->options.outbox);
		now = clock_monotonic_ns();
	}
}

void outputs_flush(struct outputs *o, unsigned timeout_ms)
{
	uint64_t deadline = 0;

	if (o->options.outbox != NULL) {
		wait_delivered(o, timeout_ms);
		return;
	}
	if (timeout_ms != OUTPUTS_PATIENT)
		deadline = clock_monotonic_ns() + timeout_ms * NS_PER_MS;
	for (size_t i = 0; i < o->count; i++)
		writer_flush(o->items[i].writer, deadline);
}

void outputs_free(struct outputs *o)
{
	if (o == NULL)
		return;
	for (size_t i = 0; i < o->count; i++) {
		if (o->items[i].writer != NULL) {
			writer_free(o->items[i].writer);
		} else {
			direct_close(&o->items[i].direct);
			output_spec_done(&o->items[i].spec);
		}
		if (o->wrapped != NULL)
			buf_done(&o->wrapped[i]);
		free(o->items[i].name);
	}
	free(o->wrapped);
	free(o->parts);
	for (unsigned i = 0; i < ALERT_FORMAT__MAX; i++)
		buf_done(&o->lines[i]);
	buf_done(&o->message);
	free(o->items);
	free(o);
}

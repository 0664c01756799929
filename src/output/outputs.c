/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outputs.c - the set of outputs. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/output/output.h"
#include "writer.h"

struct output {
	char *name;
	struct writer *writer;
};

struct outputs {
	struct outputs_options options;
	struct output *items;
	size_t count;
	/* the alert at hand in each format, and as an output's message */
	struct buf lines[ALERT_FORMAT__MAX];
	struct buf message;
};

struct outputs *outputs_new(const struct outputs_options *options)
{
	struct outputs *o = calloc(1, sizeof(*o));

	if (o != NULL)
		o->options = *options;
	return o;
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

/* NULL where there is none; the alerts are then in memory only. */
static struct spool *open_spool(const struct outputs *o,
                                const struct output_spec *spec,
                                struct diag_list *diags)
{
	auto_buf struct buf path = BUF_INIT;
	struct spool *spool = NULL;
	int error;

	if (!spec->use_spool || o->options.spool_dir == NULL ||
	    *o->options.spool_dir == '\0')
		return NULL;
	errno = 0;
	error = spool_make_directory(o->options.spool_dir);
	buf_printf(&path, "%s/%s", o->options.spool_dir, spec->name);
	if (error == 0)
		error = spool_open(buf_cstr(&path),
		                   spec->spool_bytes != 0
		                           ? spec->spool_bytes
		                           : o->options.spool_bytes,
		                   &spool);
	if (error < 0)
		tell_unspooled(spec, spool_problem(error), diags);
	return spool;
}

static int start(struct outputs *o, struct output_spec *spec, struct str text,
                 struct diag_list *diags)
{
	struct spool *spool = open_spool(o, spec, diags);
	struct output *output = &o->items[o->count];
	int error = E_NOMEM;

	errno = 0;
	output->name = output_spec_name(spec);
	if (output->name != NULL)
		error = writer_new(spec, spool, o->options.counters,
		                   &output->writer);
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
	error = items != NULL ? start(o, &spec, text, diags) : E_NOMEM;
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

static int submit(struct outputs *o, const struct alert *alert,
                  struct writer *w)
{
	const struct output_spec *spec = writer_spec(w);
	struct str message = line_of(o, alert, spec->format);
	bool failed = o->lines[spec->format].failed;

	if (spec->kind->ops->wrap != NULL && !failed) {
		buf_clear(&o->message);
		spec->kind->ops->wrap(spec, alert, message, &o->message);
		message = buf_str(&o->message);
		failed = o->message.failed;
	}
	if (failed) {
		writer_count_lost(w);
		return E_NOMEM;
	}
	writer_submit(w, alert->priority, message);
	return 0;
}

int outputs_submit(struct outputs *o, const struct alert *alert)
{
	int result = 0;

	for (unsigned i = 0; i < ALERT_FORMAT__MAX; i++)
		buf_clear(&o->lines[i]);
	for (size_t i = 0; i < o->count; i++) {
		struct writer *w = o->items[i].writer;

		if (output_spec_wants(writer_spec(w), alert) &&
		    submit(o, alert, w) < 0)
			result = E_NOMEM;
	}
	return result;
}

void outputs_wait_room(struct outputs *o)
{
	for (size_t i = 0; i < o->count; i++)
		writer_wait_room(o->items[i].writer,
		                 LIMIT_OUTPUT_QUEUE_BYTES / 2, 0);
}

void outputs_reopen(struct outputs *o)
{
	for (size_t i = 0; i < o->count; i++)
		writer_reopen(o->items[i].writer);
}

struct outputs_stats outputs_stats(const struct outputs *o)
{
	struct outputs_stats sum = { 0 };

	for (size_t i = 0; i < o->count; i++)
		writer_add_stats(o->items[i].writer, &sum);
	return sum;
}

bool outputs_stats_at(const struct outputs *o, size_t i, const char **ret_name,
                      struct outputs_stats *ret)
{
	if (i >= o->count)
		return false;
	*ret_name = o->items[i].name;
	*ret = (struct outputs_stats){ 0 };
	writer_add_stats(o->items[i].writer, ret);
	return true;
}

void outputs_flush(struct outputs *o, unsigned timeout_ms)
{
	uint64_t deadline = 0;

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
		writer_free(o->items[i].writer);
		free(o->items[i].name);
	}
	for (unsigned i = 0; i < ALERT_FORMAT__MAX; i++)
		buf_done(&o->lines[i]);
	buf_done(&o->message);
	free(o->items);
	free(o);
}

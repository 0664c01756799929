/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outputs.c - the set of outputs. */
#include <stdlib.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "saker/output/output.h"
#include "writer.h"

struct outputs {
	struct counters *counters;
	struct {
		struct writer *writer;
		enum output_format format;
	} * items;
	size_t count;
};

static const char *const formats[OUTPUT_FORMAT__MAX] = {
	[OUTPUT_TEXT] = "text",
	[OUTPUT_JSON] = "json",
};

bool output_format_parse(struct str text, enum output_format *ret)
{
	for (int i = 0; i < OUTPUT_FORMAT__MAX; i++)
		if (str_eq(text, str_from(formats[i]))) {
			*ret = (enum output_format)i;
			return true;
		}
	return false;
}

const char *output_format_name(enum output_format format)
{
	return formats[format];
}

struct outputs *outputs_new(struct counters *counters)
{
	struct outputs *o = calloc(1, sizeof(*o));

	if (o != NULL)
		o->counters = counters;
	return o;
}

/* Cuts ",json" or ",text" off spec; any other comma belongs to a path. */
static void take_format(struct str *spec, enum output_format *format)
{
	ptrdiff_t comma = str_find_last_byte(*spec, ',');

	if (comma >= 0 &&
	    output_format_parse(str_skip(*spec, (size_t)comma + 1), format))
		*spec = str_take(*spec, (size_t)comma);
}

int outputs_add(struct outputs *o, struct str spec, enum output_format format)
{
	const struct output_kind *kind;
	struct str argument;
	void *items;
	int r;

	if (str_has_suffix(spec, STR(".json")))
		format = OUTPUT_JSON;
	take_format(&spec, &format);
	kind = output_kind_find(spec, &argument);
	if (kind == NULL)
		return E_INVALID;
	items = realloc(o->items, (o->count + 1) * sizeof(*o->items));
	if (items == NULL)
		return E_NOMEM;
	o->items = items;
	r = writer_new(kind, argument, o->counters, &o->items[o->count].writer);
	if (r < 0)
		return r;
	o->items[o->count++].format = format;
	return 0;
}

bool outputs_wants(const struct outputs *o, enum output_format format)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->items[i].format == format)
			return true;
	return false;
}

void outputs_submit(struct outputs *o,
                    const struct str lines[OUTPUT_FORMAT__MAX])
{
	for (size_t i = 0; i < o->count; i++)
		writer_submit(o->items[i].writer, lines[o->items[i].format]);
}

void outputs_wait_room(struct outputs *o)
{
	for (size_t i = 0; i < o->count; i++)
		writer_wait(o->items[i].writer, LIMIT_OUTPUT_QUEUE_BYTES / 2,
		            0);
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

void outputs_flush(struct outputs *o, unsigned timeout_ms)
{
	uint64_t deadline = 0;

	if (timeout_ms != OUTPUTS_PATIENT)
		deadline = clock_monotonic_ns() + timeout_ms * NS_PER_MS;
	for (size_t i = 0; i < o->count; i++)
		writer_wait(o->items[i].writer, 0, deadline);
}

void outputs_free(struct outputs *o)
{
	if (o == NULL)
		return;
	for (size_t i = 0; i < o->count; i++)
		writer_free(o->items[i].writer);
	free(o->items);
	free(o);
}

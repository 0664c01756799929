/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log_file.c - recorded logs read one frame after the other. */
#include "saker/source/log_file.h"

#include <auparse.h>
#include <errno.h>
#include <stdlib.h>

#include "input.h"
#include "saker/base/io.h"

#define LOG_CHUNK (256u * 1024)

/* Either input and framer, or auparse. */
struct log_reader {
	struct counters *counters;
	struct input input;
	struct framer framer;
	bool is_at_end;
	auparse_state_t *auparse;
	bool is_in_event;
	struct buf line;
};

static struct log_reader *reader_new(struct counters *counters)
{
	struct log_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->counters = counters;
	r->input = INPUT_NONE;
	return r;
}

int log_open(const char *path, struct counters *counters,
             struct log_reader **ret)
{
	struct log_reader *r = reader_new(counters);
	int error;

	if (r == NULL)
		return E_NOMEM;
	error = input_open(path, 0, &r->input);
	if (error != 0) {
		free(r);
		return error;
	}
	framer_init(&r->framer, FRAMER_AUTO, counters);
	*ret = r;
	return 0;
}

int log_open_system(struct counters *counters, struct log_reader **ret)
{
	struct log_reader *r = reader_new(counters);
	int error;

	if (r == NULL)
		return E_NOMEM;
	r->auparse = auparse_init(AUSOURCE_LOGS, NULL);
	if (r->auparse == NULL) {
		error = errno == ENOMEM ? E_NOMEM : io_error();
		free(r);
		return error;
	}
	*ret = r;
	return 0;
}

void log_close(struct log_reader *r)
{
	if (r == NULL)
		return;
	if (r->auparse != NULL)
		auparse_destroy(r->auparse);
	else
		framer_done(&r->framer);
	input_close(&r->input);
	buf_done(&r->line);
	free(r);
}

/* No whole record is left of what was read. */
static int read_on(struct log_reader *r, struct frame *ret)
{
	do {
		char *room;
		ssize_t n;

		if (r->is_at_end)
			return framer_flush(&r->framer, ret) ? 0 : E_END;
		room = framer_room(&r->framer, LOG_CHUNK);
		if (room == NULL)
			return E_NOMEM;
		n = input_read(&r->input, room, LOG_CHUNK);
		if (n < 0)
			return (int)n;
		framer_added(&r->framer, (size_t)n);
		r->is_at_end = n == 0;
	} while (!framer_next(&r->framer, ret));
	return 0;
}

/* Moves to the next record, over the end of an event. 0, E_END or E_IO. */
static int advance(struct log_reader *r)
{
	int n;

	if (r->is_in_event && auparse_next_record(r->auparse) > 0)
		return 0;
	n = auparse_next_event(r->auparse);
	if (n <= 0)
		return n == 0 ? E_END : E_IO;
	r->is_in_event = true;
	return auparse_first_record(r->auparse) > 0 ? 0 : E_IO;
}

/* libauparse cuts the enrichment off the line. */
static int next_from_auparse(struct log_reader *r, struct frame *ret)
{
	const char *text, *enriched;
	int error = advance(r);

	if (error != 0)
		return error;
	text = auparse_get_record_text(r->auparse);
	if (text == NULL)
		return E_IO;
	buf_clear(&r->line);
	buf_add_str(&r->line, str_from(text));
	enriched = auparse_get_record_interpretations(r->auparse);
	if (enriched != NULL && *enriched != '\0') {
		buf_add_byte(&r->line, FRAME_BORDER);
		buf_add_str(&r->line, str_from(enriched));
	}
	if (r->line.failed)
		return E_NOMEM;
	*ret = (struct frame){ .type = 0, .text = buf_str(&r->line) };
	return 0;
}

static __attribute__((noinline)) int next_read(struct log_reader *r,
                                               struct frame *ret)
{
	int error = r->auparse != NULL ? next_from_auparse(r, ret)
	                               : read_on(r, ret);

	if (error == 0)
		counter_add_alone(r->counters, COUNTER_RECORDS_IN, 1);
	return error;
}

int log_next(struct log_reader *r, struct frame *ret)
{
	/* it is empty where auparse reads */
	if (!framer_next(&r->framer, ret))
		return next_read(r, ret);
	counter_add_alone(r->counters, COUNTER_RECORDS_IN, 1);
	return 0;
}

void log_progress(const struct log_reader *r, uint64_t *ret_done,
                  uint64_t *ret_total)
{
	*ret_done = input_offset(&r->input);
	*ret_total = r->input.size;
}

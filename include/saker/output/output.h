/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.h - where alerts go; a slow or failing output holds up nothing. */
#ifndef SAKER_OUTPUT_OUTPUT_H
#define SAKER_OUTPUT_OUTPUT_H

#include <limits.h>

#include "saker/base/counters.h"
#include "saker/base/err.h"
#include "saker/base/str.h"

enum output_format {
	OUTPUT_TEXT,
	OUTPUT_JSON,
	OUTPUT_FORMAT__MAX
};

/* "json", "text". */
bool output_format_parse(struct str text, enum output_format *ret);
const char *output_format_name(enum output_format format);

/* The set of outputs belongs to one thread. */
struct outputs;

/* NULL when out of memory. counters are borrowed and may be NULL. */
struct outputs *outputs_new(struct counters *counters);
/* "stdout" or "file:PATH", with ",json" or ",text" behind to choose a format
 * other than the given one; a path that ends in .json asks for JSON itself.
 * Opens it and starts its thread. 0, E_INVALID (no such output), E_DENIED,
 * E_NOT_FOUND, E_NOMEM, E_IO (errno set). */
int outputs_add(struct outputs *o, struct str spec,
                enum output_format format) must_check;
/* True when some output takes that format: others need not be rendered. */
bool outputs_wants(const struct outputs *o, enum output_format format);

/* Queues a copy of the alert for each output: lines[its format], newline
 * included. Never waits; what a full queue has no room for is dropped and
 * counted. */
void outputs_submit(struct outputs *o,
                    const struct str lines[OUTPUT_FORMAT__MAX]);
/* For replay, which may wait: returns once every queue that still moves is at
 * most half full. */
void outputs_wait_room(struct outputs *o);
/* Files are opened anew before their next line (log rotation); one that cannot
 * be stays in use as it is, and an error is counted. */
void outputs_reopen(struct outputs *o);

/* Sums over the outputs: submitted = written + dropped + pending. */
struct outputs_stats {
	uint64_t submitted;
	uint64_t written;
	uint64_t dropped;
	uint64_t pending;
	unsigned outputs;
	unsigned gone; /* nobody will ever read them again: a closed pipe */
};
struct outputs_stats outputs_stats(const struct outputs *o);

/* Waits until all is written, at most timeout_ms; OUTPUTS_PATIENT waits as
 * long as writing does not fail. */
#define OUTPUTS_PATIENT UINT_MAX
void outputs_flush(struct outputs *o, unsigned timeout_ms);
/* Ends the threads; what is still pending is dropped and counted. Flush
 * before. NULL is allowed. */
void outputs_free(struct outputs *o);

/* The table of outputs, for help and completion: NULL past the end. */
const char *output_kind_name(size_t i);
const char *output_kind_doc(size_t i);

#endif

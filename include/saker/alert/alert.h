/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alert.h - an alert: what a rule hit has to say, on its own bytes. */
#ifndef SAKER_ALERT_ALERT_H
#define SAKER_ALERT_ALERT_H

#include <sys/types.h>

#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/err.h"
#include "saker/engine/rule.h"

/* One member of output_fields. */
struct alert_field {
	struct str name;
	bool has_value; /* false: null */
	struct value value;
};

/* What became of a response. */
struct alert_response {
	struct str action; /* "kill" */
	struct str scope;  /* "process"; empty = not known */
	struct str mode;   /* "dry-run", "enforce" */
	struct str result; /* "terminated after 412 us", "refused: ..." */
	pid_t pid;
	uint64_t start_ticks; /* 0 = not known */
	struct str exe;       /* STR_NONE = not known */
	struct str container; /* STR_NONE = none */
	struct str tier;      /* how it was done; STR_NONE = it was not */
	struct str evidence;  /* the folder; STR_NONE = none was kept */
	uint64_t processes;   /* reached; 0 = none */
	uint64_t latency_us;  /* event received to death seen */
	bool has_latency;
};

#define ALERT_UUID_LENGTH 36

/* All text and values live in the arena, so that the event and the rule set
 * may go before the alert does. */
struct alert {
	struct arena arena;
	uint64_t time_ns; /* the event's, since the epoch */
	enum priority priority;
	struct str hostname;
	struct str rule;
	struct str source;
	struct str *tags;
	size_t ntags;
	struct str message;         /* the rendered output, unescaped */
	struct alert_field *fields; /* sorted by name, each name once */
	size_t nfields;
	char uuid[ALERT_UUID_LENGTH + 1];
	bool has_response;
	struct alert_response response;
	bool is_summary; /* alert_set_series() */
	uint64_t place;  /* of its event, which is not settled; 0 = none */
};

/* Renders the rule's output and copies its fields, beside evt.time and, when
 * they have a value, container.id, proc.pid, audit.serial and audit.node. Each
 * value is cut at LIMIT_ALERT_FIELD_BYTES. 0 or E_NOMEM. The caller gives it a
 * uuid with alert_identify(), and ends it with alert_done(). */
int alert_from_hit(const struct rule *rule, const struct field_source *event,
                   struct alert *ret) must_check;

/* Gives the alert the uuid that stands for the key, or without one a uuid that
 * no other alert has. */
void alert_identify(struct alert *a, struct str key);

/* What saker has to say about itself, such as losses. */
struct alert_internal {
	uint64_t time_ns;
	enum priority priority;
	struct str hostname;
	struct str name; /* the rule becomes "saker internal: NAME" */
	struct str message;
	const struct alert_field *fields;
	size_t nfields;
};

/* Copies all of it. 0 or E_NOMEM. */
int alert_from_internal(const struct alert_internal *what,
                        struct alert *ret) must_check;

/* Alerts that were held back because they repeat others. */
struct alert_series {
	uint64_t count;
	uint64_t since_ns, until_ns; /* the first, raised one; the last */
	bool is_of_rule; /* they say other things, but are of one rule */
};

/* Makes the first of those that were held back the summary of them: its message
 * and fields tell how many. 0 or E_NOMEM. */
int alert_set_series(struct alert *a,
                     const struct alert_series *series) must_check;

/* Adds or replaces the response; copies it. 0 or E_NOMEM. */
int alert_set_response(struct alert *a,
                       const struct alert_response *response) must_check;

void alert_done(struct alert *a);

/* Append one line with its newline; out->failed tells of a lack of memory.
 * JSON: keys sorted, no blanks. Text: HH:MM:SS.nnnnnnnnn: Priority message, in
 * UTC, control characters escaped, the response's result behind. */
void alert_render_json(const struct alert *a, struct buf *out);
/* The same in at most so many bytes; false: long texts were cut for that, and
 * lists left out. */
bool alert_render_json_within(const struct alert *a, size_t most,
                              struct buf *out);
void alert_render_text(const struct alert *a, struct buf *out);
/* Elastic Common Schema, OCSF Detection Finding, ArcSight's CEF: what rules
 * print, under their names. */
void alert_render_ecs(const struct alert *a, struct buf *out);
void alert_render_ocsf(const struct alert *a, struct buf *out);
void alert_render_cef(const struct alert *a, struct buf *out);
/* For a terminal: columns, without or with colours. */
void alert_render_columns(const struct alert *a, struct buf *out);
void alert_render_color(const struct alert *a, struct buf *out);

#endif

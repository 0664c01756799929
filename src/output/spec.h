/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spec.h - what the configuration says of one output. */
#ifndef SAKER_OUTPUT_SPEC_H
#define SAKER_OUTPUT_SPEC_H

#include "saker/alert/alert.h"
#include "saker/alert/formats.h"
#include "saker/base/diag.h"
#include "saker/output/output.h"

struct output_kind;

struct output_texts {
	const char **items; /* a NULL behind the last */
	size_t count;
};

enum syslog_protocol {
	SYSLOG_RFC5424,
	SYSLOG_RFC3164
};
enum syslog_framing {
	SYSLOG_OCTETS,
	SYSLOG_LINES
};

/* Text lives in the arena. */
struct output_spec {
	struct arena arena;
	const struct output_kind *kind;
	const char *argument;     /* "" = none */
	struct output_texts argv; /* of a program */
	/* whom it runs as; borrowed, NULL = as this process */
	const struct output_user *run_as;
	char name[40]; /* the same for the same kind and argument */
	enum alert_format format;
	bool has_format; /* of its own */
	enum priority least;
	struct output_texts tags;
	struct output_texts rules;
	bool use_spool;
	uint64_t spool_bytes; /* 0 = not given */
	unsigned timeout_ms;
	struct output_texts headers;
	const struct output_secrets *secrets; /* borrowed; NULL = none */
	const char *ca_file;                  /* NULL = not given */
	const char *cert_file;
	const char *key_file;
	enum syslog_protocol protocol;
	enum syslog_framing framing;
	unsigned facility; /* its number, not shifted */
	unsigned enterprise;
};

/* Reads "KIND", "KIND:ARGUMENT", either with ",FORMAT" and ",OPTION=VALUE"
 * behind, a URL, or a mapping in YAML's flow style, {KIND: ARGUMENT, OPTION:
 * VALUE}. 0, E_NOMEM, or E_INVALID with the reason in diags. */
int output_spec_parse(struct output_spec *spec, struct str text,
                      enum alert_format format, const struct diag_place *place,
                      struct diag_list *diags) must_check;
void output_spec_done(struct output_spec *spec);

/* What it is called in messages and metrics, such as "file:/var/log/x"; the
 * user and password of a URL and what follows its ? are left out. For the
 * caller to free; NULL = out of memory. */
char *output_spec_name(const struct output_spec *spec);

/* Sets one option from its texts. NULL, or what it takes. out_of_memory is
 * output_no_memory. Unknown names: output_unknown. */
extern const char output_no_memory[], output_unknown[];
const char *output_option_set(struct output_spec *spec, struct str name,
                              const struct output_texts *values);
/* Copies into the spec's arena. */
bool output_texts_add(struct output_spec *spec, struct output_texts *to,
                      struct str text);

/* True when the output is to have the alert. */
bool output_spec_wants(const struct output_spec *spec,
                       const struct alert *alert);

#endif

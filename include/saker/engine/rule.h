/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule.h - what a rule says, once its file is loaded. */
#ifndef SAKER_ENGINE_RULE_H
#define SAKER_ENGINE_RULE_H

#include "saker/vm/input.h"

enum priority {
	PRIORITY_EMERGENCY,
	PRIORITY_ALERT,
	PRIORITY_CRITICAL,
	PRIORITY_ERROR,
	PRIORITY_WARNING,
	PRIORITY_NOTICE,
	PRIORITY_INFORMATIONAL,
	PRIORITY_DEBUG,
};

/* "Critical", "Informational": Falco's spelling; static. */
const char *priority_name(enum priority p);
/* Any case; "info" too. */
bool priority_parse(struct str text, enum priority *ret);

/* A compiled output template: literals and fields in turn. */
struct template_part {
	struct str literal;             /* when there is nothing to read */
	const struct field_info *field; /* NULL with inputs: a transformer */
	struct field_arg arg;
	const struct vm_input *inputs; /* what is read: the last of them */
	size_t ninputs;
	struct str text; /* as written: its key in output_fields */
	unsigned width;  /* 0 = as it is; else padded or cut to this */
};

struct template
{
	struct template_part *parts;
	size_t nparts;
};

enum rule_source {
	SOURCE_SYSCALL,
	SOURCE_AUDIT
};

enum response_action {
	RESPONSE_NONE,
#define ACTION(id, name, scopes, done, doc) RESPONSE_##id,
#include "saker/engine/actions.def"
	RESPONSE_ACTION__MAX
};
enum response_scope {
#define SCOPE(id, name, doc) RESPONSE_SCOPE_##id,
#include "saker/engine/actions.def"
	RESPONSE_SCOPE__MAX
};
#define SCOPE_BIT(id) (1u << RESPONSE_SCOPE_##id)
#define SCOPES_ALL    ((1u << RESPONSE_SCOPE__MAX) - 1)

enum response_mode {
	RESPONSE_OFF,
	RESPONSE_DRY_RUN,
	RESPONSE_ENFORCE
};

struct rule_response {
	enum response_action action;
	enum response_scope scope;
	enum response_mode mode; /* enforce unless the rule lowers it */
	bool host;               /* may act on processes outside containers */
	/* only from the countth time within so many seconds on, per rule and
	 * container; 0 = at once */
	unsigned count, within;
};

/* A row of actions.def. */
struct response_action_info {
	const char *name;
	unsigned scopes; /* SCOPE_BIT()s */
	const char *done, *doc;
};
/* Static; not for RESPONSE_NONE. */
const struct response_action_info *response_action_info(enum response_action a);
const char *response_scope_name(enum response_scope s);
const char *response_mode_name(enum response_mode m);
/* False when it is none of them, with *ret untouched. */
bool response_action_parse(struct str text, enum response_action *ret);
bool response_scope_parse(struct str text, enum response_scope *ret);
bool response_mode_parse(struct str text, enum response_mode *ret);

/* A field by whose value is told apart what is counted together. */
struct rule_key {
	const struct field_info *field;
	struct field_arg arg;
	struct str text; /* as written */
};

/* So many within that time, for each combination of the fields' values. */
struct rule_frequency {
	bool is_given;
	unsigned count;
	uint64_t within_ns; /* of suppress: 0 = never suppressed */
	const struct rule_key *by;
	size_t nby; /* 0 = the default */
};

/* Everything lives in the rule set's arena. */
struct rule {
	struct str name;
	struct str desc;
	enum priority priority;
	enum rule_source source;
	struct str *tags;
	size_t ntags;
	struct template output;
	struct rule_response response;
	struct rule_frequency threshold; /* it fires with so many events */
	struct rule_frequency suppress;  /* more alerts than that are one */
	bool enabled;
	bool can_fire;      /* audit tells what its condition needs */
	struct str missing; /* a field that it does not tell */
	const char *file;
	unsigned line;
	struct str condition; /* as written */
	struct str compiled;  /* with exceptions, lists and macros put in */
};

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.h - the parts of saker explain; private to src/cli. */
#ifndef SAKER_SRC_CLI_EXPLAIN_H
#define SAKER_SRC_CLI_EXPLAIN_H

#include "cli.h"
#include "saker/daemon/engine.h"
#include "saker/engine/trace.h"

/* What a rule means and needs. An exit code. */
int explain_rule(const struct config *config, const struct ruleset *rules,
                 size_t rule, bool json);
/* What it makes of recorded events; operands from the second on are logs, the
 * last one perhaps with ":SERIAL". An exit code. */
int explain_log(const struct cli *cli, const struct config *config);

/* The rule's number, or -1 after saying which rules have a name like it. */
ptrdiff_t explain_find(const struct ruleset *rules, struct str name);

/* An event and what the rule makes of it: the trace is evaluated and its
 * distance asked for. All borrowed. */
struct explained {
	const struct rule *rule;
	struct trace *trace;
	struct event *event;
	size_t distance;
	bool is_tried;                  /* the rule is of the event's source */
	const struct rule *const *hits; /* rules that match it */
	size_t nhits;
	bool is_first_only; /* of them only the first raises an alert */
};

static inline bool explained_matches(const struct explained *x)
{
	return x->is_tried && x->distance == 0;
}

/* All of it: condition, values, records. JSON is one object, without newline.
 */
void explained_text(const struct explained *x, bool color, struct buf *out);
void explained_json(const struct explained *x, struct buf *out);
/* One line for the event, and one for each blamed check. */
void explained_brief(const struct explained *x, bool color, struct buf *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit_rules.h - saker audit-rules: what was found, and printing it; private
 * to src/cli. */
#ifndef SAKER_SRC_CLI_AUDIT_RULES_H
#define SAKER_SRC_CLI_AUDIT_RULES_H

#include "cli.h"
#include "saker/base/arena.h"
#include "saker/engine/ruleset.h"
#include "saker/kernel/plan.h"

/* The first need is what is kept from earlier records; it has no rule. */
#define NEED_TRACKING ((size_t)0)

enum portable_part {
	PORTABLE_NOT, /* for one host */
	PORTABLE_BASE,
	PORTABLE_OPTIONAL,
};

struct audit_rules {
	enum portable_part part;
	struct arena arena;
	struct kernel_target target;
	const struct rule **rules; /* of the needs, by number */
	struct kernel_needs *needs;
	struct str *themes;
	bool *is_tracked; /* the rule asks for what is kept */
	size_t count;
	size_t ntracked;
	struct kernel_plan plan;
};

/* All of it: appends the rules of part, PORTABLE_NOT for this host, that the
 * configuration's enabled rules need. An exit code; says itself what is wrong.
 */
int audit_rules_make(const struct cli *cli, const struct config *config,
                     enum portable_part part, struct buf *out);
void audit_rules_text(const struct audit_rules *a, struct buf *out);
void audit_rules_json(const struct audit_rules *a, struct buf *out);

#endif

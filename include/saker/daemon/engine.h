/* SPDX-License-Identifier: GPL-2.0-or-later */
/* engine.h - everything that a run or a replay is made of. */
#ifndef SAKER_DAEMON_ENGINE_H
#define SAKER_DAEMON_ENGINE_H

#include "saker/daemon/config.h"
#include "saker/daemon/pipeline.h"

enum engine_use {
	ENGINE_LIVE,
	ENGINE_REPLAY,
	ENGINE_EXPLAIN, /* a replay; rules keep what they were made from */
};

/* What a test gives instead of the engine's own; all of it is borrowed. */
struct engine_given {
	struct host *host; /* NULL = nothing is known, as in a log */
	struct ruleset *ruleset;
};

struct engine {
	const struct config *config; /* borrowed */
	struct counters *counters;
	struct host *host;
	struct tracker *tracker; /* this machine's */
	struct nodes nodes;
	enum engine_use use;
	const struct engine_given *given; /* NULL = nothing */
	struct ruleset *ruleset;
	struct matcher *matcher;
	struct thresholds *thresholds; /* counted towards; outlive a reload */
	struct assembler *assembler;
	struct outputs *outputs;
	struct user_names *users;
	struct str *runtimes; /* views of the configuration's lists */
	struct str *never_kill;
	char *hostname;
	struct pipeline pipeline;
};

/* Loads the rules and builds the parts; the process table is still empty. 0,
 * E_INVALID with the reasons in diags, E_NOMEM. */
int engine_init(struct engine *e, const struct config *config,
                enum engine_use use, struct diag_list *diags) must_check;
/* A replay on what is given; events without a node, and those of the configured
 * hostname, are of the given host. The same results. */
int engine_init_given(struct engine *e, const struct config *config,
                      const struct engine_given *given,
                      struct diag_list *diags) must_check;
/* The configured rules alone. keep: for ruleset_origin(). As engine_init(). */
int engine_load_rules(const struct config *config, bool keep,
                      struct diag_list *diags, struct ruleset **ret) must_check;
/* A new rule set in place of the old, which stays on any error. */
int engine_reload(struct engine *e, struct diag_list *diags) must_check;
void engine_done(struct engine *e);

/* What a failed ruleset_load() comes to: E_NOT_FOUND when nothing but files
 * that cannot be read was wrong, else the error. */
int engine_load_error(int error, const struct diag_list *diags);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* engine.h - everything that a run or a replay is made of. */
#ifndef SAKER_DAEMON_ENGINE_H
#define SAKER_DAEMON_ENGINE_H

#include "saker/daemon/config.h"
#include "saker/daemon/pipeline.h"
#include "saker/daemon/recent.h"

enum engine_use {
	ENGINE_LIVE,
	ENGINE_REPLAY,
	ENGINE_EXPLAIN, /* a replay; rules keep what they were made from */
};

/* What a test, or the monitor, gives instead of the engine's own; all of it is
 * borrowed. */
struct engine_given {
	struct host *host;         /* NULL = nothing is known, as in a log */
	struct ruleset *ruleset;   /* NULL = the configuration's */
	struct counters *counters; /* NULL = its own */
	const int *responders; /* RESPONSE_SOCKETS; NULL = it responds itself */
	const struct control *control; /* of who responds for it */
	struct outbox *outbox; /* for alerts; NULL = it delivers itself */
	/* as outputs_options has it, for an outbox */
	int (*open_pipe)(void *arg, size_t output, int *ret_fd);
	void *open_pipe_arg;
	struct redo_log *redo; /* of records; NULL = none */
};

/* What a reload exchanges. */
struct engine_rules {
	struct ruleset *ruleset;
	struct matcher *matcher;
	struct response_config response;
};

struct engine {
	const struct config *config; /* borrowed */
	struct counters *counters;
	struct host *host;
	struct tracker *tracker; /* this machine's */
	struct nodes nodes;
	enum engine_use use;
	const struct engine_given *given; /* NULL = nothing */
	struct engine_rules rules;
	struct thresholds *thresholds; /* counted towards; outlive a reload */
	struct assembler *assembler;
	/* by where their names are, see struct event_calls */
	struct inert_call {
		const char *name;
		bool is_inert;
	} inert_calls[64];
	struct outputs *outputs;
	struct recent *recent; /* while evidence is kept */
	struct user_names *users;
	struct str *runtimes; /* views of the configuration's list */
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
/* A live run on what is given; host is not NULL. The same results. */
int engine_init_live(struct engine *e, const struct config *config,
                     const struct engine_given *given,
                     struct diag_list *diags) must_check;
/* The configured paths, or the default ones that exist. Borrowed. */
struct config_list engine_rule_paths(const struct config *config);
/* The configured rules alone; ENGINE_EXPLAIN: for ruleset_origin(), too. As
 * engine_init(). */
int engine_load_rules(const struct config *config, enum engine_use use,
                      struct diag_list *diags, struct ruleset **ret) must_check;
/* The same for a live run from what their files said; NULL: they are read. */
int engine_load_given(const struct config *config, const struct file_set *files,
                      struct diag_list *diags, struct ruleset **ret) must_check;
/* What the configuration says, for engine_swap(); touches no engine, so that
 * another thread may do it. files: what the rules' files say, or NULL. As
 * engine_init(). */
int engine_prepare(const struct config *config, const struct file_set *files,
                   struct diag_list *diags,
                   struct engine_rules *ret) must_check;
/* Between two events: the engine goes on with the rules, and what else of the
 * configuration a reload can change; rules then holds the former ones. config
 * is borrowed from now on, the former one no more. */
void engine_swap(struct engine *e, const struct config *config,
                 struct engine_rules *rules);
void engine_rules_done(struct engine_rules *rules);
void engine_done(struct engine *e);

/* What a failed ruleset_load() comes to: E_NOT_FOUND when nothing but files
 * that cannot be read was wrong, else the error. */
int engine_load_error(int error, const struct diag_list *diags);

#endif

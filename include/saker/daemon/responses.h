/* SPDX-License-Identifier: GPL-2.0-or-later */
/* responses.h - what the configuration and the rules want done, and who does
 * it. */
#ifndef SAKER_DAEMON_RESPONSES_H
#define SAKER_DAEMON_RESPONSES_H

#include "saker/daemon/config.h"
#include "saker/response/assign.h"
#include "saker/response/queue.h"

/* The keys below response. Everything lives in the arena, or borrows from the
 * configuration. */
struct response_config {
	struct arena arena;
	struct response_settings settings;
	struct control_options tiers;
	struct response_assignment *assignments;
	size_t nassignments;
};

/* 0, E_NOMEM, or E_INVALID with all that is wrong in diags. */
int response_config_read(const struct config *config, struct diag_list *diags,
                         struct response_config *ret) must_check;
void response_config_done(struct response_config *c);

/* Between who asks and who carries out: for commands, which may take long, and
 * before it for all other actions. */
#define RESPONSE_SOCKETS 2

struct responses_options {
	const struct config *config;
	const struct response_config *response;
	struct counters *counters;
	bool is_live;
	bool is_server; /* others ask, through responses_serve() */
	/* RESPONSE_SOCKETS of them, of who carries out what this one asks; NULL
	 * = itself */
	const int *remote;
	const struct control *control; /* theirs, to tell of; or NULL */
	pid_t auditd, auditd_parent;   /* 0 = none */
};

/* Asks the kernel who the audit daemon is. */
void responses_protect_auditd(struct responses_options *o);

struct responses;

/* Live: undoes what a former saker left frozen, starts the thread, and says on
 * standard error what keeps it from freezing. 0, E_NOMEM or E_IO. */
int responses_new(const struct responses_options *options,
                  struct responses **ret) must_check;
/* Threads answer what comes from the sockets, until the other side is gone or
 * that is asked for. 0 or E_IO. */
int responses_serve(struct responses *r,
                    const int sockets[RESPONSE_SOCKETS]) must_check;
void responses_serve_end(struct responses *r);
/* Closes what a child that is to have no privileges must not inherit. */
void responses_close_files(struct responses *r);
/* Continues what is frozen or stopped, unless the configuration keeps it. */
void responses_free(struct responses *r);
/* Borrowed as in responses_new(); a server copies. From any thread there. */
void responses_configure(struct responses *r, const struct response_config *c);
/* What it has to act with; NULL = nothing. */
const struct control *responses_control(const struct responses *r);
/* Once a second, by who has responses_queue(). r may be NULL. */
void responses_tick(struct responses *r);
/* NULL = none, in a replay. */
struct response_queue *responses_queue(const struct responses *r);
/* The tiers, as members of a JSON object. */
void responses_render(const struct responses *r, struct buf *out);

/* What that rule asks for, by itself or by the configuration: action
 * RESPONSE_NONE = nothing, or all is off. r may be NULL. */
const struct rule_response *responses_wanted(const struct responses *r,
                                             const struct rule *rule);
/* Whether carrying it out takes the alert's text: as a command's input, or as
 * evidence. */
bool responses_want_text(const struct responses *r,
                         const struct rule_response *response);
/* True when the alert was taken over, to come back from the queue; else its
 * response is set. */
bool responses_ask(struct responses *r, const struct response_request *request,
                   struct alert *alert);

#endif

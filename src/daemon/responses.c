/* SPDX-License-Identifier: GPL-2.0-or-later */
/* responses.c - the responder, its journal and its thread, for a run. */
#include "saker/daemon/responses.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "saker/kernel/audit.h"
#include "saker/response/trail.h"
#include "saker/response/wire.h"

#define JOURNAL_TRIES  50
#define JOURNAL_NAP_US 10000
#define TICK_MS        1000

/* Commands have a server of their own: no other action waits for them. */
struct response_server {
	struct responder *responder;
	pthread_t thread; /* while is_serving */
	bool is_serving;
	int socket;
};

struct responses {
	struct responses_options options;
	struct host *host;           /* the thread's own */
	struct control *control;     /* NULL = it has none of its own */
	const struct control *tiers; /* the same, or who responds has it */
	struct journal *journal;
	struct responder *responder;
	struct response_queue *queue;
	struct response_server servers[RESPONSE_SOCKETS];
	int trail; /* -1 = none */
	/* borrowed from the configuration in use */
	enum response_mode mode;
	bool keeps_evidence;
	const struct response_assignment *assignments;
	size_t nassignments;
};

/* The process that a signal must never reach: auditd and who started it. */
void responses_protect_auditd(struct responses_options *o)
{
	struct kernel_audit_status status;
	struct host *host = host_direct_new();
	struct host_process auditd;
	struct arena arena = ARENA_INIT;

	if (host != NULL && kernel_audit_status(&status) == 0 &&
	    status.pid != 0) {
		o->auditd = (pid_t)status.pid;
		if (host->ops->process(host, o->auditd, HOST_WANT_STAT, &arena,
		                       &auditd) == 0)
			o->auditd_parent = auditd.ppid;
	}
	arena_done(&arena);
	host_free(host);
}

static void say_undone(void *arg, const struct journal_entry *e, int error)
{
	const char *how =
		error == 0 ? "continues again" : "needs no continuing";

	(void)arg;
	if (error < 0 && error != E_NOT_FOUND && error != E_STALE)
		how = err_text(error);
	if (e->is_stop)
		log_line("process %d, stopped by a response: %s", (int)e->pid,
		         how);
	else
		log_line("container %.*s, frozen by a response: %s",
		         STR_FMT(e->container), how);
}

static struct journal_recovery recovery(const struct responses *r)
{
	return (struct journal_recovery){
		.keep = r->options.config->keep_frozen,
		.fn = say_undone,
	};
}

/* Who undoes what a killed saker left holds it for some milliseconds. */
static int take_journal(struct responses *r, const char *path)
{
	struct journal_recovery how = recovery(r);
	int error = E_FULL;

	for (int i = 0; error == E_FULL && i < JOURNAL_TRIES; i++) {
		if (i != 0)
			usleep(JOURNAL_NAP_US);
		errno = 0;
		error = journal_open(path, r->control, &how, &r->journal);
	}
	return error;
}

/* Without it nothing is frozen or stopped, and the rest goes on. */
static void open_journal(struct responses *r)
{
	const char *path = r->options.config->response_journal;
	int error;

	if (*path == '\0' || r->control == NULL)
		return;
	error = take_journal(r, path);
	if (error < 0 && (r->mode == RESPONSE_ENFORCE || error == E_LIMIT))
		log_line(
			"response.journal %s cannot be used (%s): nothing "
			"will be frozen or stopped",
			path,
			error == E_FULL ? "another saker does"
			: errno != 0    ? strerror(errno)
					: err_text(error));
}

/* Without it alerts tell all the same. */
static void open_trail(struct responses *r)
{
	int error;

	if (!r->options.config->response_audit)
		return;
	error = trail_open(&r->trail);
	if (error < 0 && r->mode == RESPONSE_ENFORCE)
		log_line("responses are not written to the audit trail: %s",
		         err_text(error));
}

static int socket_for(const struct responses *r,
                      const struct response_request *q)
{
	return r->options.remote[q->response.action == RESPONSE_EXEC];
}

/* The engine's own word can lower the mode, and so can a reload of its rules;
 * the rest is decided where the privileges are. */
static bool send_remotely(struct responses *r,
                          const struct response_request *request, bool may_wait)
{
	struct response_request q = *request;

	if (r->mode < q.response.mode)
		q.response.mode = r->mode;
	return response_send(socket_for(r, &q), &q, may_wait);
}

static void fail_remotely(const struct responses *r,
                          const struct response_request *q,
                          struct response_outcome *ret)
{
	counter_add(r->options.counters, COUNTER_RESPONSES_FAILED, 1);
	*ret = (struct response_outcome){
		.is_set = true,
		.report = { .action = str_from(
				    response_action_info(q->response.action)
					    ->name),
		            .scope = str_from(
				    response_scope_name(q->response.scope)),
		            .mode = str_from(
				    response_mode_name(q->response.mode)),
		            .pid = q->pid,
		            .result = STR("failed: the monitor does not "
		                          "answer") },
	};
}

static void run_remotely(void *arg, const struct response_request *request,
                         struct arena *arena, struct response_outcome *ret)
{
	struct responses *r = arg;

	if (!send_remotely(r, request, true) ||
	    !response_receive(socket_for(r, request), arena, ret))
		fail_remotely(r, request, ret);
}

/* The monitor is woken by who judges, and not by a thread that would have to be
 * woken for that. */
static void *begin_remotely(void *arg, const struct response_request *request,
                            struct arena *arena)
{
	(void)arena;
	return send_remotely(arg, request, false) ? arg : NULL;
}

static void end_remotely(void *arg, void *begun,
                         const struct response_request *request,
                         struct arena *arena, struct response_outcome *ret)
{
	struct responses *r = arg;

	(void)begun;
	if (!response_receive(socket_for(r, request), arena, ret))
		fail_remotely(r, request, ret);
}

static int start(struct responses *r)
{
	const struct responses_options *o = &r->options;
	struct responder_options options = {
		.counters = o->counters,
		.settings = o->response->settings,
	};
	struct response_runner runner;

	if (o->remote != NULL) {
		r->tiers = o->control;
		return response_queue_new(
			&(struct response_runner){ .arg = r,
		                                   .run = run_remotely,
		                                   .begin = begin_remotely,
		                                   .end = end_remotely },
			&r->queue);
	}
	r->host = o->is_live ? host_direct_new() : host_none_new();
	if (r->host == NULL)
		return E_NOMEM;
	if (o->is_live) {
		r->control = control_new(&o->response->tiers);
		if (r->control == NULL)
			return E_NOMEM;
		r->tiers = r->control;
		open_journal(r);
		open_trail(r);
		options.self = getpid();
		options.parent = getppid();
		options.auditd = o->auditd;
		options.auditd_parent = o->auditd_parent;
	}
	options.is_suspicious = o->is_server;
	options.host = r->host;
	options.control = r->control;
	options.journal = r->journal;
	options.trail = r->trail >= 0 ? &r->trail : NULL;
	r->responder = responder_new(&options);
	if (r->responder == NULL)
		return E_NOMEM;
	runner = response_runner_of(r->responder);
	return o->is_live && !o->is_server
	               ? response_queue_new(&runner, &r->queue)
	               : 0;
}

static void use(struct responses *r, const struct response_config *c)
{
	r->mode = c->settings.mode;
	r->keeps_evidence = c->settings.evidence.directory != NULL &&
	                    *c->settings.evidence.directory != '\0';
	r->assignments = c->assignments;
	r->nassignments = c->nassignments;
}

int responses_new(const struct responses_options *options,
                  struct responses **ret)
{
	struct responses *r = calloc(1, sizeof(*r));
	int error;

	if (r == NULL)
		return E_NOMEM;
	r->options = *options;
	r->trail = -1;
	use(r, options->response);
	error = start(r);
	if (error < 0) {
		responses_free(r);
		return error;
	}
	*ret = r;
	return 0;
}

/* Idle time is for what the next request would wait for. */
static void await(const struct response_server *s)
{
	struct pollfd p = { .fd = s->socket, .events = POLLIN };

	while (poll(&p, 1, TICK_MS) == 0)
		responder_tick(s->responder);
}

static void *serve(void *arg)
{
	const struct response_server *s = arg;

	response_thread_begin();
	do
		await(s);
	while (response_serve(s->socket, s->responder));
	return NULL;
}

int responses_serve(struct responses *r, const int sockets[RESPONSE_SOCKETS])
{
	for (size_t i = 0; i < RESPONSE_SOCKETS; i++) {
		struct response_server *s = &r->servers[i];

		s->responder = r->responder;
		s->socket = sockets[i];
		s->is_serving = pthread_create(&s->thread, NULL, serve, s) == 0;
		if (!s->is_serving)
			return E_IO;
	}
	return 0;
}

void responses_serve_end(struct responses *r)
{
	for (size_t i = 0; i < RESPONSE_SOCKETS; i++) {
		struct response_server *s = &r->servers[i];

		if (!s->is_serving)
			continue;
		shutdown(s->socket, SHUT_RDWR);
		pthread_join(s->thread, NULL);
		s->is_serving = false;
	}
}

void responses_close_files(struct responses *r)
{
	journal_free(r->journal);
	r->journal = NULL;
	io_close(&r->trail);
}

void responses_free(struct responses *r)
{
	if (r == NULL)
		return;
	responses_serve_end(r);
	response_queue_free(r->queue);
	responder_free(r->responder);
	if (r->journal != NULL) {
		struct journal_recovery how = recovery(r);

		journal_undo_all(r->journal, r->control, &how);
		journal_free(r->journal);
	}
	control_free(r->control);
	host_free(r->host);
	io_close(&r->trail);
	free(r);
}

void responses_configure(struct responses *r, const struct response_config *c)
{
	if (r == NULL)
		return;
	/* who asks a server has rules, and modes of its own */
	if (!r->options.is_server)
		use(r, c);
	if (r->responder == NULL)
		return;
	if (responder_configure(r->responder, &c->settings) < 0) {
		log_line(
			"the new settings of responses find no memory: they "
			"are off");
		r->mode = RESPONSE_OFF;
	}
}

const struct control *responses_control(const struct responses *r)
{
	return r->control;
}

void responses_tick(struct responses *r)
{
	if (r != NULL && r->responder != NULL)
		responder_tick(r->responder);
}

struct response_queue *responses_queue(const struct responses *r)
{
	return r != NULL ? r->queue : NULL;
}

void responses_render(const struct responses *r, struct buf *out)
{
	bool first = true;

	buf_printf(out, "\"mode\":\"%s\"", response_mode_name(r->mode));
	if (r->tiers == NULL)
		return;
	if (r->options.remote == NULL)
		buf_printf(out, ",\"journal\":%s",
		           r->journal != NULL ? "true" : "false");
	buf_printf(out, ",\"process_tier\":\"%s\"",
	           process_tier_info(control_process_tier(r->tiers))->name);
	buf_add_str(out, STR(",\"container_tiers\":["));
	for (unsigned t = 0; t < CONTAINER_TIER__MAX; t++) {
		if (!control_has_container_tier(r->tiers,
		                                (enum container_tier)t))
			continue;
		buf_printf(out, "%s\"%s\"", first ? "" : ",",
		           container_tier_info((enum container_tier)t)->name);
		first = false;
	}
	buf_add_byte(out, ']');
}

const struct rule_response *responses_wanted(const struct responses *r,
                                             const struct rule *rule)
{
	static const struct rule_response none = { .action = RESPONSE_NONE };
	const struct rule_response *wanted;

	if (r == NULL || r->mode == RESPONSE_OFF)
		return &none;
	wanted = response_assigned(r->assignments, r->nassignments, rule);
	if (wanted == NULL)
		wanted = &rule->response;
	return wanted->mode != RESPONSE_OFF ? wanted : &none;
}

bool responses_want_text(const struct responses *r,
                         const struct rule_response *response)
{
	return r->mode == RESPONSE_ENFORCE &&
	       response->mode == RESPONSE_ENFORCE &&
	       (response->action == RESPONSE_EXEC || r->keeps_evidence);
}

static bool refuse(const struct responses *r, const struct response_request *q,
                   struct alert *alert)
{
	struct alert_response report = {
		.action = str_from(
			response_action_info(q->response.action)->name),
		.scope = str_from(response_scope_name(q->response.scope)),
		.mode = str_from(response_mode_name(
			r->mode < q->response.mode ? r->mode
						   : q->response.mode)),
		.pid = q->pid,
		.start_ticks = q->start_ticks,
		.exe = q->exe,
		.result = STR("failed: too many responses wait for their turn"),
	};

	counter_add(r->options.counters, COUNTER_RESPONSES_DROPPED, 1);
	if (alert_set_response(alert, &report) < 0)
		counter_add(r->options.counters, COUNTER_ALERTS_NOMEM, 1);
	return false;
}

bool responses_ask(struct responses *r, const struct response_request *request,
                   struct alert *alert)
{
	struct response_outcome outcome;
	struct arena arena = ARENA_INIT;

	if (r->queue != NULL)
		return response_queue_submit(r->queue, request, alert) == 0 ||
		       refuse(r, request, alert);
	responder_run(r->responder, request, &arena, &outcome);
	if (outcome.is_set && alert_set_response(alert, &outcome.report) < 0)
		counter_add(r->options.counters, COUNTER_ALERTS_NOMEM, 1);
	arena_done(&arena);
	return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - the engine at work on live sources.
 *
 * A source for which somebody waits has a thread that drains it into its ring
 * and does nothing else; this thread judges, and reads the other sources
 * itself; each output has a thread. Nothing here makes a reader wait. */
#include "saker/daemon/run.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "confine.h"
#include "daemon.h"
#include "metrics.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/kernel_rules.h"
#include "saker/daemon/log.h"
#include "schedule.h"
#include "signals.h"
#include "tables.h"

#define TICK_MS 1000
/* auditd gives a plugin 50 ms between closing its socket and SIGTERM, and then
 * waits (audit-userspace 4.2, audispd.c); systemd gives much more. */
#define FLUSH_MS 2000

/* A recorded log must not be judged by what /proc says today. */
static enum engine_use use_of(const struct config *config)
{
	for (size_t i = 0; i < config->source.count; i++)
		if (str_has_prefix(str_from(config->source.items[i]),
		                   STR("file:")))
			return ENGINE_REPLAY;
	return ENGINE_LIVE;
}

static void report_connector(int error)
{
	if (error < 0)
		log_line(
			"the process connector cannot be used (%s): very "
			"short processes may not be attributed to their "
			"container",
			err_text(error));
}

void connector_begin(struct daemon *d)
{
	if (d->config->connector)
		report_connector(connector_open(d->counters, &d->connector));
}

static void follow_processes(struct daemon *d)
{
	if (d->connector != NULL)
		tracker_connector_use(d->engine.tracker, d->connector);
	else if (d->config->connector && !d->is_separate &&
	         d->engine.use == ENGINE_LIVE)
		report_connector(tracker_connector_open(d->engine.tracker));
	d->connector = NULL;
}

/* For a replay of what is recorded meanwhile. */
static void keep_snapshot(struct daemon *d, bool is_end)
{
	const char *path = d->engine.config->snapshot;
	int error;

	if (*path == '\0' || d->engine.use != ENGINE_LIVE)
		return;
	errno = 0;
	error = privileged_snapshot(&d->privileged, d->engine.tracker,
	                            str_from(d->engine.hostname), path, is_end);
	if (error < 0)
		log_line("snapshot %s%s cannot be written: %s", path,
		         is_end ? ".end" : "",
		         errno != 0 ? strerror(errno) : err_text(error));
}

/* Whom the former engine did not know of, or the tables not yet, is asked for
 * at the first record; that all are known can wait until no records do. */
static void look_around(struct daemon *d)
{
	int error = 0;

	d->has_to_look = false;

	if (d->engine.use == ENGINE_LIVE)
		error = tracker_scan(d->engine.tracker);
	if (error < 0)
		log_line("/proc could not be read in full: %s",
		         err_text(error));
	tables_keep(d->tables, d->engine.tracker, clock_monotonic_ns());
	keep_snapshot(d, false);
}

static void report_counters(const struct counters *counters)
{
	for (unsigned id = 0; id < COUNTER__MAX; id++)
		if (counter_get(counters, id) != 0)
			log_line("%s %llu", counter_name(id),
			         (unsigned long long)counter_get(counters, id));
}

static void handle_signals(struct daemon *d)
{
	for (;;) {
		switch (signals_next(d->signal_fd)) {
		case SIGNAL_NONE:
			return;
		case SIGNAL_STOP:
			d->stop = true;
			break;
		case SIGNAL_RELOAD:
			reload_begin(d);
			keep_snapshot(d, false);
			break;
		case SIGNAL_REPORT:
			report_counters(d->counters);
			outputs_reopen(d->engine.outputs);
			break;
		case SIGNAL_CHILD:
			break;
		}
	}
}

static struct response_queue *queue_of(const struct daemon *d)
{
	return responses_queue(d->engine.pipeline.responses);
}

static uint64_t wait_ns(const struct daemon *d, uint64_t now)
{
	uint64_t due = assembler_deadline(d->engine.assembler);
	uint64_t responses = response_queue_deadline(queue_of(d));

	if (due != 0 && due < d->trust_ns)
		due = d->trust_ns;
	if (responses != 0 && (due == 0 || responses < due))
		due = responses;
	if (due == 0 || due > d->next_tick_ns)
		due = d->next_tick_ns;
	return due <= now ? 0 : due - now;
}

/* A source whose records are being gathered wakes nobody until then. */
static nfds_t add_inputs(const struct daemon *d, struct pollfd *fds,
                         uint64_t *wait)
{
	nfds_t n = 0;

	for (size_t i = 0; i < d->ninputs; i++) {
		const struct source *s = &d->inputs[i].source;
		uint64_t gather;

		if (d->inputs[i].has_ended)
			continue;
		gather = source_gather_ns(s);
		if (gather == 0)
			fds[n++] = (struct pollfd){ .fd = source_poll_fd(s),
				                    .events = POLLIN };
		else if (gather < *wait)
			*wait = gather;
	}
	return n;
}

static void poll_for(struct pollfd *fds, nfds_t n, uint64_t ns)
{
	struct timespec t = { .tv_sec = (time_t)(ns / NS_PER_SEC),
		              .tv_nsec = (long)(ns % NS_PER_SEC) };

	ppoll(fds, n, &t, NULL);
}

static void wait_for_work(struct daemon *d, bool more)
{
	uint64_t now = clock_monotonic_ns();
	uint64_t wait = wait_ns(d, now);
	struct pollfd fds[INPUTS_MAX + 5];
	nfds_t n = 0;

	fds[n++] = (struct pollfd){ .fd = d->signal_fd, .events = POLLIN };
	fds[n++] =
		(struct pollfd){ .fd = tracker_connector_fd(d->engine.tracker),
		                 .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = reloader_fd(d->reloader),
		                    .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = response_queue_fd(queue_of(d)),
		                    .events = POLLIN };
	fds[n++] = (struct pollfd){
		.fd = d->server != NULL ? server_fd(d->server) : -1,
		.events = POLLIN,
	};
	n += add_inputs(d, &fds[n], &wait);
	wait = more ? 0 : wait;
	d->wake_ns = now + wait;
	poll_for(fds, n, wait);
	if (fds[0].revents != 0)
		handle_signals(d);
	if (fds[1].revents != 0)
		tracker_connector_drain(d->engine.tracker);
	if (fds[2].revents != 0)
		reload_end(d);
	if (fds[4].revents != 0)
		requests_serve(d);
}

/* "saker run | head": once every reader is gone, so is the purpose. As
 * auditd's plugin ending would only be started again. */
static void stop_when_nobody_listens(struct daemon *d)
{
	struct outputs_stats stats = outputs_stats(d->engine.outputs);

	if (stats.outputs != 0 && stats.gone == stats.outputs &&
	    !d->has_dispatcher) {
		log_line("nobody reads the outputs any more");
		d->stop = true;
	}
}

/* From the loop that judges: a watchdog is to notice when that stands still. */
static void notify_tick(struct daemon *d, uint64_t now)
{
	uint64_t period = service_period_ns();

	if (period == 0 || now < d->next_alive_ns)
		return;
	d->next_alive_ns = now + period;
	privileged_notify(&d->privileged, SERVICE_ALIVE, d->counters);
}

/* Who was stopped (SIGSTOP, a frozen virtual machine, no processor) finds that
 * time has passed before it finds what came meanwhile. */
static uint64_t events_time(struct daemon *d, uint64_t now)
{
	uint64_t timeout = d->config->event_timeout * NS_PER_MS;

	if (now > d->wake_ns + timeout / 2)
		d->trust_ns = now + timeout;
	return now < d->trust_ns ? 0 : inputs_time(d, now);
}

static void tick(struct daemon *d)
{
	uint64_t now = clock_monotonic_ns();

	pipeline_collect(&d->engine.pipeline);
	pipeline_tick(&d->engine.pipeline, events_time(d, now));
	if (now >= d->next_tick_ns) {
		notices_tick(&d->notices, &d->engine.pipeline, now, false);
		d->next_tick_ns = now + TICK_MS * NS_PER_MS;
		stop_when_nobody_listens(d);
		requests_serve(d); /* time limits */
		tables_keep(d->tables, d->engine.tracker, now);
		outputs_tick(d->engine.outputs);
		metrics_tick(d);
		heartbeat_tick(d, now);
		responses_tick(d->engine.pipeline.responses);
		notify_tick(d, now);
	}
}

static void loop(struct daemon *d)
{
	bool more = false;

	log_line("running: %zu rules, responses %s",
	         ruleset_count(d->engine.rules.ruleset),
	         response_mode_name(d->config->response_mode));
	privileged_notify(&d->privileged, SERVICE_READY, d->counters);
	while (!d->stop) {
		wait_for_work(d, more);
		more = inputs_drain(d);
		if (d->has_to_look && !more)
			look_around(d);
		tick(d);
	}
	privileged_notify(&d->privileged, SERVICE_STOPPING, d->counters);
}

static void report_unwritten(const struct daemon *d)
{
	struct outputs_stats stats = outputs_stats(d->engine.outputs);

	if (stats.spooled != 0)
		log_line("%llu alerts wait in the spool for the next start",
		         (unsigned long long)stats.spooled);
	if (stats.written + stats.spooled != stats.submitted)
		log_line("%llu of %llu alerts could not be written",
		         (unsigned long long)(stats.submitted - stats.written -
		                              stats.spooled),
		         (unsigned long long)stats.submitted);
}

static void finish(struct daemon *d)
{
	inputs_finish(d);
	pipeline_end(&d->engine.pipeline);
	response_queue_flush(queue_of(d), FLUSH_MS);
	pipeline_collect(&d->engine.pipeline);
	notices_tick(&d->notices, &d->engine.pipeline, clock_monotonic_ns(),
	             true);
	if (d->outbox != NULL)
		outbox_end(d->outbox);
	outputs_flush(d->engine.outputs, FLUSH_MS);
	report_unwritten(d);
	notices_balance(d->counters, inputs_pending(d));
	log_line("ended: %llu events, %llu alerts",
	         (unsigned long long)counter_get(d->engine.counters,
	                                         COUNTER_EVENTS_EVALUATED),
	         (unsigned long long)counter_get(d->engine.counters,
	                                         COUNTER_ALERTS));
}

static void go_on(struct daemon *d)
{
	size_t records = inputs_resume(d);
	uint64_t ms = (clock_monotonic_ns() - d->died_ns) / NS_PER_MS;

	counter_add(d->counters, COUNTER_ENGINE_AWAY, ms);
	log_line(
		"the engine goes on after %llu ms, with %zu records of "
		"events that were not judged",
		(unsigned long long)ms, records);
}

static void run_engine(struct daemon *d)
{
	notices_init(&d->notices, &d->privileged, d->told);
	if (d->is_restarted && tables_restore(d->tables, d->engine.tracker))
		d->has_to_look = true;
	else
		look_around(d);
	if (d->is_restarted)
		go_on(d);
	if (d->ready_ns != NULL)
		atomic_store(d->ready_ns, clock_monotonic_ns());
	loop(d);
	requests_close(d);
	finish(d);
	metrics_close(d);
	keep_snapshot(d, true);
}

static int init_engine(struct daemon *d, const struct engine_given *given)
{
	struct diag_list diags = DIAG_LIST_INIT;
	int error = d->is_separate ? engine_init_live(&d->engine, d->config,
	                                              given, &diags)
	                           : engine_init(&d->engine, d->config,
	                                         use_of(d->config), &diags);

	log_diags(&diags);
	diag_done(&diags);
	d->started_ns = d->rules_ns = clock_realtime_ns();
	d->counters = d->engine.counters;
	return error;
}

static int start_engine(struct daemon *d)
{
	int error = 0;

	if (!d->is_separate) {
		error = inputs_open(d);
		requests_listen(d);
		metrics_listen(d);
	}
	if (error < 0)
		return error;
	requests_open(d);
	metrics_open(d);
	follow_processes(d);
	error = reloader_new(
		&(struct reload_options){
			.started = d->config,
			.reader = d->again,
			.privileged = &d->privileged,
		},
		&d->reloader);
	if (error == 0)
		error = inputs_start(d);
	return error;
}

int daemon_work(struct daemon *d)
{
	struct engine_given given = { .ruleset = d->ruleset,
		                      .counters = d->counters,
		                      .responders = d->privileged.responders,
		                      .outbox = d->outbox,
		                      .open_pipe = privileged_output_pipe,
		                      .open_pipe_arg = &d->privileged,
		                      .redo = d->redo };
	int error = 0;

	/* before there are threads, and what reads what others wrote */
	if (d->is_separate)
		error = confine_engine(d, &given);
	if (error == 0)
		error = init_engine(d, &given);
	if (error == 0) {
		d->engine.pipeline.redo = d->redo;
		d->protected[d->nprotected++] = (struct protected_process){
			"engine", getpid(),
			d->landlock != NULL ? d->landlock->engine : 0
		};
		error = start_engine(d);
		if (error == 0)
			run_engine(d);
		metrics_close(d);
		if (!d->is_separate)
			metrics_unlink(d);
		inputs_close(d);
		requests_close(d);
		engine_done(&d->engine);
	}
	reloader_free(d->reloader);
	host_free(given.host);
	return error;
}

int daemon_run(const struct config *config, const struct config_reader *again)
{
	struct daemon d = {
		.config = config,
		.again = again,
		.privileged = { .monitor = -1, .monitor_reload = -1 },
		.inotify = -1,
		.has_dispatcher = signals_have_dispatcher(),
		.control_fd = -1,
		.metrics_fd = -1,
	};
	const bool is_live = use_of(config) == ENGINE_LIVE;
	int error;

	/* first: until then a signal ends saker; those of children are wanted
	 * where there may be processes of its own */
	d.signal_fd =
		signals_open(config->separate && is_live && geteuid() == 0);
	if (d.signal_fd < 0)
		return E_IO;
	/* these fork, so they come before any thread */
	error = confine_plan(&d, is_live);
	if (error == 0)
		error = kernel_rules_begin(config, &d.privileged.session);
	if (error == 0 && is_live)
		undo_begin(config, &d.undo);
	schedule_promptly();
	if (error == 0)
		error = d.is_separate ? daemon_separate(&d) : daemon_work(&d);
	kernel_session_end(d.privileged.session);
	guard_end(d.undo);
	close(d.signal_fd);
	return error;
}

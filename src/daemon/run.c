/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - the engine at work on live sources.
 *
 * A reader thread per source drains it into its ring and does nothing else;
 * this thread judges; each output has a thread. Nothing here makes a reader
 * wait. */
#include "saker/daemon/run.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "daemon.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/kernel_rules.h"
#include "saker/daemon/log.h"
#include "signals.h"

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

static void follow_processes(struct daemon *d)
{
	int error;

	if (d->config->connector) {
		error = tracker_connector_open(d->engine.tracker);
		if (error < 0)
			log_line(
				"the process connector cannot be used (%s): "
				"very short processes may not be attributed "
				"to their container",
				err_text(error));
	}
	error = tracker_scan(d->engine.tracker);
	if (error < 0)
		log_line("/proc could not be read in full: %s",
		         err_text(error));
}

/* For a replay of what is recorded meanwhile. */
static void keep_snapshot(struct daemon *d, const char *suffix)
{
	auto_buf struct buf path = BUF_INIT;
	const char *file = d->engine.config->snapshot;
	int error;

	if (*file == '\0' || d->engine.use != ENGINE_LIVE)
		return;
	buf_printf(&path, "%s%s", file, suffix);
	errno = 0;
	error = snapshot_save(d->engine.tracker, str_from(d->engine.hostname),
	                      buf_cstr(&path));
	if (error < 0)
		log_line("snapshot %s cannot be written: %s", buf_cstr(&path),
		         errno != 0 ? strerror(errno) : err_text(error));
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
			keep_snapshot(d, "");
			break;
		case SIGNAL_REPORT:
			report_counters(d->engine.counters);
			outputs_reopen(d->engine.outputs);
			break;
		}
	}
}

static int wait_ms(const struct daemon *d, uint64_t now)
{
	uint64_t due = assembler_deadline(d->engine.assembler);

	if (due == 0 || due > d->next_tick_ns)
		due = d->next_tick_ns;
	return due <= now ? 0 : (int)((due - now) / NS_PER_MS) + 1;
}

static void wait_for_work(struct daemon *d, bool more)
{
	struct pollfd fds[INPUTS_MAX + 4];
	nfds_t n = 0;

	fds[n++] = (struct pollfd){ .fd = d->signal_fd, .events = POLLIN };
	fds[n++] =
		(struct pollfd){ .fd = tracker_connector_fd(d->engine.tracker),
		                 .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = reloader_fd(d->reloader),
		                    .events = POLLIN };
	fds[n++] = (struct pollfd){
		.fd = d->server != NULL ? server_fd(d->server) : -1,
		.events = POLLIN,
	};
	for (size_t i = 0; i < d->ninputs; i++)
		if (!d->inputs[i].has_ended)
			fds[n++] = (struct pollfd){
				.fd = ring_fd(d->inputs[i].ring),
				.events = POLLIN,
			};
	poll(fds, n, more ? 0 : wait_ms(d, clock_monotonic_ns()));
	if (fds[0].revents != 0)
		handle_signals(d);
	if (fds[1].revents != 0)
		tracker_connector_drain(d->engine.tracker);
	if (fds[2].revents != 0)
		reload_end(d);
	if (fds[3].revents != 0)
		requests_serve(d);
}

/* "saker run | head": once every reader is gone, so is the purpose. As
 * auditd's plugin ending would only be started again. */
static void stop_when_nobody_listens(struct daemon *d)
{
	struct outputs_stats stats = outputs_stats(d->engine.outputs);

	if (stats.outputs != 0 && stats.gone == stats.outputs &&
	    !signals_have_dispatcher()) {
		log_line("nobody reads the outputs any more");
		d->stop = true;
	}
}

static void tick(struct daemon *d)
{
	uint64_t now = clock_monotonic_ns();

	pipeline_tick(&d->engine.pipeline, now);
	if (now >= d->next_tick_ns) {
		notices_tick(&d->notices, &d->engine.pipeline, now, false);
		d->next_tick_ns = now + TICK_MS * NS_PER_MS;
		stop_when_nobody_listens(d);
		requests_serve(d); /* time limits */
	}
}

/* sd_notify(3): one datagram to the socket that systemd names. */
static void tell_service_manager(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	auto_close int fd = -1;

	if (path == NULL || strlen(path) >= sizeof(to.sun_path))
		return;
	strcpy(to.sun_path, path);
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		       (struct sockaddr *)&to,
		       (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
		                   strlen(path)));
}

static void loop(struct daemon *d)
{
	bool more = false;

	log_line("running: %zu rules, responses %s",
	         ruleset_count(d->engine.rules.ruleset),
	         response_mode_name(d->config->response_mode));
	tell_service_manager("READY=1");
	while (!d->stop) {
		wait_for_work(d, more);
		more = inputs_drain(d);
		tick(d);
	}
	tell_service_manager("STOPPING=1");
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
	notices_tick(&d->notices, &d->engine.pipeline, clock_monotonic_ns(),
	             true);
	outputs_flush(d->engine.outputs, FLUSH_MS);
	report_unwritten(d);
	log_line("ended: %llu events, %llu alerts",
	         (unsigned long long)counter_get(d->engine.counters,
	                                         COUNTER_EVENTS_EVALUATED),
	         (unsigned long long)counter_get(d->engine.counters,
	                                         COUNTER_ALERTS));
}

static int run_engine(struct daemon *d)
{
	int error = inputs_open(d);

	if (error == 0) {
		notices_init(&d->notices);
		if (d->engine.use == ENGINE_LIVE)
			follow_processes(d);
		keep_snapshot(d, "");
		requests_open(d);
		loop(d);
		requests_close(d);
		finish(d);
		keep_snapshot(d, ".end");
	}
	inputs_close(d);
	return error;
}

static int start_engine(struct daemon *d, config_read_fn *again, void *arg)
{
	struct diag_list diags = DIAG_LIST_INIT;
	int error =
		engine_init(&d->engine, d->config, use_of(d->config), &diags);

	log_diags(&diags);
	diag_done(&diags);
	if (error < 0)
		return error;
	d->started_ns = d->rules_ns = clock_realtime_ns();
	d->protected[d->nprotected++] =
		(struct protected_process){ "engine", getpid() };
	error = reloader_new(&(struct reload_options){ .started = d->config,
	                                               .read = again,
	                                               .read_arg = arg,
	                                               .session = d->session },
	                     &d->reloader);
	if (error == 0)
		error = run_engine(d);
	engine_done(&d->engine);
	reloader_free(d->reloader);
	return error;
}

int daemon_run(const struct config *config, config_read_fn *again, void *arg)
{
	struct daemon d = { .config = config };
	int error;

	d.signal_fd = signals_open();
	if (d.signal_fd < 0)
		return E_IO;
	/* forks, so it comes before any thread */
	error = kernel_rules_begin(config, &d.session);
	if (error == 0)
		error = start_engine(&d, again, arg);
	kernel_session_end(d.session);
	close(d.signal_fd);
	return error;
}

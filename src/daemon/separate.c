/* SPDX-License-Identifier: GPL-2.0-or-later */
/* separate.c - the monitor's process: it starts the engine, answers it, and
 * starts another when it ends unexpectedly.
 *
 * Sources, rings and counters are made here and go on through an engine's
 * death: what the kernel or a relay sends meanwhile waits in the sockets, and
 * what was read and not yet judged in the rings. The next engine is forked from
 * here again, so that nothing of the former one's memory reaches it. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "metrics.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/daemon/kernel_rules.h"
#include "saker/daemon/log.h"
#include "saker/host/watch.h"
#include "saker/monitor/monitor.h"
#include "separation.h"
#include "signals.h"
#include "tables.h"

/* What outlives an engine. */
struct shared {
	struct counters counters;
	struct told told;
	_Atomic pid_t reader;
	_Atomic uint64_t ready_ns;
	struct landlock_states landlock;
};

static void close_sockets(struct separation *s)
{
	io_close(&s->sockets[SOCKET_ENGINE]);
	io_close(&s->sockets[SOCKET_METRICS]);
	if (s->has_reload_thread) {
		/* wakes it, should the engine's end be open still */
		shutdown(s->sockets[SOCKET_RELOAD], SHUT_RDWR);
		pthread_join(s->reload_thread, NULL);
		s->has_reload_thread = false;
	}
	io_close(&s->sockets[SOCKET_RELOAD]);
	responses_serve_end(s->responses);
	for (size_t i = SOCKET_RESPONSES; i < COUNT(s->sockets); i++)
		io_close(&s->sockets[i]);
}

static void *serve_reloads(void *arg)
{
	struct separation *s = arg;
	struct pollfd p = { .fd = s->sockets[SOCKET_RELOAD], .events = POLLIN };

	while (poll(&p, 1, -1) >= 0 || errno == EINTR)
		if (p.revents != 0 && !monitor_serve(s->reload_monitor, p.fd))
			break;
	return NULL;
}

/* The lock is held: this process is alone. */
static void use_generation(const struct separation *s)
{
	struct daemon *d = s->daemon;

	d->ruleset = s->ruleset;
	if (s->reloaded == NULL)
		return;
	d->config = &s->reloaded->config;
	d->ruleset = s->reloaded->ruleset;
}

/* In the engine's process. */
static int become_engine(struct separation *s, const int sockets[])
{
	struct daemon *d = s->daemon;

	prctl(PR_SET_NAME, "saker-engine", 0, 0, 0);
	close_sockets(s);
	io_close(&s->courier.socket);
	io_close(&s->reader.socket);
	output_pipes_free(s->pipes);
	s->pipes = NULL;
	inputs_leave(d);
	responses_close_files(s->responses);
	close(d->signal_fd);
	d->signal_fd = signals_open(false);
	d->undo = NULL;
	d->privileged = (struct privileged){
		.monitor = sockets[SOCKET_ENGINE],
		.monitor_reload = sockets[SOCKET_RELOAD],
		.monitor_metrics = sockets[SOCKET_METRICS],
		.responders = { sockets[SOCKET_RESPONSES],
		                sockets[SOCKET_RESPONSES + 1] },
	};
	d->control = responses_control(s->responses);
	d->protected[d->nprotected++] =
		(struct protected_process){ "monitor", getppid(), 0 };
	use_generation(s);
	outbox_resume_putting(d->outbox);
	return d->signal_fd >= 0 ? daemon_work(d) : E_IO;
}

static int make_pairs(struct separation *s, int theirs[])
{
	for (size_t i = 0; i < COUNT(s->sockets); i++) {
		int pair[2];

		if (wire_pair(pair) < 0) {
			while (i-- > 0)
				close(theirs[i]);
			close_sockets(s);
			return E_IO;
		}
		s->sockets[i] = pair[0];
		theirs[i] = pair[1];
	}
	return 0;
}

/* 1 in the monitor, with *ret_error untouched; 0 in the engine when it is done;
 * or an error. */
static int fork_engine(struct separation *s, int *ret_error)
{
	int theirs[COUNT(s->sockets)];

	if (make_pairs(s, theirs) < 0)
		return E_IO;
	/* a former engine's watches tell this one nothing */
	io_close(&s->daemon->inotify);
	s->daemon->inotify = host_watch_open();
	monitor_use_watches(s->monitor, s->daemon->inotify);
	pthread_mutex_lock(&s->lock);
	s->engine = fork();
	pthread_mutex_unlock(&s->lock);
	if (s->engine == 0) {
		*ret_error = become_engine(s, theirs);
		return 0;
	}
	for (size_t i = 0; i < COUNT(theirs); i++)
		close(theirs[i]);
	if (s->engine < 0)
		return E_IO;
	if (responses_serve(s->responses, &s->sockets[SOCKET_RESPONSES]) < 0 ||
	    pthread_create(&s->reload_thread, NULL, serve_reloads, s) != 0)
		return E_IO;
	s->has_reload_thread = true;
	return 1;
}

static void forward(const struct separation *s, int signal)
{
	if (s->engine > 0)
		kill(s->engine, signal);
}

/* True when the engine has ended. */
static bool reap(struct separation *s)
{
	pid_t pid;
	int status;

	/* others are the children of other threads */
	pid = waitpid(s->engine, &status, WNOHANG);
	if (pid != s->engine)
		return false;
	s->daemon->died_ns = clock_monotonic_ns();
	s->engine = 0;
	s->status = status;
	return true;
}

static void handle_signals(struct separation *s)
{
	for (;;) {
		switch (signals_next(s->daemon->signal_fd)) {
		case SIGNAL_NONE:
			return;
		case SIGNAL_STOP:
			s->stop = true;
			forward(s, SIGTERM);
			break;
		case SIGNAL_RELOAD:
			forward(s, SIGHUP);
			break;
		case SIGNAL_REPORT:
			forward(s, SIGUSR1);
			break;
		case SIGNAL_CHILD:
			break;
		}
	}
}

/* Until a process is to be started; -1 = none is. */
static int wait_ms(const struct separation *s)
{
	int courier = restart_wait_ms(&s->courier.restart);
	int reader = restart_wait_ms(&s->reader.restart);

	return courier < 0 || (reader >= 0 && reader < courier) ? reader
	                                                        : courier;
}

static void serve_one(struct separation *s, const struct pollfd *p, int *socket)
{
	if (p->revents != 0 && !monitor_serve(s->monitor, *socket))
		io_close(socket);
}

static void serve_until_end(struct separation *s)
{
	do {
		struct pollfd fds[] = {
			{ .fd = s->daemon->signal_fd, .events = POLLIN },
			{ .fd = s->sockets[SOCKET_ENGINE], .events = POLLIN },
			{ .fd = s->sockets[SOCKET_METRICS], .events = POLLIN },
			{ .fd = s->reader.socket, .events = POLLIN },
		};

		poll(fds, COUNT(fds), wait_ms(s));
		serve_one(s, &fds[1], &s->sockets[SOCKET_ENGINE]);
		serve_one(s, &fds[2], &s->sockets[SOCKET_METRICS]);
		if (fds[3].revents != 0)
			reader_serve(&s->reader);
		if (fds[0].revents != 0)
			handle_signals(s);
		courier_tick(&s->courier);
		if (!s->stop)
			reader_tick(&s->reader);
	} while (!reap(s));
	close_sockets(s);
}

/* Whether the engine ended as it should not have; what it said when it did as
 * it should is in *ret_error. */
static bool has_crashed(const struct separation *s, int *ret_error)
{
	if (WIFSIGNALED(s->status)) {
		log_line("the engine was ended by signal %d (%s)",
		         WTERMSIG(s->status), strsignal(WTERMSIG(s->status)));
		*ret_error = E_END;
		return !s->stop;
	}
	/* what the engine could not do it has said itself */
	*ret_error = WEXITSTATUS(s->status) == 0   ? 0
	             : WEXITSTATUS(s->status) == 1 ? E_INVALID
	                                           : E_IO;
	return false;
}

static void wait_before_restart(struct separation *s)
{
	uint64_t ready_ns = atomic_exchange(s->daemon->ready_ns, 0);

	s->restart.born_ns = ready_ns != 0 ? ready_ns : clock_monotonic_ns();
	restart_plan(&s->restart);
	while (!s->stop && !restart_is_due(&s->restart)) {
		poll(&(struct pollfd){ .fd = s->daemon->signal_fd,
		                       .events = POLLIN },
		     1, restart_wait_ms(&s->restart));
		handle_signals(s);
	}
}

static int supervise(struct separation *s)
{
	int error = 0;

	for (;;) {
		int is_monitor = fork_engine(s, &error);

		if (is_monitor <= 0)
			return is_monitor < 0 ? is_monitor : error;
		serve_until_end(s);
		if (!has_crashed(s, &error))
			return error;
		s->daemon->is_restarted = true;
		counter_add(s->daemon->counters, COUNTER_ENGINE_RESTARTS, 1);
		wait_before_restart(s);
		if (s->stop)
			return 0;
	}
}

/* The guards and the journal are the monitor's: what root's configuration says
 * holds, whatever the engine says. */
static int prepare_responses(struct separation *s)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct responses_options options = {
		.config = s->daemon->config,
		.response = &s->response,
		.counters = s->daemon->counters,
		.is_live = true,
		.is_server = true,
	};
	int error =
		response_config_read(s->daemon->config, &diags, &s->response);

	log_diags(&diags);
	diag_done(&diags);
	if (error < 0)
		return error;
	responses_protect_auditd(&options);
	return responses_new(&options, &s->responses);
}

/* Before the engine, which hands it what it raises. */
static int begin_courier(struct separation *s)
{
	struct daemon *d = s->daemon;

	d->outbox = outbox_new(LIMIT_OUTBOX_BYTES, d->config->output.count,
	                       d->counters);
	if (d->outbox == NULL)
		return E_NOMEM;
	s->courier = (struct courier){ .config = d->config,
		                       .outbox = d->outbox,
		                       .counters = d->counters,
		                       .landlock = d->landlock,
		                       .pipes = s->pipes };
	return courier_begin(&s->courier);
}

static int prepare(struct separation *s)
{
	struct daemon *d = s->daemon;
	const struct config *config = d->config;
	struct monitor_options options = {
		.session = d->privileged.session,
		.wanted_rules = follow_wanted_rules,
		.wanted_rules_arg = s,
		.reload_responses = follow_reload,
		.reload_responses_arg = s,
		.files = follow_files,
		.files_arg = s,
		.inotify = -1,
		.snapshot = config->snapshot,
		.metrics = config->metrics_file,
		.counters = d->counters,
	};
	int error;

	s->files.reader = d->again;
	s->host = host_direct_new();
	s->pipes = output_pipes_new(config->output.count);
	if (s->host == NULL || s->pipes == NULL)
		return E_NOMEM;
	error = generation_first(d, &s->ruleset);
	if (error == 0)
		error = prepare_responses(s);
	if (error < 0)
		return error;
	options.host = s->host;
	options.pipes = s->pipes;
	s->monitor = monitor_new(&options);
	s->reload_monitor = monitor_new(&options);
	return s->monitor != NULL && s->reload_monitor != NULL ? inputs_open(d)
	                                                       : E_NOMEM;
}

int daemon_separate(struct daemon *d)
{
	struct separation s = { .daemon = d,
		                .lock = PTHREAD_MUTEX_INITIALIZER,
		                .sockets = { -1, -1, -1, -1, -1 },
		                .courier.socket = -1,
		                .reader.socket = -1 };
	struct shared *shared;
	pid_t own = getpid();
	int error;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return E_NOMEM;
	d->counters = &shared->counters;
	d->told = &shared->told;
	d->reader = &shared->reader;
	d->ready_ns = &shared->ready_ns;
	d->landlock = &shared->landlock;
	s.reader.daemon = d;
	d->tables = tables_new();
	d->redo = redo_new(LIMIT_REDO_BYTES, d->counters);
	error = d->redo != NULL ? prepare(&s) : E_NOMEM;
	if (error == 0)
		error = begin_courier(&s);
	if (error == 0)
		error = reader_begin(&s.reader);
	if (error == 0)
		connector_begin(d);
	if (error == 0) {
		requests_listen(d);
		metrics_listen(d);
		error = supervise(&s);
	}
	if (getpid() == own) {
		reader_end(&s.reader);
		if (d->outbox != NULL)
			courier_end(&s.courier);
		requests_unlink(d);
		metrics_unlink(d);
		inputs_close(d);
	}
	outbox_free(d->outbox);
	tables_free(d->tables);
	redo_free(d->redo);
	monitor_free(s.monitor);
	monitor_free(s.reload_monitor);
	responses_free(s.responses);
	response_config_done(&s.response);
	files_done(&s.files);
	if (getpid() == own) { /* an engine may have let them go */
		connector_close(d->connector);
		generation_free(s.reloaded);
		ruleset_free(s.ruleset);
	}
	output_pipes_free(s.pipes);
	host_free(s.host);
	munmap(shared, sizeof(*shared));
	return error;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.c - the process that drains what somebody waits for: standard input,
 * a relay, a socket.
 *
 * It does so little that nothing that a record says can end it, and the engine
 * may end at any time without a writer having to wait, or a connection being
 * lost. What it reads it cuts into records and puts into the rings that all of
 * saker's processes share. */
#include "reader.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "signals.h"

#define END_MS  2000
#define LOOK_MS 20

static bool is_needed(const struct daemon *d)
{
	for (size_t i = 0; i < d->ninputs; i++)
		if (source_has_thread(&d->inputs[i].source))
			return true;
	return false;
}

/* Of the sources' threads. */
struct asker {
	pthread_mutex_t lock;
	const struct daemon *daemon;
	int socket;
};

/* Which source it is says its place; where that connects to the monitor knows.
 */
static int ask_to_connect(void *arg, const struct source *source, int *ret_fd)
{
	struct asker *a = arg;
	struct wire_header header = { .operation = WIRE_CONNECT };
	int error;

	while (&a->daemon->inputs[header.number].source != source)
		header.number++;
	pthread_mutex_lock(&a->lock);
	error = wire_ask_fd(a->socket, &header, NULL, ret_fd);
	pthread_mutex_unlock(&a->lock);
	return error;
}

/* In the monitor. */
static int connect_source(void *arg, unsigned source, int *ret_fd)
{
	struct daemon *d = arg;

	return source < d->ninputs
	               ? source_connect(&d->inputs[source].source, ret_fd)
	               : E_INVALID;
}

/* Nothing of the monitor's but what is drained, where it goes, and the way to
 * ask. */
static void close_others(const struct daemon *d, int socket)
{
	int keep[4 * INPUTS_MAX + 1] = { socket };
	size_t n = 1;

	for (size_t i = 0; i < d->ninputs; i++) {
		const struct source *s = &d->inputs[i].source;

		if (!source_has_thread(s))
			continue;
		keep[n++] = s->fd;
		keep[n++] = s->stop_fd;
		keep[n++] = ring_fd(s->ring);
		keep[n++] = ring_settled_fd(s->ring);
	}
	io_close_all_but(keep, n);
}

static int start_sources(struct daemon *d, struct asker *asker)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < d->ninputs; i++) {
		struct source *s = &d->inputs[i].source;

		if (!source_has_thread(s))
			continue;
		source_resume_draining(s);
		s->connect = ask_to_connect;
		s->connect_arg = asker;
		error = source_start(s);
	}
	return error;
}

static void end_sources(struct daemon *d)
{
	for (size_t i = 0; i < d->ninputs; i++)
		source_stop(&d->inputs[i].source);
}

static int work(struct daemon *d, pid_t parent, int socket)
{
	struct asker asker = { PTHREAD_MUTEX_INITIALIZER, d, socket };
	int signals, error;

	prctl(PR_SET_NAME, "saker-reader", 0, 0, 0);
	close_others(d, socket);
	signals = signals_open(false);
	error = signals >= 0 ? confine("reader", &d->user, SANDBOX_ENGINE, -1,
	                               &d->landlock->reader)
	                     : E_IO;
	if (error == 0 && getppid() != parent)
		error = E_END;
	if (error == 0)
		error = start_sources(d, &asker);
	while (error == 0 && signals_next(signals) != SIGNAL_STOP)
		poll(&(struct pollfd){ .fd = signals, .events = POLLIN }, 1,
		     -1);
	end_sources(d);
	return error;
}

static int start(struct reader *r)
{
	pid_t parent = getpid();
	int pair[2];

	if (wire_pair(pair) < 0)
		return E_IO;
	r->pid = fork();
	if (r->pid == 0)
		_exit(work(r->daemon, parent, pair[1]) == 0 ? 0 : 1);
	close(pair[1]);
	r->socket = pair[0];
	if (r->pid < 0) {
		io_close(&r->socket);
		r->pid = 0;
		return E_NOMEM;
	}
	atomic_store(r->daemon->reader, r->pid);
	restart_born(&r->restart);
	return 0;
}

static bool reap(struct reader *r)
{
	if (r->pid <= 0 || waitpid(r->pid, &r->status, WNOHANG) != r->pid)
		return false;
	r->pid = 0;
	io_close(&r->socket);
	atomic_store(r->daemon->reader, 0);
	return true;
}

int reader_begin(struct reader *r)
{
	struct monitor_options options = {
		.counters = r->daemon->counters,
		.asker = WIRE_READER,
		.connect = connect_source,
		.connect_arg = r->daemon,
	};

	if (!is_needed(r->daemon))
		return 0;
	r->monitor = monitor_new(&options);
	return r->monitor != NULL ? start(r) : E_NOMEM;
}

void reader_serve(struct reader *r)
{
	if (!monitor_serve(r->monitor, r->socket))
		io_close(&r->socket);
}

void reader_tick(struct reader *r)
{
	if (reap(r)) {
		if (WIFSIGNALED(r->status))
			log_line("the reader was ended by signal %d (%s)",
			         WTERMSIG(r->status),
			         strsignal(WTERMSIG(r->status)));
		restart_plan(&r->restart);
	}
	if (r->pid != 0 || !restart_is_due(&r->restart))
		return;
	counter_add(r->daemon->counters, COUNTER_READER_RESTARTS, 1);
	if (start(r) < 0)
		restart_plan(&r->restart);
}

void reader_end(struct reader *r)
{
	uint64_t until = clock_monotonic_ns() + END_MS * NS_PER_MS;

	/* nobody answers it any more */
	io_close(&r->socket);
	if (r->pid > 0)
		kill(r->pid, SIGTERM);
	while (r->pid > 0 && !reap(r)) {
		if (clock_monotonic_ns() > until)
			kill(r->pid, SIGKILL);
		poll(NULL, 0, LOOK_MS);
	}
	monitor_free(r->monitor);
	r->monitor = NULL;
}

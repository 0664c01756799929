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

/* Nothing of the monitor's but what is drained, and where it goes. */
static void close_others(const struct daemon *d)
{
	int keep[4 * INPUTS_MAX];
	size_t n = 0;

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

static int start_sources(struct daemon *d)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < d->ninputs; i++) {
		struct source *s = &d->inputs[i].source;

		if (!source_has_thread(s))
			continue;
		source_resume_draining(s);
		error = source_start(s);
	}
	return error;
}

static void end_sources(struct daemon *d)
{
	for (size_t i = 0; i < d->ninputs; i++)
		source_stop(&d->inputs[i].source);
}

static int work(struct daemon *d, pid_t parent)
{
	int signals, error;

	prctl(PR_SET_NAME, "saker-reader", 0, 0, 0);
	close_others(d);
	signals = signals_open(false);
	error = signals >= 0 ? confine("reader", &d->user, SANDBOX_ENGINE, -1,
	                               &d->landlock->reader)
	                     : E_IO;
	if (error == 0 && getppid() != parent)
		error = E_END;
	if (error == 0)
		error = start_sources(d);
	while (error == 0 && signals_next(signals) != SIGNAL_STOP)
		poll(&(struct pollfd){ .fd = signals, .events = POLLIN }, 1,
		     -1);
	end_sources(d);
	return error;
}

static int start(struct reader *r)
{
	pid_t parent = getpid();

	r->pid = fork();
	if (r->pid == 0)
		_exit(work(r->daemon, parent) == 0 ? 0 : 1);
	if (r->pid < 0) {
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
	atomic_store(r->daemon->reader, 0);
	return true;
}

int reader_begin(struct reader *r)
{
	return is_needed(r->daemon) ? start(r) : 0;
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

	if (r->pid > 0)
		kill(r->pid, SIGTERM);
	while (r->pid > 0 && !reap(r)) {
		if (clock_monotonic_ns() > until)
			kill(r->pid, SIGKILL);
		poll(NULL, 0, LOOK_MS);
	}
}

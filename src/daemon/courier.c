/* SPDX-License-Identifier: GPL-2.0-or-later */
/* courier.c - the monitor's part in delivering: it starts the courier, opens
 * for it what the configuration names, and starts another when it ends
 * unexpectedly. What was not in a safe place is in the outbox still. */
#include "courier.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"

/* Until it can deliver, or has delivered: spools may be long. */
#define BEGIN_MS 30000
#define END_MS   6000
#define LOOK_MS  20
/* How often programs that have ended are looked for. */
#define REAP_MS 1000

static void *serve(void *arg)
{
	struct courier *c = arg;
	struct pollfd p = { .fd = c->socket, .events = POLLIN };
	bool is_there = true;

	while (is_there) {
		int n = poll(&p, 1,
		             monitor_reap(c->monitor) != 0 ? REAP_MS : -1);

		if (n > 0)
			is_there = monitor_serve(c->monitor, p.fd);
		else if (n < 0 && errno != EINTR)
			is_there = false;
	}
	return NULL;
}

static void stop_serving(struct courier *c)
{
	if (c->has_thread) {
		shutdown(c->socket, SHUT_RDWR);
		pthread_join(c->thread, NULL);
	}
	c->has_thread = false;
	io_close(&c->socket);
}

static int start(struct courier *c)
{
	int pair[2];

	if (wire_pair(pair) < 0)
		return E_IO;
	outbox_set_taker(c->outbox, 0);
	c->pid = fork();
	if (c->pid == 0)
		_exit(courier_work(c, pair[1]) == 0 ? 0 : 1);
	close(pair[1]);
	c->socket = pair[0];
	restart_born(&c->restart);
	if (c->pid > 0 && pthread_create(&c->thread, NULL, serve, c) == 0) {
		c->has_thread = true;
		return 0;
	}
	if (c->pid > 0)
		kill(c->pid, SIGKILL);
	else
		c->pid = 0;
	return E_NOMEM;
}

/* True when it has ended. */
static bool reap(struct courier *c)
{
	if (c->pid <= 0 || waitpid(c->pid, &c->status, WNOHANG) != c->pid)
		return false;
	c->pid = 0;
	stop_serving(c);
	return true;
}

static int prepare(struct courier *c)
{
	const struct config *config = c->config;
	struct monitor_options options = {
		.counters = c->counters,
		.asker = WIRE_COURIER,
		.outputs = config->output.items,
		.noutputs = config->output.count,
		.pipes = c->pipes,
	};
	int error = sandbox_user_find(config->courier_user, &c->user);

	if (error < 0)
		return error;
	if (c->user.is_unnamed)
		log_line(
			"there is no user '%s': the courier runs as uid %u, "
			"which nobody has",
			config->courier_user, (unsigned)c->user.uid);
	options.program = (struct output_user){ c->user.uid, c->user.gid };
	c->monitor = monitor_new(&options);
	return c->monitor != NULL ? 0 : E_NOMEM;
}

int courier_begin(struct courier *c)
{
	uint64_t until = clock_monotonic_ns() + BEGIN_MS * NS_PER_MS;
	int error;

	c->socket = -1;
	error = prepare(c);
	if (error == 0)
		error = start(c);
	while (error == 0 && outbox_taker(c->outbox) == 0 &&
	       clock_monotonic_ns() < until) {
		struct pollfd p = { .fd = outbox_delivered_fd(c->outbox),
			            .events = POLLIN };

		poll(&p, 1, LOOK_MS);
		if (reap(c))
			error = E_IO;
	}
	return error;
}

void courier_tick(struct courier *c)
{
	if (reap(c)) {
		if (WIFSIGNALED(c->status))
			log_line("the courier was ended by signal %d (%s)",
			         WTERMSIG(c->status),
			         strsignal(WTERMSIG(c->status)));
		restart_plan(&c->restart);
	}
	if (c->pid != 0 || !restart_is_due(&c->restart))
		return;
	counter_add(c->counters, COUNTER_COURIER_RESTARTS, 1);
	if (start(c) < 0)
		restart_plan(&c->restart);
}

void courier_end(struct courier *c)
{
	uint64_t until = clock_monotonic_ns() + END_MS * NS_PER_MS;

	outbox_end(c->outbox);
	if (c->pid > 0)
		kill(c->pid, SIGTERM);
	while (c->pid > 0 && !reap(c)) {
		if (clock_monotonic_ns() > until)
			kill(c->pid, SIGKILL);
		poll(NULL, 0, LOOK_MS);
	}
	stop_serving(c);
	monitor_free(c->monitor);
	c->monitor = NULL;
}

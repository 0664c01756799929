/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guard.c - fork, wait for the other's end, act. */
#include "saker/base/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "saker/base/io.h"

#define TIMEOUT_MS 10000
#define POLL_MS    10

struct guard {
	pid_t pid;
	int pipe; /* its end, also by our death, is the guard's signal */
};

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	return -1;
#endif
}

/* Keeps only what it waits for: a held descriptor would keep a reader of our
 * output waiting, or a file system busy. */
static void close_others(int a, int b)
{
	unsigned low = (unsigned)(a < b ? a : b),
		 high = (unsigned)(a < b ? b : a);

	if (a < 0 || b < 0)
		low = high;
	if (low > 0)
		io_close_range(0, low - 1);
	io_close_range(low + 1, high - (high > low));
	io_close_range(high + 1, ~0u);
}

static void ignore_signals(void)
{
	static const int signals[] = { SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
		                       SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM };
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The pipe stays open when the engine left a child behind; the pidfd does not
 * know of that. Either is enough to go by. */
static void wait_for_end(int pipe, int pidfd)
{
	struct pollfd p[] = { { .fd = pipe, .events = POLLIN },
		              { .fd = pidfd, .events = POLLIN } };

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
}

static void __attribute__((noreturn))
be_guard(const char *name, void (*fn)(void *arg), void *arg, const int fds[2])
{
	int fd;

	setsid();
	ignore_signals();
	prctl(PR_SET_NAME, name, 0, 0, 0);
	close_others(fds[0], fds[1]);
	/* Descriptors 0 to 2 must not become something that libraries print
	 * into; the numbers that are in use stay. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd < 2);
	if (chdir("/") != 0)
		_exit(1);
	wait_for_end(fds[0], fds[1]);
	fn(arg);
	_exit(0);
}

int guard_start(const char *name, void (*fn)(void *arg), void *arg,
                struct guard **ret)
{
	struct guard *g = calloc(1, sizeof(*g));
	auto_close int pidfd = open_pidfd(getpid());
	int ends[2];

	if (g == NULL)
		return E_NOMEM;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		free(g);
		return E_IO;
	}
	g->pid = fork();
	if (g->pid == 0) {
		close(ends[1]);
		be_guard(name, fn, arg, (int[]){ ends[0], pidfd });
	}
	close(ends[0]);
	g->pipe = ends[1];
	if (g->pid < 0) {
		close(ends[1]);
		free(g);
		return E_IO;
	}
	*ret = g;
	return 0;
}

/* It is done within milliseconds; one that hangs is not waited for forever. */
void guard_end(struct guard *g)
{
	if (g == NULL)
		return;
	close(g->pipe);
	for (int ms = 0; ms < TIMEOUT_MS; ms += POLL_MS) {
		pid_t pid = waitpid(g->pid, NULL, WNOHANG);

		if (pid == g->pid || (pid < 0 && errno != EINTR))
			break;
		poll(NULL, 0, POLL_MS);
	}
	free(g);
}

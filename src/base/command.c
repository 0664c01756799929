/* SPDX-License-Identifier: GPL-2.0-or-later */
/* command.c - fork, exec, feed and wait, all of it bounded. */
#include "saker/base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"

/* How often the end of the program is looked for when nothing tells of it. */
#define LOOK_MS 10

struct running {
	pid_t pid;
	int input;   /* where its standard input is written to; -1 = all is */
	int failure; /* a pipe with the errno of a failed execve; closed by a
	                successful one */
	uint64_t end_ns;
};

static int ms_left(const struct running *r)
{
	uint64_t now = clock_monotonic_ns();

	return now < r->end_ns ? (int)((r->end_ns - now) / NS_PER_MS) + 1 : 0;
}

/* Where the pipe for execve's errno is in the child. */
#define FAILURE_FD 3

static bool keep_at(int fd, int where)
{
	return fd == where || dup3(fd, where, O_CLOEXEC) == where;
}

/* Between fork(2) and execve(2), in a process that had threads: calls that are
 * safe in signal handlers only (fork(2)). */
static void __attribute__((noreturn))
become(const char *const *argv, int input, int failure)
{
	static char *const environment[] = {
		(char *)(uintptr_t) "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		(char *)(uintptr_t) "LANG=C", NULL
	};
	struct sigaction standard = { .sa_handler = SIG_DFL };
	int null = open("/dev/null", O_WRONLY);
	sigset_t none;

	setsid();
	umask(077);
	/* who starts it may be in a hurry (setpriority(2)), it is not */
	setpriority(PRIO_PROCESS, 0, 0);
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null >= 0 && chdir("/") == 0 && dup2(input, STDIN_FILENO) >= 0 &&
	    dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 &&
	    keep_at(failure, FAILURE_FD)) {
		failure = FAILURE_FD;
		/* what this process was started with may be open, too */
		io_close_range(FAILURE_FD + 1, ~0u);
		execve(argv[0], (char *const *)(uintptr_t)argv, environment);
	}
	/* the parent reads it; nothing can be done when that fails too */
	if (write(failure, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

/* The input goes through a socket, because send(2) can be told to raise no
 * SIGPIPE when the program does not read it. */
static int start(const char *const *argv, struct running *r)
{
	int input[2], failure[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) < 0)
		return io_error();
	if (pipe2(failure, O_CLOEXEC) < 0) {
		close(input[0]);
		close(input[1]);
		return io_error();
	}
	r->pid = fork();
	if (r->pid == 0)
		become(argv, input[0], failure[1]);
	close(input[0]);
	close(failure[1]);
	r->input = input[1];
	r->failure = failure[0];
	return r->pid < 0 ? E_IO : 0;
}

/* What execve(2) said; 0 = the program runs. */
static int exec_error(struct running *r)
{
	int error = 0;
	ssize_t n = io_read_most(r->failure, &error, sizeof(error), -1);

	io_close(&r->failure);
	if (n != (ssize_t)sizeof(error))
		return 0;
	errno = error;
	return io_error();
}

static void feed(struct running *r, struct str *input)
{
	ssize_t n = send(r->input, input->s, input->len,
	                 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n > 0)
		*input = str_skip(*input, (size_t)n);
	if (input->len == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		io_close(&r->input);
}

/* True when it has ended by itself. */
static bool wait_end(struct running *r, struct str input, int *ret_status)
{
	if (input.len == 0)
		io_close(&r->input);
	for (;;) {
		struct pollfd p = { .fd = r->input, .events = POLLOUT };
		int left = ms_left(r);
		pid_t pid = waitpid(r->pid, ret_status, WNOHANG);

		if (pid == r->pid || (pid < 0 && errno != EINTR))
			return true;
		if (left == 0)
			return false;
		if (poll(&p, 1, left < LOOK_MS ? left : LOOK_MS) > 0)
			feed(r, &input);
	}
}

static void end(struct running *r, int *ret_status)
{
	/* the session's processes that stayed in its first group */
	kill(-r->pid, SIGKILL);
	while (waitpid(r->pid, ret_status, 0) < 0 && errno == EINTR)
		;
}

int command_run(const char *const *argv, struct str input, unsigned timeout_ms,
                struct command_result *ret)
{
	struct running r = {
		.input = -1,
		.failure = -1,
		.end_ns = clock_monotonic_ns() + timeout_ms * NS_PER_MS,
	};
	int status = 0;
	int error;

	if (argv[0] == NULL || argv[0][0] != '/')
		return E_INVALID;
	error = start(argv, &r);
	if (error == 0)
		error = exec_error(&r);
	if (error == 0) {
		*ret = (struct command_result){ .exit_status = -1 };
		ret->is_timed_out = !wait_end(&r, input, &status);
		if (ret->is_timed_out)
			end(&r, &status);
		if (WIFEXITED(status))
			ret->exit_status = WEXITSTATUS(status);
		else if (WIFSIGNALED(status))
			ret->signal = WTERMSIG(status);
	} else if (r.pid > 0) {
		waitpid(r.pid, NULL, 0);
	}
	io_close(&r.input);
	io_close(&r.failure);
	return error;
}

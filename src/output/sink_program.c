/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_program.c - a program that reads alerts from its standard input. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "sink.h"

extern char **environ;

/* How long a program may take to end once its input has ended. */
#define END_MS 200

/* The writer's thread has all signals blocked, and auditd starts its plugins
 * with all of them ignored; both would be passed on. */
static void set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
	                                             POSIX_SPAWN_SETSIGDEF);
}

static int spawn(const struct output_spec *spec, int input, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error = ENOMEM;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return error;
	if (posix_spawnattr_init(&attributes) == 0) {
		set_signals(&attributes);
		error = posix_spawn_file_actions_adddup2(&actions, input,
		                                         STDIN_FILENO);
		if (error == 0)
			error = posix_spawn(
				ret, spec->argv.items[0], &actions, &attributes,
				(char *const *)(uintptr_t)spec->argv.items,
				environ);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Between fork(2) and execve(2), in a process that may have threads. */
static void __attribute__((noreturn))
become(const struct output_spec *spec, int input, int failure)
{
	const struct output_user *user = spec->run_as;
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(input, STDIN_FILENO) >= 0 && setgroups(0, NULL) == 0 &&
	    setresgid(user->gid, user->gid, user->gid) == 0 &&
	    setresuid(user->uid, user->uid, user->uid) == 0)
		execve(spec->argv.items[0],
		       (char *const *)(uintptr_t)spec->argv.items, environ);
	(void)!write(failure, &errno, sizeof(errno));
	_exit(127);
}

/* As another user, which posix_spawn() cannot do. */
static int spawn_as(const struct output_spec *spec, int input, pid_t *ret)
{
	auto_close int told = -1;
	int failure[2];
	int error = 0;
	pid_t pid;

	if (pipe2(failure, O_CLOEXEC) < 0)
		return errno;
	told = failure[0];
	pid = fork();
	if (pid == 0)
		become(spec, input, failure[1]);
	close(failure[1]);
	if (pid < 0)
		return errno;
	if (io_read_most(told, &error, sizeof(error), -1) !=
	    (ssize_t)sizeof(error)) {
		*ret = pid;
		return 0;
	}
	waitpid(pid, NULL, 0);
	return error;
}

static int program_open(struct sink *s, const struct output_spec *spec)
{
	int ends[2];
	int error;

	*s = (struct sink){ .fd = -1 };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return sink_open_error();
	error = spec->run_as != NULL ? spawn_as(spec, ends[0], &s->pid)
	                             : spawn(spec, ends[0], &s->pid);
	close(ends[0]);
	/* the program's end stays a blocking one */
	if (error == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0)
		error = errno;
	if (error != 0) {
		close(ends[1]);
		errno = error;
		return sink_open_error();
	}
	s->fd = ends[1];
	return 0;
}

/* One that does not end by itself is init's when saker has ended. */
static void program_close(struct sink *s)
{
	uint64_t until = clock_monotonic_ns() + END_MS * NS_PER_MS;

	io_close(&s->fd);
	while (waitpid(s->pid, NULL, WNOHANG) == 0 &&
	       clock_monotonic_ns() < until)
		usleep(5000);
}

/* A program that has ended leaves a pipe without reader: EPIPE. */
static const char *program_check(const struct output_spec *spec)
{
	return spec->argument[0] == '/' ? NULL
	                                : "the program is given by its "
	                                  "whole path";
}

const struct sink_ops sink_program = {
	.open = program_open,
	.close = program_close,
	.write = sink_write,
	.write_at_once = sink_write_at_once,
	.unconfirmed = sink_unconfirmed,
	.check = program_check,
};

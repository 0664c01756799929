/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dispatcher.c - auditd as a plugin sees it (audisp/audispd.c).
 *
 *	dispatcher COUNT RATE CHUNK GRACE PROGRAM [ARGUMENT...]
 *
 * Starts the program with a socket as its standard input, all signals ignored
 * and some blocked, and no environment; writes COUNT records, numbered from 0,
 * with blocking writes, RATE a second (0 = as fast as they are taken), CHUNK
 * bytes a write (0 = a record); then closes the socket, gives the program GRACE
 * ms to end, sends SIGTERM and waits. With HOLD in its environment it stops
 * itself (SIGSTOP) when half is written; with STOP, it writes no more once
 *there is a file of that name; with EVENTS, four records make an event; with
 *MDWE, the program may have no memory that is writable and executable, as in
 *auditd's unit. Prints "plugin PID" at the start, "written" when it all is, and
 *"wrote N longest US status S" at the end: the longest time that one write
 *took. A program that goes early is EPIPE, and the writing ends. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* PR_SET_MDWE of linux/prctl.h since 6.3, with PR_MDWE_REFUSE_EXEC_GAIN. */
#define MDWE 65

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Of the sanitizers, which a test may have to tell something. */
static char *options_of_sanitizers(void)
{
	for (char **v = environ; *v != NULL; v++)
		if (strncmp(*v, "ASAN_OPTIONS=", 13) == 0)
			return *v;
	return NULL;
}

static pid_t start(char **argv, int input)
{
	char *environment[] = { options_of_sanitizers(), NULL };
	sigset_t blocked;
	pid_t pid;

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	pid = fork();
	if (pid == 0) {
		if (getenv("MDWE") != NULL && prctl(MDWE, 1, 0, 0, 0) < 0)
			_exit(126);
		dup2(input, STDIN_FILENO);
		execve(argv[0], argv, environment);
		_exit(127);
	}
	return pid;
}

static int write_all(int fd, const char *text, size_t len, size_t chunk)
{
	while (len > 0) {
		ssize_t n = write(fd, text, chunk < len ? chunk : len);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

#define EVENT_RECORDS 4

/* Of an event that is nothing without its PATH. */
static const struct part {
	const char *type;
	const char *body;
} parts[EVENT_RECORDS] = {
	{ "SYSCALL",
	  "arch=c000003e syscall=87 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 "
	  "items=1 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 "
	  "egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"rm\" "
	  "exe=\"/bin/rm\" key=(null)" },
	{ "PATH",
	  "item=0 name=\"/removed\" inode=1 dev=fe:00 mode=0100644 "
	  "ouid=0 ogid=0 rdev=00:00 nametype=DELETE" },
	{ "PROCTITLE", "proctitle=\"rm\"" },
	{ "EOE", "" },
};

static int print_part(char *line, size_t size, long long number)
{
	const struct part *part = &parts[number % EVENT_RECORDS];

	return snprintf(line, size,
	                "type=%s msg=audit(1700000000.000:%lld): %s\n",
	                part->type, number / EVENT_RECORDS, part->body);
}

static int print_record(char *line, size_t size, long long number)
{
	return snprintf(line, size,
	                "type=USER_LOGIN msg=audit(1700000000.000:%lld): "
	                "pid=1 uid=0 auid=4294967295 ses=4294967295 "
	                "msg='op=login acct=\"%0*d\" res=success'\n",
	                number, (int)(number % 200 + 1), 0);
}

static int write_record(int fd, long long number, size_t chunk)
{
	char line[600];
	int len = getenv("EVENTS") != NULL
	                  ? print_part(line, sizeof(line), number)
	                  : print_record(line, sizeof(line), number);

	return write_all(fd, line, (size_t)len,
	                 chunk != 0 ? chunk : (size_t)len);
}

/* Between two events. */
static int is_told_to_stop(long long written)
{
	const char *path = getenv("STOP");

	return path != NULL && written % 1000 == 0 && access(path, F_OK) == 0;
}

int main(int argc, char **argv)
{
	long long count, rate, written = 0, longest = 0, began;
	int ends[2], status = -1;
	size_t chunk;
	int grace;
	pid_t pid;

	if (argc < 6)
		return 2;
	count = atoll(argv[1]);
	rate = atoll(argv[2]);
	chunk = (size_t)atoll(argv[3]);
	grace = atoi(argv[4]);
	prctl(PR_SET_NAME, "auditd");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return 3;
	pid = start(argv + 5, ends[0]);
	close(ends[0]);
	printf("plugin %d\n", (int)pid);
	fflush(stdout);
	began = now_ns();
	for (; written < count && !is_told_to_stop(written); written++) {
		long long before, due, took;

		if (written == count / 2 && getenv("HOLD") != NULL)
			raise(SIGSTOP);
		due = rate != 0 ? began + written * 1000000000 / rate : 0;
		before = now_ns();
		if (due > before + 1000000)
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 },
			          NULL);
		before = now_ns();
		if (write_record(ends[1], written, chunk) < 0)
			break;
		took = now_ns() - before;
		if (took > longest)
			longest = took;
	}
	close(ends[1]);
	puts("written");
	fflush(stdout);
	while (waitpid(pid, &status, WNOHANG) == 0 && grace-- > 0)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	if (grace < 0) {
		kill(pid, SIGTERM);
		waitpid(pid, &status, 0);
	}
	printf("wrote %lld longest %lld status %d\n", written, longest / 1000,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* live.c - what the measurements on the running kernel need.
 *
 *	live load RATE SECONDS WORKERS PATH
 *
 * opens PATH, RATE times a second in all; prints how often, and in how many
 * microseconds.
 *
 *	live read
 *
 * is a bare reader of the audit multicast group, one recv(2) a record; at
 * SIGTERM prints events, and 1 when it lost any.
 *
 *	live answer
 *
 * is the same, but writes a line on standard output for each event.
 *
 *	live slay
 *
 * is the same, but kills who made the event, where it has the key of the
 * measurement: what a kill takes without looking at whom.
 *
 *	live latency COUNT PATH
 *
 * opens PATH, waits for a line on standard input, and prints the microseconds
 *in between; 3 when a line does not come.
 *
 *	live kill COUNT PATH
 *
 * does so with a child that opens PATH, until its death.
 *
 *	live exec COUNT PROGRAM DELAY_US FILE
 *
 * executes PROGRAM, a copy of this one, in a child that acts after the delay:
 * prints the microseconds from just before execve(2) until its death, and 1
 *when it had acted by then; "-" for one that nobody killed within five seconds.
 *
 *	live act DELAY_US FILE
 *
 * acts: it makes FILE, and waits. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND        1000000000LL
#define RECEIVE_BYTES (64 * 1024 * 1024)

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void pause_ns(long ns)
{
	nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
}

static void touch(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
}

static long long work(long long rate, long long seconds, const char *path)
{
	long long began = now_ns(), end = began + seconds * SECOND, done = 0;

	for (;;) {
		long long now = now_ns();

		if (now >= end)
			return done;
		if (done * SECOND / rate > now - began)
			pause_ns(20000);
		else
			touch(path);
		done += done * SECOND / rate <= now - began;
	}
}

static int load(char **argv)
{
	long long rate = atoll(argv[0]), seconds = atoll(argv[1]);
	int workers = atoi(argv[2]);
	long long *counts =
		mmap(NULL, sizeof(*counts) * (size_t)workers,
	             PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long long began = now_ns(), sum = 0;

	if (counts == MAP_FAILED)
		return 3;
	for (int i = 0; i < workers; i++) {
		if (fork() == 0) {
			counts[i] = work(rate / workers, seconds, argv[3]);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	for (int i = 0; i < workers; i++)
		sum += counts[i];
	printf("%lld %lld\n", sum, (now_ns() - began) / 1000);
	return 0;
}

static int open_group(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int group = AUDIT_NLGRP_READLOG, bytes = RECEIVE_BYTES;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
	               sizeof(group)) < 0)
		return -1;
	return fd;
}

enum reading {
	READ,
	READ_AND_ANSWER,
	READ_AND_SLAY
};

/* Of a SYSCALL record with the measurement's key; else 0. */
static pid_t culprit(const char *record)
{
	const char *pid = strstr(record, " pid=");

	return pid != NULL && strstr(record, "key=\"saker-bench\"") != NULL
	               ? atoi(pid + 5)
	               : 0;
}

static int read_events(enum reading how)
{
	struct sigaction action = { .sa_handler = stop };
	static char message[16 * 1024];
	const struct nlmsghdr *head = (const void *)message;
	long long events = 0;
	int lost = 0, fd = open_group();
	pid_t pid = 0;

	if (fd < 0)
		return 3;
	sigaction(SIGTERM, &action, NULL);
	while (!stopped) {
		ssize_t n = recv(fd, message, sizeof(message) - 1, 0);

		if (n < 0 && errno == ENOBUFS)
			lost = 1;
		if (n <= NLMSG_HDRLEN)
			continue;
		message[n] = '\0';
		if (head->nlmsg_type == AUDIT_SYSCALL && how == READ_AND_SLAY)
			pid = culprit(message + NLMSG_HDRLEN);
		if (head->nlmsg_type != AUDIT_EOE)
			continue;
		events++;
		if (pid > 1)
			kill(pid, SIGKILL);
		if (how == READ_AND_ANSWER &&
		    write(STDOUT_FILENO, "event\n", 6) < 0)
			return 3;
	}
	if (how != READ)
		return 0;
	printf("%lld %d\n", events, lost);
	return 0;
}

static int read_group(char **argv)
{
	(void)argv;
	return read_events(READ);
}

static int answer(char **argv)
{
	(void)argv;
	return read_events(READ_AND_ANSWER);
}

static int slay(char **argv)
{
	(void)argv;
	return read_events(READ_AND_SLAY);
}

/* False when nothing comes within five seconds. */
static int read_line(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	static char line[65536];
	ssize_t n;

	do {
		if (poll(&p, 1, 5000) <= 0)
			return 0;
		n = read(STDIN_FILENO, line, sizeof(line));
	} while (n > 0 && line[n - 1] != '\n');
	return n > 0;
}

static int latency(char **argv)
{
	for (int i = atoi(argv[0]); i > 0; i--) {
		long long before;

		pause_ns(3000000 + rand() % 7000000);
		before = now_ns();
		touch(argv[1]);
		if (!read_line())
			return 3;
		printf("%lld\n", (now_ns() - before) / 1000);
	}
	return 0;
}

static int die_for(const char *path, long long *before)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		pause_ns(20000000);
		*before = now_ns();
		touch(path);
		sleep(5);
		_exit(0); /* nobody killed it */
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static int kills(char **argv)
{
	long long *before = mmap(NULL, sizeof(*before), PROT_READ | PROT_WRITE,
	                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (before == MAP_FAILED)
		return 3;
	for (int i = atoi(argv[0]); i > 0; i--) {
		if (!die_for(argv[1], before))
			return 1;
		printf("%lld\n", (now_ns() - *before) / 1000);
		fflush(stdout);
	}
	return 0;
}

static int act(char **argv)
{
	long us = atol(argv[0]);
	int fd;

	if (us > 0)
		pause_ns(us * 1000);
	fd = open(argv[1], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1)
		return 3;
	sleep(5);
	return 0;
}

static int execute(char **argv, long long *before)
{
	char *const arguments[] = { argv[1], (char[]){ "act" }, argv[2],
		                    argv[3], NULL };
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		pause_ns(20000000 + rand() % 5000000);
		*before = now_ns();
		execv(argv[1], arguments);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static int executions(char **argv)
{
	long long *before = mmap(NULL, sizeof(*before), PROT_READ | PROT_WRITE,
	                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (before == MAP_FAILED)
		return 3;
	for (int i = atoi(argv[0]); i > 0; i--) {
		int killed = execute(argv, before);
		long long us = (now_ns() - *before) / 1000;
		int acted = unlink(argv[3]) == 0;

		if (killed)
			printf("%lld %d\n", us, acted);
		else
			printf("- %d\n", acted);
		fflush(stdout);
		(void)rand();
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int arguments;
		int (*run)(char **argv);
	} verbs[] = {
		{ "load", 4, load },       { "read", 0, read_group },
		{ "answer", 0, answer },   { "slay", 0, slay },
		{ "latency", 2, latency }, { "kill", 2, kills },
		{ "exec", 4, executions }, { "act", 2, act },
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (argc > 1 && strcmp(argv[1], verbs[i].name) == 0 &&
		    argc - 2 == verbs[i].arguments)
			return verbs[i].run(argv + 2);
	return 2;
}

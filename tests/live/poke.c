/* SPDX-License-Identifier: GPL-2.0-or-later */
/* poke.c - harmless forms of the attacks, run inside the tests' containers. */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if __has_include(<linux/io_uring.h>)
#include <linux/io_uring.h>
#endif

/* The headers of old distributions lack the new mount API; the numbers are the
 * same on every architecture (include/uapi/asm-generic/unistd.h). */
#ifndef SYS_open_tree
#define SYS_open_tree  428
#define SYS_move_mount 429
#define SYS_fsopen     430
#define SYS_fsconfig   431
#define SYS_fsmount    432
#define SYS_pidfd_open 434
#endif
/* include/uapi/linux/mount.h */
#define POKE_CMD_CREATE      6u
#define POKE_TREE_CLONE      1u
#define POKE_MOVE_FROM_EMPTY 4u

/* 0, or an errno value told on stderr, so that a refused attempt is seen. */
static int report(const char *what, long result)
{
	if (result >= 0)
		return 0;
	fprintf(stderr, "poke: %s: %s\n", what, strerror(errno));
	return 1;
}

static int open_and_close(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	int rc = report(path, fd);

	if (fd >= 0)
		close(fd);
	return rc;
}

static int poke_ropen(char **argv)
{
	return open_and_close(argv[0], O_RDONLY);
}

static int poke_wopen(char **argv)
{
	return open_and_close(argv[0], O_WRONLY);
}

static int poke_append(char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	int rc = report(argv[0], fd);

	if (fd >= 0) {
		rc |= report("write", write(fd, "x\n", 2));
		close(fd);
	}
	return rc;
}

/* Empties the file, though it is opened for reading (open(2)). */
static int poke_empty(char **argv)
{
	return open_and_close(argv[0], O_RDONLY | O_TRUNC);
}

/* The way of CVE-2019-5736: hold the file, then open it through /proc. */
static int poke_wopen_fd(char **argv)
{
	char name[64];
	int fd = open(argv[0], O_PATH | O_CLOEXEC);

	if (fd < 0)
		return report(argv[0], fd);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return open_and_close(name, O_WRONLY);
}

#ifdef IORING_OFF_SQES
static void *map_ring(int ring, size_t bytes, off_t what)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
	               what);

	if (p == MAP_FAILED) {
		report("mmap", -1);
		exit(1);
	}
	return p;
}

/* Opens for writing by a ring of one operation (io_uring(7)). */
static int poke_uring(char **argv)
{
	struct io_uring_params params = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params);
	struct io_uring_sqe *operation;
	struct io_uring_cqe *result;
	char *submitted, *done;

	if (ring < 0)
		return report("io_uring_setup", ring);
	submitted = map_ring(ring, params.sq_off.array + sizeof(unsigned),
	                     IORING_OFF_SQ_RING);
	done = map_ring(
		ring, params.cq_off.cqes + params.cq_entries * sizeof(*result),
		IORING_OFF_CQ_RING);
	operation = map_ring(ring, sizeof(*operation), IORING_OFF_SQES);
	*operation = (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT,
		                            .fd = AT_FDCWD,
		                            .addr = (uintptr_t)argv[0],
		                            .open_flags = O_WRONLY };
	__atomic_store_n((unsigned *)(void *)(submitted + params.sq_off.tail),
	                 1u, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
	            NULL, 0) < 0)
		return report("io_uring_enter", -1);
	result = (void *)(done + params.cq_off.cqes);
	errno = -result->res;
	return report(argv[0], result->res);
}
#else
static int poke_uring(char **argv)
{
	errno = ENOSYS;
	return report(argv[0], -1);
}
#endif

static int poke_mount_tmpfs(char **argv)
{
	return report("mount", mount("none", argv[0], "tmpfs", 0, NULL));
}

static int poke_umount(char **argv)
{
	return report("umount", umount2(argv[0], 0));
}

static int poke_bind(char **argv)
{
	return report("mount", mount(argv[0], argv[1], NULL, MS_BIND, NULL));
}

static int attach(int fd, const char *dir)
{
	return report("move_mount", syscall(SYS_move_mount, fd, "", AT_FDCWD,
	                                    dir, POKE_MOVE_FROM_EMPTY));
}

static int poke_newmount(char **argv)
{
	int fs = (int)syscall(SYS_fsopen, "tmpfs", 0u);
	int fd;

	if (report("fsopen", fs) ||
	    report("fsconfig",
	           syscall(SYS_fsconfig, fs, POKE_CMD_CREATE, NULL, NULL, 0)))
		return 1;
	fd = (int)syscall(SYS_fsmount, fs, 0u, 0u);
	if (report("fsmount", fd))
		return 1;
	return argv[0] == NULL ? 0 : attach(fd, argv[0]);
}

static int poke_opentree(char **argv)
{
	int fd =
		(int)syscall(SYS_open_tree, AT_FDCWD, argv[0], POKE_TREE_CLONE);

	if (report("open_tree", fd))
		return 1;
	return attach(fd, argv[1]);
}

static int poke_setns(char **argv)
{
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);

	return report(argv[0], fd) || report("setns", setns(fd, 0));
}

static int number(const char *text)
{
	return (int)strtoul(text, NULL, 0);
}

static int poke_setns_pidfd(char **argv)
{
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0u);

	return report("pidfd_open", fd) ||
	       report("setns", setns(fd, number(argv[0])));
}

static int poke_unshare(char **argv)
{
	return report("unshare", unshare(number(argv[0])));
}

static int poke_clone(char **argv)
{
	long pid = syscall(SYS_clone, number(argv[0]) | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid((pid_t)pid, NULL, 0);
	return report("clone", pid);
}

static int poke_sleep(char **argv)
{
	sleep((unsigned)number(argv[0]));
	return 0;
}

/* Answers "is this process alive": a file that grows. */
static int poke_loop(char **argv)
{
	struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };

	while (poke_append(argv) == 0)
		nanosleep(&pause, NULL);
	return 1;
}

/* One act that a rule may answer by killing, then a sign of life as above. */
static int poke_victim(char **argv)
{
	return report("unshare", unshare(CLONE_NEWUTS)) || poke_loop(argv);
}

static long long realtime_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* COUNT mounts, one after the other, each with the time before it on stdout. */
static int poke_timed(char **argv)
{
	struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };

	for (int i = number(argv[0]); i > 0; i--) {
		long long before = realtime_ns();

		if (report("mount", mount("none", argv[1], "tmpfs", 0, NULL)))
			return 1;
		printf("%lld\n", before);
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* The time at which each line that holds TEXT arrives on stdin, on stdout. */
static int poke_stamp(char **argv)
{
	char line[65536];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		long long now = realtime_ns();

		if (strstr(line, argv[0]) != NULL)
			printf("%lld\n", now);
		fflush(stdout);
	}
	return 0;
}

static long long exec_us(const char *padding)
{
	long long before = realtime_ns();
	pid_t pid = vfork();

	if (pid == 0) {
		execl("/proc/self/exe", "poke", "sleep", "0", padding, NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	return (realtime_ns() - before) / 1000;
}

/* COUNT execs of itself, with PADDING as an idle argument; each one's duration
 * in microseconds on stdout. */
static int poke_execs(char **argv)
{
	struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };

	for (int i = number(argv[0]); i > 0; i--) {
		printf("%lld\n", exec_us(argv[1]));
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* RATE calls a second that fail and change nothing, for SECONDS: no domain's
 * name has that length. How many on stdout. */
static int poke_calls(char **argv)
{
	struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
	long long began = realtime_ns(), rate = number(argv[0]), done = 0;
	long long end = began + number(argv[1]) * 1000000000LL, now = began;

	while (now < end) {
		for (; done < (now - began) / 1000 * rate / 1000000; done++)
			syscall(SYS_setdomainname, "x", -1);
		nanosleep(&pause, NULL);
		now = realtime_ns();
	}
	printf("%lld\n", done);
	return 0;
}

/* A program of a short life: five others one after the other, each with the
 * same NAME and its number, in MILLISECONDS altogether. */
static int poke_shorts(char **argv)
{
	long long end = realtime_ns() + number(argv[1]) * 1000000LL;

	for (int i = 1; i <= 5; i++) {
		struct timespec pause = { 0 };
		char text[2] = { (char)('0' + i), '\0' };
		pid_t pid = fork();

		if (pid == 0) {
			execl("/bin/poke", "poke", "short", argv[0], text,
			      NULL);
			_exit(127);
		}
		waitpid(pid, NULL, 0);
		pause.tv_nsec = (end - realtime_ns()) / (6 - i);
		if (pause.tv_nsec > 0)
			nanosleep(&pause, NULL);
	}
	return 0;
}

static int poke_short(char **argv __attribute__((unused)))
{
	return 0;
}

/* Long enough to be looked at, whatever else the machine does. */
static int poke_stay(char **argv __attribute__((unused)))
{
	return usleep(300 * 1000);
}

/* Any system call: NUMBER ARGUMENT..., an argument a number, or text behind @,
 * whose address is given. */
static int poke_call(char **argv)
{
	long args[7] = { 0 };

	for (int i = 0; i < 7 && argv[i] != NULL; i++)
		args[i] = argv[i][0] == '@' ? (long)(intptr_t)(argv[i] + 1)
		                            : strtol(argv[i], NULL, 0);
	return report("call", syscall(args[0], args[1], args[2], args[3],
	                              args[4], args[5], args[6]));
}

/* Connects to a unix socket; a name that begins with '@' is an abstract one. */
static int poke_uconnect(char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strnlen(argv[0], sizeof(address.sun_path) - 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, argv[0], len);
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	len += offsetof(struct sockaddr_un, sun_path);
	return report(argv[0], connect(fd, (const struct sockaddr *)&address,
	                               (socklen_t)len));
}

static int poke_ulisten(char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", argv[0]);
	if (report("bind", bind(fd, (const struct sockaddr *)&address,
	                        sizeof(address))) ||
	    report("listen", listen(fd, 16)))
		return 1;
	sleep(1000);
	return 0;
}

/* Asks for the kernel's audit records (AUDIT_NLGRP_READLOG of linux/audit.h).
 */
static int poke_audit_listen(char **argv __attribute__((unused)))
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		                       .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	return report("bind", bind(fd, (const struct sockaddr *)&address,
	                           sizeof(address)));
}

/* Sends an audit message of a program: AUDIT_USER_LOGIN. */
static int poke_audit_send(char **argv)
{
	struct {
		struct nlmsghdr header;
		char text[128];
	} message = { .header = { .nlmsg_type = 1112,
		                  .nlmsg_flags = NLM_F_REQUEST } };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	snprintf(message.text, sizeof(message.text), "%s", argv[0]);
	message.header.nlmsg_len =
		(uint32_t)NLMSG_LENGTH(strlen(message.text) + 1);
	return report("send", send(fd, &message, message.header.nlmsg_len, 0));
}

/* execve with neither arguments nor environment (CVE-2021-4034). */
static int poke_bare(char **argv)
{
	char *none[] = { NULL };

	return report(argv[0], execve(argv[0], none, none));
}

/* Takes a child of its own under control and lets it go. */
static int poke_seize(char **argv __attribute__((unused)))
{
	pid_t child = fork();
	int rc;

	if (child == 0) {
		pause();
		_exit(0);
	}
	rc = report("ptrace", ptrace(PTRACE_SEIZE, child, NULL, NULL));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return rc;
}

static const struct command {
	const char *name;
	int min_args;
	int (*run)(char **argv);
} commands[] = {
	{ "ropen", 1, poke_ropen },
	{ "wopen", 1, poke_wopen },
	{ "empty", 1, poke_empty },
	{ "append", 1, poke_append },
	{ "wopen_fd", 1, poke_wopen_fd },
	{ "uring", 1, poke_uring },
	{ "mount_tmpfs", 1, poke_mount_tmpfs },
	{ "umount", 1, poke_umount },
	{ "bind", 2, poke_bind },
	{ "newmount", 0, poke_newmount },
	{ "opentree", 2, poke_opentree },
	{ "setns", 1, poke_setns },
	{ "setns_pidfd", 1, poke_setns_pidfd },
	{ "unshare", 1, poke_unshare },
	{ "clone", 1, poke_clone },
	{ "sleep", 1, poke_sleep },
	{ "loop", 1, poke_loop },
	{ "victim", 1, poke_victim },
	{ "stamp", 1, poke_stamp },
	{ "timed", 2, poke_timed },
	{ "execs", 2, poke_execs },
	{ "calls", 2, poke_calls },
	{ "shorts", 2, poke_shorts },
	{ "short", 1, poke_short },
	{ "stay", 1, poke_stay },
	{ "call", 1, poke_call },
	{ "bare", 1, poke_bare },
	{ "uconnect", 1, poke_uconnect },
	{ "ulisten", 1, poke_ulisten },
	{ "audit_listen", 0, poke_audit_listen },
	{ "audit_send", 1, poke_audit_send },
	{ "seize", 0, poke_seize },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc >= 2 + commands[i].min_args &&
		    strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argv + 2);
	fprintf(stderr, "poke: wrong usage\n");
	return 2;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* act.c - what Falco's stable rules describe, done harmlessly; a rule that asks
 * for a program's name gets it by a link to this one. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int report(const char *what, long result)
{
	if (result >= 0)
		return 0;
	fprintf(stderr, "act: %s: %s\n", what, strerror(errno));
	return 1;
}

static int act_read(char **argv)
{
	int fd = open(argv[0], O_RDONLY | O_CLOEXEC);

	return report(argv[0], fd);
}

static int act_empty(char **argv)
{
	int fd = open(argv[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	return report(argv[0], fd);
}

static int wait_for_child(pid_t pid)
{
	int status = 0;

	if (report("fork", pid) || waitpid(pid, &status, 0) < 0)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Runs a program as its parent. */
static int act_run(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	return wait_for_child(pid);
}

/* Becomes the program, as a user who is not root. */
static int act_as(char **argv)
{
	if (setgid((gid_t)atoi(argv[0])) < 0 ||
	    setuid((uid_t)atoi(argv[0])) < 0)
		return report("setuid", -1);
	execvp(argv[1], argv + 1);
	return report(argv[1], -1);
}

/* Waits, then acts as told. */
static int act_after(char **argv)
{
	sleep((unsigned)atoi(argv[0]));
	return act_read(argv + 1);
}

/* Executes a copy of a program that lies in memory only. */
static int act_memfd(char **argv)
{
	int file = open(argv[0], O_RDONLY | O_CLOEXEC);
	int memory = memfd_create("program", MFD_CLOEXEC);
	struct stat st;
	char *environment[] = { NULL };

	if (report(argv[0], file) || report("memfd_create", memory) ||
	    fstat(file, &st) < 0 ||
	    report("sendfile",
	           sendfile(memory, file, NULL, (size_t)st.st_size)))
		return 1;
	fexecve(memory, argv, environment);
	return report("fexecve", -1);
}

static int act_traceme(char **argv)
{
	(void)argv;
	return report("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int act_attach(char **argv)
{
	pid_t pid = fork();
	int rc;

	(void)argv;
	if (pid == 0) {
		pause();
		_exit(0);
	}
	rc = report("ptrace", ptrace(PTRACE_ATTACH, pid, NULL, NULL));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return rc;
}

static int act_packet(char **argv)
{
	(void)argv;
	return report("socket", socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
}

static int act_module(char **argv)
{
	long rc = syscall(SYS_finit_module, -1, "", 0);

	(void)argv;
	return rc < 0 && errno == EBADF ? 0 : report("finit_module", -1);
}

static struct sockaddr_in address_of(const char *ip, int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		                  .sin_port = htons((uint16_t)port) };

	inet_pton(AF_INET, ip, &in.sin_addr);
	return in;
}

/* A network of its own, in which ADDRESS is on the loopback interface. */
static int make_network(const char *ip)
{
	struct ifreq req = { .ifr_name = "lo" };
	struct sockaddr_in in = address_of(ip, 0);
	int control;

	if (report("unshare", unshare(CLONE_NEWNET)))
		return 1;
	control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	memcpy(&req.ifr_addr, &in, sizeof(in));
	if (report("SIOCSIFADDR", ioctl(control, SIOCSIFADDR, &req)))
		return 1;
	req.ifr_flags = IFF_UP | IFF_RUNNING;
	return report("SIOCSIFFLAGS", ioctl(control, SIOCSIFFLAGS, &req));
}

static int listen_on(const char *ip, int port)
{
	struct sockaddr_in in = address_of(ip, port);
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(s, (void *)&in, sizeof(in)) < 0 || listen(s, 8) < 0)
		return -1;
	return s;
}

/* ADDRESS PORT PROGRAM...: runs it where somebody listens there. */
static int act_served(char **argv)
{
	if (make_network(argv[0]) ||
	    report("listen", listen_on(argv[0], atoi(argv[1]))))
		return 1;
	return act_run(argv + 2);
}

static int act_connect(char **argv)
{
	struct sockaddr_in in = address_of(argv[0], atoi(argv[1]));
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return report("connect", connect(s, (void *)&in, sizeof(in)));
}

/* The heart of a reverse shell: the connection becomes standard input. */
static int act_redirect(char **argv)
{
	struct sockaddr_in in = address_of(argv[0], atoi(argv[1]));
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (report("connect", connect(s, (void *)&in, sizeof(in))))
		return 1;
	return report("dup2", dup2(s, 0));
}

static const struct command {
	const char *name;
	int min_args;
	int (*run)(char **argv);
} commands[] = {
	{ "read", 1, act_read },         { "empty", 1, act_empty },
	{ "run", 1, act_run },           { "as", 2, act_as },
	{ "after", 2, act_after },       { "memfd", 1, act_memfd },
	{ "traceme", 0, act_traceme },   { "attach", 0, act_attach },
	{ "packet", 0, act_packet },     { "module", 0, act_module },
	{ "served", 3, act_served },     { "connect", 2, act_connect },
	{ "redirect", 2, act_redirect },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc >= 2 + commands[i].min_args &&
		    strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argv + 2);
	fprintf(stderr, "act: wrong usage\n");
	return 2;
}

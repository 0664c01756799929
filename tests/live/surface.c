/* SPDX-License-Identifier: GPL-2.0-or-later */
/* surface.c - calls that few programs make, and ways to run programs that are
 * on no disk; run inside the tests' containers, harmless there. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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
	fprintf(stderr, "surface: %s: %s\n", what, strerror(errno));
	return 1;
}

/* NAME and arguments: numbers, or "@" for a buffer of zeros; "@HEX" begins with
 * these bytes. */
static long argument(const char *text, unsigned char *buffer)
{
	unsigned byte = 0;

	if (text == NULL)
		return 0;
	if (text[0] != '@')
		return (long)strtoul(text, NULL, 0);
	for (text++; sscanf(text, "%2x", &byte) == 1; text += 2)
		*buffer++ = (unsigned char)byte;
	return 1;
}

static int surface_call(char **argv)
{
	static const struct {
		const char *name;
		long number;
	} calls[] = {
		{ "perf_event_open", SYS_perf_event_open },
		{ "keyctl", SYS_keyctl },
		{ "add_key", SYS_add_key },
		{ "userfaultfd", SYS_userfaultfd },
		{ "io_uring_setup", SYS_io_uring_setup },
		{ "socket", SYS_socket },
		{ "fanotify_init", SYS_fanotify_init },
		{ "acct", SYS_acct },
		{ "syslog", SYS_syslog },
		{ "personality", SYS_personality },
		{ "reboot", SYS_reboot },
		{ "bpf", SYS_bpf },
#ifdef SYS_modify_ldt
		{ "modify_ldt", SYS_modify_ldt },
#endif
	};
	static unsigned char buffers[5][256];
	long a[5] = { 0 };

	for (int i = 0; i < 5 && argv[i + 1] != NULL; i++) {
		a[i] = argument(argv[i + 1], buffers[i]);
		if (argv[i + 1][0] == '@')
			a[i] = (long)(intptr_t)buffers[i];
	}
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, argv[0]) == 0)
			return report(argv[0], syscall(calls[i].number, a[0],
			                               a[1], a[2], a[3], a[4]));
	fprintf(stderr, "surface: no call %s here\n", argv[0]);
	return 2;
}

/* "return 0", as a filter of sockets: loaded, attached to nothing. */
static int surface_bpf_load(char **argv __attribute__((unused)))
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)code,
		.insn_cnt = 2,
		.license = (uintptr_t) "GPL",
	};

	return report("bpf",
	              syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)));
}

static int copy_to(int out, const char *path)
{
	struct stat st;
	int in = open(path, O_RDONLY | O_CLOEXEC);

	if (in < 0 || fstat(in, &st) != 0 ||
	    sendfile(out, in, NULL, (size_t)st.st_size) != st.st_size)
		return report(path, -1);
	return close(in);
}

/* FILE NAME ARG: FILE is executed from memory. */
static int surface_memfd(char **argv)
{
	int fd = memfd_create("surface", MFD_CLOEXEC);

	if (fd < 0 || copy_to(fd, argv[0]) != 0)
		return report("memfd", -1);
	return report("fexecve", fexecve(fd, argv + 1, environ));
}

/* FILE COPY NAME ARG: a copy is executed that has no name any more. */
static int surface_deleted(char **argv)
{
	int fd = open(argv[1], O_WRONLY | O_CREAT | O_CLOEXEC, 0700);

	if (fd < 0 || copy_to(fd, argv[0]) != 0 || close(fd) != 0)
		return report(argv[1], -1);
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || unlink(argv[1]) != 0)
		return report(argv[1], -1);
	return report("fexecve", fexecve(fd, argv + 2, environ));
}

/* NAME PROGRAM: calls itself NAME and has a child execute PROGRAM. */
static int surface_named(char **argv)
{
	pid_t pid;

	if (prctl(PR_SET_NAME, argv[0]) != 0)
		return report("prctl", -1);
	pid = fork();
	if (pid == 0) {
		execv(argv[1], argv + 1);
		_exit(127);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

/* PROGRAM: executed with a connection to ourselves as its input, which ends
 * after a while. */
static int surface_connected(char **argv)
{
	struct sockaddr_in self = { .sin_family = AF_INET };
	socklen_t len = sizeof(self);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int server;
	pid_t pid;

	self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&self, len) != 0 ||
	    listen(listener, 1) != 0 ||
	    getsockname(listener, (struct sockaddr *)&self, &len) != 0 ||
	    connect(client, (struct sockaddr *)&self, len) != 0)
		return report("connect", -1);
	server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	pid = fork();
	if (pid == 0) {
		dup2(client, STDIN_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	usleep(999 * 1000); /* for who looks at its descriptors */
	close(client);
	close(server);
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

/* N: so many forks; says how many were refused. Children end with it. */
static int surface_forks(char **argv)
{
	long refused = 0;

	for (long n = strtol(argv[0], NULL, 10); n > 0; n--) {
		pid_t pid = fork();

		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			pause();
			_exit(0);
		}
		refused += pid < 0;
	}
	printf("%ld\n", refused);
	return 0;
}

/* DIRECTORY N: so many files; says how many were refused. */
static int surface_files(char **argv)
{
	long refused = 0;

	for (long n = strtol(argv[1], NULL, 10); n > 0; n--) {
		char path[256];
		int fd;

		snprintf(path, sizeof(path), "%s/%ld", argv[0], n);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		refused += fd < 0;
		if (fd >= 0)
			close(fd);
	}
	printf("%ld\n", refused);
	return 0;
}

static const struct command {
	const char *name;
	int min_args;
	int (*run)(char **argv);
} commands[] = {
	{ "call", 1, surface_call },   { "bpf_load", 0, surface_bpf_load },
	{ "memfd", 2, surface_memfd }, { "deleted", 3, surface_deleted },
	{ "named", 2, surface_named }, { "connected", 1, surface_connected },
	{ "forks", 1, surface_forks }, { "files", 2, surface_files },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc >= 2 + commands[i].min_args &&
		    strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argv + 2);
	fprintf(stderr, "surface: wrong usage\n");
	return 2;
}

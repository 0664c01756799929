/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostile.c - what a program in a container does to be taken for something
 * else. Each act ends in an exec of "/bin/poke stay NAME", or of the program
 * given: whose process that is, is the question. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* libaudit.h */
#define USER_LOGIN 1112

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "hostile: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void must(long result, const char *what)
{
	if (result < 0)
		fail(what);
}

static _Noreturn void finish(const char *name)
{
	execl("/bin/poke", "poke", "stay", name, NULL);
	fail("execl");
}

static void wait_for(pid_t pid)
{
	must(pid, "fork");
	waitpid(pid, NULL, 0);
}

static void rename_itself(char **argv)
{
	must(prctl(PR_SET_NAME, "runc:[2:INIT]"), "prctl");
	finish(argv[0]);
}

/* As runc's second stage calls itself. */
static void call_itself_init(char **argv)
{
	must(setenv("HOSTILE", argv[0], 1), "setenv");
	execl("/proc/self/exe", "runc", "init", NULL);
	fail("execl");
}

static void run_as(char **argv)
{
	must(setenv("HOSTILE", argv[0], 1), "setenv");
	execl(argv[1], "runc", "--root", "/run/runc", "exec", argv[0], "sh",
	      NULL);
	fail(argv[1]);
}

static void fork_twice(char **argv)
{
	pid_t pid = fork(), parent;

	if (pid == 0) {
		setsid();
		parent = getpid();
		if (fork() != 0)
			_exit(0);
		while (getppid() == parent)
			usleep(1000);
		finish(argv[0]);
	}
	wait_for(pid);
	usleep(300 * 1000);
}

static void new_namespaces(char **argv)
{
	pid_t pid;

	must(unshare((int)strtoul(argv[1], NULL, 0)), "unshare");
	pid = fork();
	if (pid == 0)
		finish(argv[0]);
	wait_for(pid);
}

static void clone_into(char **argv)
{
	long pid = syscall(SYS_clone, strtoul(argv[1], NULL, 0) | SIGCHLD, 0, 0,
	                   0, 0);

	if (pid == 0)
		finish(argv[0]);
	wait_for((pid_t)pid);
}

static void change_root(char **argv)
{
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	must(mount("/", "/mnt", NULL, MS_BIND, NULL), "bind");
	must(chdir("/mnt"), "chdir");
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount");
	finish(argv[0]);
}

/* argv[1]: a directory's cgroup.procs. */
static void move_cgroup(char **argv)
{
	int fd = open(argv[1], O_WRONLY | O_CLOEXEC);

	must(fd, argv[1]);
	must(write(fd, "0", 1), "write");
	close(fd);
	finish(argv[0]);
}

/* argv[1]: a namespace; argv[2]: the program as it is called there. */
static void join(char **argv)
{
	int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	pid_t pid;

	must(fd, argv[1]);
	must(setns(fd, 0), "setns");
	pid = fork(); /* a pid namespace is entered by children */
	if (pid == 0) {
		execl(argv[2], "poke", "stay", argv[0], NULL);
		fail(argv[2]);
	}
	wait_for(pid);
}

/* argv[1]: the new root; argv[2]: the program as it is called there. */
static void enter_root(char **argv)
{
	must(chroot(argv[1]), "chroot");
	must(chdir("/"), "chdir");
	execl(argv[2], "poke", "stay", argv[0], NULL);
	fail(argv[2]);
}

static void copy_of_memory(char **argv)
{
	int from = open("/bin/poke", O_RDONLY | O_CLOEXEC);
	int fd = (int)syscall(SYS_memfd_create, "runc", 0u);
	char runc[] = "runc", word[] = "stay";
	char *args[] = { runc, word, argv[0], NULL };
	struct stat st;

	must(from, "open");
	must(fd, "memfd_create");
	must(fstat(from, &st), "fstat");
	must(sendfile(fd, from, NULL, (size_t)st.st_size), "sendfile");
	fexecve(fd, args, environ);
	fail("fexecve");
}

/* A user message that says that it is the host's. */
static void forge(char **argv)
{
	static const char text[] =
		"pid=1 uid=0 auid=0 ses=1 exe=\"/usr/sbin/"
		"runc\" comm=\"runc\" container=host "
		"msg='op=login acct=\"root\" pid=1 res=success'";
	struct {
		struct nlmsghdr head;
		char text[sizeof(text)];
	} message = { .head = { .nlmsg_len = sizeof(message),
		                .nlmsg_type = USER_LOGIN,
		                .nlmsg_flags = NLM_F_REQUEST } };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	must(fd, "socket");
	memcpy(message.text, text, sizeof(text));
	must(send(fd, &message, sizeof(message), 0), "send");
	finish(argv[0]);
}

static void drop_user(char **argv)
{
	must(setgid(1000), "setgid");
	must(setuid(1000), "setuid");
	finish(argv[0]);
}

static const struct act {
	const char *name;
	int args;
	void (*run)(char **argv);
} acts[] = {
	{ "rename", 1, rename_itself },
	{ "init", 1, call_itself_init },
	{ "as", 2, run_as },
	{ "daemon", 1, fork_twice },
	{ "unshare", 2, new_namespaces },
	{ "clone", 2, clone_into },
	{ "pivot_root", 1, change_root },
	{ "cgroup", 2, move_cgroup },
	{ "join", 3, join },
	{ "chroot", 3, enter_root },
	{ "memfd", 1, copy_of_memory },
	{ "forge", 1, forge },
	{ "drop_user", 1, drop_user },
};

int main(int argc, char **argv)
{
	const char *name = getenv("HOSTILE");

	if (name != NULL) {
		char copy[64];

		snprintf(copy, sizeof(copy), "%s", name);
		unsetenv("HOSTILE");
		finish(copy);
	}
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (argc == 2 + acts[i].args &&
		    strcmp(argv[1], acts[i].name) == 0) {
			acts[i].run(argv + 2);
			return 0;
		}
	fprintf(stderr, "hostile: wrong usage\n");
	return 2;
}

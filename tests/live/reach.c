/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reach.c - ways to one file, socket or connection, run inside the tests'
 * containers: reach GID WAY ARGUMENT... The group id is what the kernel rules
 * of the test select by. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
/* include/uapi/linux/openat2.h */
#define REACH_BENEATH 0x08
#define REACH_IN_ROOT 0x10

struct open_how_now {
	unsigned long long flags, mode, resolve;
};

static int check(const char *what, long result)
{
	if (result < 0) {
		fprintf(stderr, "reach: %s: %s\n", what, strerror(errno));
		exit(1);
	}
	return (int)result;
}

/* What no record tells saker asks /proc, while the process lives. */
static void be_looked_at(void)
{
	usleep(999 * 1000);
}

static int opened(const char *path, int flags)
{
	return check(path, open(path, flags));
}

static void way_open(char **argv)
{
	close(opened(argv[0], O_RDONLY));
}

static void way_chdir(char **argv)
{
	check("chdir", chdir(argv[0]));
	close(opened(argv[1], O_RDONLY));
}

static void way_chroot(char **argv)
{
	check("chroot", chroot(argv[0]));
	close(opened(argv[1], O_RDONLY));
}

static void way_symlink(char **argv)
{
	check("symlink", symlink(argv[0], argv[1]));
	close(opened(argv[1], O_RDONLY));
	unlink(argv[1]);
}

static void way_hardlink(char **argv)
{
	check("link", link(argv[0], argv[1]));
	close(opened(argv[1], O_RDONLY));
}

static void way_dirfd(char **argv)
{
	int dir = opened(argv[0], O_RDONLY | O_DIRECTORY);

	check(argv[1], openat(dir, argv[1], O_RDONLY));
}

static void open_how(char **argv, unsigned long long resolve)
{
	struct open_how_now how = { .flags = O_RDONLY, .resolve = resolve };
	int dir = opened(argv[0], O_RDONLY | O_DIRECTORY);

	check(argv[1], syscall(SYS_openat2, dir, argv[1], &how, sizeof(how)));
}

static void way_beneath(char **argv)
{
	open_how(argv, REACH_BENEATH);
}

static void way_in_root(char **argv)
{
	open_how(argv, REACH_IN_ROOT);
}

static void reopen(int fd, int flags)
{
	char name[64];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	opened(name, flags);
}

static void way_fd(char **argv)
{
	reopen(opened(argv[0], O_PATH), O_RDONLY);
}

/* Only what is done to it is audited, not its opening. */
static void way_ftruncate(char **argv)
{
	struct stat st;
	int fd = opened(argv[0], O_RDWR);

	check("fstat", fstat(fd, &st));
	check("ftruncate", ftruncate(fd, st.st_size));
}

static void way_dup(char **argv)
{
	int fd = dup2(opened(argv[0], O_RDONLY), 77);

	check("fchmod", fchmod(fd, 0644));
}

static void way_write(char **argv)
{
	int fd = opened(argv[0], O_WRONLY | O_APPEND);

	check("write", write(fd, "x", 1));
}

static void way_sendfile(char **argv)
{
	int out = opened("/dev/null", O_WRONLY);

	check("sendfile", sendfile(out, opened(argv[0], O_RDONLY), NULL, 1));
}

static void send_fd(int to, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	char byte = 0;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		            .msg_iovlen = 1,
		            .msg_control = control,
		            .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	check("sendmsg", sendmsg(to, &m, 0));
}

static int receive_fd(int from)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	char byte;
	struct iovec v = { &byte, 1 };
	struct msghdr m = { .msg_iov = &v,
		            .msg_iovlen = 1,
		            .msg_control = control,
		            .msg_controllen = sizeof(control) };
	const struct cmsghdr *c;
	int fd = -1;

	check("recvmsg", recvmsg(from, &m, 0));
	c = CMSG_FIRSTHDR(&m);
	if (c != NULL)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* The descriptor comes by a message from a child that another group opened it
 * for; then it is reached by its number alone. */
static void way_passed(char **argv)
{
	gid_t group = getegid();
	int pair[2], fd;

	check("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	if (fork() == 0) {
		check("setegid", setegid(0));
		send_fd(pair[0], opened(argv[0], O_RDONLY));
		_exit(0);
	}
	fd = receive_fd(pair[1]);
	wait(NULL);
	check("setegid", setegid(group));
	check("fchown", fchown(fd, (uid_t)-1, (gid_t)-1));
	syscall(SYS_flock, fd, 1);
	be_looked_at();
}

static void way_bind(char **argv)
{
	check("mount", mount(argv[0], argv[1], NULL, MS_BIND, NULL));
	close(opened(argv[1], O_RDONLY));
	umount(argv[1]);
}

static void way_overlay(char **argv)
{
	char options[512], name[512];

	snprintf(options, sizeof(options), "lowerdir=%s:/bin", argv[0]);
	check("mount", mount("x", argv[1], "overlay", MS_RDONLY, options));
	snprintf(name, sizeof(name), "%s/%s", argv[1], argv[2]);
	opened(name, O_RDONLY);
	be_looked_at();
	umount2(argv[1], MNT_DETACH);
}

/* A program whose file is gone. */
static void way_vanish(char **argv)
{
	check("unlink", unlink(argv[0]));
	opened(argv[1], O_RDONLY);
	be_looked_at();
}

static void way_handle(char **argv)
{
	union {
		struct file_handle handle;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} u = { .handle = { .handle_bytes = MAX_HANDLE_SZ } };
	int id, dir = opened(argv[1], O_RDONLY | O_DIRECTORY);

	check("name_to_handle_at",
	      name_to_handle_at(AT_FDCWD, argv[0], &u.handle, &id, 0));
	check("open_by_handle_at", open_by_handle_at(dir, &u.handle, O_RDONLY));
}

static struct sockaddr_un unix_address(const char *name, socklen_t *ret_len)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	strncpy(a.sun_path, name, sizeof(a.sun_path) - 1);
	*ret_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	                       strlen(name) + (name[0] != '@'));
	if (name[0] == '@')
		a.sun_path[0] = '\0';
	return a;
}

static void way_connect(char **argv)
{
	socklen_t len;
	struct sockaddr_un a = unix_address(argv[0], &len);
	int fd = check("socket", socket(AF_UNIX, SOCK_STREAM, 0));

	check("connect", connect(fd, (void *)&a, len));
	/* who took it may have closed it: that is told of, too */
	sendto(fd, "x", 1, MSG_NOSIGNAL, NULL, 0);
}

/* Takes connections until it is killed. */
static void serve(int fd)
{
	check("listen", listen(fd, 8));
	puts("ready");
	fflush(stdout);
	for (;;)
		close(accept(fd, NULL, NULL));
}

static void way_serve_unix(char **argv)
{
	socklen_t len;
	struct sockaddr_un a = unix_address(argv[0], &len);
	int fd = check("socket", socket(AF_UNIX, SOCK_STREAM, 0));

	check("bind", bind(fd, (void *)&a, len));
	serve(fd);
}

static struct sockaddr_in local_address(const char *port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		                     .sin_port = htons((uint16_t)atoi(port)),
		                     .sin_addr = { htonl(INADDR_LOOPBACK) } };
}

static int bound(const char *port)
{
	struct sockaddr_in a = local_address(port);
	int one = 1, fd = check("socket", socket(AF_INET, SOCK_STREAM, 0));

	check("setsockopt",
	      setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	check("bind", bind(fd, (void *)&a, sizeof(a)));
	return fd;
}

static void way_serve_tcp(char **argv)
{
	serve(bound(argv[0]));
}

/* A shell's three descriptors on the connection, then a program that ends. */
static void become(int fd)
{
	for (int to = 0; to < 3; to++)
		check("dup2", dup2(fd, to));
	be_looked_at();
	execl("/bin/true", "true", NULL);
	_exit(127);
}

static int connected(const char *port)
{
	struct sockaddr_in a = local_address(port);
	int fd = check("socket", socket(AF_INET, SOCK_STREAM, 0));

	check("connect", connect(fd, (void *)&a, sizeof(a)));
	return fd;
}

static void way_reverse(char **argv)
{
	become(connected(argv[0]));
}

/* A child works with what its parent connected. */
static void way_reverse_child(char **argv)
{
	int fd = connected(argv[0]);

	if (fork() == 0)
		become(fd);
	wait(NULL);
}

static void way_bind_shell(char **argv)
{
	int fd = bound(argv[0]);

	check("listen", listen(fd, 1));
	puts("ready");
	fflush(stdout);
	become(check("accept", accept(fd, NULL, NULL)));
}

static void way_knock(char **argv)
{
	usleep(100 * 1000);
	close(connected(argv[0]));
	usleep(500 * 1000);
}

/* The look-alike: a file instead of a connection. */
static void way_redirect(char **argv)
{
	become(opened(argv[0], O_RDONLY));
}

static const struct way {
	const char *name;
	int args;
	void (*go)(char **argv);
} ways[] = {
	{ "open", 1, way_open },
	{ "chdir", 2, way_chdir },
	{ "chroot", 2, way_chroot },
	{ "symlink", 2, way_symlink },
	{ "hardlink", 2, way_hardlink },
	{ "dirfd", 2, way_dirfd },
	{ "beneath", 2, way_beneath },
	{ "in_root", 2, way_in_root },
	{ "fd", 1, way_fd },
	{ "ftruncate", 1, way_ftruncate },
	{ "dup", 1, way_dup },
	{ "write", 1, way_write },
	{ "sendfile", 1, way_sendfile },
	{ "passed", 1, way_passed },
	{ "bind", 2, way_bind },
	{ "overlay", 3, way_overlay },
	{ "vanish", 2, way_vanish },
	{ "handle", 2, way_handle },
	{ "connect", 1, way_connect },
	{ "serve_unix", 1, way_serve_unix },
	{ "serve_tcp", 1, way_serve_tcp },
	{ "reverse", 1, way_reverse },
	{ "reverse_child", 1, way_reverse_child },
	{ "bind_shell", 1, way_bind_shell },
	{ "knock", 1, way_knock },
	{ "redirect", 1, way_redirect },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (argc < 3 + ways[i].args ||
		    strcmp(argv[2], ways[i].name) != 0)
			continue;
		check("setegid", setegid((gid_t)atoi(argv[1])));
		ways[i].go(argv + 3);
		return 0;
	}
	fprintf(stderr, "reach: wrong usage\n");
	return 2;
}

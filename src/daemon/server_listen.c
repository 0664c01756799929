/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server_listen.c - the control socket's place in the file system. */
#include <errno.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "saker/base/io.h"
#include "server.h"

#define BACKLOG 16

int server_group(const char *name, gid_t *ret)
{
	const struct group *g = getgrnam(name);

	if (g == NULL)
		return E_NOT_FOUND;
	*ret = g->gr_gid;
	return 0;
}

/* Left behind by one that ended without its leave. */
static bool is_abandoned(const struct sockaddr_un *address)
{
	auto_close int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;

	return fd >= 0 && lstat(address->sun_path, &st) == 0 &&
	       S_ISSOCK(st.st_mode) &&
	       connect(fd, (const struct sockaddr *)address, sizeof(*address)) <
	               0 &&
	       errno == ECONNREFUSED;
}

static int bind_to(int fd, const struct sockaddr_un *address)
{
	const struct sockaddr *to = (const struct sockaddr *)address;

	if (bind(fd, to, sizeof(*address)) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return io_error();
	if (!is_abandoned(address))
		return E_FULL;
	unlink(address->sun_path);
	return bind(fd, to, sizeof(*address)) == 0 ? 0 : io_error();
}

/* Nobody can connect before listen(), so that the mode is set in time. */
int server_listen(const char *path, gid_t readers)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	auto_close int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool is_shared = readers != SERVER_NO_GROUP;
	int error, own;

	if (strlen(path) >= sizeof(address.sun_path))
		return E_INVALID;
	strcpy(address.sun_path, path);
	if (fd < 0)
		return E_IO;
	if (io_make_parent(path) < 0)
		errno = 0; /* bind() says what is wrong */
	error = bind_to(fd, &address);
	if (error < 0)
		return error;
	if ((is_shared && lchown(path, (uid_t)-1, readers) < 0) ||
	    chmod(path, is_shared ? 0660 : 0600) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		error = io_error();
		unlink(path);
		return error;
	}
	own = fd;
	fd = -1;
	return own;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.c - the table of outputs, and what sinks with a descriptor share. */
#include "sink.h"

#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/output/output.h"

static const struct output_kind kinds[] = {
#define OUTPUT(name, argument, flags, ops, doc) \
	{ name, argument, flags, &ops, doc },
#include "outputs.def"
#undef OUTPUT
};

const struct output_kind *output_kind_find(struct str name)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_eq(name, str_from(kinds[i].name)))
			return &kinds[i];
	return NULL;
}

const char *output_kind_name(size_t i)
{
	return i < COUNT(kinds) ? kinds[i].name : NULL;
}

const char *output_kind_doc(size_t i)
{
	return i < COUNT(kinds) ? kinds[i].doc : NULL;
}

int sink_open_error(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return E_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EROFS:
	case ELOOP: /* O_NOFOLLOW: a symbolic link */
		return E_DENIED;
	case ENOMEM:
		return E_NOMEM;
	default:
		return E_IO;
	}
}

/* POLLOUT promises room for PIPE_BUF bytes in a pipe (pipe(7)), no more. */
static ssize_t write_blocking(int fd, struct str bytes)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (poll(&p, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return write(fd, bytes.s, bytes.len < PIPE_BUF ? bytes.len : PIPE_BUF);
}

static ssize_t write_once(const struct sink *s, struct str bytes)
{
	if (s->is_socket)
		return send(s->fd, bytes.s, bytes.len,
		            MSG_DONTWAIT | MSG_NOSIGNAL);
	if (s->may_block)
		return write_blocking(s->fd, bytes);
	return write(s->fd, bytes.s, bytes.len);
}

ssize_t sink_write(struct sink *s, struct str bytes)
{
	if (s->needs_newline) {
		ssize_t n = write_once(s, STR("\n"));

		if (n != 1)
			return -1;
		s->needs_newline = false;
	}
	return write_once(s, bytes);
}

static void look_at_kind(struct sink *s)
{
	struct stat st;

	if (s->at_once != AT_ONCE_UNKNOWN)
		return;
	if (s->may_block || fstat(s->fd, &st) < 0)
		s->at_once = AT_ONCE_NEVER;
	else
		s->at_once = S_ISREG(st.st_mode) ? AT_ONCE_FILE : AT_ONCE_OTHER;
}

/* RWF_NOWAIT: of file systems that cannot promise it, ext4 among them, the
 * kernel refuses such writes (kiocb_set_rw_flags(), include/linux/fs.h); others
 * take them as long as the page cache has what they need (pwritev2(2)). */
ssize_t sink_write_at_once(struct sink *s, struct str bytes)
{
	struct iovec v = { (void *)(uintptr_t)bytes.s, bytes.len };
	ssize_t n;

	if (s->is_socket)
		return write_once(s, bytes);
	look_at_kind(s);
	if (s->at_once == AT_ONCE_NEVER || s->needs_newline) {
		errno = EAGAIN;
		return -1;
	}
	if (s->at_once == AT_ONCE_OTHER)
		return write_once(s, bytes);
	n = pwritev2(s->fd, &v, 1, -1, RWF_NOWAIT);
	if (n < 0 && errno == EOPNOTSUPP)
		s->at_once = AT_ONCE_NEVER;
	return n;
}

void sink_close(struct sink *s)
{
	io_close(&s->fd);
}

/* What a receiver says is nothing that an output asks for, but it must not
 * fill the socket. */
static void discard_input(int fd)
{
	char bytes[512];

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

/* A receiver that closes with bytes unread leaves an error on the connection:
 * ECONNRESET (tcp_close(), unix_release_sock()). Without one it has read them
 * all. The state is looked at behind the count, because a closing unix socket
 * says that it closes before it throws the unread away. */
static ssize_t socket_unconfirmed(const struct sink *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	socklen_t size = sizeof(int);
	int left = 0, error = 0;

	if (ioctl(s->fd, SIOCOUTQ, &left) < 0)
		return -1;
	if (poll(&p, 1, 0) <= 0)
		return left;
	/* reading would take the error off the socket */
	if ((p.revents & (POLLERR | POLLHUP)) == 0) {
		discard_input(s->fd);
		return left;
	}
	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return -1;
	if (error == 0 && left == 0)
		return 0;
	errno = error != 0 ? error : ECONNRESET;
	return -1;
}

static ssize_t pipe_unconfirmed(const struct sink *s)
{
	struct pollfd p = { .fd = s->fd };
	int left = 0;

	if (ioctl(s->fd, FIONREAD, &left) < 0)
		return -1;
	if (left != 0 && poll(&p, 1, 0) > 0) {
		errno = EPIPE;
		return -1;
	}
	return left;
}

ssize_t sink_unconfirmed(struct sink *s)
{
	return s->is_socket ? socket_unconfirmed(s) : pipe_unconfirmed(s);
}

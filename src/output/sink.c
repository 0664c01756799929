/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.c - the table of outputs, and writing to one. */
#include "sink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "saker/output/output.h"

static const struct output_kind kinds[] = {
#define OUTPUT(name, has_argument, can_reopen, open, doc) \
	{ name, has_argument, can_reopen, open, doc },
#include "outputs.def"
#undef OUTPUT
};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

const struct output_kind *output_kind_find(struct str spec,
                                           struct str *ret_argument)
{
	struct str rest = spec, name;

	if (!str_split(&rest, ':', &name))
		return NULL;
	for (size_t i = 0; i < NKINDS; i++) {
		if (!str_eq(name, str_from(kinds[i].name)))
			continue;
		if (kinds[i].has_argument != (rest.len != 0))
			return NULL;
		*ret_argument = rest;
		return &kinds[i];
	}
	return NULL;
}

const char *output_kind_name(size_t i)
{
	return i < NKINDS ? kinds[i].name : NULL;
}

const char *output_kind_doc(size_t i)
{
	return i < NKINDS ? kinds[i].doc : NULL;
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

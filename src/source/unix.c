/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unix.c - client of a socket that serves records, over its restarts. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "kinds.h"
#include "saker/base/io.h"

#define RECONNECT_MIN_MS 100u
#define RECONNECT_MAX_MS 5000u

struct unix_state {
	struct sockaddr_un address;
	char chunk[STREAM_CHUNK];
};

/* Connecting to a local socket never waits with SOCK_NONBLOCK: a full backlog
 * is EAGAIN. */
int source_unix_connect(struct source *s, int *ret_fd)
{
	const struct unix_state *state = s->state;
	auto_close int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return E_IO;
	if (connect(fd, (const struct sockaddr *)&state->address,
	            sizeof(state->address)) == 0) {
		*ret_fd = fd;
		fd = -1;
		return 0;
	}
	switch (errno) {
	case ENOENT:
	case ECONNREFUSED:
	case EAGAIN:
	case EINTR:
		return E_AGAIN;
	default:
		return io_error();
	}
}

int source_unix_open(struct source *s, struct str argument,
                     const struct source_options *options)
{
	struct unix_state *state = calloc(1, sizeof(*state));
	int error;

	(void)options;
	if (state == NULL)
		return E_NOMEM;
	state->address.sun_family = AF_UNIX;
	if (argument.len >= sizeof(state->address.sun_path)) {
		free(state);
		errno = ENAMETOOLONG;
		return E_INVALID;
	}
	memcpy(state->address.sun_path, argument.s, argument.len);
	s->state = state;
	s->reconnect_ms = RECONNECT_MIN_MS;
	error = source_unix_connect(s, &s->fd);
	if (error == 0 || error == E_AGAIN)
		return 0;
	free(state);
	return error;
}

static int reconnect(struct source *s)
{
	int error = s->connect != NULL ? s->connect(s->connect_arg, s, &s->fd)
	                               : source_unix_connect(s, &s->fd);

	if (error == 0) {
		s->reconnect_ms = RECONNECT_MIN_MS;
		return 0;
	}
	s->reconnect_ms *= 2;
	if (s->reconnect_ms > RECONNECT_MAX_MS)
		s->reconnect_ms = RECONNECT_MAX_MS;
	return E_AGAIN;
}

int source_unix_read(struct source *s)
{
	struct unix_state *state = s->state;
	ssize_t n;

	if (s->fd < 0)
		return reconnect(s);
	n = recv(s->fd, state->chunk, STREAM_CHUNK, 0);
	if (n > 0)
		return stream_push(s, (struct str){ state->chunk, (size_t)n });
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return E_AGAIN;
	/* The server went away: what it left unfinished is a record of its own,
	 * and the next connection starts a new stream. */
	stream_end(s);
	io_close(&s->fd);
	return E_AGAIN;
}

void source_unix_close(struct source *s)
{
	io_close(&s->fd);
	free(s->state);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_unix.c - a unix socket that somebody listens on. */
#include <errno.h>
#include <sys/socket.h>

#include "connect.h"

/* A datagram socket says so by refusing a stream: each alert is then one
 * datagram. */
static int unix_open(struct sink *s, const struct output_spec *spec)
{
	int error = connect_unix(s, spec->argument, SOCK_STREAM);

	if (error < 0 && errno == EPROTOTYPE)
		error = connect_unix(s, spec->argument, SOCK_DGRAM);
	return error;
}

const struct sink_ops sink_unix = {
	.open = unix_open,
	.close = sink_close,
	.write = sink_write,
	.write_at_once = sink_write_at_once,
	.unconfirmed = sink_unconfirmed,
};

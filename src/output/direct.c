/* SPDX-License-Identifier: GPL-2.0-or-later */
/* direct.c - alerts into a pipe without waking who delivers.
 *
 * A pipe alone: in another file who has no privileges could overwrite what
 * stands there, or cut it off, and shut a socket for all that have it. What is
 * no longer than PIPE_BUF is written as a whole or not at all (pipe(7)), so
 * that nothing is left of it for somebody else, whenever the writer dies. */
#include "direct.h"

#include <limits.h>
#include <unistd.h>

#include "saker/base/io.h"

void direct_close(struct direct *d)
{
	io_close(&d->fd);
}

void direct_renew(struct direct *d, const struct outputs_options *options,
                  size_t output)
{
	uint32_t opened = outbox_opened(options->outbox, output);

	if (options->open_pipe == NULL || opened == d->opened)
		return;
	direct_close(d);
	if (options->open_pipe(options->open_pipe_arg, output, &d->fd) < 0)
		d->fd = -1;
	d->opened = opened;
}

bool direct_write(const struct direct *d, struct outbox *outbox, size_t output,
                  struct str message)
{
	if (d->fd < 0 || message.len > PIPE_BUF ||
	    !outbox_is_even(outbox, output) ||
	    write(d->fd, message.s, message.len) != (ssize_t)message.len)
		return false;
	outbox_count_direct(outbox, output);
	return true;
}

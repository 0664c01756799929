/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_stdout.c - standard output. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sink.h"

/* The shell and its other children share descriptor 1's open file description,
 * and O_NONBLOCK with it: a pipe or terminal is opened once more through /proc
 * for a description of our own. A socket has MSG_DONTWAIT, and a regular file
 * never makes its writer wait for a reader. */
static int stdout_open(struct sink *s, const struct output_spec *spec)
{
	struct stat st;

	(void)spec;
	if (fstat(STDOUT_FILENO, &st) < 0)
		return sink_open_error();
	*s = (struct sink){ .fd = -1, .is_socket = S_ISSOCK(st.st_mode) };
	if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))
		s->fd = open("/proc/self/fd/1",
		             O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (s->fd < 0) {
		s->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
		s->may_block = !S_ISREG(st.st_mode) && !s->is_socket;
	}
	return s->fd < 0 ? sink_open_error() : 0;
}

const struct sink_ops sink_stdout = {
	.open = stdout_open,
	.close = sink_close,
	.write = sink_write,
	.write_at_once = sink_write_at_once,
};

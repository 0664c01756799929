/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_file.c - a file that is appended to. */
#include <fcntl.h>
#include <sys/stat.h>

#include "saker/base/io.h"
#include "sink.h"

#define FLAGS (O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* A crash or a full disk may have left half a line: what is appended must not
 * become part of it. */
static bool ends_inside_line(const char *path, const struct stat *opened)
{
	auto_close int fd = open(path, O_RDONLY | FLAGS);
	struct stat st;
	char last;

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_ino == opened->st_ino &&
	       st.st_dev == opened->st_dev && st.st_size > 0 &&
	       pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
}

/* O_NONBLOCK: a FIFO without reader is an error instead of a wait. */
static int file_open(struct sink *s, const struct output_spec *spec)
{
	int fd = open(spec->argument, O_WRONLY | O_APPEND | O_CREAT | FLAGS,
	              0640);
	struct stat st;

	if (fd < 0)
		return sink_open_error();
	*s = (struct sink){ .fd = fd };
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		s->needs_newline = ends_inside_line(spec->argument, &st);
	return 0;
}

const struct sink_ops sink_file = {
	.open = file_open,
	.close = sink_close,
	.write = sink_write,
	.write_at_once = sink_write_at_once,
};

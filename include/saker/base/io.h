/* SPDX-License-Identifier: GPL-2.0-or-later */
/* io.h - small file helpers; all descriptors are close-on-exec. */
#ifndef SAKER_BASE_IO_H
#define SAKER_BASE_IO_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "saker/base/buf.h"
#include "saker/base/err.h"

/* errno as one of E_NOT_FOUND, E_DENIED, E_IO. */
int io_error(void);
/* Appends the file (opened relative to dirfd, AT_FDCWD allowed) to out, at
 * most limit bytes. 0, E_NOT_FOUND, E_DENIED, E_LIMIT (out then holds the
 * first limit bytes), E_NOMEM or E_IO with errno set. */
int io_read_at(int dirfd, const char *path, size_t limit,
               struct buf *out) must_check;
/* The same from a descriptor, to its end. */
int io_read_fd(int fd, size_t limit, struct buf *out) must_check;
/* The same for a path that others may have made: never waits, and E_DENIED for
 * what is no regular file. */
int io_read_regular(const char *path, size_t limit, struct buf *out) must_check;
/* n bytes, fewer only where there are no more: from where the descriptor
 * stands, or from offset at where that is not negative. How many, or E_IO with
 * errno set. */
ssize_t io_read_most(int fd, void *to, size_t n, off_t at) must_check;
/* Makes the directory that path is in, 0755, where it is missing and that is
 * all that is. 0, E_NOT_FOUND, E_DENIED, E_NOMEM or E_IO with errno set. */
int io_make_parent(const char *path) must_check;
/* Closes all descriptors from first to last, both included. */
void io_close_range(unsigned first, unsigned last);
/* Everything but these, standard output and error. Standard
 * input is empty then. */
void io_close_all_but(const int *keep, size_t n);
/* Memory of this process and of those that it forks, as zeros; NULL when there
 * is none. It ends with munmap(). */
void *io_map_shared(size_t size);
/* Writes all of it, waiting where it must. 0 or E_IO with errno set. */
int io_write_all(int fd, struct str bytes) must_check;

static inline void io_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
static inline void io_free(void *p)
{
	free(*(void **)p);
}
static inline void io_fclose(FILE **f)
{
	if (*f != NULL)
		fclose(*f);
}
#define auto_close  __attribute__((cleanup(io_close)))
#define auto_free   __attribute__((cleanup(io_free)))
#define auto_fclose __attribute__((cleanup(io_fclose)))
#define auto_buf    __attribute__((cleanup(buf_done)))

#endif

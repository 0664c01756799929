/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.h - a descriptor that takes bytes without holding up its thread. */
#ifndef SAKER_OUTPUT_SINK_H
#define SAKER_OUTPUT_SINK_H

#include <sys/types.h>

#include "saker/base/err.h"
#include "saker/base/str.h"

struct sink;

struct output_kind {
	const char *name;
	bool has_argument;
	bool can_reopen;
	/* Sets fd and the flags. 0 or an error as outputs_add() has them. */
	int (*open)(struct sink *s, const char *argument);
	const char *doc;
};

struct sink {
	int fd;
	bool is_socket;
	bool may_block; /* no description of our own: O_NONBLOCK is not ours to
	                   set */
	bool needs_newline; /* the file ends inside a line */
};

/* The kind for "name" or "name:argument"; NULL when there is none or the
 * argument is missing or superfluous. */
const struct output_kind *output_kind_find(struct str spec,
                                           struct str *ret_argument);

int sink_stdout_open(struct sink *s, const char *argument) must_check;
int sink_file_open(struct sink *s, const char *argument) must_check;
/* An open(2) failure as an error value; errno is kept. */
int sink_open_error(void);

/* One write: how many bytes it took, or -1 with errno set (EAGAIN: wait for
 * POLLOUT). A pipe without reader is EPIPE; SIGPIPE must be blocked. */
ssize_t sink_write(struct sink *s, struct str bytes);

#endif

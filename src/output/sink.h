/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.h - something that takes bytes without holding up its thread for long.
 */
#ifndef SAKER_OUTPUT_SINK_H
#define SAKER_OUTPUT_SINK_H

#include <sys/types.h>

#include "saker/base/err.h"
#include "spec.h"

struct sink {
	int fd;
	bool is_socket;
	bool may_block; /* no description of our own: O_NONBLOCK is not ours to
	                   set */
	bool needs_newline; /* the file ends inside a line */
	/* what is known of writes that must not wait */
	enum {
		AT_ONCE_UNKNOWN,
		AT_ONCE_FILE, /* a regular one: RWF_NOWAIT */
		AT_ONCE_OTHER,
		AT_ONCE_NEVER
	} at_once;
	pid_t pid;  /* of a program */
	void *data; /* the kind's own */
};

struct sink_ops {
	/* Sets s. 0 or an error as outputs_add() has them, errno set. */
	int (*open)(struct sink *s, const struct output_spec *spec);
	void (*close)(struct sink *s);
	/* How many of the bytes were taken, or -1 with errno set. EAGAIN: wait.
	 * EBADMSG, EMSGSIZE: this message will never be taken. The bytes stay
	 * where they are until the message is through. */
	ssize_t (*write)(struct sink *s, struct str bytes);
	/* The same, but EAGAIN rather than wait for a disk, too. NULL = there
	 * is no such thing. */
	ssize_t (*write_at_once)(struct sink *s, struct str bytes);
	/* Waits for room, for wake_fd or for the time. NULL = room is POLLOUT.
	 */
	void (*wait)(struct sink *s, int wake_fd, int timeout_ms);
	/* How many of the bytes written did not arrive yet, as far as can be
	 * known; -1, errno set: the connection is lost. NULL = what is written
	 * has arrived. */
	ssize_t (*unconfirmed)(struct sink *s);
	/* Makes the message out of a rendered alert. NULL = it is the line. */
	void (*wrap)(const struct output_spec *spec, const struct alert *a,
	             struct str line, struct buf *out);
	/* What is wrong with the spec; NULL = nothing, or no such function. */
	const char *(*check)(const struct output_spec *spec);
};

enum kind_argument {
	ARGUMENT_NONE,
	ARGUMENT_ALLOWED,
	ARGUMENT_NEEDED
};

#define KIND_AT_ONCE    1u /* has to work when saker starts */
#define KIND_REOPENS    2u /* is opened anew at a reload */
#define KIND_PRIVILEGED 8u /* opened by who has privileges, if there is one */
#define KIND_SPOOLED    4u /* can be there again when it was gone */

struct output_kind {
	const char *name;
	enum kind_argument argument;
	unsigned flags;
	const struct sink_ops *ops;
	const char *doc;
};

/* NULL when there is none. */
const struct output_kind *output_kind_find(struct str name);

extern const struct sink_ops sink_stdout, sink_file, sink_syslog, sink_journald,
	sink_unix, sink_http, sink_program;

/* An open(2) failure as an error value; errno is kept. */
int sink_open_error(void);
/* One write to the descriptor: how many bytes it took, or -1 with errno set. A
 * pipe without reader is EPIPE; SIGPIPE must be blocked. */
ssize_t sink_write(struct sink *s, struct str bytes);
/* The same, and it never waits, not for a disk either: EAGAIN. */
ssize_t sink_write_at_once(struct sink *s, struct str bytes);
void sink_close(struct sink *s);
/* Bytes that the receiver of a stream has not read yet (a pipe, a unix socket)
 * or its host not acknowledged (TCP). */
ssize_t sink_unconfirmed(struct sink *s);

#endif

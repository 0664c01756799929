/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire.h - what the engine and the monitor say to each other.
 *
 * One datagram of a SOCK_SEQPACKET pair each way: a fixed header, then text.
 * The monitor trusts nothing of what it gets; the engine trusts the monitor. */
#ifndef SAKER_HOST_WIRE_H
#define SAKER_HOST_WIRE_H

#include <limits.h>

#include "saker/host/host.h"

enum wire_operation {
#define REQUEST(id, takes, doc) WIRE_##id,
#include "saker/host/requests.def"
#undef REQUEST
	WIRE__MAX
};

enum {
	WIRE_PID = 1 << 0,    /* > 0 */
	WIRE_NUMBER = 1 << 1, /* >= 0 */
	WIRE_TICKS = 1 << 2,
	WIRE_PATH = 1 << 3, /* absolute */
	/* the courier, or the reader, alone may ask for it, and for nothing
	 * else */
	WIRE_COURIER = 1 << 4,
	WIRE_READER = 1 << 5,
};

struct wire_header {
	uint32_t operation;
	uint32_t path_length;
	int32_t pid;
	int32_t number;
	uint64_t ticks;
};

struct wire_request {
	enum wire_operation operation;
	pid_t pid;
	int number;
	uint64_t ticks;
	char path[PATH_MAX]; /* "" = none */
};

/* A request as it came: false when it is not exactly one that the table allows;
 * *ret may then have been written to. */
bool wire_parse(struct str datagram, struct wire_request *ret);
/* Who may ask for it: WIRE_COURIER, WIRE_READER or, 0, the engine. */
unsigned wire_asker(enum wire_operation operation);
/* The same as it goes; path NULL = none. */
void wire_render(const struct wire_header *header, const char *path,
                 struct buf *out);

struct wire_answer {
	int32_t error; /* 0 or as in err.h */
	uint32_t length;
};

/* No answer is longer; what holds more goes by a descriptor. */
#define WIRE_ANSWER_BYTES (512u * 1024)

/* A pair of sockets that take such answers. 0 or E_IO. */
int wire_pair(int ret[2]) must_check;
/* Sends an answer, with a descriptor unless fd is -1. 0 or E_IO. */
int wire_answer(int socket, int error, struct str payload, int fd) must_check;
/* Facts as payload, and back: texts into the arena. 0, E_INVALID, E_NOMEM. */
void wire_pack(const struct host_process *p, struct buf *out);
int wire_unpack(struct str payload, struct arena *arena,
                struct host_process *ret) must_check;

/* A host whose privileged questions the monitor answers; what any user may read
 * it reads itself. socket is borrowed; inotify, to which the monitor adds
 * watches, becomes the host's unless this fails; -1 = none. One thread at a
 * time. NULL when out of memory. */
struct host *host_remote_new(int socket, int inotify);
/* Asks the monitor: the payload is appended to out when that is not NULL; a
 * descriptor that came along is *ret_fd, else closed. The error of the answer,
 * or E_IO when the monitor is gone. */
int wire_ask(int socket, const struct wire_header *header, const char *path,
             struct buf *out, int *ret_fd) must_check;
/* The same for a descriptor alone, which is the caller's: E_IO without one. */
int wire_ask_fd(int socket, const struct wire_header *header, const char *path,
                int *ret_fd) must_check;

#endif

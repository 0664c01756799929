/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fd.h - the descriptor that a call works on or makes; private to src/event. */
#ifndef SAKER_SRC_EVENT_FD_H
#define SAKER_SRC_EVENT_FD_H

#include "saker/event/event.h"
#include "saker/process/fds.h"
#include "syscalls.h"

/* Lives in the event's arena; the info's name borrows from there or from the
 * process. */
struct event_fd {
	bool has_num;
	int num;       /* -1 for a call that was to make one and failed */
	bool is_known; /* info holds */
	bool is_asked; /* the machine was asked for what was missing */
	bool is_named; /* the call gave the descriptor its name */
	const struct audit_path *path; /* of an open */
	struct process_fd info;
};

/* Remembers in the process what the call makes of its descriptors. */
void fd_observe(struct event *e);
/* NULL when the call has nothing to do with a descriptor, or without memory. */
const struct event_fd *event_fd(struct event *e);
/* The same, with what only /proc tells: type, protocol and local address of a
 * socket whose making nobody recorded. */
const struct event_fd *event_fd_asked(struct event *e);
/* The register as an int; -1 without. */
int event_int(struct event *e, enum syscall_register which);
/* The file that an open opened. */
bool fd_of_open(struct event *e, struct process_fd *ret);
/* FD_UNKNOWN for families that nobody asks for. */
enum fd_kind fd_kind_of_family(unsigned family);
/* The address in the event's records, as the side of the socket that it is; its
 * family becomes the socket's. */
bool fd_take_sockaddr(struct event *e, struct process_fd *info,
                      struct fd_address *side);
/* What /proc says about any descriptor of the event's process. */
bool fd_ask(struct event *e, int fd, struct process_fd *ret);
/* The descriptor as fd.name shows it; STR_NONE without a name. */
struct str fd_name(struct event *e, const struct process_fd *info);
/* "127.0.0.1:80", "[::1]:80" without brackets as Falco prints it. */
struct str fd_address_text(struct event *e, const struct fd_address *a);
/* The same of an address as the kernel has it, or a unix socket's name;
 * STR_NONE for other families. */
struct str fd_sockaddr_text(struct event *e, const struct sockaddr_storage *s,
                            socklen_t len);

#endif

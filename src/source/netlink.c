/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netlink.c - the kernel's audit multicast group. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "kinds.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

/* Nothing waits for a slow reader of the group, so the socket's buffer is what
 * bridges the time until the thread runs again. */
#define RECEIVE_BYTES (16 * 1024 * 1024)
#define BATCH         64
/* MAX_AUDIT_MESSAGE_LENGTH (libaudit.h) is 8970; pages that no message reaches
 * are never touched. */
#define MESSAGE_BYTES (16 * 1024)
/* AUDIT_FIRST_USER_MSG and below are replies to requests, not records, but for
 * AUDIT_USER and AUDIT_LOGIN (linux/audit.h). */
#define FIRST_RECORD AUDIT_USER

struct netlink_state {
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	struct sockaddr_nl senders[BATCH];
	char data[BATCH][MESSAGE_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static int open_error(void)
{
	switch (errno) {
	case EPROTONOSUPPORT: /* no CONFIG_AUDIT */
	case EAFNOSUPPORT:
	case ECONNREFUSED: /* not the initial user namespace */
	case EINVAL:       /* no such group: before Linux 3.16 */
	case ENOENT:
		return E_UNSUPPORTED;
	default:
		return io_error();
	}
}

static int join_group(int fd)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int group = AUDIT_NLGRP_READLOG, bytes = RECEIVE_BYTES;

	/* Over net.core.rmem_max only with CAP_NET_ADMIN. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) <
	    0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
	               sizeof(group)) < 0)
		return open_error();
	return 0;
}

int source_netlink_open(struct source *s, struct str argument)
{
	auto_close int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	               NETLINK_AUDIT);
	int error = fd < 0 ? open_error() : join_group(fd);

	(void)argument;
	if (error != 0)
		return error;
	s->state = malloc(sizeof(struct netlink_state));
	if (s->state == NULL)
		return E_NOMEM;
	s->fd = fd;
	fd = -1;
	return 0;
}

static void prepare(struct netlink_state *state)
{
	for (size_t i = 0; i < BATCH; i++) {
		state->vectors[i] =
			(struct iovec){ state->data[i], MESSAGE_BYTES };
		state->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &state->senders[i],
			.msg_namelen = sizeof(state->senders[i]),
			.msg_iov = &state->vectors[i],
			.msg_iovlen = 1,
		};
	}
}

/* The text ends where the datagram does: nlmsg_len is the payload's alone in
 * what older kernels send (audit_log_end() in kernel/audit.c). Some messages of
 * user space carry their NUL or newline along. */
bool netlink_frame(struct str datagram, struct frame *ret)
{
	const struct nlmsghdr *header = (const void *)datagram.s;

	if (datagram.len < NLMSG_HDRLEN || header->nlmsg_type < FIRST_RECORD)
		return false;
	ret->type = header->nlmsg_type;
	ret->text = str_skip(datagram, NLMSG_HDRLEN);
	while (ret->text.len != 0 && (ret->text.s[ret->text.len - 1] == '\0' ||
	                              ret->text.s[ret->text.len - 1] == '\n'))
		ret->text.len--;
	return true;
}

static void push_message(struct source *s, const struct netlink_state *state,
                         size_t i, uint64_t now)
{
	struct str datagram = { state->data[i], state->messages[i].msg_len };
	struct frame frame;

	if (state->senders[i].nl_pid != 0 || !netlink_frame(datagram, &frame))
		return;
	if ((state->messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0)
		counter_add(s->counters, COUNTER_RECORDS_OVERSIZE, 1);
	ring_push(s->ring, &frame, now);
}

int source_netlink_read(struct source *s)
{
	struct netlink_state *state = s->state;
	uint64_t now;
	int n;

	prepare(state);
	n = recvmmsg(s->fd, state->messages, BATCH, 0, NULL);
	if (n < 0) {
		if (errno == ENOBUFS)
			counter_add(s->counters, COUNTER_SOURCE_OVERRUNS, 1);
		return errno == ENOBUFS || errno == EAGAIN || errno == EINTR
		               ? E_AGAIN
		               : E_IO;
	}
	now = clock_monotonic_ns();
	for (int i = 0; i < n; i++)
		push_message(s, state, (size_t)i, now);
	ring_wake(s->ring);
	return 0;
}

void source_netlink_close(struct source *s)
{
	io_close(&s->fd);
	free(s->state);
}

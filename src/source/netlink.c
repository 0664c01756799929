/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netlink.c - the kernel's audit multicast group. */
#include <errno.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "kinds.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

/* Nothing waits for a slow reader of the group: the socket's buffer bridges the
 * time until the engine reads again. The kernel counts some 2300 bytes for each
 * record in it (audit_buffer_alloc(), kernel/audit.c), and doubles what it is
 * asked for (sock_setsockopt(), net/core/sock.c). */
#define RECEIVE_FACTOR 2u
#define BATCH          64
/* MAX_AUDIT_MESSAGE_LENGTH (libaudit.h) is 8970. No multiple of a page: the
 * beginnings of messages, which most of them are all of, would share few lines
 * of the cache. */
#define MESSAGE_BYTES 9280
/* AUDIT_FIRST_USER_MSG and below are replies to requests, not records, but for
 * AUDIT_USER and AUDIT_LOGIN (linux/audit.h). */
#define FIRST_RECORD AUDIT_USER

struct netlink_state {
	size_t count, at; /* messages received, and of them taken */
	uint64_t received_ns;
	uint64_t batches;
	uint64_t counted; /* position of the last message that was */
	/* a batch may have come that count does not tell of */
	_Atomic bool is_receiving;
	bool has_overrun;
	bool is_stopped;
	size_t left;      /* messages that may still be received then */
	uint32_t dropped; /* as the kernel counted when it was asked last */
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
	case EINVAL:       /* no such group */
	case ENOENT:
		return E_UNSUPPORTED;
	default:
		return io_error();
	}
}

static int join_group(int fd, size_t ring_bytes)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int group = AUDIT_NLGRP_READLOG, bytes = INT_MAX;

	if (ring_bytes < (size_t)INT_MAX / RECEIVE_FACTOR)
		bytes = (int)(ring_bytes * RECEIVE_FACTOR);

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

/* Linux before 3.16 lets root join each of 32 groups, and nothing ever comes
 * (__netlink_kernel_create()): the capability came with the group. */
static bool has_group(void)
{
	return prctl(PR_CAPBSET_READ, CAP_AUDIT_READ, 0, 0, 0) >= 0;
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

int source_netlink_open(struct source *s, struct str argument,
                        const struct source_options *options)
{
	auto_close int fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	               NETLINK_AUDIT);
	struct netlink_state *state;
	int error = fd < 0 ? open_error() : join_group(fd, options->ring_bytes);

	(void)argument;
	if (error == 0 && !has_group())
		error = E_UNSUPPORTED;
	if (error != 0)
		return error;
	/* it starts as zeros */
	state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE,
	             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (state == MAP_FAILED)
		return E_NOMEM;
	prepare(state);
	s->state = state;
	s->fd = fd;
	fd = -1;
	return 0;
}

/* The text ends where the datagram does: nlmsg_len is the payload's alone in
 * what older kernels send (audit_log_end() in kernel/audit.c). Some messages of
 * user space carry their NUL or newline along. */
bool netlink_frame(struct str datagram, struct frame *ret)
{
	const struct nlmsghdr *header = (const void *)datagram.s;

	if (datagram.len < NLMSG_HDRLEN || header->nlmsg_type < FIRST_RECORD)
		return false;
	*ret = (struct frame){ .type = header->nlmsg_type,
		               .text = str_skip(datagram, NLMSG_HDRLEN) };
	while (ret->text.len != 0 && (ret->text.s[ret->text.len - 1] == '\0' ||
	                              ret->text.s[ret->text.len - 1] == '\n'))
		ret->text.len--;
	return true;
}

/* How many messages the kernel had no room for: SO_MEMINFO since Linux 4.12,
 * before that only that there were some is known. */
static bool get_memory(int fd, uint32_t ret[SK_MEMINFO_VARS])
{
	socklen_t len = SK_MEMINFO_VARS * sizeof(ret[0]);

	memset(ret, 0, len);
	return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, ret, &len) == 0;
}

/* The kernel says ENOBUFS once until the socket is empty (netlink_overrun(),
 * netlink_rcv_wake()), so this is asked when it is. */
static void count_overrun(struct source *s)
{
	struct netlink_state *state = s->state;
	uint32_t memory[SK_MEMINFO_VARS], dropped;

	state->has_overrun = false;
	if (!get_memory(s->fd, memory))
		return;
	dropped = memory[SK_MEMINFO_DROPS] - state->dropped;
	state->dropped = memory[SK_MEMINFO_DROPS];
	counter_add(s->counters, COUNTER_RECORDS_IN, dropped);
	counter_add(s->counters, COUNTER_RECORDS_DROPPED, dropped);
}

static int receive_once(struct source *s)
{
	struct netlink_state *state = s->state;
	size_t most =
		state->is_stopped && state->left < BATCH ? state->left : BATCH;
	int n;

	atomic_store_explicit(&state->is_receiving, true, memory_order_release);
	n = recvmmsg(s->fd, state->messages, (unsigned)most, 0, NULL);
	if (n < 0 && errno == ENOBUFS) {
		counter_add(s->counters, COUNTER_SOURCE_OVERRUNS, 1);
		state->has_overrun = true;
	}
	return n;
}

/* A batch that was not full was all there was. */
static void receive(struct source *s)
{
	struct netlink_state *state = s->state;
	bool may_be_more = state->count == 0 || state->count == BATCH;
	int n = -1;

	state->batches++;
	for (size_t i = 0; i < state->count; i++) {
		state->messages[i].msg_hdr.msg_namelen =
			sizeof(state->senders[i]);
		state->messages[i].msg_len = 0;
	}
	state->count = state->at = 0;
	errno = EAGAIN;
	if (may_be_more && !(state->is_stopped && state->left == 0))
		do
			n = receive_once(s);
		while (n < 0 && (errno == EINTR || errno == ENOBUFS));
	if (n >= 0) {
		state->count = (size_t)n;
		state->left -= state->is_stopped ? state->count : 0;
		state->received_ns = clock_monotonic_ns();
	} else if (errno != EAGAIN) {
		s->error = E_IO;
	} else if (state->has_overrun) {
		count_overrun(s);
	}
	atomic_store_explicit(&state->is_receiving, false,
	                      memory_order_release);
}

/* From the kernel, which alone has port 0, and a record. */
static bool get_frame(const struct netlink_state *state, struct frame *ret)
{
	struct str datagram = { state->data[state->at],
		                state->messages[state->at].msg_len };

	return state->senders[state->at].nl_pid == 0 &&
	       netlink_frame(datagram, ret);
}

uint64_t source_netlink_position(const struct source *s)
{
	const struct netlink_state *state = s->state;

	return state->batches * BATCH + state->at;
}

bool source_netlink_peek(struct source *s, struct frame *ret,
                         uint64_t *ret_received_ns)
{
	struct netlink_state *state = s->state;

	for (;;) {
		if (state->at == state->count)
			receive(s);
		if (state->count == 0)
			return false;
		if (get_frame(state, ret))
			break;
		state->at++;
	}
	if (state->counted != source_netlink_position(s)) {
		counter_add(s->counters, COUNTER_RECORDS_IN, 1);
		state->counted = source_netlink_position(s);
		if ((state->messages[state->at].msg_hdr.msg_flags &
		     MSG_TRUNC) != 0)
			counter_add(s->counters, COUNTER_RECORDS_OVERSIZE, 1);
	}
	*ret_received_ns = state->received_ns;
	return true;
}

void source_netlink_pop(struct source *s)
{
	struct netlink_state *state = s->state;

	state->at++;
}

/* The kernel writes each message's length, as the last of it, to memory that
 * outlives this process (__sys_recvmmsg() in net/socket.c): what came in a call
 * that a dead reader never returned from is known by it. */
void source_netlink_resume(struct source *s)
{
	struct netlink_state *state = s->state;

	if (!state->is_receiving)
		return;
	state->count = 0;
	while (state->count < BATCH &&
	       state->messages[state->count].msg_len != 0)
		state->count++;
	state->received_ns = clock_monotonic_ns();
	state->is_receiving = false;
}

struct source_load source_netlink_load(const struct source *s)
{
	const struct netlink_state *state = s->state;
	uint32_t memory[SK_MEMINFO_VARS];

	get_memory(s->fd, memory);
	return (struct source_load){
		.bytes = memory[SK_MEMINFO_RCVBUF],
		.used = memory[SK_MEMINFO_RMEM_ALLOC],
		.records = state->count - state->at,
	};
}

/* The kernel goes on queueing, so what is there now is bounded by its size: no
 * message takes less than its two structures, struct sk_buff and struct
 * skb_shared_info (SKB_TRUESIZE(), linux/skbuff.h). */
#define MESSAGE_LEAST 512u
#define LOAD_UNKNOWN  ((size_t)32 * 1024 * 1024)

void source_netlink_stop(struct source *s)
{
	struct netlink_state *state = s->state;

	struct source_load load = source_netlink_load(s);

	state->left =
		(load.bytes != 0 ? load.used : LOAD_UNKNOWN) / MESSAGE_LEAST;
	state->is_stopped = true;
}

void source_netlink_close(struct source *s)
{
	io_close(&s->fd);
	munmap(s->state, sizeof(struct netlink_state));
	s->state = NULL;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* connector.c - process events over netlink (drivers/connector/cn_proc.c). */
#include "saker/process/connector.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"

#define RECEIVE_BUFFER (8 * 1024 * 1024)
#define BATCH          32
#define DATAGRAM_BYTES 256
#define ACK_TIMEOUT_MS 500

/* Where proc_event starts in a datagram, and fields of it. */
#define EVENT_AT (NLMSG_HDRLEN + sizeof(struct cn_msg))
#define FIELD_AT(field) \
	((unsigned)(EVENT_AT + offsetof(struct proc_event, field)))
/* Filters load in network order. */
#define WHAT(kind) htonl((uint32_t)(kind))

struct connector {
	int fd;
	struct counters *counters;
	struct mmsghdr messages[BATCH];
	struct iovec parts[BATCH];
	struct sockaddr_nl senders[BATCH];
	char datagrams[BATCH][DATAGRAM_BYTES];
};

static int error_of_socket(void)
{
	switch (errno) {
	case EPERM:
	case EACCES:
		return E_DENIED;
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
	case ECONNREFUSED:
		return E_UNSUPPORTED;
	default:
		return E_IO;
	}
}

/* Lets through fork, exec and exit of whole processes, new sessions, and
 * acknowledgements:
 * on a machine full of threads most events are of no use here. */
static int attach_filter(int fd)
{
	struct sock_filter code[] = {
		/* 0 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD_AT(what)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, WHAT(PROC_EVENT_NONE), 13,
		         0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, WHAT(PROC_EVENT_SID), 12,
		         0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, WHAT(PROC_EVENT_EXEC), 11,
		         0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, WHAT(PROC_EVENT_FORK), 5,
		         0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, WHAT(PROC_EVENT_EXIT), 0,
		         8),
		/* 6: exit */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		         FIELD_AT(event_data.exit.process_pid)),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		         FIELD_AT(event_data.exit.process_tgid)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 5, 4),
		/* 10: fork */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		         FIELD_AT(event_data.fork.child_pid)),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		         FIELD_AT(event_data.fork.child_tgid)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 1, 0),
		/* 14: drop; 15: take */
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
	                  sizeof(program));
}

static int subscribe(int fd, enum proc_cn_mcast_op op)
{
	char request[EVENT_AT + sizeof(op)];
	struct nlmsghdr head = { .nlmsg_len = sizeof(request),
		                 .nlmsg_type = NLMSG_DONE };
	struct cn_msg message = { .id = { CN_IDX_PROC, CN_VAL_PROC },
		                  .len = sizeof(op) };

	memcpy(request, &head, sizeof(head));
	memcpy(request + NLMSG_HDRLEN, &message, sizeof(message));
	memcpy(request + EVENT_AT, &op, sizeof(op));
	return send(fd, request, sizeof(request), 0) < 0 ? error_of_socket()
	                                                 : 0;
}

static bool read_event(struct str datagram, struct proc_event *ret)
{
	struct nlmsghdr head;
	struct cn_msg message;

	if (datagram.len < EVENT_AT)
		return false;
	memcpy(&head, datagram.s, sizeof(head));
	memcpy(&message, datagram.s + NLMSG_HDRLEN, sizeof(message));
	if (head.nlmsg_type != NLMSG_DONE || message.id.idx != CN_IDX_PROC ||
	    message.id.val != CN_VAL_PROC)
		return false;
	/* Older kernels send a shorter structure. */
	*ret = (struct proc_event){ 0 };
	datagram = str_skip(datagram, EVENT_AT);
	memcpy(ret, datagram.s,
	       datagram.len < sizeof(*ret) ? datagram.len : sizeof(*ret));
	return datagram.len >= offsetof(struct proc_event, event_data) + 16;
}

bool connector_parse(struct str datagram, uint64_t clock_offset_ns,
                     struct connector_event *ret)
{
	struct connector_event e = { 0 };
	struct proc_event p;

	if (!read_event(datagram, &p))
		return false;
	e.time_ns = p.timestamp_ns + clock_offset_ns;
	switch ((uint32_t)p.what) {
	case PROC_EVENT_FORK:
		e.kind = CONNECTOR_FORK;
		e.pid = p.event_data.fork.child_tgid;
		e.parent = p.event_data.fork.parent_tgid;
		if (p.event_data.fork.child_pid != e.pid)
			return false;
		break;
	case PROC_EVENT_EXEC:
		e.kind = CONNECTOR_EXEC;
		e.pid = p.event_data.exec.process_tgid;
		break;
	case (uint32_t)PROC_EVENT_EXIT:
		e.kind = CONNECTOR_EXIT;
		e.pid = p.event_data.exit.process_tgid;
		if (p.event_data.exit.process_pid != e.pid)
			return false;
		break;
	case PROC_EVENT_SID:
		e.kind = CONNECTOR_SESSION;
		e.pid = p.event_data.sid.process_tgid;
		break;
	default:
		return false;
	}
	*ret = e;
	return true;
}

/* The answer to the subscription, on which old kernels keep silent when all is
 * well. Whatever comes before it is lost, as what came before the socket. */
static int wait_for_answer(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t end = clock_monotonic_ns() + ACK_TIMEOUT_MS * NS_PER_MS;
	char datagram[DATAGRAM_BYTES];
	struct proc_event e;

	while (clock_monotonic_ns() < end && poll(&p, 1, ACK_TIMEOUT_MS) > 0) {
		ssize_t n = recv(fd, datagram, sizeof(datagram), MSG_DONTWAIT);

		if (n <= 0 ||
		    !read_event((struct str){ datagram, (size_t)n }, &e))
			continue;
		if (e.what != PROC_EVENT_NONE)
			return 0;
		switch (e.event_data.ack.err) {
		case 0:
			return 0;
		case EPERM:
			return E_DENIED;
		default:
			return E_UNSUPPORTED;
		}
	}
	return 0;
}

static int open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		                       .nl_groups = CN_IDX_PROC };
	int size = RECEIVE_BUFFER;
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	                NETLINK_CONNECTOR);

	if (fd < 0)
		return error_of_socket();
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (attach_filter(fd) < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = error_of_socket();

		close(fd);
		return error;
	}
	return fd;
}

static void prepare_messages(struct connector *c)
{
	for (size_t i = 0; i < BATCH; i++) {
		c->parts[i] = (struct iovec){ c->datagrams[i], DATAGRAM_BYTES };
		c->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &c->senders[i],
			.msg_namelen = sizeof(c->senders[i]),
			.msg_iov = &c->parts[i],
			.msg_iovlen = 1,
		};
	}
}

int connector_open(struct counters *counters, struct connector **ret)
{
	auto_close int fd = open_socket();
	struct connector *c;
	int error;

	if (fd < 0)
		return fd;
	error = subscribe(fd, PROC_CN_MCAST_LISTEN);
	if (error == 0)
		error = wait_for_answer(fd);
	if (error < 0)
		return error;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return E_NOMEM;
	c->fd = fd;
	c->counters = counters;
	fd = -1;
	*ret = c;
	return 0;
}

void connector_close(struct connector *c)
{
	if (c == NULL)
		return;
	/* Failing is harmless: the kernel then makes events for nobody. */
	(void)subscribe(c->fd, PROC_CN_MCAST_IGNORE);
	close(c->fd);
	free(c);
}

int connector_fd(const struct connector *c)
{
	return c->fd;
}

static void take_batch(struct connector *c, unsigned count, connector_fn *fn,
                       void *arg)
{
	uint64_t offset = clock_realtime_ns() - clock_monotonic_ns();

	for (unsigned i = 0; i < count; i++) {
		struct str datagram = { c->datagrams[i],
			                c->messages[i].msg_len };
		struct connector_event e;

		/* Any process may send to this socket, a container's too: the
		 * kernel alone has port 0. */
		if (c->senders[i].nl_pid != 0 ||
		    !connector_parse(datagram, offset, &e))
			continue;
		counter_add(c->counters, COUNTER_CONNECTOR_EVENTS, 1);
		fn(arg, &e);
	}
}

bool connector_drain(struct connector *c, connector_fn *fn, void *arg)
{
	bool is_whole = true;

	for (;;) {
		int n;

		prepare_messages(c);
		n = recvmmsg(c->fd, c->messages, BATCH, MSG_DONTWAIT, NULL);
		if (n < 0 && errno == ENOBUFS) {
			counter_add(c->counters, COUNTER_CONNECTOR_OVERRUNS, 1);
			is_whole = false;
			continue;
		}
		if (n <= 0)
			return is_whole;
		take_batch(c, (unsigned)n, fn, arg);
		if (n < BATCH)
			return is_whole;
	}
}

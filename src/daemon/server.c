/* SPDX-License-Identifier: GPL-2.0-or-later */
/* server.c - the control socket's answering side.
 *
 * Everything is bounded and nothing waits: who asks, how much is asked and
 * answered, and for how long. */
#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

enum client_state {
	CLIENT_FREE,
	CLIENT_ASKING,
	CLIENT_WAITING, /* for server_answer() */
	CLIENT_ANSWERED,
};

struct server_client {
	enum client_state state;
	struct server *server;
	int fd;
	bool may_change; /* more than ask */
	enum control_request request;
	uint64_t until_ns; /* of asking, or of taking the answer */
	size_t len;
	char text[LIMIT_CONTROL_REQUEST_BYTES];
	struct buf answer;
};

struct server {
	int listener;
	int epoll;
	uid_t owner;
	gid_t readers;
	struct counters *counters;
	struct server_client clients[LIMIT_CONTROL_CLIENTS];
};

static int watch(const struct server *s, int op, int fd, uint32_t events,
                 struct server_client *c)
{
	struct epoll_event e = { .events = events, .data.ptr = c };

	return epoll_ctl(s->epoll, op, fd, &e) < 0 ? E_IO : 0;
}

int server_new(int fd, gid_t readers, struct counters *counters,
               struct server **ret)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		close(fd);
		return E_NOMEM;
	}
	s->listener = fd;
	s->owner = geteuid();
	s->readers = readers;
	s->counters = counters;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll < 0 || watch(s, EPOLL_CTL_ADD, fd, EPOLLIN, NULL) < 0) {
		server_free(s);
		return E_IO;
	}
	*ret = s;
	return 0;
}

static void drop(struct server_client *c)
{
	io_close(&c->fd);
	buf_done(&c->answer);
	c->state = CLIENT_FREE;
}

void server_free(struct server *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		if (s->clients[i].state != CLIENT_FREE)
			drop(&s->clients[i]);
	io_close(&s->listener);
	io_close(&s->epoll);
	free(s);
}

int server_fd(const struct server *s)
{
	return s->epoll;
}

static void refused(const struct server *s)
{
	counter_add(s->counters, COUNTER_CONTROL_REFUSED, 1);
}

/* unix(7), SO_PEERGROUPS since Linux 4.13 */
static bool is_in_group(int fd, const struct ucred *peer, gid_t group)
{
	gid_t groups[256];
	socklen_t size = sizeof(groups);

	if (group == SERVER_NO_GROUP)
		return false;
	if (peer->gid == group)
		return true;
#ifdef SO_PEERGROUPS
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0)
		for (size_t i = 0; i < size / sizeof(groups[0]); i++)
			if (groups[i] == group)
				return true;
#else
	(void)fd, (void)size;
#endif
	return false;
}

/* The socket's mode keeps others out; who was let in is asked all the same. */
static bool is_allowed(const struct server *s, int fd, bool *ret_may_change)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	*ret_may_change = peer.uid == 0 || peer.uid == s->owner;
	return *ret_may_change || is_in_group(fd, &peer, s->readers);
}

static struct server_client *free_slot(struct server *s)
{
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		if (s->clients[i].state == CLIENT_FREE)
			return &s->clients[i];
	return NULL;
}

static void accept_one(struct server *s)
{
	auto_close int fd =
		accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct server_client *c = free_slot(s);
	bool may_change;

	if (fd < 0)
		return;
	if (c == NULL || !is_allowed(s, fd, &may_change) ||
	    watch(s, EPOLL_CTL_ADD, fd, EPOLLIN, c) < 0) {
		refused(s);
		return;
	}
	c->state = CLIENT_ASKING;
	c->server = s;
	c->may_change = may_change;
	c->until_ns =
		clock_monotonic_ns() + LIMIT_CONTROL_TIMEOUT_MS * NS_PER_MS;
	c->len = 0;
	c->fd = fd;
	fd = -1;
}

/* What the socket does not take now waits for EPOLLOUT. */
static void send_answer(struct server_client *c)
{
	ssize_t n = send(c->fd, c->answer.data, c->answer.len,
	                 MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		drop(c);
		return;
	}
	if (n > 0)
		buf_consume(&c->answer, (size_t)n);
	if (c->answer.len == 0 ||
	    watch(c->server, EPOLL_CTL_MOD, c->fd, EPOLLOUT, c) < 0)
		drop(c);
}

void server_answer(struct server_client *c, struct str line)
{
	if (c->state != CLIENT_WAITING)
		return;
	buf_add_str(&c->answer, line);
	buf_add_byte(&c->answer, '\n');
	c->state = CLIENT_ANSWERED;
	c->until_ns =
		clock_monotonic_ns() + LIMIT_CONTROL_TIMEOUT_MS * NS_PER_MS;
	if (c->answer.failed)
		drop(c);
	else
		send_answer(c);
}

static void take_request(struct server_client *c, struct str line,
                         server_fn *fn, void *arg)
{
	static const bool changes[CONTROL__MAX] = {
#define REQUEST(id, name, changes, doc) [CONTROL_##id] = changes,
#include "saker/daemon/control.def"
#undef REQUEST
	};

	c->state = CLIENT_WAITING;
	if (!control_parse(line, &c->request)) {
		refused(c->server);
		server_answer(c, STR("{\"error\":\"there is no such "
		                     "request\"}"));
	} else if (changes[c->request] && !c->may_change) {
		refused(c->server);
		server_answer(c, STR("{\"error\":\"permission denied: only "
		                     "root may\"}"));
	} else {
		fn(arg, c, c->request);
	}
}

/* One request a connection; what comes behind its line is not read. */
static void receive(struct server_client *c, server_fn *fn, void *arg)
{
	ssize_t n = recv(c->fd, c->text + c->len, sizeof(c->text) - c->len, 0);
	struct str rest, line;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(c);
		return;
	}
	c->len += (size_t)n;
	rest = (struct str){ c->text, c->len };
	if (str_find_byte(rest, '\n') >= 0 && str_split(&rest, '\n', &line)) {
		take_request(c, line, fn, arg);
	} else if (c->len == sizeof(c->text)) {
		refused(c->server);
		drop(c);
	}
}

static void serve_client(struct server_client *c, uint32_t events,
                         server_fn *fn, void *arg)
{
	char byte;

	switch (c->state) {
	case CLIENT_ASKING:
		receive(c, fn, arg);
		break;
	case CLIENT_ANSWERED:
		send_answer(c);
		break;
	case CLIENT_WAITING:
		/* has it left? */
		if ((events & (EPOLLHUP | EPOLLERR)) != 0 ||
		    recv(c->fd, &byte, 1, MSG_DONTWAIT) == 0)
			drop(c);
		break;
	case CLIENT_FREE:
		break;
	}
}

static void drop_late(struct server *s)
{
	uint64_t now = clock_monotonic_ns();

	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++) {
		struct server_client *c = &s->clients[i];

		if ((c->state == CLIENT_ASKING ||
		     c->state == CLIENT_ANSWERED) &&
		    now > c->until_ns)
			drop(c);
	}
}

void server_serve(struct server *s, server_fn *fn, void *arg)
{
	struct epoll_event events[LIMIT_CONTROL_CLIENTS + 1];
	int n;

	drop_late(s);
	n = epoll_wait(s->epoll, events, LIMIT_CONTROL_CLIENTS + 1, 0);
	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == NULL)
			accept_one(s);
		else
			serve_client(events[i].data.ptr, events[i].events, fn,
			             arg);
	}
}

void server_each_waiting(struct server *s, enum control_request request,
                         void (*fn)(void *arg, struct server_client *c),
                         void *arg)
{
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		if (s->clients[i].state == CLIENT_WAITING &&
		    s->clients[i].request == request)
			fn(arg, &s->clients[i]);
}

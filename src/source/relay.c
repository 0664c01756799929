/* SPDX-License-Identifier: GPL-2.0-or-later */
/* relay.c - the socket that audisp-saker hands auditd's records to.
 *
 * The relay has a queue of its own, counts what it drops, and says so: nothing
 * is taken from it that the ring has no room for. */
#include "saker/relay/protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "kinds.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

#define UNSETTLED_MOST 2048u

/* s->fd is the connection while there is one, else the listener: the relay of
 * an auditd that has just been started waits until the former one's is done. */
struct relay_state {
	struct sockaddr_un address;
	int listener;
	bool is_bound;
	bool has_ended; /* RELAY_END came */
	uint64_t taken; /* records of this connection */
	uint64_t acknowledged;
	uint64_t before; /* in the ring, from others */
	size_t used;
	_Alignas(RELAY_ALIGN) char chunk[STREAM_CHUNK];
};

/* True when the path is a socket that nobody serves any more. */
static bool is_stale(const struct sockaddr_un *address)
{
	auto_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;

	return fd >= 0 && lstat(address->sun_path, &st) == 0 &&
	       S_ISSOCK(st.st_mode) &&
	       connect(fd, (const struct sockaddr *)address, sizeof(*address)) <
	               0 &&
	       errno == ECONNREFUSED;
}

static int bind_listener(struct relay_state *state)
{
	const struct sockaddr *address = (struct sockaddr *)&state->address;
	int fd = state->listener;

	/* bind(2) makes the file with the mode that the socket has
	 * (net/unix/af_unix.c, unix_bind_bsd()) */
	if (fd < 0 || fchmod(fd, 0600) < 0)
		return E_IO;
	if (bind(fd, address, sizeof(state->address)) < 0) {
		int saved = errno;

		if (saved != EADDRINUSE || !is_stale(&state->address) ||
		    unlink(state->address.sun_path) < 0) {
			errno = saved;
			return io_error();
		}
		if (bind(fd, address, sizeof(state->address)) < 0)
			return io_error();
	}
	state->is_bound = true;
	return listen(fd, 4) < 0 ? E_IO : 0;
}

int source_relay_open(struct source *s, struct str argument,
                      const struct source_options *options)
{
	struct relay_state *state = calloc(1, sizeof(*state));
	int error;

	(void)options;
	if (state == NULL)
		return E_NOMEM;
	s->state = state;
	state->address.sun_family = AF_UNIX;
	state->listener =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (argument.len >= sizeof(state->address.sun_path)) {
		errno = ENAMETOOLONG;
		error = E_INVALID;
	} else {
		memcpy(state->address.sun_path, argument.s, argument.len);
		/* /run is empty after a start of the machine; what keeps the
		 * directory from being made, bind(2) says */
		if (io_make_parent(state->address.sun_path) < 0)
			errno = 0;
		error = bind_listener(state);
	}
	if (error < 0) {
		int saved = errno;

		source_relay_close(s);
		errno = saved;
		return error;
	}
	s->fd = state->listener;
	s->is_lossless = true;
	return 0;
}

/* Whoever may write here decides what saker sees. */
static bool is_trusted(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

static int take_connection(struct source *s)
{
	struct relay_state *state = s->state;
	auto_close int fd = accept4(state->listener, NULL, NULL,
	                            SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0 || !is_trusted(fd))
		return E_AGAIN;
	state->has_ended = false;
	state->taken = state->acknowledged = 0;
	state->before = ring_pushed(s->ring);
	state->used = 0;
	s->fd = fd;
	fd = -1;
	return E_AGAIN;
}

static void end_connection(struct source *s)
{
	struct relay_state *state = s->state;

	if (!state->has_ended)
		counter_add(s->counters, COUNTER_RELAY_ABORTS, 1);
	io_close(&s->fd);
	s->fd = state->listener;
}

static void take_entry(struct source *s, const struct relay_head *head,
                       const char *payload, uint64_t now)
{
	struct relay_state *state = s->state;
	struct frame frame = { .text = { payload, head->len } };
	uint64_t lost;

	switch (head->kind) {
	case RELAY_CUT:
		counter_add(s->counters, COUNTER_RECORDS_OVERSIZE, 1);
		/* fall through */
	case RELAY_RECORD:
		ring_push(s->ring, &frame, now);
		state->taken++;
		break;
	case RELAY_LOST:
		memcpy(&lost, payload, sizeof(lost));
		counter_add(s->counters, COUNTER_RELAY_DROPPED, lost);
		break;
	case RELAY_END:
		state->has_ended = true;
		break;
	default:
		break;
	}
}

static bool is_sound(const struct relay_head *head)
{
	return head->version == RELAY_VERSION &&
	       head->len <= LIMIT_LINE_BYTES &&
	       (head->kind != RELAY_LOST || head->len == sizeof(uint64_t));
}

/* False when this is not what a relay sends. */
static bool take_entries(struct source *s)
{
	struct relay_state *state = s->state;
	uint64_t now = clock_monotonic_ns();
	struct relay_head head;
	size_t at = 0;

	while (state->used - at >= sizeof(head)) {
		memcpy(&head, state->chunk + at, sizeof(head));
		if (!is_sound(&head))
			return false;
		if (state->used - at < relay_entry_size(head.len))
			break;
		take_entry(s, &head, state->chunk + at + sizeof(head), now);
		at += relay_entry_size(head.len);
	}
	state->used -= at;
	memmove(state->chunk, state->chunk + at, state->used);
	return true;
}

/* Records whose events are judged, where somebody says so: what a saker has
 * that is killed comes again for the next one. Not many of them: the relay
 * keeps them all, and one event may wait for long. A relay that ends keeps
 * none. */
static uint64_t settled(const struct source *s)
{
	const struct relay_state *state = s->state;
	uint64_t least = state->taken > UNSETTLED_MOST
	                         ? state->taken - UNSETTLED_MOST
	                         : 0;
	uint64_t n = ring_settled(s->ring);

	if (ring_settled_fd(s->ring) < 0 || state->has_ended)
		return state->taken;
	n = n > state->before ? n - state->before : 0;
	return n > least ? n : least;
}

/* The count is a running one: it does not matter when the relay has no room
 * for this one. */
static void acknowledge(const struct source *s)
{
	struct relay_state *state = s->state;
	uint64_t count;
	ssize_t n;

	ring_want_settled(s->ring);
	count = settled(s);
	if (count == state->acknowledged)
		return;
	n = send(s->fd, &count, sizeof(count), MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n == (ssize_t)sizeof(count))
		state->acknowledged = count;
}

/* A frame takes at most half as much again in the ring as its entry here. */
static size_t receivable(const struct source *s)
{
	const struct relay_state *state = s->state;
	size_t room = ring_room(s->ring) / 2;
	size_t free_bytes = STREAM_CHUNK - state->used;

	return room < free_bytes ? room : free_bytes;
}

int source_relay_read(struct source *s)
{
	struct relay_state *state = s->state;
	bool is_sound;
	ssize_t n;

	if (s->fd == state->listener)
		return take_connection(s);
	n = recv(s->fd, state->chunk + state->used, receivable(s), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		acknowledge(s);
		return E_AGAIN;
	}
	if (n > 0)
		state->used += (size_t)n;
	is_sound = n > 0 && take_entries(s);
	ring_wake(s->ring);
	acknowledge(s);
	if (!is_sound)
		end_connection(s);
	return 0;
}

void source_relay_close(struct source *s)
{
	struct relay_state *state = s->state;

	if (s->fd != state->listener)
		io_close(&s->fd);
	s->fd = -1;
	io_close(&state->listener);
	if (state->is_bound)
		unlink(state->address.sun_path);
	free(state);
	s->state = NULL;
}

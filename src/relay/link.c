/* SPDX-License-Identifier: GPL-2.0-or-later */
/* link.c - the relay's connection to the engine. */
#include "link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_FIRST_MS 50u
#define WAIT_MOST_MS  250u

bool link_init(struct link *l, const char *path)
{
	*l = (struct link){ .address.sun_family = AF_UNIX,
		            .fd = -1,
		            .wait_ms = WAIT_FIRST_MS };
	if (strlen(path) >= sizeof(l->address.sun_path))
		return false;
	strcpy(l->address.sun_path, path);
	return true;
}

/* Records are for root alone, or for who runs both in a test: the credentials
 * are those of the time of listen(2). */
static bool is_trusted(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

/* Connecting to a local socket never waits with SOCK_NONBLOCK: a full backlog
 * is EAGAIN. */
void link_connect(struct link *l, uint64_t now_ms)
{
	int fd;

	if (l->fd >= 0 || now_ms < l->next_ms)
		return;
	l->next_ms = now_ms + l->wait_ms;
	l->wait_ms =
		l->wait_ms * 2 < WAIT_MOST_MS ? l->wait_ms * 2 : WAIT_MOST_MS;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)&l->address,
	            sizeof(l->address)) < 0 ||
	    !is_trusted(fd)) {
		close(fd);
		return;
	}
	l->fd = fd;
	l->taken = 0;
	l->received = 0;
}

static void end(struct link *l, struct queue *q, uint64_t now_ms)
{
	if (l->fd < 0)
		return;
	close(l->fd);
	l->fd = -1;
	l->next_ms = now_ms + l->wait_ms;
	queue_rewind(q);
}

void link_send(struct link *l, struct queue *q, uint64_t now_ms)
{
	struct iovec parts[2];
	struct msghdr message = { .msg_iov = parts };
	ssize_t n;

	queue_tell_loss(q);
	while (l->fd >= 0 && (n = queue_unsent(q, parts)) != 0) {
		message.msg_iovlen = (size_t)n;
		n = sendmsg(l->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n >= 0) {
			queue_sent(q, (size_t)n);
		} else if (errno == EAGAIN) {
			return;
		} else if (errno != EINTR) {
			link_receive(l, q, now_ms);
			end(l, q, now_ms);
		}
	}
}

/* False when the last count cannot be. */
static bool use_counts(struct link *l, struct queue *q)
{
	size_t n = l->received / sizeof(l->counts[0]);
	uint64_t last;

	if (n == 0)
		return true;
	last = l->counts[n - 1];
	if (!queue_taken(q, last - l->taken))
		return false;
	l->taken = last;
	l->wait_ms = WAIT_FIRST_MS;
	l->received %= sizeof(l->counts[0]);
	memmove(l->counts, &l->counts[n], l->received);
	return true;
}

/* The last counts can still be read when the engine is gone. */
void link_receive(struct link *l, struct queue *q, uint64_t now_ms)
{
	ssize_t n;

	while (l->fd >= 0) {
		n = recv(l->fd, (char *)l->counts + l->received,
		         sizeof(l->counts) - l->received, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			break;
		l->received += (size_t)n;
		if (!use_counts(l, q))
			break;
	}
	end(l, q, now_ms);
}

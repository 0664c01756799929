/* SPDX-License-Identifier: GPL-2.0-or-later */
/* link.h - the relay's connection to the engine. Nothing here waits. */
#ifndef SAKER_RELAY_LINK_H
#define SAKER_RELAY_LINK_H

#include <sys/un.h>

#include "queue.h"

struct link {
	struct sockaddr_un address;
	int fd;         /* -1 = not connected */
	uint64_t taken; /* the engine's last count */
	uint64_t counts[64];
	size_t received;  /* bytes of these: a count that is not whole yet */
	uint64_t next_ms; /* CLOCK_MONOTONIC of the next attempt */
	unsigned wait_ms; /* between attempts */
};

/* False when path is too long. */
bool link_init(struct link *l, const char *path);
/* Connects when it is time. */
void link_connect(struct link *l, uint64_t now_ms);
/* Sends what the socket takes. */
void link_send(struct link *l, struct queue *q, uint64_t now_ms);
/* Takes the engine's counts; a connection that has ended is closed, and what
 * it did not take is to be sent again. */
void link_receive(struct link *l, struct queue *q, uint64_t now_ms);

#endif

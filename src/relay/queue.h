/* SPDX-License-Identifier: GPL-2.0-or-later */
/* queue.h - the relay's bounded queue: entries of protocol.h in one ring. */
#ifndef SAKER_RELAY_QUEUE_H
#define SAKER_RELAY_QUEUE_H

#include <stdbool.h>
#include <sys/uio.h>

#include "saker/relay/protocol.h"

/* Positions count bytes since the queue was last empty: tail to next was sent
 * and may have to be sent again, next to head is to be sent. Records: in =
 * taken
 * + dropped + pending. */
struct queue {
	char *bytes;
	size_t size; /* a power of two */
	uint64_t tail, next, head;
	uint64_t in, taken, dropped, pending;
	uint64_t told; /* of dropped: has its RELAY_LOST entry */
};

/* The only memory that is ever taken; size is a power of two. -1 with errno. */
int queue_init(struct queue *q, size_t size);
void queue_done(struct queue *q);
/* One line as an entry of that kind; dropped and counted when it does not fit.
 */
void queue_add(struct queue *q, enum relay_kind kind, const char *line,
               size_t len);
/* Makes the entry for what was dropped since the last one, as soon as there is
 * room for it. */
void queue_tell_loss(struct queue *q);
/* False when there is no room. */
bool queue_add_end(struct queue *q);
/* What is to be sent, as one or two pieces; 0 when nothing is. */
int queue_unsent(const struct queue *q, struct iovec ret[2]);
void queue_sent(struct queue *q, size_t bytes);
/* Everything that was sent but not taken is to be sent again. */
void queue_rewind(struct queue *q);
/* The engine took n more records. False when it cannot have been so many. */
bool queue_taken(struct queue *q, uint64_t n);

static inline size_t queue_held(const struct queue *q)
{
	return (size_t)(q->head - q->tail);
}

#endif

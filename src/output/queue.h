/* SPDX-License-Identifier: GPL-2.0-or-later */
/* queue.h - messages that wait in memory: in order, bounded, the least
 * important oldest one dropped first. */
#ifndef SAKER_OUTPUT_QUEUE_H
#define SAKER_OUTPUT_QUEUE_H

#include "saker/base/list.h"
#include "saker/base/str.h"
#include "saker/engine/rule.h"

#define PRIORITIES (PRIORITY_DEBUG + 1)

struct ticket;

struct message {
	struct list in_order;
	struct list in_class; /* those of its priority */
	enum priority priority;
	uint64_t seq;          /* in the spool; 0 = it is not there */
	uint64_t end;          /* bytes that the sink had taken behind it */
	struct ticket *ticket; /* NULL = nobody waits for its safety */
	size_t len;
	char bytes[];
};

struct queue {
	struct list order;
	struct list classes[PRIORITIES];
	size_t bytes;
	size_t count;
	size_t limit;
};

/* A copy; NULL when out of memory. */
struct message *message_new(enum priority priority, struct str bytes);
/* Of one that is in no queue: its ticket is done. NULL is allowed. */
void message_free(struct message *m);
/* What it takes of a queue's limit. */
size_t message_cost(const struct message *m);

void queue_init(struct queue *q, size_t limit);
/* Appends m, which then is q's. To make room the oldest of the least important
 * are freed, and m itself where nothing is less important. Returns how many. */
unsigned queue_push(struct queue *q, struct message *m);
/* Takes the first out; NULL = there is none. */
struct message *queue_pop(struct queue *q);
/* Puts one that was popped back to the front. */
void queue_unpop(struct queue *q, struct message *m);
void queue_clear(struct queue *q);

#endif

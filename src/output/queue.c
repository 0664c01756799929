/* SPDX-License-Identifier: GPL-2.0-or-later */
/* queue.c - messages in order, and by priority for what is dropped first. */
#include "queue.h"

#include <stdlib.h>

#include "ticket.h"

struct message *message_new(enum priority priority, struct str bytes)
{
	struct message *m = malloc(sizeof(*m) + bytes.len);

	if (m == NULL)
		return NULL;
	*m = (struct message){ .priority = priority, .len = bytes.len };
	list_init(&m->in_order);
	list_init(&m->in_class);
	if (bytes.len != 0)
		memcpy(m->bytes, bytes.s, bytes.len);
	return m;
}

void message_free(struct message *m)
{
	if (m == NULL)
		return;
	ticket_done(m->ticket);
	free(m);
}

size_t message_cost(const struct message *m)
{
	return sizeof(*m) + m->len;
}

void queue_init(struct queue *q, size_t limit)
{
	*q = (struct queue){ .limit = limit };
	list_init(&q->order);
	for (unsigned i = 0; i < PRIORITIES; i++)
		list_init(&q->classes[i]);
}

static void unlink_message(struct queue *q, struct message *m)
{
	list_remove(&m->in_order);
	list_remove(&m->in_class);
	q->bytes -= message_cost(m);
	q->count--;
}

/* The oldest of the lowest priority, where that is no higher than `most`. */
static struct message *least(const struct queue *q, enum priority most)
{
	for (unsigned i = PRIORITIES; i-- > most;)
		if (!list_is_empty(&q->classes[i]))
			return container_of(q->classes[i].next, struct message,
			                    in_class);
	return NULL;
}

unsigned queue_push(struct queue *q, struct message *m)
{
	unsigned dropped = 0;

	while (q->bytes + message_cost(m) > q->limit) {
		struct message *victim = message_cost(m) <= q->limit
		                                 ? least(q, m->priority)
		                                 : NULL;

		dropped++;
		if (victim == NULL) {
			message_free(m);
			return dropped;
		}
		unlink_message(q, victim);
		message_free(victim);
	}
	list_add_tail(&q->order, &m->in_order);
	list_add_tail(&q->classes[m->priority], &m->in_class);
	q->bytes += message_cost(m);
	q->count++;
	return dropped;
}

struct message *queue_pop(struct queue *q)
{
	struct message *m;

	if (list_is_empty(&q->order))
		return NULL;
	m = container_of(q->order.next, struct message, in_order);
	unlink_message(q, m);
	return m;
}

void queue_unpop(struct queue *q, struct message *m)
{
	/* at the tail of a list whose head is the first: before it */
	list_add_tail(q->order.next, &m->in_order);
	list_add_tail(q->classes[m->priority].next, &m->in_class);
	q->bytes += message_cost(m);
	q->count++;
}

void queue_clear(struct queue *q)
{
	struct message *m;

	while ((m = queue_pop(q)) != NULL)
		message_free(m);
}

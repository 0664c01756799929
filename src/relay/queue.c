/* SPDX-License-Identifier: GPL-2.0-or-later */
/* queue.c - the relay's bounded queue. */
#include "queue.h"

#include <string.h>
#include <sys/mman.h>

int queue_init(struct queue *q, size_t size)
{
	*q = (struct queue){ .size = size };
	q->bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
	                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return q->bytes == MAP_FAILED ? -1 : 0;
}

void queue_done(struct queue *q)
{
	munmap(q->bytes, q->size);
}

static char *at(const struct queue *q, uint64_t position)
{
	return q->bytes + (position & (q->size - 1));
}

/* The bytes from position on that lie in one piece, and those that follow at
 * the start of the array. */
static int pieces(const struct queue *q, uint64_t position, size_t len,
                  struct iovec ret[2])
{
	size_t to_end = q->size - (size_t)(position & (q->size - 1));

	ret[0] = (struct iovec){ at(q, position), len < to_end ? len : to_end };
	ret[1] = (struct iovec){ q->bytes, len - ret[0].iov_len };
	return (ret[0].iov_len != 0) + (ret[1].iov_len != 0);
}

static bool append(struct queue *q, enum relay_kind kind, const void *payload,
                   size_t len)
{
	struct relay_head head = { .len = (uint32_t)len,
		                   .kind = (uint16_t)kind,
		                   .version = RELAY_VERSION };
	size_t need = relay_entry_size(len);
	struct iovec to[2];

	if (need > q->size - queue_held(q))
		return false;
	/* entries are multiples of a head's size, so that none wraps */
	memcpy(at(q, q->head), &head, sizeof(head));
	pieces(q, q->head + sizeof(head), len, to);
	memcpy(to[0].iov_base, payload, to[0].iov_len);
	memcpy(to[1].iov_base, (const char *)payload + to[0].iov_len,
	       to[1].iov_len);
	pieces(q, q->head + sizeof(head) + len, need - sizeof(head) - len, to);
	memset(to[0].iov_base, 0, to[0].iov_len);
	q->head += need;
	return true;
}

void queue_tell_loss(struct queue *q)
{
	uint64_t lost = q->dropped - q->told;

	if (lost != 0 && append(q, RELAY_LOST, &lost, sizeof(lost)))
		q->told = q->dropped;
}

void queue_add(struct queue *q, enum relay_kind kind, const char *line,
               size_t len)
{
	q->in++;
	queue_tell_loss(q);
	/* what comes behind a loss must not overtake the word of it */
	if (q->told == q->dropped && append(q, kind, line, len))
		q->pending++;
	else
		q->dropped++;
}

bool queue_add_end(struct queue *q)
{
	queue_tell_loss(q);
	return q->told == q->dropped && append(q, RELAY_END, "", 0);
}

int queue_unsent(const struct queue *q, struct iovec ret[2])
{
	return pieces(q, q->next, (size_t)(q->head - q->next), ret);
}

void queue_sent(struct queue *q, size_t bytes)
{
	q->next += bytes;
}

void queue_rewind(struct queue *q)
{
	q->next = q->tail;
}

/* An empty queue starts over, so that a quiet one uses few pages. */
static void start_over(struct queue *q)
{
	if (q->tail == q->head)
		q->tail = q->next = q->head = 0;
}

bool queue_taken(struct queue *q, uint64_t n)
{
	struct relay_head head;

	while (n > 0 && q->tail < q->next) {
		memcpy(&head, at(q, q->tail), sizeof(head));
		if (q->next - q->tail < relay_entry_size(head.len))
			break;
		q->tail += relay_entry_size(head.len);
		if (head.kind != RELAY_RECORD && head.kind != RELAY_CUT)
			continue;
		n--;
		q->pending--;
		q->taken++;
	}
	start_over(q);
	return n == 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outbox.c - a ring of alerts in shared memory, and accounts of the outputs.
 *
 * An entry leaves the ring when all its messages are in a safe place, so what
 * the deliverer had in memory when it died is handed to the next one again. An
 * entry is there once head says so: one that its writer died of never was. */
#include "saker/output/outbox.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "account.h"
#include "handover.h"
#include "queue.h"
#include "saker/base/io.h"
#include "saker/output/output.h"
#include "ticket.h"

#define MIN_BYTES ((size_t)64 * 1024)
/* An entry of this size stands for the rest of the array. */
#define ENTRY_SKIP UINT32_MAX

struct entry {
	uint32_t size; /* with its parts; a multiple of 8 */
	uint32_t nparts;
	uint32_t priority;
	uint32_t unused;
};

struct part {
	uint32_t output;
	uint32_t length; /* of what follows, filled up to a multiple of 8 */
	uint64_t number; /* of its output's messages, from 1 */
};

struct shared {
	_Atomic uint64_t head; /* who puts writes it */
	_Atomic uint64_t tail; /* who takes */
	_Atomic bool wants_reopen;
	_Atomic bool has_ended;
	_Atomic pid_t taker;
	struct account accounts[];
};

/* Positions count bytes and never wrap; the offset is position & mask. */
struct outbox {
	struct shared *shared;
	size_t shared_bytes;
	char *bytes;
	size_t size;
	uint64_t mask;
	size_t noutputs;
	struct counters *counters;
	int wake;      /* for who takes */
	int delivered; /* for who puts */
	/* of who takes */
	uint64_t position;
	struct list tickets;
};

struct outbox *outbox_new(size_t bytes, size_t noutputs,
                          struct counters *counters)
{
	struct outbox *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return NULL;
	o->size = MIN_BYTES;
	while (o->size < bytes && o->size <= SIZE_MAX / 4)
		o->size *= 2;
	o->mask = o->size - 1;
	o->noutputs = noutputs;
	o->counters = counters;
	o->shared_bytes =
		sizeof(*o->shared) + noutputs * sizeof(o->shared->accounts[0]);
	o->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	o->delivered = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	o->shared = io_map_shared(o->shared_bytes);
	o->bytes = io_map_shared(o->size);
	list_init(&o->tickets);
	if (o->shared != NULL && o->bytes != NULL && o->wake >= 0 &&
	    o->delivered >= 0)
		return o;
	outbox_free(o);
	return NULL;
}

static void let_go(struct ticket *t)
{
	list_remove(&t->list);
	t->wake = -1;
	ticket_done(t);
}

void outbox_free(struct outbox *o)
{
	if (o == NULL)
		return;
	while (!list_is_empty(&o->tickets))
		let_go(container_of(o->tickets.next, struct ticket, list));
	if (o->shared != NULL)
		munmap(o->shared, o->shared_bytes);
	if (o->bytes != NULL)
		munmap(o->bytes, o->size);
	io_close(&o->wake);
	io_close(&o->delivered);
	free(o);
}

size_t outbox_outputs(const struct outbox *o)
{
	return o->noutputs;
}

static size_t padded(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

/* Where the next entry of that size goes; NULL = there is no room. */
static char *make_room(struct outbox *o, size_t size, uint64_t *ret_head)
{
	uint64_t head = account_load(&o->shared->head);
	size_t room = o->size - (size_t)(head - account_load(&o->shared->tail));
	size_t to_end = o->size - (size_t)(head & o->mask);
	size_t skip = size > to_end ? to_end : 0;
	const uint32_t mark = ENTRY_SKIP;

	if (size > UINT32_MAX - 8 || size > o->size || skip + size > room)
		return NULL;
	if (skip != 0)
		memcpy(o->bytes + (head & o->mask), &mark, sizeof(mark));
	*ret_head = head + skip + size;
	return o->bytes + ((head + skip) & o->mask);
}

static void put_part(struct outbox *o, const struct outbox_part *p, char **to)
{
	const struct part head = {
		.output = p->output,
		.length = (uint32_t)p->message.len,
		.number = account_load(&o->shared->accounts[p->output].put) + 1,
	};

	memcpy(*to, &head, sizeof(head));
	if (p->message.len != 0)
		memcpy(*to + sizeof(head), p->message.s, p->message.len);
	*to += sizeof(head) + padded(p->message.len);
}

void outbox_count_lost(struct outbox *o, uint32_t output)
{
	atomic_fetch_add_explicit(&o->shared->accounts[output].refused, 1,
	                          memory_order_relaxed);
	counter_add(o->counters, COUNTER_OUTPUT_DROPPED, 1);
}

void outbox_put(struct outbox *o, enum priority priority,
                const struct outbox_part *parts, size_t nparts)
{
	struct entry e = { .nparts = (uint32_t)nparts, .priority = priority };
	size_t size = sizeof(e);
	uint64_t head;
	char *to;

	for (size_t i = 0; i < nparts; i++)
		size += sizeof(struct part) + padded(parts[i].message.len);
	to = make_room(o, size, &head);
	if (to == NULL) {
		for (size_t i = 0; i < nparts; i++)
			outbox_count_lost(o, parts[i].output);
		return;
	}
	e.size = (uint32_t)size;
	memcpy(to, &e, sizeof(e));
	to += sizeof(e);
	for (size_t i = 0; i < nparts; i++)
		put_part(o, &parts[i], &to);
	account_store(&o->shared->head, head);
	for (size_t i = 0; i < nparts; i++)
		atomic_fetch_add_explicit(
			&o->shared->accounts[parts[i].output].put, 1,
			memory_order_release);
	eventfd_write(o->wake, 1);
}

void outbox_ask_reopen(struct outbox *o)
{
	atomic_store(&o->shared->wants_reopen, true);
	eventfd_write(o->wake, 1);
}

void outbox_end(struct outbox *o)
{
	atomic_store(&o->shared->has_ended, true);
	eventfd_write(o->wake, 1);
}

bool outbox_stats(const struct outbox *o, size_t output,
                  struct outputs_stats *ret)
{
	if (output >= o->noutputs)
		return false;
	account_read(&o->shared->accounts[output], ret);
	return true;
}

int outbox_delivered_fd(const struct outbox *o)
{
	return o->delivered;
}

void outbox_clear_delivered(struct outbox *o)
{
	eventfd_t ignored;

	eventfd_read(o->delivered, &ignored);
}

int outbox_fd(const struct outbox *o)
{
	return o->wake;
}

/* The entry at *at, or behind a skipped end, which *at then says. 0, E_END, or
 * E_INVALID: no entry can be so. */
static int entry_at(const struct outbox *o, uint64_t *at, uint64_t head,
                    struct entry *ret)
{
	for (;;) {
		uint64_t there = head - *at;
		size_t to_end = o->size - (size_t)(*at & o->mask);

		if (there == 0)
			return E_END;
		if (there > o->size || there < sizeof(*ret) ||
		    ((*at | head) & 7) != 0)
			return E_INVALID;
		memcpy(&ret->size, o->bytes + (*at & o->mask),
		       sizeof(ret->size));
		if (ret->size != ENTRY_SKIP) {
			if (ret->size < sizeof(*ret) || ret->size > to_end ||
			    ret->size > there || ret->size % 8 != 0)
				return E_INVALID;
			break;
		}
		if (to_end >= there)
			return E_INVALID;
		*at += to_end;
	}
	/* the size stays as it was checked, whatever happens there meanwhile */
	memcpy(&ret->nparts, o->bytes + (*at & o->mask) + sizeof(ret->size),
	       sizeof(*ret) - sizeof(ret->size));
	return ret->priority < PRIORITIES ? 0 : E_INVALID;
}

/* The next part of an entry; the message is borrowed from it. */
static bool next_part(const struct outbox *o, struct str *rest,
                      struct part *ret, struct str *ret_message)
{
	size_t length;

	if (rest->len < sizeof(*ret))
		return false;
	memcpy(ret, rest->s, sizeof(*ret));
	*rest = str_skip(*rest, sizeof(*ret));
	length = padded(ret->length);
	if (length > rest->len || ret->output >= o->noutputs)
		return false;
	*ret_message = str_take(*rest, ret->length);
	*rest = str_skip(*rest, length);
	return true;
}

static struct str parts_of(const struct outbox *o, uint64_t at,
                           const struct entry *e)
{
	return (struct str){ o->bytes + (at & o->mask) + sizeof(*e),
		             e->size - sizeof(*e) };
}

/* Calls fn for each part from tail on. */
static void each_part(const struct outbox *o,
                      void (*fn)(struct account *a, const struct part *p))
{
	uint64_t at = account_load(&o->shared->tail),
		 head = account_load(&o->shared->head);
	struct entry e;

	while (entry_at(o, &at, head, &e) == 0) {
		struct str rest = parts_of(o, at, &e), message;
		struct part p;

		while (next_part(o, &rest, &p, &message))
			fn(&o->shared->accounts[p.output], &p);
		at += e.size;
	}
}

static void was_put(struct account *a, const struct part *p)
{
	if (p->number > account_load(&a->put))
		account_store(&a->put, p->number);
}

void outbox_resume_putting(struct outbox *o)
{
	each_part(o, was_put);
}

static void will_be_taken(struct account *a, const struct part *p)
{
	if (p->number != 0 && p->number - 1 < account_load(&a->taken))
		account_store(&a->taken, p->number - 1);
	if (account_load(&a->taken) < account_load(&a->handed))
		account_store(&a->handed, account_load(&a->taken));
}

struct outputs_stats *outbox_account(struct outbox *o, size_t output,
                                     uint64_t waiting)
{
	struct account *a = &o->shared->accounts[output];

	counter_add(o->counters, COUNTER_OUTPUT_DROPPED,
	            account_settle(a, waiting));
	return &a->stats;
}

bool outbox_is_even(const struct outbox *o, size_t output)
{
	return account_is_even(&o->shared->accounts[output]);
}

uint32_t outbox_opened(const struct outbox *o, size_t output)
{
	return atomic_load(&o->shared->accounts[output].opened);
}

void outbox_count_direct(struct outbox *o, size_t output)
{
	atomic_fetch_add_explicit(&o->shared->accounts[output].direct, 1,
	                          memory_order_relaxed);
}

void outbox_resume_taking(struct outbox *o)
{
	o->position = account_load(&o->shared->tail);
	each_part(o, will_be_taken);
}

void outbox_set_taker(struct outbox *o, pid_t pid)
{
	atomic_store(&o->shared->taker, pid);
	eventfd_write(o->delivered, 1);
}

pid_t outbox_taker(const struct outbox *o)
{
	return atomic_load(&o->shared->taker);
}

static struct ticket *ticket_new(const struct outbox *o, uint64_t end)
{
	struct ticket *t = malloc(sizeof(*t));

	if (t == NULL)
		return NULL;
	/* one while its messages are handed over: nobody need be woken then */
	*t = (struct ticket){ .end = end, .refs = 2, .wake = o->wake };
	list_init(&t->list);
	return t;
}

static void take_entry(struct outbox *o, struct outputs *outputs,
                       const struct entry *e, struct ticket *t)
{
	struct str rest = parts_of(o, o->position, e), message;
	struct part p;

	while (next_part(o, &rest, &p, &message)) {
		atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
		account_store(&o->shared->accounts[p.output].taken, p.number);
		outputs_hand(outputs, p.output, (enum priority)e->priority,
		             message, t);
		account_store(&o->shared->accounts[p.output].handed, p.number);
	}
	outputs_wake(outputs);
	atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel);
}

/* A receiver without a spool that takes nothing must not keep the others from
 * their alerts: the oldest then are in this process's memory only. */
static void release(struct outbox *o)
{
	uint64_t head = account_load(&o->shared->head);
	bool any = false;

	while (!list_is_empty(&o->tickets)) {
		struct ticket *t =
			container_of(o->tickets.next, struct ticket, list);

		if (atomic_load_explicit(&t->refs, memory_order_acquire) != 1 &&
		    head - account_load(&o->shared->tail) <= o->size / 2)
			break;
		account_store(&o->shared->tail, t->end);
		let_go(t);
		any = true;
	}
	if (any)
		eventfd_write(o->delivered, 1);
}

void outbox_deliver(struct outbox *o, struct outputs *outputs)
{
	uint64_t head;
	struct entry e;
	int error = 0;

	if (atomic_exchange(&o->shared->wants_reopen, false))
		outputs_reopen(outputs);
	head = account_load(&o->shared->head);
	while (error == 0 &&
	       (error = entry_at(o, &o->position, head, &e)) == 0) {
		struct ticket *t = ticket_new(o, o->position + e.size);

		if (t == NULL)
			break; /* the next tick tries again */
		take_entry(o, outputs, &e, t);
		o->position = t->end;
		list_add_tail(&o->tickets, &t->list);
	}
	if (error == E_INVALID) {
		counter_add(o->counters, COUNTER_OUTBOX_DAMAGED, 1);
		o->position = head;
		if (list_is_empty(&o->tickets))
			account_store(&o->shared->tail, head);
	}
	release(o);
}

bool outbox_wait(struct outbox *o, int other, int timeout_ms)
{
	struct pollfd fds[] = {
		{ .fd = other, .events = POLLIN },
		{ .fd = o->wake, .events = POLLIN },
	};
	eventfd_t ignored;

	poll(fds, 2, timeout_ms);
	if (fds[1].revents != 0)
		eventfd_read(o->wake, &ignored);
	return fds[0].revents != 0;
}

bool outbox_is_done(const struct outbox *o)
{
	return atomic_load(&o->shared->has_ended) &&
	       o->position == account_load(&o->shared->head);
}

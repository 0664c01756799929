/* SPDX-License-Identifier: GPL-2.0-or-later */
/* redo.c - a redo log: a ring of copies, in the order in which records came.
 *
 * A process may be killed between any two instructions, and only those of one
 * process ever write here, so that the order of its stores is all that counts:
 * an entry is there once head says so, and each step is one store. */
#include "saker/source/redo.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "saker/base/io.h"

#define MIN_BYTES ((size_t)256 * 1024)
/* An entry of this length stands for the rest of the array. */
#define ENTRY_SKIP UINT32_MAX
/* When all is settled and this much was written, it begins at the front again:
 * the same few lines of the cache serve. */
#define HOT_BYTES ((size_t)16 * 1024)

struct entry {
	uint32_t len;
	uint16_t type;
	bool is_settled;
	bool is_counted;
	uint64_t received_ns;
	uint64_t before;   /* place of its event's record before; 0 = none */
	uint64_t position; /* at its source */
	uint64_t number;   /* of all that the source gave */
	uint16_t source;
	uint16_t holds;
	uint32_t unused;
};

/* Positions count bytes and never wrap; a place is the position of an entry,
 * never 0. */
struct shared {
	_Atomic uint64_t head, tail;
	_Atomic uint64_t newest;
	_Atomic uint64_t feeding, judging;
	uint64_t handled; /* records, before the one that is fed */
	uint64_t culprit; /* of the last death */
	unsigned deaths;
};

struct redo_log {
	struct shared *shared;
	char *bytes;
	size_t size;
	struct counters *counters;
};

struct redo_log *redo_new(size_t bytes, struct counters *counters)
{
	struct redo_log *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->size = MIN_BYTES;
	while (r->size < bytes && r->size <= SIZE_MAX / 4)
		r->size *= 2;
	r->counters = counters;
	r->shared = io_map_shared(sizeof(*r->shared));
	r->bytes = io_map_shared(r->size);
	if (r->shared == NULL || r->bytes == NULL) {
		redo_free(r);
		return NULL;
	}
	r->shared->head = r->shared->tail = r->size;
	return r;
}

void redo_free(struct redo_log *r)
{
	if (r == NULL)
		return;
	if (r->shared != NULL)
		munmap(r->shared, sizeof(*r->shared));
	if (r->bytes != NULL)
		munmap(r->bytes, r->size);
	free(r);
}

static uint64_t load(const _Atomic uint64_t *value)
{
	return atomic_load_explicit(value, memory_order_acquire);
}

static void store(_Atomic uint64_t *to, uint64_t value)
{
	atomic_store_explicit(to, value, memory_order_release);
}

static size_t entry_size(size_t len)
{
	return (sizeof(struct entry) + len + 7) & ~(size_t)7;
}

static struct entry *at(const struct redo_log *r, uint64_t position)
{
	return (struct entry *)(void *)(r->bytes + (position & (r->size - 1)));
}

static uint64_t behind(const struct redo_log *r, uint64_t position)
{
	const struct entry *e = at(r, position);

	return e->len == ENTRY_SKIP ? (position & ~(r->size - 1)) + r->size
	                            : position + entry_size(e->len);
}

static bool is_there(const struct redo_log *r, uint64_t place)
{
	return place >= load(&r->shared->tail) &&
	       place < load(&r->shared->head);
}

/* Lets go what is settled, and, where room is short, what is not. */
static void advance(struct redo_log *r, size_t need)
{
	uint64_t head = load(&r->shared->head), tail = load(&r->shared->tail);

	while (tail != head) {
		const struct entry *e = at(r, tail);

		if (e->len != ENTRY_SKIP && !e->is_settled) {
			if (r->size - (head - tail) >= need)
				break;
			counter_add(r->counters, COUNTER_RECORDS_UNKEPT, 1);
		}
		tail = behind(r, tail);
	}
	store(&r->shared->tail, tail);
}

/* Where the next entry goes; a skip in front of it is there with it. */
static uint64_t make_room(struct redo_log *r, size_t need)
{
	uint64_t head = load(&r->shared->head);
	size_t used = (size_t)(head & (r->size - 1));
	size_t skip = 0;

	if (need > r->size - used ||
	    (used > HOT_BYTES && head == load(&r->shared->tail)))
		skip = r->size - used;
	advance(r, need + skip);
	if (skip != 0)
		at(r, head)->len = ENTRY_SKIP;
	return head + skip;
}

void redo_add(struct redo_log *r, const struct redo_origin *from,
              uint64_t received_ns, struct frame *frame)
{
	size_t need = entry_size(frame->text.len);
	uint64_t place;
	struct entry *e;

	if (need > r->size / 2) {
		counter_add(r->counters, COUNTER_RECORDS_UNKEPT, 1);
		return;
	}
	place = make_room(r, need);
	e = at(r, place);
	*e = (struct entry){ .len = (uint32_t)frame->text.len,
		             .type = frame->type,
		             .received_ns = received_ns,
		             .position = from->position,
		             .number = from->number,
		             .source = (uint16_t)from->source };
	if (frame->text.len != 0)
		memcpy(e + 1, frame->text.s, frame->text.len);
	frame->place = place;
	store(&r->shared->newest, place);
	store(&r->shared->head, place + need);
}

/* Each record that was fed is counted as one of these. */
static uint64_t handled(const struct redo_log *r)
{
	return counter_get(r->counters, COUNTER_RECORDS_PARSED) +
	       counter_get(r->counters, COUNTER_RECORDS_MALFORMED) +
	       counter_get(r->counters, COUNTER_RECORDS_LATE) +
	       counter_get(r->counters, COUNTER_RECORDS_NOMEM) +
	       counter_get(r->counters, COUNTER_RECORDS_EXCESS) +
	       counter_get(r->counters, COUNTER_RECORDS_SHED);
}

void redo_feeding(struct redo_log *r, uint64_t place)
{
	r->shared->handled = handled(r);
	store(&r->shared->feeding, place);
}

void redo_fed(struct redo_log *r)
{
	uint64_t place = load(&r->shared->feeding);

	if (is_there(r, place))
		at(r, place)->is_counted = true;
	store(&r->shared->feeding, 0);
}

void redo_judging(struct redo_log *r, uint64_t place)
{
	store(&r->shared->judging, place);
}

void redo_chain(void *log, uint64_t place, uint64_t before)
{
	struct redo_log *r = log;

	if (is_there(r, place))
		at(r, place)->before = before;
}

void redo_hold(struct redo_log *r, uint64_t place)
{
	if (is_there(r, place))
		at(r, place)->holds++;
}

/* The last record first: as long as that is not settled, all are done again. */
static void settle_all(struct redo_log *r, uint64_t place)
{
	uint64_t before;

	for (; is_there(r, place); place = before) {
		struct entry *e = at(r, place);

		before = e->before < place ? e->before : 0;
		e->is_settled = true;
	}
	advance(r, 0);
}

void redo_settle(void *log, uint64_t place)
{
	struct redo_log *r = log;

	if (is_there(r, place) && at(r, place)->holds != 0)
		at(r, place)->holds--;
	else
		settle_all(r, place);
}

uint64_t redo_oldest(const struct redo_log *r, unsigned source, uint64_t taken)
{
	uint64_t place = load(&r->shared->tail), head = load(&r->shared->head);

	for (; place < head; place = behind(r, place)) {
		const struct entry *e = at(r, place);

		if (e->len != ENTRY_SKIP && !e->is_settled &&
		    e->source == source)
			return e->number;
	}
	return taken;
}

bool redo_has(const struct redo_log *r, unsigned source, uint64_t position)
{
	uint64_t newest = load(&r->shared->newest);
	const struct entry *e = at(r, newest);

	return newest != 0 && behind(r, newest) == load(&r->shared->head) &&
	       e->source == source && e->position == position;
}

static bool is_poison(struct redo_log *r, uint64_t culprit)
{
	struct shared *shared = r->shared;

	if (culprit != shared->culprit)
		shared->deaths = 0;
	shared->culprit = culprit;
	return culprit != 0 && ++shared->deaths >= REDO_DEATHS;
}

/* What had been counted is; nothing will count the other. */
static void give_up(struct redo_log *r, uint64_t culprit)
{
	if (!at(r, culprit)->is_counted)
		counter_add(r->counters, COUNTER_RECORDS_SKIPPED, 1);
	at(r, culprit)->is_counted = true;
	counter_add(r->counters, COUNTER_EVENTS_SKIPPED, 1);
	settle_all(r, culprit);
	r->shared->culprit = 0;
}

bool redo_resume(struct redo_log *r)
{
	struct shared *shared = r->shared;
	uint64_t feeding = load(&shared->feeding);
	uint64_t culprit = load(&shared->judging);

	if (is_there(r, feeding) && handled(r) != shared->handled)
		at(r, feeding)->is_counted = true;
	if (culprit == 0)
		culprit = feeding;
	if (!is_there(r, culprit))
		culprit = 0;
	store(&shared->feeding, 0);
	store(&shared->judging, 0);
	if (!is_poison(r, culprit))
		return false;
	give_up(r, culprit);
	return true;
}

bool redo_next(struct redo_log *r, uint64_t *cursor, struct frame *ret,
               uint64_t *ret_received_ns)
{
	uint64_t tail = load(&r->shared->tail);
	uint64_t place = *cursor == 0 ? tail : behind(r, *cursor);
	struct entry *e;

	if (place < tail)
		place = tail;
	while (place < load(&r->shared->head) &&
	       (at(r, place)->len == ENTRY_SKIP || at(r, place)->is_settled))
		place = behind(r, place);
	if (place >= load(&r->shared->head))
		return false;
	e = at(r, place);
	e->before = 0;
	e->holds = 0;
	*cursor = place;
	*ret = (struct frame){
		.type = e->type,
		.text = { (const char *)(e + 1), e->len },
		.place = place,
		.is_counted = e->is_counted,
	};
	*ret_received_ns = e->received_ns;
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ring.c - single-writer single-reader queue of frames in one byte array. */
#include "saker/source/ring.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"

#define RING_MIN_BYTES ((size_t)64 * 1024)
#define CACHE_LINE     64
/* Length of the entry that fills the end of the array when the next frame does
 * not fit there: frames are contiguous, so that the reader can borrow them. */
#define ENTRY_SKIP UINT32_MAX
/* Consumed memory goes back to the kernel in these units, and that seldom, so
 * that a burst does not leave its size behind and a flood pays no page faults.
 */
#define RELEASE_BYTES       ((uint64_t)1024 * 1024)
#define PAGE_BYTES          ((uint64_t)4096)
#define RELEASE_INTERVAL_NS (10 * NS_PER_MS)

struct entry {
	uint32_t len;
	uint16_t type;
	uint16_t number; /* of all that were pushed, the last bits */
	uint64_t received_ns;
};

/* Positions count bytes since the start and never wrap; the offset in the array
 * is position & mask. Each side keeps its own line, and a copy of the other
 * side's position, which it refreshes only when it seems to be stuck. */
struct ring {
	char *bytes;
	size_t size;
	uint64_t mask;
	int fd;
	int settled_fd; /* of a shared one, else -1 */
	bool is_shared;
	struct counters *counters;
	_Atomic bool is_ended;
	/* true: the reader has looked, or will look, only at what was pushed
	 * before it cleared the eventfd. */
	_Atomic bool wants_wake;
	_Atomic bool wants_settled;
	_Atomic uint64_t settled;

	_Alignas(CACHE_LINE) _Atomic uint64_t head; /* written by the writer */
	_Atomic uint64_t pushed;
	uint64_t seen_tail;
	uint64_t dropped;
	uint64_t counted_in, counted_dropped; /* as far as the counters know */

	_Alignas(CACHE_LINE) _Atomic uint64_t tail; /* written by the reader */
	_Atomic uint64_t popped;
	uint64_t position; /* of the oldest frame; tail unless is_holding */
	uint64_t seen_head;
	bool is_holding; /* the unit is being read to be released as a whole */
	uint64_t released_ns;
};

static size_t entry_size(size_t len)
{
	return (sizeof(struct entry) + len + 7) & ~(size_t)7;
}

static struct entry *entry_at(const struct ring *r, uint64_t position)
{
	return (struct entry *)(void *)(r->bytes + (position & r->mask));
}

static void *map(size_t size, bool is_shared)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE,
	            MAP_ANONYMOUS | (is_shared ? MAP_SHARED : MAP_PRIVATE), -1,
	            0);
}

static struct ring *make(size_t bytes, struct counters *counters,
                         bool is_shared)
{
	struct ring *r = map(sizeof(*r), is_shared);
	size_t size = RING_MIN_BYTES;

	while (size < bytes && size <= SIZE_MAX / 4)
		size *= 2;
	if (r == MAP_FAILED)
		return NULL;
	*r = (struct ring){ .size = size,
		            .mask = size - 1,
		            .is_shared = is_shared,
		            .counters = counters,
		            .wants_wake = true };
	r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->settled_fd = is_shared ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1;
	r->bytes = map(size, is_shared);
	if (r->bytes == MAP_FAILED || r->fd < 0 ||
	    (is_shared && r->settled_fd < 0)) {
		ring_free(r);
		return NULL;
	}
	return r;
}

struct ring *ring_new(size_t bytes, struct counters *counters)
{
	return make(bytes, counters, false);
}

struct ring *ring_new_shared(size_t bytes, struct counters *counters)
{
	return make(bytes, counters, true);
}

void ring_free(struct ring *r)
{
	if (r == NULL)
		return;
	if (r->bytes != MAP_FAILED)
		munmap(r->bytes, r->size);
	io_close(&r->fd);
	io_close(&r->settled_fd);
	munmap(r, sizeof(*r));
}

size_t ring_room(const struct ring *r)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);

	return r->size - (size_t)(head - tail);
}

size_t ring_size(const struct ring *r)
{
	return r->size;
}

static bool has_room(struct ring *r, uint64_t head, size_t need)
{
	if (r->size - (head - r->seen_tail) >= need)
		return true;
	r->seen_tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	return r->size - (head - r->seen_tail) >= need;
}

bool ring_push(struct ring *r, const struct frame *frame, uint64_t received_ns)
{
	uint64_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	size_t need = entry_size(frame->text.len);
	size_t to_end = r->size - (size_t)(head & r->mask);
	size_t skip = need > to_end ? to_end : 0;
	struct entry *e;

	if (frame->text.len >= ENTRY_SKIP || !has_room(r, head, skip + need)) {
		r->dropped++;
		return false;
	}
	/* Entries are multiples of 8 and the array's end is one: the length of
	 * a skip entry always fits. */
	if (skip != 0)
		entry_at(r, head)->len = ENTRY_SKIP;
	e = entry_at(r, head + skip);
	e->len = (uint32_t)frame->text.len;
	e->type = frame->type;
	e->number = (uint16_t)r->pushed;
	e->received_ns = received_ns;
	if (frame->text.len != 0)
		memcpy(e + 1, frame->text.s, frame->text.len);
	atomic_store_explicit(&r->pushed, r->pushed + 1, memory_order_relaxed);
	atomic_store_explicit(&r->head, head + skip + need,
	                      memory_order_release);
	return true;
}

static void count_batch(struct ring *r)
{
	uint64_t in = r->pushed + r->dropped - r->counted_in;
	uint64_t dropped = r->dropped - r->counted_dropped;

	if (in != 0)
		counter_add(r->counters, COUNTER_RECORDS_IN, in);
	r->counted_in += in;
	if (dropped != 0)
		counter_add(r->counters, COUNTER_RECORDS_DROPPED, dropped);
	r->counted_dropped += dropped;
}

static void wake(struct ring *r)
{
	uint64_t one = 1;
	ssize_t n = write(r->fd, &one, sizeof(one));

	/* EAGAIN only when the count is full: it then polls readable. */
	(void)n;
}

/* Both sides exchange wants_wake after the one wrote head and before the other
 * reads it, so either the writer sees true and wakes, or the reader's exchange
 * comes later and makes it see the frames. */
void ring_wake(struct ring *r)
{
	count_batch(r);
	if (atomic_exchange_explicit(&r->wants_wake, false,
	                             memory_order_acq_rel))
		wake(r);
}

void ring_end(struct ring *r)
{
	count_batch(r);
	atomic_store_explicit(&r->is_ended, true, memory_order_release);
	wake(r);
}

int ring_fd(const struct ring *r)
{
	return r->fd;
}

void ring_clear_wake(struct ring *r)
{
	uint64_t count;
	ssize_t n = read(r->fd, &count, sizeof(count));

	(void)n;
	atomic_exchange_explicit(&r->wants_wake, true, memory_order_acq_rel);
}

static bool has_entry(struct ring *r)
{
	if (r->seen_head != r->position)
		return true;
	r->seen_head = atomic_load_explicit(&r->head, memory_order_acquire);
	return r->seen_head != r->position;
}

bool ring_peek(struct ring *r, struct frame *ret, uint64_t *ret_received_ns)
{
	const struct entry *e;

	if (!has_entry(r))
		return false;
	e = entry_at(r, r->position);
	/* A skip entry is published together with the frame behind it. */
	if (e->len == ENTRY_SKIP)
		e = entry_at(r, 0);
	*ret = (struct frame){ .type = e->type,
		               .text = { (const char *)(e + 1), e->len } };
	*ret_received_ns = e->received_ns;
	return true;
}

/* The pages of [tail, end) that the writer cannot have yet. Units end where the
 * array ends, so the range never wraps. */
static void release(struct ring *r, uint64_t end)
{
	uint64_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	uint64_t first = (tail + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);

	if (first < end)
		madvise(r->bytes + (first & r->mask), (size_t)(end - first),
		        MADV_DONTNEED);
}

/* At the first frame of a new unit: releases the one before if it was held
 * back, or starts to hold this one back, when it is due and the ring has room
 * enough for the writer not to miss it. */
static void enter_unit(struct ring *r, uint64_t now)
{
	if (r->is_holding) {
		release(r, r->position & ~(RELEASE_BYTES - 1));
		r->is_holding = false;
		r->released_ns = now;
	} else if (now - r->released_ns >= RELEASE_INTERVAL_NS &&
	           ring_room(r) >= r->size / 2) {
		atomic_store_explicit(&r->tail, r->position,
		                      memory_order_release);
		r->is_holding = true;
	}
}

void ring_pop(struct ring *r)
{
	uint64_t from = r->position;
	const struct entry *e = entry_at(r, from);
	uint64_t received_ns;

	if (e->len == ENTRY_SKIP) {
		r->position += r->size - (r->position & r->mask);
		e = entry_at(r, r->position);
	}
	received_ns = e->received_ns;
	r->position += entry_size(e->len);
	atomic_store_explicit(&r->popped, r->popped + 1, memory_order_relaxed);
	if (!r->is_shared && r->size > 4 * RELEASE_BYTES &&
	    from / RELEASE_BYTES != r->position / RELEASE_BYTES)
		enter_unit(r, received_ns);
	if (!r->is_holding)
		atomic_store_explicit(&r->tail, r->position,
		                      memory_order_release);
}

uint64_t ring_taken(const struct ring *r)
{
	return r->popped;
}

/* As in ring_wake(): who asks looks after it has asked. */
void ring_set_settled(struct ring *r, uint64_t frames)
{
	if (r->settled_fd < 0 || r->settled == frames)
		return;
	r->settled = frames;
	if (atomic_exchange_explicit(&r->wants_settled, false,
	                             memory_order_acq_rel))
		eventfd_write(r->settled_fd, 1);
}

uint64_t ring_pushed(const struct ring *r)
{
	return r->pushed;
}

uint64_t ring_settled(const struct ring *r)
{
	return r->settled;
}

int ring_settled_fd(const struct ring *r)
{
	return r->settled_fd;
}

void ring_want_settled(struct ring *r)
{
	eventfd_t count;

	if (r->settled_fd < 0)
		return;
	eventfd_read(r->settled_fd, &count);
	atomic_exchange_explicit(&r->wants_settled, true, memory_order_acq_rel);
}

bool ring_is_done(const struct ring *r)
{
	return atomic_load_explicit(&r->is_ended, memory_order_acquire) &&
	       atomic_load_explicit(&r->head, memory_order_acquire) ==
	               r->position;
}

size_t ring_pending(const struct ring *r)
{
	uint64_t popped =
		atomic_load_explicit(&r->popped, memory_order_relaxed);
	uint64_t pushed =
		atomic_load_explicit(&r->pushed, memory_order_relaxed);

	return pushed > popped ? (size_t)(pushed - popped) : 0;
}

uint64_t ring_position(const struct ring *r)
{
	return r->position;
}

/* The entry at a position that has one. */
static const struct entry *frame_at(const struct ring *r, uint64_t position)
{
	const struct entry *e = entry_at(r, position);

	return e->len == ENTRY_SKIP ? entry_at(r, 0) : e;
}

static uint64_t near(uint64_t count, uint16_t number)
{
	return count + (uint64_t)(int16_t)(number - (uint16_t)count);
}

/* The reader died before or after it counted the frame behind which tail is. */
static void settle_popped(struct ring *r)
{
	uint64_t pushed = r->pushed;

	r->seen_head = atomic_load_explicit(&r->head, memory_order_acquire);
	r->popped = r->seen_head == r->position
	                    ? pushed
	                    : near(r->popped, frame_at(r, r->position)->number);
}

void ring_resume_reading(struct ring *r)
{
	r->position = atomic_load_explicit(&r->tail, memory_order_acquire);
	settle_popped(r);
	atomic_store_explicit(&r->wants_wake, false, memory_order_relaxed);
	wake(r);
}

/* The writer died before or after it counted the frame in front of head. */
static void settle_pushed(struct ring *r)
{
	uint64_t head = r->head, position = r->tail, popped = r->popped;
	const struct entry *last = NULL;

	while (position != head) {
		if (entry_at(r, position)->len == ENTRY_SKIP)
			position += r->size - (position & r->mask);
		last = entry_at(r, position);
		position += entry_size(last->len);
	}
	r->pushed = last != NULL ? near(r->pushed, (uint16_t)(last->number + 1))
	                         : popped;
}

void ring_resume_writing(struct ring *r)
{
	settle_pushed(r);
	count_batch(r);
	r->seen_tail = atomic_load_explicit(&r->tail, memory_order_acquire);
	atomic_store_explicit(&r->is_ended, false, memory_order_relaxed);
}

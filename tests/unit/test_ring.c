/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_ring.c - the queue between the reader and the engine. */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "saker/source/ring.h"

struct fixture {
	struct counters counters;
	struct ring *ring;
};

static int set_up_bytes(void **state, size_t bytes)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	f->ring = ring_new(bytes, &f->counters);
	*state = f;
	return f->ring != NULL ? 0 : -1;
}

static int set_up(void **state)
{
	return set_up_bytes(state, 1);
}

/* Large enough for consumed memory to be given back. */
static int set_up_large(void **state)
{
	return set_up_bytes(state, (size_t)8 * 1024 * 1024);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	ring_free(f->ring);
	free(f);
	return 0;
}

static bool push(struct ring *r, uint16_t type, struct str text)
{
	struct frame frame = { .type = type, .text = text };

	return ring_push(r, &frame, type);
}

static bool polls_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void gives_frames_in_order(void **state)
{
	struct fixture *f = *state;
	struct frame frame;
	uint64_t when;

	assert_false(ring_peek(f->ring, &frame, &when));
	assert_true(push(f->ring, 1300, STR("audit(1.000:1): a=b")));
	assert_true(push(f->ring, 0, STR_NONE));
	assert_int_equal(ring_pending(f->ring), 2);
	assert_true(ring_peek(f->ring, &frame, &when));
	assert_int_equal(frame.type, 1300);
	assert_int_equal(when, 1300);
	assert_true(str_eq(frame.text, STR("audit(1.000:1): a=b")));
	ring_pop(f->ring);
	assert_true(ring_peek(f->ring, &frame, &when));
	assert_int_equal(frame.text.len, 0);
	ring_pop(f->ring);
	assert_false(ring_peek(f->ring, &frame, &when));
	assert_int_equal(ring_pending(f->ring), 0);
}

static void drops_and_counts_when_full(void **state)
{
	struct fixture *f = *state;
	size_t kept = 0, total = 10000;
	struct frame frame;
	uint64_t when;

	for (size_t i = 0; i < total; i++)
		kept += push(f->ring, (uint16_t)i, STR("sixteen bytes !!"));
	assert_int_equal(kept, ring_size(f->ring) / 32);
	assert_int_equal(ring_room(f->ring), 0);
	ring_wake(f->ring);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_IN), total);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_DROPPED),
	                 total - kept);
	/* What was kept is the oldest, and one pop makes room for one push. */
	assert_true(ring_peek(f->ring, &frame, &when));
	assert_int_equal(frame.type, 0);
	ring_pop(f->ring);
	assert_true(push(f->ring, 7, STR("sixteen bytes !!")));
	assert_false(push(f->ring, 7, STR("")));
	assert_int_equal(ring_pending(f->ring), kept);
}

static void never_takes_what_cannot_fit(void **state)
{
	struct fixture *f = *state;
	size_t len = ring_size(f->ring);
	char *text = calloc(1, len);

	assert_non_null(text);
	assert_false(push(f->ring, 1, (struct str){ text, len }));
	assert_true(push(f->ring, 1, (struct str){ text, len - 16 }));
	free(text);
}

static void wakes_once_for_many_batches(void **state)
{
	struct fixture *f = *state;

	assert_false(polls_readable(ring_fd(f->ring)));
	for (int i = 0; i < 3; i++) {
		assert_true(push(f->ring, 1, STR("x")));
		ring_wake(f->ring);
	}
	assert_true(polls_readable(ring_fd(f->ring)));
	ring_clear_wake(f->ring);
	assert_false(polls_readable(ring_fd(f->ring)));
	assert_true(push(f->ring, 1, STR("x")));
	ring_wake(f->ring);
	assert_true(polls_readable(ring_fd(f->ring)));
}

static void is_done_after_the_last_frame(void **state)
{
	struct fixture *f = *state;

	assert_true(push(f->ring, 1, STR("x")));
	assert_false(ring_is_done(f->ring));
	ring_end(f->ring);
	assert_true(polls_readable(ring_fd(f->ring)));
	assert_false(ring_is_done(f->ring));
	ring_pop(f->ring);
	assert_true(ring_is_done(f->ring));
}

#define STRESS_FRAMES 300000u

/* Every frame carries its number, over a text whose length and bytes follow
 * from it; the time moves fast enough for consumed memory to be given back. */
static void *write_frames(void *arg)
{
	struct ring *r = arg;
	char text[2048];

	for (uint32_t i = 0; i < STRESS_FRAMES; i++) {
		size_t len = sizeof(i) + i * 7919u % 1500u;
		struct frame frame = { .type = (uint16_t)i,
			               .text = { text, len } };

		while (i % 2 == 0 && ring_room(r) < 2 * sizeof(text))
			sched_yield();
		memset(text, (int)(i & 0xff), len);
		memcpy(text, &i, sizeof(i));
		ring_push(r, &frame, (uint64_t)i * 100000u);
		if (i % 16 == 0)
			ring_wake(r);
	}
	ring_end(r);
	return NULL;
}

static void check_frame(const struct frame *frame, uint32_t *number)
{
	uint32_t i;

	memcpy(&i, frame->text.s, sizeof(i));
	assert_true(i >= *number);
	assert_int_equal(frame->type, (uint16_t)i);
	assert_int_equal(frame->text.len, sizeof(i) + i * 7919u % 1500u);
	for (size_t k = sizeof(i); k < frame->text.len; k++)
		if ((uint8_t)frame->text.s[k] != (uint8_t)i)
			fail_msg("frame %u differs at byte %zu", i, k);
	*number = i + 1;
}

static void two_threads_agree(void **state)
{
	struct fixture *f = *state;
	uint64_t taken = 0, when;
	uint32_t number = 0;
	pthread_t writer;
	struct frame frame;

	assert_int_equal(pthread_create(&writer, NULL, write_frames, f->ring),
	                 0);
	while (!ring_is_done(f->ring)) {
		struct pollfd p = { .fd = ring_fd(f->ring), .events = POLLIN };

		/* A lost wake-up would hang here. */
		assert_int_equal(poll(&p, 1, 60000), 1);
		ring_clear_wake(f->ring);
		for (; ring_peek(f->ring, &frame, &when); ring_pop(f->ring)) {
			check_frame(&frame, &number);
			taken++;
		}
	}
	pthread_join(writer, NULL);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_IN),
	                 STRESS_FRAMES);
	assert_int_equal(counter_get(&f->counters, COUNTER_RECORDS_DROPPED) +
	                         taken,
	                 STRESS_FRAMES);
	assert_true(taken > 0);
}

/* Processes died: the reader with a frame in its hands, and the writer. */
static void a_shared_ring_goes_on(void **state)
{
	struct counters counters = { 0 };
	struct ring *r = ring_new_shared(64 * 1024, &counters);
	struct frame in = { .text = STR("first") }, out;
	uint64_t received, position;

	(void)state;
	assert_true(ring_push(r, &in, 1));
	position = ring_position(r);
	assert_true(ring_peek(r, &out, &received));
	ring_resume_writing(r);
	assert_int_equal(counter_get(&counters, COUNTER_RECORDS_IN), 1);
	in.text = STR("second");
	assert_true(ring_push(r, &in, 2));
	ring_resume_reading(r);
	assert_int_equal(ring_position(r), position);
	assert_int_equal(ring_pending(r), 2);
	assert_true(ring_peek(r, &out, &received));
	assert_true(str_eq(out.text, STR("first")));
	ring_pop(r);
	assert_true(ring_position(r) != position);
	ring_resume_reading(r);
	assert_int_equal(ring_pending(r), 1);
	assert_true(ring_peek(r, &out, &received));
	assert_true(str_eq(out.text, STR("second")));
	ring_pop(r);
	ring_resume_reading(r);
	assert_int_equal(ring_pending(r), 0);
	assert_false(ring_peek(r, &out, &received));
	ring_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shared_ring_goes_on),
		cmocka_unit_test_setup_teardown(gives_frames_in_order, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(drops_and_counts_when_full,
		                                set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_takes_what_cannot_fit,
		                                set_up, tear_down),
		cmocka_unit_test_setup_teardown(wakes_once_for_many_batches,
		                                set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_done_after_the_last_frame,
		                                set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_threads_agree, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(two_threads_agree, set_up_large,
		                                tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

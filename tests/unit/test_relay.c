/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_relay.c - the relay's queue and connection, and the engine's end of it.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "link.h"
#include "queue.h"

#define QUEUE_BYTES 4096u

static int set_up(void **state)
{
	struct queue *q = calloc(1, sizeof(*q));

	*state = q;
	return q != NULL ? queue_init(q, QUEUE_BYTES) : -1;
}

static int tear_down(void **state)
{
	queue_done(*state);
	free(*state);
	return 0;
}

static void add(struct queue *q, const char *line)
{
	queue_add(q, RELAY_RECORD, line, strlen(line));
}

static void is_accounted(const struct queue *q)
{
	assert_int_equal(q->in, q->taken + q->dropped + q->pending);
	assert_true(q->tail <= q->next && q->next <= q->head);
	assert_true(queue_held(q) <= q->size);
}

/* Sends up to most bytes into out, as the socket would take them. */
static size_t pull(struct queue *q, char *out, size_t most)
{
	struct iovec parts[2];
	size_t done = 0;
	int n = queue_unsent(q, parts);

	for (int i = 0; i < n && done < most; i++) {
		size_t len = parts[i].iov_len;

		if (len > most - done)
			len = most - done;
		memcpy(out + done, parts[i].iov_base, len);
		done += len;
	}
	queue_sent(q, done);
	return done;
}

static void entries_are_as_told(void **state)
{
	struct queue *q = *state;
	_Alignas(RELAY_ALIGN) char out[64];
	struct relay_head head;

	add(q, "abc");
	assert_int_equal(pull(q, out, sizeof(out)), 16);
	memcpy(&head, out, sizeof(head));
	assert_int_equal(head.len, 3);
	assert_int_equal(head.kind, RELAY_RECORD);
	assert_int_equal(head.version, RELAY_VERSION);
	assert_memory_equal(out + sizeof(head), "abc\0\0\0\0\0", 8);
	is_accounted(q);
	assert_int_equal(q->pending, 1);
	assert_true(queue_taken(q, 1));
	assert_int_equal(q->taken, 1);
	assert_int_equal(q->head, 0);
}

static void what_was_not_taken_comes_again(void **state)
{
	struct queue *q = *state;
	_Alignas(RELAY_ALIGN) char out[64];

	add(q, "one");
	add(q, "two");
	add(q, "three");
	/* the second is cut in the middle when the connection ends */
	assert_int_equal(pull(q, out, 20), 20);
	assert_true(queue_taken(q, 1));
	/* an engine that claims more than it can have */
	assert_false(queue_taken(q, 1));
	queue_rewind(q);
	assert_int_equal(pull(q, out, sizeof(out)), 32);
	assert_string_equal(out + 8, "two");
	assert_string_equal(out + 24, "three");
	assert_true(queue_taken(q, 2));
	is_accounted(q);
	assert_int_equal(q->taken, 3);
}

static void loss_is_told_in_its_place(void **state)
{
	struct queue *q = *state;
	_Alignas(RELAY_ALIGN) char out[2 * QUEUE_BYTES];
	char line[500];
	struct relay_head head;
	uint64_t lost;
	size_t n;

	memset(line, 'x', sizeof(line));
	while (q->dropped < 5)
		queue_add(q, RELAY_RECORD, line, sizeof(line));
	is_accounted(q);
	n = pull(q, out, sizeof(out));
	assert_true(queue_taken(q, q->pending));
	assert_int_equal(n, q->taken * relay_entry_size(sizeof(line)));
	add(q, "behind");
	assert_int_equal(pull(q, out, sizeof(out)), 32);
	memcpy(&head, out, sizeof(head));
	assert_int_equal(head.kind, RELAY_LOST);
	memcpy(&lost, out + sizeof(head), sizeof(lost));
	assert_int_equal(lost, 5);
	assert_string_equal(out + 24, "behind");
	/* a loss told is no record: the engine does not count it */
	assert_true(queue_taken(q, 1));
	is_accounted(q);
	assert_int_equal(queue_held(q), 0);
}

/* Reads whole entries as the engine does. */
struct reader {
	_Alignas(RELAY_ALIGN) char bytes[4 * QUEUE_BYTES];
	size_t used;
	uint64_t records, lost, unacknowledged;
	uint64_t next; /* the number that the next record must have */
};

static void read_entries(struct reader *r)
{
	struct relay_head head;
	uint64_t lost, number;
	size_t at = 0;

	while (r->used - at >= sizeof(head)) {
		memcpy(&head, r->bytes + at, sizeof(head));
		if (r->used - at < relay_entry_size(head.len))
			break;
		if (head.kind == RELAY_LOST) {
			memcpy(&lost, r->bytes + at + sizeof(head),
			       sizeof(lost));
			r->lost += lost;
			r->next += lost;
		} else {
			number = strtoull(r->bytes + at + sizeof(head), NULL,
			                  10);
			assert_int_equal(number, r->next);
			r->next++;
			r->records++;
			r->unacknowledged++;
		}
		at += relay_entry_size(head.len);
	}
	r->used -= at;
	memmove(r->bytes, r->bytes + at, r->used);
}

/* Any order of filling, sending and taking, over many turns of the ring. */
static void every_record_is_accounted_for(void **state)
{
	struct queue *q = *state;
	struct reader r = { .used = 0 };
	unsigned seed = 1;
	uint64_t number = 0;
	char line[600];

	for (unsigned step = 0; step < 200000; step++) {
		unsigned what = (unsigned)rand_r(&seed);

		if (what % 3 != 0) {
			size_t len = 20 + what / 4 % (sizeof(line) - 20);

			memset(line, ' ', sizeof(line));
			snprintf(line, sizeof(line), "%" PRIu64, number++);
			queue_add(q, RELAY_RECORD, line, len);
		} else if (what % 2 != 0) {
			r.used += pull(q, r.bytes + r.used, what / 8 % 3000);
			read_entries(&r);
		} else {
			uint64_t n = r.unacknowledged / (1 + what / 8 % 2);

			assert_true(queue_taken(q, n));
			r.unacknowledged -= n;
		}
		is_accounted(q);
	}
	queue_tell_loss(q);
	while ((r.used += pull(q, r.bytes + r.used, 1000)) != 0)
		read_entries(&r);
	assert_true(queue_taken(q, r.unacknowledged));
	queue_tell_loss(q);
	r.used += pull(q, r.bytes, 1000);
	read_entries(&r);
	assert_int_equal(q->pending, 0);
	assert_int_equal(r.records, q->taken);
	assert_int_equal(r.lost, q->dropped);
	assert_true(q->dropped > 1000 && q->taken > 1000);
	is_accounted(q);
}

static void long_paths_are_refused(void **state)
{
	char path[200] = "";
	struct link l;

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	assert_false(link_init(&l, path));
}

/* A pair of sockets in place of a connection. */
static void connect_pair(struct link *l, int *ret_engine)
{
	int ends[2];

	assert_true(link_init(l, "/nowhere"));
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	l->fd = ends[0];
	*ret_engine = ends[1];
}

static void counts_end_what_is_kept(void **state)
{
	struct queue *q = *state;
	uint64_t counts[] = { 1, 2 };
	struct link l;
	int engine;

	connect_pair(&l, &engine);
	add(q, "one");
	add(q, "two");
	add(q, "three");
	link_send(&l, q, 0);
	assert_int_equal(q->next, q->head);
	assert_int_equal(write(engine, counts, sizeof(counts)), sizeof(counts));
	/* the engine goes, its last words are read */
	close(engine);
	link_receive(&l, q, 0);
	assert_int_equal(l.fd, -1);
	assert_int_equal(q->taken, 2);
	assert_int_equal(q->pending, 1);
	assert_int_equal(q->next, q->tail);
}

static void nonsense_ends_the_connection(void **state)
{
	static const uint64_t too_many = 4;
	struct queue *q = *state;
	struct link l;
	int engine;

	connect_pair(&l, &engine);
	add(q, "one");
	link_send(&l, q, 0);
	assert_int_equal(write(engine, &too_many, sizeof(too_many)),
	                 sizeof(too_many));
	link_receive(&l, q, 0);
	assert_int_equal(l.fd, -1);
	is_accounted(q);
	close(engine);
}

static void a_count_may_come_in_pieces(void **state)
{
	static const uint64_t counts[] = { 1, 2 };
	const char *bytes = (const char *)counts;
	struct queue *q = *state;
	struct link l;
	int engine;

	connect_pair(&l, &engine);
	add(q, "one");
	add(q, "two");
	link_send(&l, q, 0);
	assert_int_equal(write(engine, bytes, 3), 3);
	link_receive(&l, q, 0);
	assert_int_equal(q->taken, 0);
	assert_int_equal(write(engine, bytes + 3, 7), 7);
	link_receive(&l, q, 0);
	assert_int_equal(q->taken, 1);
	assert_int_equal(write(engine, bytes + 10, 6), 6);
	link_receive(&l, q, 0);
	assert_int_equal(q->taken, 2);
	assert_true(l.fd >= 0);
	close(engine);
	link_receive(&l, q, 0);
	assert_int_equal(l.fd, -1);
	is_accounted(q);
}

static void full_socket_is_no_wait(void **state)
{
	struct queue *q = *state;
	struct link l;
	int engine, small = 1;
	char line[500];

	connect_pair(&l, &engine);
	setsockopt(l.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	memset(line, 'x', sizeof(line));
	for (unsigned i = 0; i < 100; i++) {
		queue_add(q, RELAY_RECORD, line, sizeof(line));
		link_send(&l, q, 0);
	}
	assert_true(l.fd >= 0);
	assert_true(q->dropped > 0);
	is_accounted(q);
	close(engine);
	link_send(&l, q, 0);
	assert_int_equal(l.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		T(entries_are_as_told),
		T(what_was_not_taken_comes_again),
		T(loss_is_told_in_its_place),
		T(every_record_is_accounted_for),
		T(long_paths_are_refused),
		T(counts_end_what_is_kept),
		T(nonsense_ends_the_connection),
		T(a_count_may_come_in_pieces),
		T(full_socket_is_no_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

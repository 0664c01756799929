/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_spool.c - the queue in memory and the spool on disk: order, quota,
 * priorities, crashes and damage. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "record.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "spool.h"

#define QUOTA ((uint64_t)1 << 20)

struct fixture {
	char dir[64];
	char path[80];
	struct spool *spool;
};

static void open_spool(struct fixture *f, uint64_t quota)
{
	assert_int_equal(spool_open(f->path, quota, &f->spool), 0);
}

static void reopen(struct fixture *f)
{
	spool_close(f->spool);
	open_spool(f, QUOTA);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/saker-spool-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/out", f->dir);
	open_spool(f, QUOTA);
	*state = f;
	return 0;
}

/* Calls fn with the path of each file of the spool; returns how many. */
static unsigned each_file(struct fixture *f,
                          void (*fn)(const char *path, const char *name))
{
	DIR *d = opendir(f->path);
	struct dirent *e;
	char path[400];
	unsigned n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", f->path, e->d_name);
		if (fn != NULL)
			fn(path, e->d_name);
		n++;
	}
	if (d != NULL)
		closedir(d);
	return n;
}

static void remove_file(const char *path, const char *name)
{
	(void)name;
	unlink(path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	spool_close(f->spool);
	each_file(f, remove_file);
	rmdir(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void put(struct fixture *f, enum priority priority, const char *text)
{
	assert_int_equal(spool_append(f->spool, priority, str_from(text)), 0);
}

static uint64_t expect(struct fixture *f, const char *text)
{
	struct message *m;
	uint64_t seq;

	assert_int_equal(spool_take(f->spool, &m), 0);
	assert_int_equal(m->len, strlen(text));
	assert_memory_equal(m->bytes, text, m->len);
	seq = m->seq;
	free(m);
	return seq;
}

static void expect_end(struct fixture *f)
{
	struct message *m;

	assert_int_equal(spool_take(f->spool, &m), E_END);
	assert_int_equal(spool_stats(f->spool).waiting, 0);
}

static void order_is_kept_over_priorities(void **state)
{
	struct fixture *f = *state;

	put(f, PRIORITY_DEBUG, "one");
	put(f, PRIORITY_CRITICAL, "two");
	put(f, PRIORITY_DEBUG, "three");
	put(f, PRIORITY_WARNING, "");
	put(f, PRIORITY_CRITICAL, "five");
	assert_int_equal(spool_stats(f->spool).waiting, 5);
	expect(f, "one");
	expect(f, "two");
	put(f, PRIORITY_EMERGENCY, "six");
	expect(f, "three");
	expect(f, "");
	expect(f, "five");
	expect(f, "six");
	expect_end(f);
}

static void what_was_not_settled_is_taken_up(void **state)
{
	struct fixture *f = *state;

	put(f, PRIORITY_NOTICE, "one");
	put(f, PRIORITY_DEBUG, "two");
	put(f, PRIORITY_NOTICE, "three");
	spool_settle(f->spool, expect(f, "one"));
	expect(f, "two"); /* taken, not delivered */
	reopen(f);
	assert_int_equal(spool_stats(f->spool).waiting, 2);
	assert_int_equal(spool_stats(f->spool).damaged, 0);
	put(f, PRIORITY_CRITICAL, "four");
	expect(f, "two");
	expect(f, "three");
	spool_settle(f->spool, expect(f, "four"));
	expect_end(f);
	reopen(f);
	expect_end(f);
	/* nothing but the place is left */
	spool_close(f->spool);
	f->spool = NULL;
	assert_int_equal(each_file(f, NULL), 1);
}

/* 200 messages of a priority, in a spool that holds about a hundred. */
static void fill(struct fixture *f, enum priority priority, unsigned n)
{
	char text[1024];

	memset(text, 'x', sizeof(text));
	for (unsigned i = 0; i < n; i++) {
		int r;

		snprintf(text, sizeof(text), "%05u", i);
		text[5] = ' ';
		r = spool_append(f->spool, priority,
		                 (struct str){ text, sizeof(text) });
		assert_true(r == 0 || r == E_LIMIT);
	}
}

static unsigned take_all(struct fixture *f, unsigned counts[PRIORITIES])
{
	struct message *m;
	uint64_t last = 0;
	unsigned n = 0;

	while (spool_take(f->spool, &m) == 0) {
		assert_true(m->seq > last);
		last = m->seq;
		counts[m->priority]++;
		n++;
		free(m);
	}
	return n;
}

static void lowest_priority_goes_first(void **state)
{
	struct fixture *f = *state;
	unsigned counts[PRIORITIES] = { 0 }, total;
	struct spool_stats s;

	spool_close(f->spool);
	open_spool(f, 128 * 1024);
	fill(f, PRIORITY_CRITICAL, 20);
	fill(f, PRIORITY_DEBUG, 300);
	fill(f, PRIORITY_WARNING, 60);
	s = spool_stats(f->spool);
	assert_true(s.bytes <= 128 * 1024);
	total = take_all(f, counts);
	assert_int_equal(counts[PRIORITY_CRITICAL], 20);
	assert_int_equal(counts[PRIORITY_WARNING], 60);
	assert_true(counts[PRIORITY_DEBUG] < 50);
	assert_int_equal(total + s.dropped, 20 + 300 + 60);
	/* and what is full of the important has no room for the rest */
	fill(f, PRIORITY_CRITICAL, 200);
	fill(f, PRIORITY_DEBUG, 10);
	s = spool_stats(f->spool);
	memset(counts, 0, sizeof(counts));
	take_all(f, counts);
	assert_true(counts[PRIORITY_CRITICAL] > 80);
	assert_true(counts[PRIORITY_DEBUG] < 10);
}

static void too_long_a_message_is_refused(void **state)
{
	struct fixture *f = *state;
	size_t n = LIMIT_OUTPUT_MESSAGE_BYTES + 1;
	auto_free char *text = calloc(1, n);

	assert_int_equal(spool_append(f->spool, PRIORITY_EMERGENCY,
	                              (struct str){ text, n }),
	                 E_LIMIT);
	/* more than all of the spool */
	assert_int_equal(spool_append(f->spool, PRIORITY_EMERGENCY,
	                              (struct str){ text, QUOTA }),
	                 E_LIMIT);
	expect_end(f);
}

static off_t damage_at;
static bool damage_cuts;

static void damage(const char *path, const char *name)
{
	auto_close int fd = open(path, O_RDWR);
	struct stat st;
	char c;

	if (name[1] != '-' || fstat(fd, &st) < 0 || damage_at >= st.st_size)
		return;
	if (damage_cuts) {
		assert_int_equal(ftruncate(fd, damage_at), 0);
		return;
	}
	assert_int_equal(pread(fd, &c, 1, damage_at), 1);
	c = (char)~c;
	assert_int_equal(pwrite(fd, &c, 1, damage_at), 1);
}

/* How many of the three below end at or before `at`. */
static unsigned whole(off_t at, off_t size)
{
	const off_t head = (size - 14 - 15 - 14) / 3;

	if (at < head + 14)
		return 0;
	return at < 2 * head + 14 + 15 ? 1 : 2;
}

/* Each byte of the file is changed once, and the file cut at each byte: only
 * the message there is lost, and the loss is known. */
static void damage_costs_one_message(void **state)
{
	struct fixture *f = *state;

	for (unsigned cuts = 0; cuts < 2; cuts++) {
		for (damage_at = 0;; damage_at++) {
			unsigned counts[PRIORITIES] = { 0 }, n;
			struct spool_stats s;
			off_t size;

			put(f, PRIORITY_NOTICE, "first of three");
			put(f, PRIORITY_NOTICE, "second of three");
			put(f, PRIORITY_NOTICE, "third of three");
			size = (off_t)spool_stats(f->spool).bytes;
			if (damage_at >= size)
				break;
			damage_cuts = cuts != 0;
			spool_close(f->spool);
			each_file(f, damage);
			open_spool(f, QUOTA);
			s = spool_stats(f->spool);
			n = take_all(f, counts);
			assert_int_equal(n, s.waiting);
			if (damage_cuts) {
				assert_int_equal(n, whole(damage_at, size));
			} else {
				assert_int_equal(n, 2);
				assert_int_equal(s.damaged, 1);
			}
			spool_close(f->spool);
			each_file(f, remove_file);
			open_spool(f, QUOTA);
		}
		take_all(f, (unsigned[PRIORITIES]){ 0 });
		spool_close(f->spool);
		each_file(f, remove_file);
		open_spool(f, QUOTA);
	}
}

static void name_aside(const char *path, const char *name)
{
	(void)path;
	if (strncmp(name, "damaged-", 8) == 0)
		damage_at++;
}

/* A few damaged files are kept, not more. */
static void damaged_files_are_put_aside(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < LIMIT_SPOOL_DAMAGED + 2; i++) {
		put(f, PRIORITY_NOTICE, "damaged");
		put(f, PRIORITY_NOTICE, "sound");
		spool_close(f->spool);
		damage_at = 3;
		damage_cuts = false;
		each_file(f, damage);
		open_spool(f, QUOTA);
		spool_settle(f->spool, expect(f, "sound"));
		expect_end(f);
		reopen(f);
	}
	damage_at = 0;
	each_file(f, name_aside);
	assert_int_equal(damage_at, LIMIT_SPOOL_DAMAGED);
}

/* A process that dies between two writes loses nothing that it had put in. */
static void killed_process_loses_nothing(void **state)
{
	struct fixture *f = *state;
	unsigned told = 0, counts[PRIORITIES] = { 0 };
	int p[2], status;
	pid_t child;

	spool_close(f->spool);
	f->spool = NULL;
	assert_int_equal(pipe(p), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct spool *s;

		if (spool_open(f->path, QUOTA, &s) < 0)
			_exit(1);
		for (unsigned i = 0;; i++)
			if (spool_append(s, i % PRIORITIES, STR("message")) <
			            0 ||
			    write(p[1], &i, sizeof(i)) != sizeof(i))
				_exit(1);
	}
	for (unsigned i = 0; i < 500; i++)
		assert_int_equal(io_read_most(p[0], &told, sizeof(told), -1),
		                 sizeof(told));
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	close(p[1]);
	while (io_read_most(p[0], &told, sizeof(told), -1) == sizeof(told))
		;
	close(p[0]);
	open_spool(f, QUOTA);
	assert_true(take_all(f, counts) >= told + 1);
	assert_int_equal(spool_stats(f->spool).damaged, 0);
}

static void a_full_disk_is_an_error_and_passes(void **state)
{
	struct fixture *f = *state;
	struct rlimit l;
	char text[2000];

	memset(text, 'x', sizeof(text));
	put(f, PRIORITY_NOTICE, "before");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = 1000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
	assert_int_equal(spool_append(f->spool, PRIORITY_NOTICE,
	                              (struct str){ text, sizeof(text) }),
	                 E_IO);
	l.rlim_cur = RLIM_INFINITY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
	put(f, PRIORITY_NOTICE, "behind");
	expect(f, "before");
	expect(f, "behind");
	reopen(f);
	assert_int_equal(spool_stats(f->spool).damaged, 0);
}

static void what_is_not_ours_is_refused(void **state)
{
	struct fixture *f = *state;
	struct spool *s;
	char path[96];

	/* somebody has it */
	assert_int_equal(spool_open(f->path, QUOTA, &s), E_FULL);
	snprintf(path, sizeof(path), "%s/none/out", f->dir);
	assert_int_equal(spool_open(path, QUOTA, &s), E_NOT_FOUND);
	snprintf(path, sizeof(path), "%s/open", f->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(spool_open(path, QUOTA, &s), E_DENIED);
	rmdir(path);
	assert_int_equal(symlink(f->path, path), 0);
	assert_int_equal(spool_open(path, QUOTA, &s), E_DENIED);
	unlink(path);
}

static struct message *message(enum priority priority, char c, size_t n)
{
	char text[4096];

	memset(text, c, sizeof(text));
	return message_new(priority, (struct str){ text, n });
}

static void queue_drops_the_least_important_oldest(void **state)
{
	const size_t cost = sizeof(struct message) + 100;
	struct queue q;
	struct message *m;

	(void)state;
	queue_init(&q, 3 * cost);
	assert_int_equal(queue_push(&q, message(PRIORITY_NOTICE, 'a', 100)), 0);
	assert_int_equal(queue_push(&q, message(PRIORITY_DEBUG, 'b', 100)), 0);
	assert_int_equal(queue_push(&q, message(PRIORITY_DEBUG, 'c', 100)), 0);
	/* b goes for d, c for e, a for f; g is less than all of them */
	assert_int_equal(queue_push(&q, message(PRIORITY_ERROR, 'd', 100)), 1);
	assert_int_equal(queue_push(&q, message(PRIORITY_NOTICE, 'e', 100)), 1);
	assert_int_equal(queue_push(&q, message(PRIORITY_ERROR, 'f', 100)), 1);
	assert_int_equal(queue_push(&q, message(PRIORITY_DEBUG, 'g', 100)), 1);
	assert_int_equal(queue_push(&q, message(PRIORITY_ERROR, 'h', 4000)), 1);
	assert_int_equal(q.count, 3);
	m = queue_pop(&q);
	assert_int_equal(m->bytes[0], 'd');
	queue_unpop(&q, m);
	for (const char *c = "def"; *c != '\0'; c++) {
		m = queue_pop(&q);
		assert_int_equal(m->bytes[0], *c);
		free(m);
	}
	assert_null(queue_pop(&q));
	assert_int_equal(q.bytes, 0);
	queue_clear(&q);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(order_is_kept_over_priorities),
		TEST(what_was_not_settled_is_taken_up),
		TEST(lowest_priority_goes_first),
		TEST(too_long_a_message_is_refused),
		TEST(damage_costs_one_message),
		TEST(damaged_files_are_put_aside),
		TEST(killed_process_loses_nothing),
		TEST(a_full_disk_is_an_error_and_passes),
		TEST(what_is_not_ours_is_refused),
		cmocka_unit_test(queue_drops_the_least_important_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

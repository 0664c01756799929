/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_fd_table.c - descriptors over forks, execs and limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "saker/process/fds.h"
#include "saker/process/table.h"

#define SEC NS_PER_SEC

struct setting {
	struct counters counters;
	struct process_table *table;
	struct process *parent;
};

static int setup(void **state)
{
	struct setting *s = test_calloc(1, sizeof(*s));

	s->table = process_table_new(
		&(struct process_table_options){ .counters = &s->counters });
	assert_non_null(s->table);
	s->parent = process_table_add(s->table, 10, SEC);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct setting *s = *state;

	process_table_free(s->table);
	test_free(s);
	return 0;
}

static struct process *fork_at(struct setting *s, struct process *parent,
                               pid_t pid, uint64_t at_ns)
{
	struct process *p = process_table_add(s->table, pid, at_ns);

	assert_non_null(p);
	p->priv->is_precise = true;
	process_table_set_parent(p, parent);
	return p;
}

static void put(struct process *p, int fd, const char *name, bool is_cloexec,
                uint64_t at_ns)
{
	process_fd_put(p,
	               &(struct process_fd){ .fd = fd,
	                                     .kind = FD_FILE,
	                                     .is_cloexec = is_cloexec,
	                                     .name = str_from(name) },
	               at_ns);
}

static void is_file(const struct process *p, int fd, const char *name)
{
	const struct process_fd *found = process_fd_find(p, fd);

	if (name == NULL) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_int_equal(found->fd, fd);
	assert_true(str_eq(found->name, str_from(name)));
}

/* The parent's goes on: "accept, fork, close, accept". */
static void child_has_what_was_there_at_the_fork(void **state)
{
	struct setting *s = *state;
	struct process *first, *second;

	put(s->parent, 3, "listen", false, 2 * SEC);
	put(s->parent, 4, "one", false, 3 * SEC);
	first = fork_at(s, s->parent, 11, 4 * SEC);
	process_fd_forget(s->parent, 4, 5 * SEC);
	is_file(s->parent, 4, NULL);
	put(s->parent, 4, "two", false, 6 * SEC);
	second = fork_at(s, s->parent, 12, 7 * SEC);
	put(s->parent, 5, "later", false, 8 * SEC);
	is_file(first, 3, "listen");
	is_file(first, 4, "one");
	is_file(first, 5, NULL);
	is_file(second, 4, "two");
	is_file(s->parent, 4, "two");
	/* closed in the child, open in the parent */
	process_fd_forget(first, 3, 9 * SEC);
	is_file(first, 3, NULL);
	is_file(s->parent, 3, "listen");
	is_file(second, 3, "listen");
}

/* Fork events run ahead of the records of what was done before. */
static void fork_may_be_known_first(void **state)
{
	struct setting *s = *state;
	struct process *child = fork_at(s, s->parent, 11, 4 * SEC);

	put(s->parent, 3, "socket", false, 3 * SEC);
	is_file(child, 3, "socket");
}

static void exec_closes_what_was_made_for_that(void **state)
{
	struct setting *s = *state;
	struct process *child, *grandchild;

	put(s->parent, 3, "kept", false, 2 * SEC);
	put(s->parent, 4, "closed", true, 2 * SEC);
	child = fork_at(s, s->parent, 11, 3 * SEC);
	put(child, 5, "own", true, 4 * SEC);
	grandchild = fork_at(s, child, 12, 5 * SEC);
	process_fds_exec(child, 6 * SEC);
	is_file(child, 3, "kept");
	is_file(child, 4, NULL);
	is_file(child, 5, NULL);
	is_file(s->parent, 4, "closed");
	/* forked before that */
	is_file(grandchild, 3, "kept");
	is_file(grandchild, 4, "closed");
	is_file(grandchild, 5, "own");
	process_fds_exec(grandchild, 7 * SEC);
	is_file(grandchild, 5, NULL);
	is_file(grandchild, 4, NULL);
}

/* An orphan's new parent never had its descriptors. */
static void orphan_keeps_its_own(void **state)
{
	struct setting *s = *state;
	struct process *child, *init;

	init = process_table_add(s->table, 1, SEC);
	put(init, 3, "journal", false, SEC);
	put(init, 7, "other", false, SEC);
	put(s->parent, 3, "socket", false, 2 * SEC);
	child = fork_at(s, s->parent, 11, 3 * SEC);
	process_table_set_parent(child, init);
	is_file(child, 3, "socket");
	is_file(child, 7, NULL);
}

static void range_is_closed_at_once(void **state)
{
	struct setting *s = *state;
	struct process *child;

	for (int fd = 3; fd < 9; fd++)
		put(s->parent, fd, "x", false, 2 * SEC);
	child = fork_at(s, s->parent, 11, 3 * SEC);
	put(child, 8, "own", false, 4 * SEC);
	put(child, 20, "own", false, 4 * SEC);
	process_fds_forget_from(child, 4, UINT32_MAX, 5 * SEC);
	is_file(child, 3, "x");
	for (int fd = 4; fd < 21; fd++)
		is_file(child, fd, NULL);
	is_file(s->parent, 8, "x");
}

/* What was forgotten is not what the parent has there. */
static void table_is_limited(void **state)
{
	struct setting *s = *state;
	struct process *child;

	put(s->parent, 100, "wrong", false, 2 * SEC);
	child = fork_at(s, s->parent, 11, 3 * SEC);
	for (unsigned n = 0; n < LIMIT_PROCESS_FDS; n++)
		put(child, 100 + (int)n, "own", false, 4 * SEC);
	is_file(child, 100, "own");
	put(child, 1000, "last", false, 5 * SEC);
	is_file(child, 100, NULL);
	is_file(child, 101, "own");
	is_file(child, 1000, "last");
	assert_int_equal(counter_get(&s->counters, COUNTER_FDS_EVICTED), 1);
	/* one number again and again takes no room */
	for (unsigned n = 0; n < 4 * LIMIT_PROCESS_FDS; n++)
		put(child, 101, "again", false, 6 * SEC);
	assert_int_equal(counter_get(&s->counters, COUNTER_FDS_EVICTED), 1);
	is_file(child, 102, "own");
}

static void all_tables_together_are_limited(void **state)
{
	struct setting *s = *state;
	char name[4096];
	pid_t pid = 100;

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	put(s->parent, 3, name, false, 2 * SEC);
	while (counter_get(&s->counters, COUNTER_FDS_EVICTED) == 0) {
		struct process *p = process_table_add(s->table, pid++, 2 * SEC);

		assert_true((size_t)pid < 2 * LIMIT_FD_BYTES / sizeof(name));
		put(p, 3, name, false, 2 * SEC);
		is_file(p, 3, name);
	}
	assert_true((size_t)pid > LIMIT_FD_BYTES / 2 / sizeof(name));
	/* the one that was silent longest; its next entries are kept again */
	is_file(s->parent, 3, NULL);
	is_file(process_table_newest(s->table, 101), 3, name);
	put(s->parent, 4, "new", false, 3 * SEC);
	is_file(s->parent, 4, "new");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(child_has_what_was_there_at_the_fork),
		TEST(fork_may_be_known_first),
		TEST(exec_closes_what_was_made_for_that),
		TEST(orphan_keeps_its_own),
		TEST(range_is_closed_at_once),
		TEST(table_is_limited),
		TEST(all_tables_together_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

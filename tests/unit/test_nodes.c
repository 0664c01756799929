/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_nodes.c - one tracker per machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "saker/daemon/nodes.h"

struct fixture {
	struct host *host;
	struct tracker_options options;
	struct tracker *own;
	struct nodes nodes;
};

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	f->host = host_none_new();
	f->options.host = f->host;
	f->own = tracker_new(&f->options);
	*state = f;
	return nodes_init(&f->nodes, f->own, STR("web1.example.org"), false,
	                  &f->options);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	nodes_done(&f->nodes);
	tracker_free(f->own);
	host_free(f->host);
	test_free(f);
	return 0;
}

static void own_events_have_the_own_tracker(void **state)
{
	struct fixture *f = *state;

	assert_ptr_equal(nodes_tracker(&f->nodes, STR_NONE), f->own);
	assert_ptr_equal(nodes_tracker(&f->nodes, STR("web1")), f->own);
	assert_ptr_equal(nodes_tracker(&f->nodes, STR("web1.example.org")),
	                 f->own);
	assert_false(nodes_is_other(&f->nodes, STR("web1")));
}

static void each_other_node_has_its_own(void **state)
{
	struct fixture *f = *state;
	struct tracker *two = nodes_tracker(&f->nodes, STR("web2"));
	struct tracker *three = nodes_tracker(&f->nodes, STR("web3"));

	assert_true(nodes_is_other(&f->nodes, STR("web2")));
	assert_non_null(two);
	assert_ptr_not_equal(two, f->own);
	assert_ptr_not_equal(two, three);
	assert_ptr_equal(nodes_tracker(&f->nodes, STR("web2")), two);
	assert_ptr_equal(nodes_tracker(&f->nodes, STR("web3")), three);
}

static void in_a_replay_every_named_node_is_another(void **state)
{
	struct fixture *f = *state;

	f->nodes.is_replay = true;
	assert_true(nodes_is_other(&f->nodes, STR("web1")));
	assert_ptr_equal(nodes_tracker(&f->nodes, STR_NONE), f->own);
}

static void too_many_nodes_have_no_processes(void **state)
{
	struct fixture *f = *state;
	struct tracker *first = nodes_tracker(&f->nodes, STR("n0"));
	char name[16];

	for (unsigned i = 1; i < LIMIT_NODES; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_non_null(nodes_tracker(&f->nodes, str_from(name)));
	}
	assert_null(nodes_tracker(&f->nodes, STR("one more")));
	assert_ptr_equal(nodes_tracker(&f->nodes, STR("n0")), first);
	assert_ptr_equal(nodes_tracker(&f->nodes, STR("web1")), f->own);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(own_events_have_the_own_tracker),
		TEST(each_other_node_has_its_own),
		TEST(in_a_replay_every_named_node_is_another),
		TEST(too_many_nodes_have_no_processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

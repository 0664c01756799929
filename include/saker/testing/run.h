/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - tests of rules carried out by the pipeline of a replay. */
#ifndef SAKER_TESTING_RUN_H
#define SAKER_TESTING_RUN_H

#include "saker/daemon/config.h"
#include "saker/testing/coverage.h"
#include "saker/testing/suite.h"

/* One thing in which an alert is not what was expected; has_* false: none. */
struct test_difference {
	struct test_difference *next;
	struct str what; /* "priority", "output", "tags" or a field */
	bool has_expected, has_got;
	struct str expected, got;
};

/* How an alert that came fits one that was expected of the same rule. */
struct test_fit {
	struct test_fit *next;
	const struct suite_alert *expected;
	struct test_difference *differences; /* NULL = it fits */
	size_t count;
};

/* An alert that came. */
struct test_alert {
	struct str rule;
	enum priority priority;
	struct str message;
	uint64_t serial; /* 0 = none */
	struct test_fit *fits;
	const struct suite_alert *taken_by; /* the expected alert that it is */
};

enum test_problem_kind {
	TEST_MISSING,    /* expected, and did not come */
	TEST_UNEXPECTED, /* came, and was not expected */
	TEST_DIFFERENT,  /* came, and is not as expected */
	TEST_MISPLACED,  /* came, but not in this order */
	TEST_NOT_SILENT, /* came, and must not come */
	TEST_OTHER,      /* something else is wrong; text says what */
};

struct test_problem {
	struct test_problem *next;
	enum test_problem_kind kind;
	struct position at;
	const struct suite_alert *expected; /* NULL = none */
	const struct test_alert *got;       /* NULL = none */
	const struct test_fit *fit;         /* of the two */
	uint64_t times;                     /* so often missing */
	struct str text;
};

/* Everything lives in the arena, and borrows from the test. */
struct test_result {
	struct arena arena;
	const struct suite_test *test;
	struct test_problem *problems; /* NULL = passed */
	struct test_problem **last;
	struct test_alert *alerts; /* that count, in the order of the events */
	size_t nalerts;
	size_t cap;
	uint64_t events;
};

/* Rules under test. */
struct test_rules {
	struct config config; /* a copy that borrows; rules: those under test */
	struct ruleset *ruleset;
	struct coverage coverage;
};

/* Loads rules; paths replace those of the configuration when there are some.
 * What config points at must outlive *ret. 0; E_INVALID and the others with the
 * reasons in diags. */
int test_rules_init(struct test_rules *ret, const struct config *config,
                    const char *const *paths, size_t npaths,
                    struct diag_list *diags) must_check;
void test_rules_done(struct test_rules *r);
/* Do the rules that the tests name exist? 0, or E_INVALID with the errors in
 * diags. */
int test_rules_check(const struct test_rules *r, const struct suite *suite,
                     struct diag_list *diags) must_check;

/* Carries one test out. 0 however it ends; E_NOMEM. The caller ends the result
 * with test_result_done(). */
int test_run(struct test_rules *r, struct suite *suite,
             const struct suite_test *test, struct test_result *ret) must_check;
void test_result_done(struct test_result *r);

#endif

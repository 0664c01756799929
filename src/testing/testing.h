/* SPDX-License-Identifier: GPL-2.0-or-later */
/* testing.h - what the parts of the test runner share. */
#ifndef SAKER_SRC_TESTING_TESTING_H
#define SAKER_SRC_TESTING_TESTING_H

#include "saker/alert/alert.h"
#include "saker/host/host.h"
#include "saker/testing/run.h"

/* Keeps an alert of the test, and how it fits the expected ones; event tells
 * the values of fields. False when out of memory. */
bool result_add_alert(struct test_result *r, const struct alert *alert,
                      uint64_t serial, const struct field_source *event);
/* Records a problem; NULL when out of memory. */
struct test_problem *result_add_problem(struct test_result *r,
                                        enum test_problem_kind kind,
                                        struct position at);
/* With a text. False when out of memory. */
bool result_say(struct test_result *r, struct position at, const char *format,
                ...) __attribute__((format(printf, 3, 4)));

/* All alerts are there: what is wrong? Counts for the coverage what is right.
 * 0 or E_NOMEM. */
int result_judge(struct test_result *r, struct coverage *c) must_check;

/* The host that a test describes, as it was before the record of that time.
 * Borrows from the test and the arena; host is to be ended with host_free(). */
struct given {
	struct host *host;
	struct host_process *processes;
	size_t nprocesses;
};

/* The files, and the process self as one of the host's, for the tracker to
 * learn from what the host is. 0 or E_NOMEM. */
int given_init(struct given *given, const struct suite_test *t, uint64_t at_ns,
               pid_t self, struct arena *arena) must_check;
/* The processes of the test instead of self. 0 or E_NOMEM. */
int given_populate(struct given *given, pid_t self) must_check;

#endif

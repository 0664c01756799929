/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report.h - what saker test prints; private to src/cli. */
#ifndef SAKER_SRC_CLI_TEST_REPORT_H
#define SAKER_SRC_CLI_TEST_REPORT_H

#include "saker/testing/run.h"

struct test_totals {
	size_t tests;
	size_t failed;
	size_t files;
	size_t wrong_files; /* that could not be used */
};

/* Each appends to out. */

/* Nothing for a test that passed. */
void test_text_result(const struct test_result *r, const char *path, bool color,
                      struct buf *out);
void test_text_file(const char *path, size_t tests, size_t failed, bool color,
                    struct buf *out);
void test_text_summary(const struct test_totals *t, const struct coverage *c,
                       bool is_listed, struct buf *out);
void test_text_coverage(const struct coverage *c, struct buf *out);

/* One object a line. */
void test_json_result(const struct test_result *r, const char *path,
                      struct buf *out);
void test_json_errors(const struct diag_list *diags, struct buf *out);
void test_json_coverage(const struct coverage *c, struct buf *out);
void test_json_summary(const struct test_totals *t, const struct coverage *c,
                       struct buf *out);

struct coverage_totals {
	size_t rules, fired, silent;
	size_t nodes, nodes_true;
};
struct coverage_totals test_coverage_totals(const struct coverage *c);
/* Was this sub-expression never true, and is it not told by one inside it? */
bool test_coverage_is_gap(const struct coverage_rule *r, size_t node);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_suite.c - any text as a file of tests of rules; tests that are sound
 * run, but for those that name files. */
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "saker/testing/run.h"

#define MOST_TESTS 8u

static const char rule_text[] =
	"- macro: inside\n"
	"  condition: (container.id != host)\n"
	"- rule: Opened\n"
	"  desc: any\n"
	"  condition: evt.type in (openat, open) and inside\n"
	"  output: opened %fs.path.name %proc.aname[1] %container.name\n"
	"  priority: ERROR\n"
	"  tags: [a]\n"
	"- rule: Any\n"
	"  desc: any\n"
	"  condition: evt.type != open and (proc.name exists or not inside)\n"
	"  output: any %proc.cmdline %proc.exe %proc.drift\n"
	"  priority: DEBUG\n";

/* Rules come from files. */
static void load_rules(struct test_rules *rules, struct config *config)
{
	struct diag_list diags = DIAG_LIST_INIT;
	int fd = memfd_create("rules", MFD_CLOEXEC);
	const char *path;
	char name[64];

	FUZZ_CHECK(fd >= 0 && fchmod(fd, 0600) == 0);
	FUZZ_CHECK(write(fd, rule_text, sizeof(rule_text) - 1) ==
	           (ssize_t)sizeof(rule_text) - 1);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	path = name;
	FUZZ_CHECK(config_init(config) == 0);
	FUZZ_CHECK(test_rules_init(rules, config, &path, 1, &diags) == 0);
	diag_done(&diags);
	close(fd);
}

static void check_result(const struct test_result *r)
{
	for (size_t i = 0; i < r->nalerts; i++)
		FUZZ_CHECK(r->alerts[i].taken_by == NULL ||
		           str_eq(r->alerts[i].taken_by->rule.s,
		                  r->alerts[i].rule));
	for (const struct test_problem *p = r->problems; p != NULL; p = p->next)
		FUZZ_CHECK(p->text.s != NULL || p->got != NULL ||
		           p->expected != NULL);
}

static void run(struct test_rules *rules, struct suite *suite)
{
	for (size_t i = 0; i < suite->tests.count && i < MOST_TESTS; i++) {
		const struct suite_test *t = &suite->tests.items[i];
		struct test_result result;

		if (t->log.s.s != NULL || t->snapshot.s.s != NULL)
			continue;
		FUZZ_CHECK(test_run(rules, suite, t, &result) == 0);
		check_result(&result);
		test_result_done(&result);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct buf out = BUF_INIT;
	struct test_rules rules;
	struct config config;
	struct suite suite;
	int r = suite_load_text(&suite, "fuzz/suite.yaml",
	                        (struct str){ (const char *)data, size },
	                        &diags);

	FUZZ_CHECK(r == 0 || r == E_INVALID);
	FUZZ_CHECK((r == 0) == (diags.errors == 0));
	if (r == 0) {
		load_rules(&rules, &config);
		if (test_rules_check(&rules, &suite, &diags) == 0)
			run(&rules, &suite);
		test_rules_done(&rules);
		config_done(&config);
		suite_done(&suite);
	}
	for (size_t i = 0; i < diags.count; i++)
		diag_render(&diags.items[i], false, &out);
	fuzz_no_controls(buf_str(&out));
	buf_done(&out);
	diag_done(&diags);
	return 0;
}

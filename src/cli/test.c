/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test.c - saker test. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "test_report.h"

/* Rules are loaded once for all files that name the same ones. */
struct loaded {
	struct loaded *next;
	char *paths;
	int error;
	struct test_rules rules;
};

struct testing {
	const struct cli *cli;
	const struct config *config;
	struct loaded *loaded;
	struct test_totals totals;
	bool color;
	int worst; /* of what kept a file from being used */
};

static void print_diags(const struct testing *t, const struct diag_list *diags)
{
	auto_buf struct buf out = BUF_INIT;

	log_diags(diags);
	if (cli_has(t->cli, OPTION_JSON)) {
		test_json_errors(diags, &out);
		cli_print(&out);
	}
}

/* The command line's rules before the file's before the configuration's. */
static int rule_paths(const struct testing *t, struct suite *s,
                      const char ***ret)
{
	size_t count = cli_has(t->cli, OPTION_RULES) ? 0 : s->rules.count;
	const char **paths = arena_array(&s->arena, const char *, count + 1);

	if (paths == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		paths[i] = suite_resolve(s, s->rules.items[i].s);
		if (paths[i] == NULL)
			return E_NOMEM;
	}
	*ret = paths;
	return 0;
}

static char *join(const char *const *paths, size_t *ret_count)
{
	auto_buf struct buf all = BUF_INIT;
	size_t n = 0;

	for (; paths[n] != NULL; n++)
		buf_printf(&all, "%s\n", paths[n]);
	*ret_count = n;
	return all.failed ? NULL : str_dup(str_from(buf_cstr(&all)));
}

static struct loaded *load_rules(struct testing *t, const char *const *paths)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct loaded *l = t->loaded, **end;
	size_t count;
	char *all = join(paths, &count);

	while (l != NULL && all != NULL && strcmp(l->paths, all) != 0)
		l = l->next;
	if (l != NULL || all == NULL) {
		free(all);
		return l;
	}
	l = calloc(1, sizeof(*l));
	if (l == NULL) {
		free(all);
		return NULL;
	}
	l->paths = all;
	l->error = test_rules_init(&l->rules, t->config, paths, count, &diags);
	print_diags(t, &diags);
	diag_done(&diags);
	for (end = &t->loaded; *end != NULL; end = &(*end)->next)
		;
	*end = l;
	return l;
}

static int run_one(struct testing *t, struct suite *s, struct test_rules *rules,
                   const struct suite_test *test, size_t *failed)
{
	auto_buf struct buf out = BUF_INIT;
	struct test_result result;
	int r = test_run(rules, s, test, &result);

	if (r == 0 && cli_has(t->cli, OPTION_JSON))
		test_json_result(&result, s->path, &out);
	else if (r == 0)
		test_text_result(&result, s->path, t->color, &out);
	if (r == 0) {
		cli_print(&out);
		*failed += result.problems != NULL;
		t->totals.tests++;
	}
	test_result_done(&result);
	return r;
}

static int run_suite(struct testing *t, struct suite *s,
                     struct test_rules *rules)
{
	auto_buf struct buf out = BUF_INIT;
	size_t failed = 0;
	int r = 0;

	for (size_t i = 0; i < s->tests.count && r == 0; i++)
		r = run_one(t, s, rules, &s->tests.items[i], &failed);
	t->totals.failed += failed;
	if (r < 0 || cli_has(t->cli, OPTION_JSON))
		return r;
	test_text_file(s->path, s->tests.count, failed, t->color, &out);
	cli_print(&out);
	return 0;
}

static int test_suite(struct testing *t, struct suite *s)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct loaded *l = NULL;
	const char **paths;
	int r = rule_paths(t, s, &paths);

	if (r == 0)
		l = load_rules(t, (const char *const *)paths);
	if (l == NULL)
		return E_NOMEM;
	if (l->error < 0)
		return l->error;
	r = test_rules_check(&l->rules, s, &diags);
	print_diags(t, &diags);
	diag_done(&diags);
	return r < 0 ? r : run_suite(t, s, &l->rules);
}

static int test_file(struct testing *t, const char *path)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct suite suite;
	int r = suite_load(&suite, path, &diags);

	t->totals.files++;
	print_diags(t, &diags);
	diag_done(&diags);
	if (r == 0) {
		r = test_suite(t, &suite);
		suite_done(&suite);
	}
	if (r == E_NOMEM)
		log_line("%s: %s", path, err_text(r));
	if (r < 0) {
		t->totals.wrong_files++;
		/* a wrong file says more than one that is not there */
		if (t->worst != E_INVALID)
			t->worst = r;
	}
	return r;
}

static int is_test_file(const struct dirent *d)
{
	struct str name = str_from(d->d_name);

	return name.s[0] != '.' && (str_has_suffix(name, STR(".yaml")) ||
	                            str_has_suffix(name, STR(".yml")));
}

static void test_directory(struct testing *t, const char *path)
{
	struct dirent **names = NULL;
	int count = scandir(path, &names, is_test_file, alphasort);

	if (count <= 0) {
		log_line("%s: no *.yaml and no *.yml in this directory", path);
		t->worst = E_NOT_FOUND;
	}
	for (int i = 0; i < count; i++) {
		auto_buf struct buf file = BUF_INIT;

		buf_printf(&file, "%s/%s", path, names[i]->d_name);
		test_file(t, buf_cstr(&file));
		free(names[i]);
	}
	free(names);
}

static void test_path(struct testing *t, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		test_directory(t, path);
	else
		test_file(t, path);
}

static void print_end(const struct testing *t, const struct coverage *c)
{
	bool is_listed = cli_has(t->cli, OPTION_COVERAGE);
	auto_buf struct buf out = BUF_INIT;

	if (cli_has(t->cli, OPTION_JSON)) {
		if (is_listed)
			test_json_coverage(c, &out);
		test_json_summary(&t->totals, c, &out);
	} else {
		if (is_listed)
			test_text_coverage(c, &out);
		test_text_summary(&t->totals, c, is_listed, &out);
	}
	cli_print(&out);
}

static int finish(struct testing *t)
{
	struct coverage all = { 0 };
	struct loaded *l, *next;

	for (l = t->loaded; l != NULL; l = l->next)
		if (l->error == 0 &&
		    coverage_merge(&all, &l->rules.coverage) < 0)
			t->worst = E_NOMEM;
	print_end(t, &all);
	coverage_done(&all);
	for (l = t->loaded; l != NULL; l = next) {
		next = l->next;
		if (l->error == 0)
			test_rules_done(&l->rules);
		free(l->paths);
		free(l);
	}
	if (t->totals.failed != 0 && t->worst != E_NOMEM)
		return EXIT_WRONG;
	return cli_exit_code(t->worst);
}

static int test(const struct cli *cli)
{
	struct testing t = { .cli = cli };
	struct config config;
	int code;

	if (cli->noperands == 0) {
		fputs("saker test needs test files or directories\n", stderr);
		return EXIT_USAGE;
	}
	code = cli_config(cli, &config);
	if (code != EXIT_DONE)
		return code;
	t.config = &config;
	t.color = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	for (size_t i = 0; i < cli->noperands; i++)
		test_path(&t, cli->operands[i]);
	code = finish(&t);
	config_done(&config);
	return code;
}

const struct verb verb_test = {
	.name = "test",
	.operands = "PATH...",
	.summary = "Runs tests of rules",
	.help = "A test file holds records, a log or fields, and the alerts "
		"that must come of them; see saker-test(5). Its rules are "
		"those of -r, else those that it names, else the configured "
		"ones. Ends with 1 when a test failed or a file was wrong.\n"
		"\n"
		"  saker test rules/tests\n"
		"  saker test --coverage -r my-rules.yaml my-tests.yaml\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(JSON) | OPTION_BIT(COVERAGE),
	.main = test,
};

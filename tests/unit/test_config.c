/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_config.c - keys, values, files, and what is said about wrong ones. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "saker/base/io.h"
#include "saker/daemon/config.h"

struct fixture {
	struct config config;
	struct diag_list diags;
	char path[64];
};

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	strcpy(f->path, "/tmp/saker-config-XXXXXX");
	close(mkstemp(f->path));
	*state = f;
	return config_init(&f->config);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	diag_done(&f->diags);
	config_done(&f->config);
	test_free(f);
	return 0;
}

static int load(struct fixture *f, const char *text)
{
	auto_close int fd = open(f->path, O_WRONLY | O_TRUNC);

	assert_int_equal(io_write_all(fd, str_from(text)), 0);
	return config_load(&f->config, f->path, &f->diags);
}

static void defaults_are_those_of_the_table(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->config.source.count, 1);
	assert_string_equal(f->config.source.items[0], "netlink");
	assert_int_equal(f->config.response_mode, RESPONSE_DRY_RUN);
	assert_int_equal(f->config.kernel_rules, KERNEL_RULES_KEEP);
	assert_true(f->config.connector);
	assert_int_equal(f->config.rules.count, 0);
}

static void a_reload_changes_what_it_can(void **state)
{
	struct fixture *f = *state;
	const char *kept[CONFIG_KEYS];
	struct config running;
	size_t n;

	assert_int_equal(config_init(&running), 0);
	assert_int_equal(load(f,
	                      "response: {mode: enforce}\n"
	                      "source: [stdin, netlink]\n"
	                      "hostname: other\n"
	                      "limits: {ring_bytes: 65536}\n"
	                      "process: {connector: true}\n"),
	                 0);
	n = config_keep(&f->config, &running, kept);
	assert_int_equal(n, 3);
	assert_string_equal(kept[0], "source");
	assert_string_equal(kept[1], "hostname");
	assert_string_equal(kept[2], "limits.ring_bytes");
	assert_int_equal(f->config.response_mode, RESPONSE_ENFORCE);
	assert_int_equal(f->config.source.count, 1);
	assert_string_equal(f->config.source.items[0], "netlink");
	assert_string_equal(f->config.hostname, "");
	assert_int_equal(f->config.ring_bytes, running.ring_bytes);
	assert_int_equal(config_keep(&f->config, &running, kept), 0);
	config_done(&running);
}

static void rules_hold_paths_and_choices(void **state)
{
	struct fixture *f = *state;
	const struct config_list *l = &f->config.rule_choices;

	assert_int_equal(load(f,
	                      "rules:\n"
	                      "  - enable: {rule: 'Terminal*'}\n"
	                      "  - /etc/own.yaml\n"
	                      "  - disable:\n      tag: experimental\n"),
	                 0);
	assert_int_equal(f->config.rules.count, 1);
	assert_string_equal(f->config.rules.items[0], "/etc/own.yaml");
	assert_int_equal(config_set(&f->config, STR("rules[].enable.rule"),
	                            STR("Adding ssh keys"), NULL, &f->diags),
	                 0);
	assert_int_equal(l->count, 3);
	assert_string_equal(l->items[0], "enable Terminal*");
	assert_string_equal(l->items[1], "disable tag:experimental");
	assert_string_equal(l->items[2], "enable Adding ssh keys");
}

static void wrong_choices_are_told(void **state)
{
	struct fixture *f = *state;
	static const char *const texts[] = {
		"rules:\n  - enable: {name: x}\n",
		"rules:\n  - use: {rule: x}\n",
		"rules:\n  - enable: x\n",
		"rules:\n  - enable: {rule: [x]}\n",
		"rules:\n  - enable: {rule: ''}\n",
		"output:\n  - enable: {rule: x}\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(load(f, texts[i]), E_INVALID);
		assert_int_equal(f->diags.errors, i + 1);
		assert_true(f->diags.items[i].line > 0);
	}
	assert_int_equal(config_set(&f->config, STR("rules[].enable"), STR("x"),
	                            NULL, &f->diags),
	                 E_INVALID);
}

static void file_sets_nested_keys_and_lists(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f,
	                      "response: {mode: enforce}\n"
	                      "output:\n"
	                      "  format: json\n"
	                      "rules: [a, b c]\n"
	                      "limits.processes: 10\n"),
	                 0);
	assert_int_equal(f->config.response_mode, RESPONSE_ENFORCE);
	assert_int_equal(f->config.format, ALERT_JSON);
	assert_int_equal(f->config.rules.count, 2);
	assert_string_equal(f->config.rules.items[1], "b c");
	assert_int_equal(f->config.max_processes, 10);
}

static void empty_file_changes_nothing(void **state)
{
	assert_int_equal(load(*state, "# nothing\n"), 0);
}

static void every_error_of_a_file_is_told_with_its_place(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f,
	                      "response:\n"
	                      "  mod: enforce\n"
	                      "priority: urgent\n"
	                      "limits.processes: 0\n"),
	                 E_INVALID);
	assert_int_equal(f->diags.errors, 3);
	assert_int_equal(f->diags.items[0].line, 2);
	assert_non_null(strstr(f->diags.items[0].hint, "response.mode"));
	assert_int_equal(f->diags.items[1].line, 3);
	assert_int_equal(f->diags.items[1].column, 11);
	assert_int_equal(f->diags.items[2].line, 4);
}

static void broken_yaml_is_told_with_its_place(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f, "a: [1\nb: 2\n"), E_INVALID);
	assert_int_equal(f->diags.errors, 1);
	assert_int_equal(f->diags.items[0].line, 2);
	assert_int_equal(load(f, "- a\n"), E_INVALID);
	assert_int_equal(load(f, "a: &x {b: *x}\n"), E_INVALID);
	assert_int_equal(
		load(f,
	             "{a: {a: {a: {a: {a: {a: {a: {a: {a: {a: 1}}}}}}}}}}\n"),
		E_INVALID);
}

static void size_of_a_file_is_limited(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = BUF_INIT;

	buf_add_str(&text, STR("rules: ["));
	for (unsigned i = 0; i < 20000; i++)
		buf_add_str(&text, STR("a,"));
	buf_add_str(&text, STR("]\n"));
	assert_int_equal(load(f, buf_cstr(&text)), E_INVALID);
	assert_int_equal(f->diags.errors, 1);
	assert_non_null(strstr(f->diags.items[0].text, "too many values"));
	/* a map of itself within itself */
	assert_int_equal(load(f,
	                      "&a {a: *a, b: *a, c: *a, d: *a, e: *a, "
	                      "f: *a, g: *a, h: *a, i: *a, j: *a}\n"),
	                 E_INVALID);
	assert_int_equal(truncate(f->path, 1024 * 1024 + 1), 0);
	diag_done(&f->diags);
	assert_int_equal(config_load(&f->config, f->path, &f->diags), E_LIMIT);
	assert_non_null(strstr(f->diags.items[0].text, "larger than 1 MiB"));
}

static void long_list_keeps_its_items(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = BUF_INIT;

	for (unsigned i = 0; i < 100000; i++)
		buf_printf(&text, "%u,", i);
	assert_int_equal(config_set(&f->config, STR("rules"), buf_str(&text),
	                            NULL, &f->diags),
	                 0);
	assert_int_equal(f->config.rules.count, 100000);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(atoi(f->config.rules.items[i]), i);
}

static void file_that_cannot_be_read_is_told(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(config_load(&f->config, "/nonexistent", &f->diags),
	                 E_NOT_FOUND);
	assert_int_equal(config_load(&f->config, "/", &f->diags), E_IO);
	assert_int_equal(f->diags.errors, 2);
}

static void single_value_is_no_list(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(config_append(&f->config, STR("priority"), STR("x"),
	                               NULL, &f->diags),
	                 E_INVALID);
	assert_int_equal(config_set(&f->config, STR("source"), STR("a, b,"),
	                            NULL, &f->diags),
	                 0);
	assert_int_equal(f->config.source.count, 2);
	assert_int_equal(config_set(&f->config, STR("source"), STR("[a, b, c]"),
	                            NULL, &f->diags),
	                 0);
	assert_int_equal(f->config.source.count, 3);
	assert_string_equal(f->config.source.items[0], "a");
	assert_string_equal(f->config.source.items[2], "c");
	assert_string_equal(f->config.source.items[1], "b");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(defaults_are_those_of_the_table),
		TEST(file_sets_nested_keys_and_lists),
		TEST(a_reload_changes_what_it_can),
		TEST(rules_hold_paths_and_choices),
		TEST(wrong_choices_are_told),
		TEST(empty_file_changes_nothing),
		TEST(every_error_of_a_file_is_told_with_its_place),
		TEST(broken_yaml_is_told_with_its_place),
		TEST(size_of_a_file_is_limited),
		TEST(long_list_keeps_its_items),
		TEST(file_that_cannot_be_read_is_told),
		TEST(single_value_is_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

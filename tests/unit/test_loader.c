/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_loader.c - rule files against the cases of Falco's loader tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <unistd.h>

#include "falco_data.h"
#include "saker/engine/ruleset.h"

enum column {
	NAME,
	FILES,
	EXPECT,
	ERROR_CODE,
	ERROR_TEXT,
	WARNING_CODE,
	WARNING_TEXT,
	MATCH,
	ITEM,
	ABSENT,
	SCHEMA,
	COMPILED,
	COUNTS,
	INFO,
	ORIGIN,
	NOTES
};

struct loaded {
	struct diag_list diags;
	struct ruleset *rules;
	char why[512]; /* the first difference from what is expected */
};

static void differ(struct loaded *l, const char *what, const char *detail)
{
	if (l->why[0] == '\0')
		snprintf(l->why, sizeof(l->why), "%s: %s", what, detail);
}

static void load(struct loaded *l, const char *files)
{
	char *copy = strdup(files), *rest = copy, *name;
	const char *paths[16];
	size_t n = 0;
	int r;

	assert_non_null(copy);
	*l = (struct loaded){ 0 };
	while ((name = strsep(&rest, ";")) != NULL) {
		char file[256];

		assert_true(n < 16);
		snprintf(file, sizeof(file), "loader/%s", name);
		paths[n++] = falco_path(file);
	}
	r = ruleset_load(paths, n, NULL, &l->diags, &l->rules);
	assert_true(r == 0 || r == E_INVALID);
	assert_int_equal(r == 0, l->diags.errors == 0);
	while (n-- > 0)
		free((void *)(uintptr_t)paths[n]);
	free(copy);
}

static bool has_diag(const struct loaded *l, enum diag_severity severity,
                     const char *code, const char *text)
{
	for (size_t i = 0; i < l->diags.count; i++) {
		const struct diag *d = &l->diags.items[i];

		if (d->severity == severity &&
		    (code == NULL || strcmp(d->code, code) == 0) &&
		    (text == NULL || strstr(d->text, text) != NULL))
			return true;
	}
	return false;
}

/* Each text of the column is part of some message. */
static void check_texts(struct loaded *l, enum diag_severity severity,
                        const char *column)
{
	json_t *texts = falco_json(column), *text;
	size_t i;

	json_array_foreach(
		texts, i,
		text) if (!has_diag(l, severity, NULL, json_string_value(text)))
		differ(l, "no message has", json_string_value(text));
	json_decref(texts);
}

static void check_absent(struct loaded *l, const char *column)
{
	json_t *texts = falco_json(column), *text;
	size_t i;

	json_array_foreach(texts, i, text)
	{
		const char *s = json_string_value(text);
		bool all = strcmp(s, "*") == 0;

		if (has_diag(l, DIAG_WARNING, NULL, all ? NULL : s))
			differ(l, "there is a warning", s);
	}
	json_decref(texts);
}

static const struct rule *find_rule(const struct loaded *l, const char *name)
{
	for (size_t i = 0; i < ruleset_count(l->rules); i++)
		if (str_eq(ruleset_rule(l->rules, i)->name, str_from(name)))
			return ruleset_rule(l->rules, i);
	return NULL;
}

static void check_compiled(struct loaded *l, const char *column)
{
	json_t *map = falco_json(column), *value;
	const char *name;

	json_object_foreach(map, name, value)
	{
		const char *expected = json_string_value(value);
		const struct rule *rule = find_rule(l, name);
		char text[400];

		if (rule == NULL) {
			differ(l, "there is no rule", name);
			continue;
		}
		snprintf(text, sizeof(text), "%.*s", STR_FMT(rule->compiled));
		if (strcmp(text, expected) != 0)
			differ(l, "compiled", text);
	}
	json_decref(map);
}

static void check_counts(struct loaded *l, const char *column)
{
	json_t *counts = falco_json(column);
	json_t *enabled = json_object_get(counts, "enabled");
	json_t *rules = json_object_get(counts, "rules");
	json_int_t n = 0;

	for (size_t i = 0; i < ruleset_count(l->rules); i++)
		n += ruleset_rule(l->rules, i)->enabled;
	if (enabled != NULL && n != json_integer_value(enabled))
		differ(l, "enabled rules", column);
	if (rules != NULL &&
	    (json_int_t)ruleset_count(l->rules) != json_integer_value(rules))
		differ(l, "rules", column);
	json_decref(counts);
}

static void check_expectations(struct loaded *l, const char *columns[])
{
	bool error = strcmp(columns[EXPECT], "error") == 0;
	const char *code = columns[WARNING_CODE];

	if (strncmp(code, "derived:", 8) == 0)
		code += 8;
	if (error != (l->rules == NULL))
		differ(l, "expected",
		       error ? "an error" : l->diags.items[0].text);
	check_texts(l, DIAG_ERROR, columns[ERROR_TEXT]);
	check_texts(l, DIAG_WARNING, columns[WARNING_TEXT]);
	if (*code != '\0' && !has_diag(l, DIAG_WARNING, code, NULL))
		differ(l, "no warning", code);
	if (l->rules == NULL)
		return;
	check_absent(l, columns[ABSENT]);
	check_compiled(l, columns[COMPILED]);
	check_counts(l, columns[COUNTS]);
}

/* True when the case came out as it should. */
static bool check_row(const char *columns[])
{
	struct loaded l;
	bool ok;

	if (strncmp(columns[NOTES], "skip:", 5) == 0)
		return true;
	load(&l, columns[FILES]);
	check_expectations(&l, columns);
	ok = l.why[0] == '\0';
	if (!ok)
		print_error("%s: %s\n", columns[NAME], l.why);
	ruleset_free(l.rules);
	diag_done(&l.diags);
	return ok;
}

static void test_falco_loader(void **state)
{
	const char *columns[FALCO_COLUMNS];
	FILE *f = falco_open("loader/EXPECTED.tsv");
	size_t size = 0, rows = 0, wrong = 0;
	char *line = NULL;

	(void)state;
	if (f == NULL)
		skip();
	while (falco_row(f, &line, &size, columns)) {
		wrong += !check_row(columns);
		rows++;
	}
	free(line);
	fclose(f);
	assert_true(rows > 100);
	assert_int_equal(wrong, 0);
}

/* Falco's own rules load unmodified, and Falco would warn of nothing. */
static void test_falco_rules(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	char *path = falco_path("falco_rules.yaml");
	const char *paths[] = { path };

	(void)state;
	if (access(path, R_OK) != 0) {
		free(path);
		skip();
	}
	if (ruleset_load(paths, 1, NULL, &diags, &rules) < 0)
		fail_msg("%u: %s", diags.items[0].line, diags.items[0].text);
	assert_int_equal(ruleset_count(rules), 25);
	assert_int_equal(diags.warnings, 0);
	ruleset_free(rules);
	diag_done(&diags);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_falco_rules),
		cmocka_unit_test(test_falco_loader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suite.c - one test file: its tests, and what must be right in each. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "load.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/base/map.h"
#include "saker/vm/op.h"
#include "saker/vm/operand.h"

static int check_input(struct loader *l, const struct suite_test *t)
{
	int inputs = (t->log.s.s != NULL) + t->has_records + t->event.is_given;

	if (inputs == 1)
		return 0;
	return load_error(l, t->at, 1,
	                  inputs == 0 ? "what happens? one of 'records', 'log' "
	                                "and 'fields' is wanted"
	                              : "only one of 'records', 'log' and "
	                                "'fields' may stand here");
}

static int check_facts(struct loader *l, const struct suite_test *t)
{
	if (!t->event.is_given)
		return 0;
	if (t->processes.count != 0)
		return load_error(l, t->processes.items[0].at, 1,
		                  "fields have their values; processes are "
		                  "for records and logs");
	if (t->files.count != 0)
		return load_error(l, t->files.items[0].path.at, 1,
		                  "fields have their values; files are for "
		                  "records and logs");
	return 0;
}

static int check_snapshot(struct loader *l, const struct suite_test *t)
{
	if (t->snapshot.s.s == NULL)
		return 0;
	if (t->event.is_given)
		return load_error(l, t->snapshot.at, t->snapshot.s.len,
		                  "fields have their values; a snapshot is for "
		                  "records and logs");
	if (t->processes.count != 0 || t->files.count != 0)
		return load_error(l, t->snapshot.at, t->snapshot.s.len,
		                  "what a snapshot tells stands beside a log "
		                  "alone, without processes and files");
	return 0;
}

static int check_expected(struct loader *l, const struct suite_test *t)
{
	if (t->expect.is_given || t->silent.is_given)
		return 0;
	load_error(l, t->at, 1,
	           "what must come of it? 'expect' or 'silent' is wanted");
	load_hint(l, "'expect: []' when no rule may fire");
	return E_INVALID;
}

static bool is_among(const struct suite_texts *only, struct str rule)
{
	for (size_t i = 0; i < only->count; i++)
		if (glob_match(only->items[i].s, rule, false))
			return true;
	return only->count == 0;
}

static int check_only(struct loader *l, const struct suite_test *t)
{
	int r = 0;

	for (size_t i = 0; i < t->expect.count; i++) {
		const struct suite_text *rule = &t->expect.items[i].rule;

		if (!is_among(&t->only, rule->s))
			r = load_error(l, rule->at, rule->s.len,
			               "'only' leaves this rule out");
	}
	return r;
}

static int read_test(struct loader *l, const struct yaml *y, void *into)
{
	struct suite_test *t = into;
	int r = load_mapping(l, MAPPING_TEST, y, t);

	t->at = y->at;
	t->has_records = t->records.s.s != NULL;
	if (r < 0)
		return r;
	if (t->name.s.len == 0)
		return load_error(l, y->at, 1, "a test needs a name");
	r = load_worse(check_input(l, t), check_facts(l, t));
	r = load_worse(r, check_snapshot(l, t));
	r = load_worse(r, check_expected(l, t));
	return load_worse(r, check_only(l, t));
}

/* A name is how a failure is found. */
static int check_names(struct loader *l, const struct suite_tests *tests)
{
	struct map names;
	int r = 0;

	map_init(&names);
	for (size_t i = 0; i < tests->count && r != E_NOMEM; i++) {
		const struct suite_text *name = &tests->items[i].name;

		if (name->s.len == 0)
			continue;
		if (map_get(&names, name->s) != NULL)
			r = load_error(l, name->at, name->s.len,
			               "another test has this name");
		else if (map_put(&names, name->s, l) < 0)
			r = E_NOMEM;
	}
	map_done(&names);
	return r;
}

int read_tests(struct loader *l, const struct yaml *y, void *member_at)
{
	struct suite_tests *tests = member_at;
	int r = load_sequence(l, y, sizeof(*tests->items), read_test,
	                      &tests->items, &tests->count);

	return load_worse(r, check_names(l, tests));
}

static int read_document(struct loader *l, const struct yaml *document)
{
	int r = load_mapping(l, MAPPING_SUITE, document, l->suite);

	if (r == 0 && l->suite->tests.count == 0)
		return load_error(l, document->at, 1,
		                  "there is no test in this file");
	return r;
}

/* Enriched records hold a byte that YAML does not allow. It becomes a tab,
 * which no record has, and read_records() turns that back. True when there was
 * one. */
static bool hide_separators(char *text, size_t size)
{
	bool any = false;

	for (size_t i = 0; i < size; i++) {
		if (text[i] != ENRICHMENT_SEPARATOR)
			continue;
		text[i] = '\t';
		any = true;
	}
	return any;
}

static int parse(struct loader *l, struct str text)
{
	struct suite *s = l->suite;
	struct position start = { .line = 1, .column = 1 };
	const struct yaml *documents;
	int r;

	text = arena_copy(&s->arena, text);
	if (text.s == NULL)
		return E_NOMEM;
	l->is_enriched = hide_separators((char *)(uintptr_t)text.s, text.len);
	start.file = source_file_new(&s->arena, s->path, text);
	if (start.file == NULL)
		return E_NOMEM;
	r = yaml_parse(&s->arena, start.file, YAML_MAPPING, l->diags,
	               &documents);
	if (r < 0)
		return r;
	if (documents->count == 0)
		return load_error(l, start, 1, "there is no test in this file");
	if (documents->count > 1)
		return load_error(l, documents->first->next->value->at, 1,
		                  "a test file is one document");
	return read_document(l, documents->first->value);
}

int suite_load_text(struct suite *s, const char *path, struct str text,
                    struct diag_list *diags)
{
	struct suite made = { .path = path };
	struct loader l = { .suite = &made, .diags = diags };
	size_t errors = diags->errors;
	int r;

	made.path = arena_copy(&made.arena, str_from(path)).s;
	r = made.path != NULL ? parse(&l, text) : E_NOMEM;
	/* More errors than diags can hold are errors. */
	if (r == 0 && (diags->errors != errors))
		r = E_INVALID;
	if (r == 0)
		*s = made;
	else
		suite_done(&made);
	return r;
}

int suite_load(struct suite *s, const char *path, struct diag_list *diags)
{
	auto_buf struct buf text = BUF_INIT;
	int r = io_read_at(AT_FDCWD, path, LIMIT_RULE_FILE_BYTES, &text);

	if (r == 0)
		return suite_load_text(s, path, buf_str(&text), diags);
	diag_add(diags, DIAG_ERROR, NULL, &(struct diag_place){ .file = path },
	         "%s",
	         r == E_LIMIT ? "the file is larger than 16 MiB"
	                      : strerror(errno));
	return r == E_LIMIT ? E_INVALID : r;
}

void suite_done(struct suite *s)
{
	for (size_t i = 0; i < s->tests.count; i++) {
		struct suite_test *t = &s->tests.items[i];

		event_table_done(&t->event.table);
		for (size_t k = 0; k < t->expect.count; k++)
			if (t->expect.items[k].output_regex != NULL)
				pcre2_code_free(
					t->expect.items[k].output_regex->regex);
	}
	arena_done(&s->arena);
	*s = (struct suite){ 0 };
}

const char *suite_resolve(struct suite *s, struct str path)
{
	struct str file = str_from(s->path);
	ptrdiff_t slash = str_find_last_byte(file, '/');
	auto_buf struct buf joined = BUF_INIT;

	if (slash >= 0 && (path.len == 0 || path.s[0] != '/'))
		buf_add_str(&joined, str_take(file, (size_t)slash + 1));
	buf_add_str(&joined, path);
	return joined.failed ? NULL : arena_copy(&s->arena, buf_str(&joined)).s;
}

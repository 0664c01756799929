/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_oracle.c - our scanner and assembler against libauparse, field by field.
 *
 * Reads the logs of tests/data and, when they are there, those of
 * SAKER_TEST_DATA (default: ../shared/data beside the source tree). */
#include <auparse.h>
#include <fcntl.h>
#include <fts.h>
#include <libaudit.h>
#include <stdio.h>

#include "deviations.h"
#include "grouping.h"
#include "saker/base/io.h"

#define FILE_BYTES ((size_t)64 << 20)

struct oracle {
	const char *log;
	size_t logs, records, fields, refused, cut, events, failures;
	size_t deviations[DEVIATION__MAX];
	struct comparison c;
};

static bool push(struct field_list *l, struct str name, struct str value)
{
	if (l->n == MAX_FIELDS)
		return false;
	l->fields[l->n++] = (struct record_field){ name, value };
	return true;
}

/* Our fields in libauparse's form: node and type first, and the inner fields
 * of msg='...' in its place. */
static bool list_ours(const struct record *r, struct field_list *l)
{
	bool ok = true;

	if (r->node.len != 0)
		ok = push(l, STR("node"), r->node);
	ok = ok && push(l, STR("type"), r->type_name);
	for (size_t i = 0; ok && i < r->nfields + r->ninner; i++) {
		const struct record_field *f = &r->fields[i];

		if (str_eq(f->name, STR("msg")) &&
		    str_has_prefix(f->value, STR("'")))
			continue;
		ok = push(l, f->name, f->value);
	}
	return ok;
}

static bool list_theirs(auparse_state_t *au, struct arena *a,
                        struct field_list *l)
{
	bool ok = true;

	if (auparse_first_field(au) != 1)
		return true;
	do {
		struct str name = str_from(auparse_get_field_name(au));
		struct str value = str_from(auparse_get_field_str(au));

		ok = push(l, arena_copy(a, name), arena_copy(a, value));
	} while (ok && auparse_next_field(au) > 0);
	return ok;
}

static void print_field(const char *whose, const struct field_list *l, size_t i)
{
	if (i < l->n)
		printf("\t%s %.*s=%.*s\n", whose, STR_FMT(l->fields[i].name),
		       STR_FMT(l->fields[i].value));
}

static void fail(struct oracle *o)
{
	o->failures++;
	printf("FAIL: %s: %.*s\n", o->log, STR_FMT(o->c.record.text));
	print_field("saker:     ", &o->c.ours, o->c.i);
	print_field("libauparse:", &o->c.theirs, o->c.j);
}

static bool is_same_field(const struct comparison *c)
{
	const struct record_field *x = &c->ours.fields[c->i];
	const struct record_field *y = &c->theirs.fields[c->j];

	return c->i < c->ours.n && c->j < c->theirs.n &&
	       str_eq(x->name, y->name) && str_eq(x->value, y->value);
}

static void compare_fields(struct oracle *o)
{
	struct comparison *c = &o->c;
	enum deviation d;

	while (c->i < c->ours.n || c->j < c->theirs.n) {
		o->fields++;
		if (is_same_field(c)) {
			c->i++;
			c->j++;
			continue;
		}
		d = deviation_find(c);
		if (d == DEVIATION__MAX) {
			fail(o);
			return;
		}
		o->deviations[d]++;
	}
}

static void compare_record(struct oracle *o, auparse_state_t *au)
{
	struct arena arena = ARENA_INIT;

	o->c.ours.n = o->c.theirs.n = o->c.i = o->c.j = 0;
	o->records++;
	if (record_scan(&o->c.record, &arena) == 0 &&
	    list_ours(&o->c.record, &o->c.ours) &&
	    list_theirs(au, &arena, &o->c.theirs))
		compare_fields(o);
	else
		fail(o);
	arena_done(&arena);
}

/* libauparse takes any line with an "audit(" in it. */
static bool is_broken_head(struct str line)
{
	struct record r;

	return record_parse(line, &r) == E_TRUNCATED ||
	       (!str_has_prefix(line, STR("type=")) &&
	        !str_has_prefix(line, STR("node=")));
}

/* Each line alone. libauparse swallows an EOE, its body is empty anyway. */
static void compare_line(struct oracle *o, struct str line)
{
	auto_free char *text = NULL;
	size_t len = strnlen(line.s, line.len);
	auparse_state_t *au;
	bool is_ours, is_theirs;

	o->cut += len < line.len;
	line.len = len;
	is_ours = record_parse(line, &o->c.record) == 0;

	/* libauparse leaks an event for a line without "audit(" */
	if (str_find(line, STR("audit(")) < 0 ||
	    (is_ours && o->c.record.type == AUDIT_EOE) ||
	    asprintf(&text, "%.*s\n", STR_FMT(line)) < 0)
		return;
	au = auparse_init(AUSOURCE_BUFFER, text);
	is_theirs = au != NULL && auparse_next_event(au) == 1;
	if (is_ours && is_theirs) {
		compare_record(o, au);
	} else if (is_theirs && is_broken_head(line)) {
		o->refused++;
	} else if (is_ours || is_theirs) {
		o->failures++;
		printf("FAIL: %s: only %s reads: %.*s\n", o->log,
		       is_ours ? "saker" : "libauparse", STR_FMT(line));
	}
	auparse_destroy(au);
}

static void compare_log(struct oracle *o, const char *path)
{
	auto_buf struct buf bytes = BUF_INIT;
	struct str rest, line;
	size_t events = 0;

	if (io_read_at(AT_FDCWD, path, FILE_BYTES, &bytes) < 0) {
		printf("FAIL: cannot read %s\n", path);
		o->failures++;
		return;
	}
	o->log = path;
	o->logs++;
	rest = buf_str(&bytes);
	while (str_split(&rest, '\n', &line))
		compare_line(o, line);
	if (!grouping_equals(path, buf_str(&bytes), &events))
		o->failures++;
	o->events += events;
}

static void compare_tree(struct oracle *o, char *root)
{
	char *const roots[] = { root, NULL };
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;

	while (tree != NULL && (entry = fts_read(tree)) != NULL) {
		struct str name = str_from(entry->fts_name);

		if (entry->fts_info == FTS_F &&
		    (str_has_suffix(name, STR(".log")) ||
		     str_has_suffix(name, STR(".txt"))))
			compare_log(o, entry->fts_path);
	}
	if (tree != NULL)
		fts_close(tree);
}

static void compare_all(struct oracle *o)
{
	const char *top = getenv("top_srcdir");
	const char *data = getenv("SAKER_TEST_DATA");
	auto_free char *own = NULL, *shared = NULL;

	if (top == NULL)
		top = ".";
	if (asprintf(&own, "%s/tests/data", top) < 0 ||
	    asprintf(&shared, "%s/../shared/data", top) < 0)
		return;
	compare_tree(o, own);
	if (data != NULL)
		compare_tree(o, (char *)(uintptr_t)data);
	else if (access(shared, R_OK) == 0)
		compare_tree(o, shared);
	else
		printf("only the logs of tests/data: SAKER_TEST_DATA is not "
		       "set\n");
}

int main(void)
{
	auto_free struct oracle *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return 99;
	compare_all(o);
	for (int d = 0; d < DEVIATION__MAX; d++)
		printf("%6zu  %s\n", o->deviations[d],
		       deviation_reason((enum deviation)d));
	printf("%6zu  lines with a NUL, where a line ends for libauparse\n",
	       o->cut);
	printf("%6zu  lines without a whole head, which libauparse reads all "
	       "the same\n",
	       o->refused);
	printf("%zu logs, %zu records, %zu fields, %zu events: %zu "
	       "differences\n",
	       o->logs, o->records, o->fields, o->events, o->failures);
	return o->failures != 0 || o->records == 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_verdicts.c - what is remembered of events and of values changes no
 * verdict, up to its limits and beyond: each rule is held against what its
 * condition says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <stdio.h>

#include "saker/base/arena.h"
#include "saker/base/buf.h"
#include "saker/base/limits.h"
#include "saker/engine/ruleset.h"

#define ANCESTORS 4

struct sample {
	struct buf name, parent, path;
	struct buf ancestors[ANCESTORS];
	struct str list[ANCESTORS];
};

/* The i-th marker: no other one is within it. */
static struct str marker(char kind, size_t i, char text[16])
{
	return (struct str){ text,
		             (size_t)snprintf(text, 16, "<%c%zu>", kind, i) };
}

/* Rules without a marker in the name, whose parent is to be "never"; rules with
 * one there and another in the path; rules with one among the ancestors; rules
 * with one neither in one of three texts nor among the ancestors. */
struct shape {
	size_t without, pairs, ancestors, nowhere;
	uint32_t names; /* one in so many markers is in the name; 0 = 2 */
};

static bool get(void *context, enum field_id id, const struct field_arg *arg,
                struct value *ret)
{
	struct sample *s = context;

	(void)arg;
	*ret = (struct value){ .type = VALUE_STRING };
	switch (id) {
	case FIELD_EVT_TYPE:
		ret->str = STR("open");
		return true;
	case FIELD_PROC_NAME:
		ret->str = buf_str(&s->name);
		break;
	case FIELD_PROC_PNAME:
		ret->str = buf_str(&s->parent);
		break;
	case FIELD_FS_PATH_NAME:
		ret->str = buf_str(&s->path);
		break;
	case FIELD_PROC_ANAME:
		for (size_t i = 0; i < ANCESTORS; i++)
			s->list[i] = buf_str(&s->ancestors[i]);
		ret->type = VALUE_LIST;
		ret->list.items = s->list;
		ret->list.count = ANCESTORS;
		return true;
	default:
		return false;
	}
	return ret->str.len != 0;
}

static void add_rule(struct buf *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void add_rule(struct buf *out, const char *format, ...)
{
	char condition[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(condition, sizeof(condition), format, ap);
	va_end(ap);
	buf_printf(out,
	           "- rule: r%zu\n  desc: d\n  condition: evt.type = open and "
	           "%s\n  output: o\n  priority: info\n",
	           out->len, condition);
}

static struct ruleset *load(const struct shape *shape)
{
	static const char *const fields[] = { "proc.name", "proc.pname",
		                              "fs.path.name" };
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < shape->without; i++)
		add_rule(&text,
		         "not proc.name contains '<w%zu>' and "
		         "proc.pname = never",
		         i);
	for (size_t i = 0; i < shape->pairs; i++)
		add_rule(&text,
		         "proc.name contains '<n%zu>' and "
		         "fs.path.name contains '<p%zu>'",
		         i / 32, i);
	for (size_t i = 0; i < shape->ancestors; i++)
		add_rule(&text, "proc.aname contains '<a%zu>'", i);
	for (size_t i = 0; i < shape->nowhere; i++)
		add_rule(&text,
		         "not %s contains '<x%zu>' and "
		         "not proc.aname contains '<x%zu>'",
		         fields[i % 3], i, i);
	if (ruleset_load_text("t.yaml", buf_str(&text), &diags, &rules) < 0)
		fail_msg("%s", diags.items[0].text);
	buf_done(&text);
	diag_done(&diags);
	return rules;
}

static bool has(const struct buf *text, char kind, size_t i)
{
	char room[16];

	return str_find(buf_str(text), marker(kind, i, room)) >= 0;
}

static bool is_among(const struct sample *s, char kind, size_t i)
{
	for (size_t n = 0; n < ANCESTORS; n++)
		if (has(&s->ancestors[n], kind, i))
			return true;
	return false;
}

static bool is_met(const struct shape *shape, const struct sample *s, size_t i)
{
	if (i < shape->without)
		return !has(&s->name, 'w', i) && s->name.len != 0 &&
		       str_eq(buf_str(&s->parent), STR("never"));
	i -= shape->without;
	if (i < shape->pairs)
		return has(&s->name, 'n', i / 32) && has(&s->path, 'p', i);
	i -= shape->pairs;
	if (i < shape->ancestors)
		return is_among(s, 'a', i);
	i -= shape->ancestors;
	return !has(i % 3 == 0   ? &s->name
	            : i % 3 == 1 ? &s->parent
	                         : &s->path,
	            'x', i) &&
	       !is_among(s, 'x', i);
}

static void check(struct matcher *m, const struct ruleset *rules,
                  const struct shape *shape, struct sample *s)
{
	struct field_source fields = { .get = get, .context = s };
	const struct rule *const *hits;
	size_t next = 0, n;

	n = matcher_match(m, SOURCE_SYSCALL, STR("open"), &fields, true, &hits);
	for (size_t i = 0; i < ruleset_count(rules); i++) {
		bool hit = next < n && hits[next] == ruleset_rule(rules, i);

		next += hit;
		if (hit != is_met(shape, s, i))
			fail_msg("rule %zu: %d for name %.*s", i, hit,
			         STR_FMT(buf_str(&s->name)));
	}
	assert_int_equal(next, n);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* One in one_of of the markers, each behind a letter. */
static void add_markers(struct buf *out, char kind, size_t count,
                        uint32_t one_of, uint32_t *random)
{
	char room[16];

	buf_add_byte(out, 'x');
	for (size_t i = 0; i < count; i++)
		if (next_random(random) % one_of == 0)
			buf_add_str(out, marker(kind, i, room));
}

static void clear(struct sample *s)
{
	buf_clear(&s->name);
	buf_clear(&s->parent);
	buf_clear(&s->path);
	for (size_t i = 0; i < ANCESTORS; i++)
		buf_clear(&s->ancestors[i]);
}

static void done(struct sample *s)
{
	buf_done(&s->name);
	buf_done(&s->parent);
	buf_done(&s->path);
	for (size_t i = 0; i < ANCESTORS; i++)
		buf_done(&s->ancestors[i]);
}

/* Each is in its text or among the ancestors, one in a thousand nowhere. */
static void spread(struct sample *s, size_t count, uint32_t *random)
{
	struct buf *texts[] = { &s->name, &s->parent, &s->path };
	char room[16];

	for (size_t i = 0; i < count; i++) {
		uint32_t where = next_random(random) % 1000;

		if (where != 0)
			buf_add_str(where % 2 == 0 ? &s->ancestors[0]
			                           : texts[i % 3],
			            marker('x', i, room));
	}
}

/* Few events match; one in eight comes a second time. */
static void check_many(const struct shape *shape, size_t events,
                       uint32_t one_of)
{
	struct ruleset *rules = load(shape);
	struct matcher *m = matcher_new(rules);
	struct sample s = { 0 };
	uint32_t random = 1;

	assert_non_null(m);
	for (size_t i = 0; i < events; i++) {
		clear(&s);
		add_markers(&s.name, 'w', shape->without,
		            shape->names != 0 ? shape->names : 2, &random);
		add_markers(&s.name, 'n', shape->pairs / 32,
		            i % 16 == 0 ? 2 : 1000, &random);
		buf_add_str(&s.parent, i % 32 == 0 ? STR("never") : STR("sh"));
		add_markers(&s.path, 'p', shape->pairs, one_of, &random);
		for (size_t n = 0; n < ANCESTORS; n++)
			add_markers(&s.ancestors[n], 'a', shape->ancestors,
			            one_of, &random);
		spread(&s, shape->nowhere, &random);
		check(m, rules, shape, &s);
		if (i % 8 == 0)
			check(m, rules, shape, &s);
	}
	done(&s);
	matcher_free(m);
	ruleset_free(rules);
}

/* Fifteen reasons in no order: each event adds steps. */
static void test_steps(void **state)
{
	(void)state;
	check_many(&(struct shape){ .nowhere = 15 }, LIMIT_VERDICT_STEPS, 2);
	check_many(&(struct shape){ .without = 20 }, 1000, 2);
}

/* More is asked than is remembered of one event, and of one value. */
static void test_questions(void **state)
{
	struct shape shape = {
		.without = LIMIT_VERDICT_QUESTIONS + LIMIT_KNOWN_CHECKS + 10,
	};

	(void)state;
	check_many(&shape, 50, 2);
	shape.names = 1;
	check_many(&shape, 70, 2);
}

/* A lookup finds something else each time, and much: more than is remembered of
 * that, altogether, and of one event. */
static void test_found(void **state)
{
	struct shape shape = { .pairs = 512 };
	struct shape among = { .ancestors = 512 };
	struct shape large = { .ancestors = LIMIT_KNOWN_SET + 32 };

	(void)state;
	check_many(&shape, 32 * LIMIT_VERDICT_OTHERS, 2);
	check_many(&among, 4 * LIMIT_KNOWN_ATOMS / among.ancestors, 2);
	check_many(&large, 3, 1);
}

/* The same with little found, but more often something else. */
static void test_sets(void **state)
{
	struct shape shape = { .ancestors = 64 };

	(void)state;
	check_many(&shape, LIMIT_KNOWN_SETS * 3 / 2, 16);
}

/* More values than are remembered, and longer ones. */
static void test_values(void **state)
{
	struct shape shape = { .without = 8, .pairs = 64, .ancestors = 64 };

	(void)state;
	assert_true(64 * 4 > LIMIT_KNOWN_BYTES);
	assert_true(ANCESTORS * 64 * 4 > LIMIT_KNOWN_LIST_BYTES);
	check_many(&shape, 4 * LIMIT_KNOWN_VALUES, 1);
	check_many(&shape, 8 * LIMIT_KNOWN_VALUES, 40);
}

/* The same bytes as a value of another kind, and cut into other texts. */
static void test_lists(void **state)
{
	struct shape shape = { .ancestors = 8 };
	struct ruleset *rules = load(&shape);
	struct matcher *m = matcher_new(rules);
	struct sample s = { 0 };

	(void)state;
	assert_non_null(m);
	for (size_t cut = 0; cut <= 8; cut++) {
		struct str text = STR("x<a1><a2>");

		clear(&s);
		buf_add_str(&s.ancestors[0], str_take(text, cut));
		buf_add_str(&s.ancestors[1], str_skip(text, cut));
		check(m, rules, &shape, &s);
		check(m, rules, &shape, &s);
	}
	done(&s);
	matcher_free(m);
	ruleset_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),  cmocka_unit_test(test_questions),
		cmocka_unit_test(test_found),  cmocka_unit_test(test_sets),
		cmocka_unit_test(test_values), cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_parser.c - conditions to trees, against Falco's parser tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>

#include "falco_data.h"
#include "saker/base/limits.h"
#include "saker/lang/parser.h"

struct parsed {
	struct arena arena;
	int result;
	struct parse_error error;
	const struct expr *expr;
	char text[512]; /* as the tree prints */
};

static void parse(struct parsed *p, struct str condition)
{
	struct text_builder b = TEXT_BUILDER_INIT;
	const struct source_file *file;
	struct buf out = BUF_INIT;
	struct text text;

	*p = (struct parsed){ 0 };
	file = source_file_new(&p->arena, "test", condition);
	assert_non_null(file);
	text_add_run(&b, file->content, (struct position){ file, 1, 1 });
	assert_int_equal(text_finish(&b, &p->arena, &text), 0);
	p->result = condition_parse(&p->arena, &text, &p->expr, &p->error);
	if (p->result == 0) {
		expr_print(p->expr, &out);
		snprintf(p->text, sizeof(p->text), "%s", buf_cstr(&out));
	}
	buf_done(&out);
	text_builder_done(&b);
}

static void check_text(const char *condition, const char *expected)
{
	struct parsed p;

	parse(&p, str_from(condition));
	if (p.result != 0)
		fail_msg("%s: %s", condition, p.error.text);
	assert_string_equal(p.text, expected);
	arena_done(&p.arena);
}

static void check_error(const char *condition, const char *text, size_t offset)
{
	struct parsed p;

	parse(&p, str_from(condition));
	assert_int_equal(p.result, E_INVALID);
	if (strstr(p.error.text, text) == NULL)
		fail_msg("%s: got '%s', expected '%s'", condition, p.error.text,
		         text);
	assert_int_equal(p.error.offset, offset);
	arena_done(&p.arena);
}

static void test_precedence(void **state)
{
	(void)state;
	check_text("a or b and c", "(a or (b and c))");
	check_text("not a and b or c", "((not a and b) or c)");
	check_text("not (a or b) and c", "(not (a or b) and c)");
	check_text("not not a", "a");
	check_text("not not(a)", "a");
	check_text("a and (b and c)", "(a and (b and c))");
}

static void test_quoting(void **state)
{
	(void)state;
	check_text("a.b = 'x y'", "a.b = \"x y\"");
	check_text("a.b=\"\"", "a.b = \"\"");
	check_text("a.b in (x, \"y,z\", 'w')", "a.b in (x, \"y,z\", w)");
	check_text("a.b = '\\x41\\t\\''", "a.b = \"A\t'\"");
	check_text("a.b startswith /x", "a.b startswith /x");
	check_text("a.b[c.d] exists", "a.b[c.d] exists");
}

static void test_errors(void **state)
{
	(void)state;
	check_error("", "filter input string is empty", 0);
	check_error("a.b = 1 c", "unexpected token after '1'", 8);
	check_error("a and", "expected blank or '(' after 'and'", 5);
	check_error("(a", "expected a ')' token", 2);
	check_error("a.b ~ 1", "expected a valid check operator", 4);
	check_error("a.b > x", "expected a number value", 6);
	check_error("a.b = '\\q'", "unsupported string escape sequence: \\q",
	            7);
	check_error("a.b[\"x\\x00\"] = 1", "unsupported string escape", 6);
	check_error("a.b = val(tolower('x\\x00'))", "unsupported string escape",
	            20);
	check_error("a.b = 'x", "no closing '", 6);
	check_error("a.b[ = 1", "expected a valid field argument", 4);
}

/* So many brackets, and no more. */
static void check_depth(size_t depth, int result)
{
	struct parsed p;
	char *text = malloc(depth * 2 + 1);

	assert_non_null(text);
	memset(text, '(', depth);
	text[depth] = 'a';
	memset(text + depth + 1, ')', depth);
	parse(&p, (struct str){ text, depth * 2 + 1 });
	assert_int_equal(p.result, result);
	if (result < 0)
		assert_string_equal(p.error.text,
		                    "exceeded max depth limit of 1000");
	arena_done(&p.arena);
	free(text);
}

static void test_depth(void **state)
{
	(void)state;
	check_depth(LIMIT_EXPRESSION_DEPTH, 0);
	check_depth(LIMIT_EXPRESSION_DEPTH + 1, E_INVALID);
	check_depth(1000000, E_INVALID);
}

/* {"repeat": ["(", 100000]} or a string. For free(). */
static char *condition_of(const char *column)
{
	json_t *j = falco_json(column), *repeat = json_object_get(j, "repeat");
	const char *s;
	char *text;
	size_t times, length;

	assert_non_null(j);
	if (repeat == NULL) {
		text = strdup(json_string_value(j));
	} else {
		s = json_string_value(json_array_get(repeat, 0));
		times = (size_t)json_integer_value(json_array_get(repeat, 1));
		length = strlen(s);
		text = calloc(times, length + 1);
		for (size_t i = 0; text != NULL && i < times; i++)
			memcpy(text + i * length, s, length);
	}
	json_decref(j);
	assert_non_null(text);
	return text;
}

/* Falco prints the texts in transformers without their quotes. */
static bool same_text(const char *a, const char *b)
{
	for (; *a != '\0' || *b != '\0'; a++, b++) {
		a += strspn(a, "\"");
		b += strspn(b, "\"");
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
	}
	return true;
}

static size_t check_case(const char *id, const char *condition, bool ok,
                         const char *ast_text)
{
	struct parsed p;
	size_t wrong = 0;

	parse(&p, str_from(condition));
	if ((p.result == 0) != ok) {
		print_error("%s: %.60s: expected %s, got %s\n", id, condition,
		            ok ? "ok" : "an error",
		            p.result == 0 ? p.text : p.error.text);
		wrong = 1;
	} else if (ok && ast_text != NULL && !same_text(p.text, ast_text)) {
		print_error("%s: %s: the tree is %s, expected %s\n", id,
		            condition, p.text, ast_text);
		wrong = 1;
	}
	arena_done(&p.arena);
	return wrong;
}

/* Blanks outside of quotes become other white space. */
static void change_blanks(char *s, const char *blanks)
{
	char quote = '\0';
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (quote == '\0' && (*s == '"' || *s == '\''))
			quote = *s;
		else if (quote != '\0' && *s == quote && s[-1] != '\\')
			quote = '\0';
		else if (quote == '\0' && *s == ' ')
			*s = blanks[n++ % strlen(blanks)];
	}
}

static size_t check_row(const char *columns[])
{
	char *condition = condition_of(columns[1]);
	json_t *ast = falco_json(columns[4]);
	bool ok = strcmp(columns[2], "ok") == 0;
	size_t wrong =
		check_case(columns[0], condition, ok, json_string_value(ast));

	if (strcmp(columns[7], "yes") == 0) {
		change_blanks(condition, "\n\t \r");
		wrong += check_case(columns[0], condition, ok, NULL);
	}
	json_decref(ast);
	free(condition);
	return wrong;
}

static void test_falco(void **state)
{
	const char *columns[FALCO_COLUMNS];
	FILE *f = falco_open("parse.tsv");
	size_t size = 0, rows = 0, wrong = 0;
	char *line = NULL;

	(void)state;
	if (f == NULL)
		skip();
	while (falco_row(f, &line, &size, columns)) {
		wrong += check_row(columns);
		rows++;
	}
	free(line);
	fclose(f);
	assert_true(rows > 500);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_falco),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

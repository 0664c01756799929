/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_template.c - output texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>

#include "saker/engine/template.h"

struct compiled {
	struct arena arena;
	struct diag_list diags;
	struct rules rules;
	struct template template;
	int result;
};

static void compile(struct compiled *c, const char *output)
{
	struct text_builder b = TEXT_BUILDER_INIT;
	const struct source_file *file;
	struct text text;

	*c = (struct compiled){ 0 };
	rules_init(&c->rules, &c->arena, &c->diags);
	file = source_file_new(&c->arena, "t", str_from(output));
	assert_non_null(file);
	text_add_run(&b, file->content, (struct position){ file, 1, 1 });
	assert_int_equal(text_finish(&b, &c->arena, &text), 0);
	c->result = template_compile(&c->rules, &c->arena, &text, false,
	                             &c->template);
	text_builder_done(&b);
}

static void done(struct compiled *c)
{
	rules_done(&c->rules);
	diag_done(&c->diags);
	arena_done(&c->arena);
}

static void assert_str(struct str have, const char *want)
{
	if (!str_eq(have, str_from(want)))
		fail_msg("'%.*s', not '%s'", STR_FMT(have), want);
}

static void test_parts(void **state)
{
	struct compiled c;
	const struct template_part *p;

	(void)state;
	compile(&c, " a %proc.name: %20fd.name%proc.aname[2] %evt.arg.flags. ");
	assert_int_equal(c.result, 0);
	assert_int_equal(c.template.nparts, 8);
	p = c.template.parts;
	assert_str(p[0].literal, "a ");
	assert_int_equal(p[1].field->id, FIELD_PROC_NAME);
	assert_str(p[1].text, "proc.name");
	assert_str(p[2].literal, ": ");
	assert_int_equal(p[3].width, 20);
	assert_str(p[3].text, "fd.name");
	assert_int_equal(p[4].arg.index, 2);
	assert_true(p[4].arg.is_index);
	assert_str(p[4].text, "proc.aname[2]");
	assert_int_equal(p[6].field->id, FIELD_EVT_ARG);
	assert_str(p[6].arg.name, "flags");
	assert_str(p[7].literal, ".");
	done(&c);
}

/* The longest name that is a field; what is behind it is text. */
static void test_longest(void **state)
{
	struct compiled c;

	(void)state;
	compile(&c, "%fd.names");
	assert_int_equal(c.result, 0);
	assert_int_equal(c.template.parts[0].field->id, FIELD_FD_NAME);
	assert_str(c.template.parts[1].literal, "s");
	done(&c);
	compile(&c, "%evt.time.iso8601 %container.id[");
	assert_int_equal(c.result, 0);
	assert_int_equal(c.template.parts[0].field->id, FIELD_EVT_TIME_ISO8601);
	assert_str(c.template.parts[3].literal, "[");
	done(&c);
}

static void check_error(const char *output, const char *text, unsigned column,
                        const char *hint)
{
	struct compiled c;

	compile(&c, output);
	assert_int_equal(c.result, E_INVALID);
	assert_int_equal(c.diags.errors, 1);
	assert_string_equal(c.diags.items[0].text, text);
	assert_string_equal(c.diags.items[0].code, "LOAD_ERR_COMPILE_OUTPUT");
	assert_int_equal(c.diags.items[0].column, column);
	if (hint != NULL)
		assert_string_equal(c.diags.items[0].hint, hint);
	done(&c);
}

static void test_errors(void **state)
{
	(void)state;
	check_error("abc %", "formatting cannot end with a %", 5, NULL);
	check_error("100%, really", "expected a field after '%'", 5, NULL);
	check_error("a %proc.nmae b",
	            "filter_check called with nonexistent field proc.nmae", 4,
	            "did you mean '%proc.name'?");
	check_error("%evt.arg", "the field needs a name as its argument", 2,
	            NULL);
	check_error("%9999proc.pid", "the width is too large", 2, NULL);
	check_error("%tolower(proc.pid)",
	            "wrong use of transformer 'tolower': it takes a text", 2,
	            NULL);
	check_error("%tolower(proc.name", "expected a ')' token", 19, NULL);
	check_error("x %len(proc.nme)",
	            "filter_check called with nonexistent field proc.nme", 8,
	            "did you mean 'proc.name'?");
}

static void test_all_errors(void **state)
{
	struct compiled c;

	(void)state;
	compile(&c, "%a.b\n%proc.name %c.d");
	assert_int_equal(c.result, E_INVALID);
	assert_int_equal(c.diags.errors, 2);
	done(&c);
}

static void test_transformer(void **state)
{
	struct compiled c;

	(void)state;
	compile(&c, "a %10concat(proc.name, \"(\", toupper(proc.args[1])) b");
	assert_int_equal(c.result, 0);
	assert_int_equal(c.template.nparts, 3);
	assert_null(c.template.parts[1].field);
	assert_int_equal(c.template.parts[1].ninputs, 5);
	assert_int_equal(c.template.parts[1].width, 10);
	assert_true(str_eq(c.template.parts[1].text,
	                   STR("concat(proc.name, \"(\", "
	                       "toupper(proc.args[1]))")));
	done(&c);
}

static void test_container_info(void **state)
{
	struct compiled c;

	(void)state;
	compile(&c, "x %container.info");
	assert_int_equal(c.result, 0);
	assert_int_equal(c.diags.warnings, 1);
	assert_int_equal(c.template.nparts, 1);
	done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_all_errors),
		cmocka_unit_test(test_transformer),
		cmocka_unit_test(test_container_info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

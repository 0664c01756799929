/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_base_text.c - escaping and diagnostics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "oom.h"
#include "saker/base/diag.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

#define REPLACED "\xef\xbf\xbd"

struct escape_case {
	struct str in;
	const char *json; /* without the quotes */
	const char *text;
};

static void test_escape(void **state)
{
	const struct escape_case cases[] = {
		{ STR(""), "", "" },
		{ STR("plain /path"), "plain /path", "plain /path" },
		{ STR("\"\\"), "\\\"\\\\", "\"\\" },
		{ STR("\b\f\n\r\t"), "\\b\\f\\n\\r\\t", "\\b\\f\\n\\r\\t" },
		{ STR("\0\x1f\x7f"), "\\u0000\\u001f\\u007f",
		  "\\x00\\x1f\\x7f" },
		{ STR("\x1b[2J"), "\\u001b[2J", "\\x1b[2J" },
		{ STR("\xc2\x9b"), "\\u009b", "\\x9b" }, /* C1: CSI */
		{ STR("\xc2\xa0"), "\xc2\xa0", "\xc2\xa0" },
		{ STR("\xe2\x80\xae"
		      "z"),
		  "\\u202ez", "\\u202ez" },
		{ STR("\xe2\x81\xa6\xe2\x80\xa8"), "\\u2066\\u2028",
		  "\\u2066\\u2028" },
		{ STR("\xe2\x80\xaf"), "\xe2\x80\xaf", "\xe2\x80\xaf" },
		{ STR("\xe2\x82\xac\xf0\x9f\x98\x80"),
		  "\xe2\x82\xac\xf0\x9f\x98\x80",
		  "\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ STR("\x80z\xff"), REPLACED "z" REPLACED, "\\x80z\\xff" },
		/* overlong slash, surrogate, above U+10FFFF, cut short */
		{ STR("\xc0\xaf"), REPLACED REPLACED, "\\xc0\\xaf" },
		{ STR("\xe0\x80\xaf"), REPLACED REPLACED REPLACED,
		  "\\xe0\\x80\\xaf" },
		{ STR("\xed\xa0\x80"), REPLACED REPLACED REPLACED,
		  "\\xed\\xa0\\x80" },
		{ STR("\xf4\x90\x80\x80"), REPLACED REPLACED REPLACED REPLACED,
		  "\\xf4\\x90\\x80\\x80" },
		{ STR("\xf0\x8f\xbf\xbf"), REPLACED REPLACED REPLACED REPLACED,
		  "\\xf0\\x8f\\xbf\\xbf" },
		{ STR("\xe2\x82"), REPLACED REPLACED, "\\xe2\\x82" },
		{ STR("\xf0\x9f\x98\""), REPLACED REPLACED REPLACED "\\\"",
		  "\\xf0\\x9f\\x98\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_buf struct buf json = BUF_INIT, text = BUF_INIT,
				    expected = BUF_INIT;

		escape_json(&json, cases[i].in);
		buf_printf(&expected, "\"%s\"", cases[i].json);
		assert_string_equal(buf_cstr(&json), buf_cstr(&expected));
		escape_text(&text, cases[i].in);
		assert_string_equal(buf_cstr(&text), cases[i].text);
	}
}

/* Every pair of bytes gives JSON that a strict parser takes, and text without
 * a byte that a terminal acts on. */
static void test_escape_all_pairs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 0x10000; i++) {
		char pair[3] = { (char)(i >> 8), (char)i, 'z' };
		auto_buf struct buf json = BUF_INIT, text = BUF_INIT;
		json_t *j;

		escape_json(&json, (struct str){ pair, 3 });
		j = json_loadb(json.data, json.len,
		               JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_non_null(j);
		json_decref(j);
		escape_text(&text, (struct str){ pair, 3 });
		for (size_t k = 0; k < text.len; k++)
			assert_true((unsigned char)text.data[k] >= 0x20 &&
			            text.data[k] != 0x7f);
	}
}

static void assert_rendered(const struct diag *d, const char *expected)
{
	auto_buf struct buf out = BUF_INIT;

	assert_non_null(d);
	diag_render(d, false, &out);
	assert_string_equal(buf_cstr(&out), expected);
}

static void test_render(void **state)
{
	struct diag_list l = DIAG_LIST_INIT;
	struct diag_place place = {
		"rules.yaml", 7, 3, 5, STR("a bcdef g"), 0
	};
	auto_buf struct buf colored = BUF_INIT;
	struct diag *d;

	(void)state;
	d = diag_add(&l, DIAG_ERROR, "LOAD_ERR_X", &place, "no %s", "field");
	diag_set_hint(d, "did you mean %s?", "proc.name");
	assert_rendered(d,
	                "rules.yaml:7:3: error: no field [LOAD_ERR_X]\n"
	                "  a bcdef g\n"
	                "    ^~~~~\n"
	                "  hint: did you mean proc.name?\n");
	diag_render(d, true, &colored);
	assert_true(str_find(buf_str(&colored), STR("\033[31merror:\033[0m")) >=
	            0);
	place = (struct diag_place){ .file = "f", .line = 2 };
	assert_rendered(diag_add(&l, DIAG_WARNING, NULL, &place, "w"),
	                "f:2: warning: w\n");
	assert_rendered(diag_add(&l, DIAG_NOTE, NULL, NULL, "n"), "note: n\n");
	assert_int_equal(l.errors, 1);
	assert_int_equal(l.warnings, 1);
	assert_int_equal(l.count, 3);
	diag_done(&l);
}

static void test_caret_columns(void **state)
{
	static const struct {
		const char *source;
		unsigned column;
		unsigned length;
		const char *expected; /* without the head line */
	} cases[] = {
		{ "\tx y", 4, 1, "  \tx y\n  \t  ^\n" },
		{ "ab", 2, 99, "  ab\n   ^\n" },
		{ "ab", 3, 1, "  ab\n    ^\n" }, /* behind the end */
		{ "", 1, 0, "  \n  ^\n" },
		/* what is shown wider or narrower than its bytes */
		{ "\xc3\xa9=x", 4, 1, "  \xc3\xa9=x\n    ^\n" },
		{ "\xc3\xa9\xc3\xa9 x", 1, 4, "  \xc3\xa9\xc3\xa9 x\n  ^~\n" },
		{ "\x01=x", 3, 1, "  \\x01=x\n       ^\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct diag_list l = DIAG_LIST_INIT;
		struct diag_place place = { "f",
			                    1,
			                    cases[i].column,
			                    cases[i].length,
			                    str_from(cases[i].source),
			                    0 };
		auto_buf struct buf expected = BUF_INIT;

		buf_printf(&expected, "f:1:%u: error: e\n%s", cases[i].column,
		           cases[i].expected);
		assert_rendered(diag_add(&l, DIAG_ERROR, NULL, &place, "e"),
		                buf_cstr(&expected));
		diag_done(&l);
	}
}

/* The caret stays on screen, under its byte. */
static void test_long_line(void **state)
{
	auto_buf struct buf out = BUF_INIT;
	struct diag_list l = DIAG_LIST_INIT;
	char source[1001];
	struct diag_place place = { "f", 1, 701, 1, { source, 1000 }, 0 };
	struct str rest, line, caret;

	(void)state;
	memset(source, '.', 1000);
	source[700] = '!';
	diag_render(diag_add(&l, DIAG_ERROR, NULL, &place, "e"), false, &out);
	rest = buf_str(&out);
	assert_true(str_split(&rest, '\n', &line));
	assert_true(str_split(&rest, '\n', &line));
	assert_true(str_split(&rest, '\n', &caret));
	assert_true(line.len < 200);
	assert_int_equal(str_find_byte(line, '!'), str_find_byte(caret, '^'));
	diag_done(&l);
}

static void test_hostile_text(void **state)
{
	struct diag_list l = DIAG_LIST_INIT;
	struct diag_place place = { "a\nb", 1, 0, 0, STR_NONE, 0 };

	(void)state;
	assert_rendered(diag_add(&l, DIAG_ERROR, NULL, &place, "x\033[2J"),
	                "a\\nb:1: error: x\\x1b[2J\n");
	diag_done(&l);
}

static void test_limit(void **state)
{
	struct diag_list l = DIAG_LIST_INIT;

	(void)state;
	for (unsigned i = 0; i < LIMIT_DIAGS; i++)
		assert_non_null(diag_add(&l, DIAG_ERROR, NULL, NULL, "%u", i));
	assert_null(diag_add(&l, DIAG_ERROR, NULL, NULL, "one more"));
	diag_set_hint(NULL, "for nothing");
	assert_int_equal(l.count, LIMIT_DIAGS);
	assert_int_equal(l.dropped, 1);
	assert_int_equal(l.errors, LIMIT_DIAGS + 1);
	diag_done(&l);
}

static void test_out_of_memory(void **state)
{
	struct diag_place place = { "f", 1, 1, 1, STR("source"), 0 };
	bool hit = true;

	(void)state;
	for (unsigned n = 1; hit; n++) {
		struct diag_list l = DIAG_LIST_INIT;
		auto_buf struct buf out = BUF_INIT;
		struct diag *d;

		oom_arm(n);
		d = diag_add(&l, DIAG_ERROR, NULL, &place, "text");
		diag_set_hint(d, "hint");
		hit = oom_disarm();
		assert_int_equal(l.errors, 1);
		assert_int_equal(l.count + l.dropped, 1);
		assert_int_equal(l.count, d != NULL);
		if (d != NULL) /* with what there is of it */
			diag_render(d, false, &out);
		diag_done(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_escape_all_pairs),
		cmocka_unit_test(test_render),
		cmocka_unit_test(test_caret_columns),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_hostile_text),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

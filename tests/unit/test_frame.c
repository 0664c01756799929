/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_frame.c - lines and binary frames, in any chunking. */
#include "saker/audit/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* after those */
#include <cmocka.h>
#include <libaudit.h>
#include <string.h>

#include "saker/base/limits.h"

struct result {
	struct buf text; /* each frame as "TYPE:TEXT\n" */
	struct counters counters;
};

/* Where it was looked for it is what a search finds. */
static void check_border(const struct framer *f, const struct frame *frame)
{
	ptrdiff_t border = str_find_byte(frame->text, FRAME_BORDER);

	if (frame->border != 0)
		assert_int_equal(frame->border, border >= 0 ? (size_t)border
		                                            : frame->text.len);
	else
		assert_true(f->format == FRAMER_BINARY || border == 0);
}

static void drain(struct framer *f, struct result *r)
{
	struct frame frame;

	memset(&frame, 0xff, sizeof(frame));
	while (framer_next(f, &frame)) {
		assert_false(frame.is_counted);
		assert_true(frame.place == 0);
		check_border(f, &frame);
		buf_printf(&r->text, "%u:%.*s\n", frame.type,
		           STR_FMT(frame.text));
	}
}

static void run(enum framer_format format, struct str in, size_t chunk,
                struct result *r)
{
	struct framer f;
	struct frame frame;

	*r = (struct result){ .text = BUF_INIT };
	framer_init(&f, format, &r->counters);
	for (size_t at = 0; at < in.len; at += chunk) {
		assert_int_equal(
			framer_push(&f, str_take(str_skip(in, at), chunk)), 0);
		drain(&f, r);
	}
	if (framer_flush(&f, &frame))
		buf_printf(&r->text, "%u:%.*s\n", frame.type,
		           STR_FMT(frame.text));
	framer_done(&f);
}

static void check(enum framer_format format, struct str in,
                  const char *expected)
{
	static const size_t chunks[] = { 1, 2, 7, 100, 100000 };

	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		struct result r;

		run(format, in, chunks[i], &r);
		assert_string_equal(buf_cstr(&r.text), expected);
		buf_done(&r.text);
	}
}

static void lines(void **state)
{
	(void)state;
	check(FRAMER_AUTO, STR("one\ntwo\n"), "0:one\n0:two\n");
	check(FRAMER_AUTO, STR("one\nlast without newline"),
	      "0:one\n0:last without newline\n");
	check(FRAMER_STRING, STR(""), "");
	check(FRAMER_AUTO,
	      STR("----\ntime->Sat Nov 21\ntype=A\n\n----\ntype=B\n"),
	      "0:type=A\n0:type=B\n");
}

/* Lines of all lengths, with and without one, more of them than are found at
 * once; marks at all places of a word. */
static void borders(void **state)
{
	struct buf in = BUF_INIT, expected = BUF_INIT;

	(void)state;
	for (unsigned i = 1; i < 700; i++) {
		size_t from = in.len;

		for (unsigned k = 0; k < i % 150; k++)
			buf_add_byte(&in, (char)('p' + (k + i) % 7));
		if (i % 3 != 0)
			buf_printf(&in, "x\x1d%s\x1d", i % 2 ? "A=b" : "");
		if (in.len != from) {
			buf_printf(&expected, "0:");
			buf_add(&expected, in.data + from, in.len - from);
			buf_add_byte(&expected, '\n');
		}
		buf_add_byte(&in, '\n');
	}
	check(FRAMER_AUTO, buf_str(&in), buf_cstr(&expected));
	buf_done(&in);
	buf_done(&expected);
}

static void nul_is_data(void **state)
{
	struct framer f;
	struct frame frame;

	(void)state;
	framer_init(&f, FRAMER_STRING, NULL);
	assert_int_equal(framer_push(&f, STR("a\0b\n")), 0);
	assert_true(framer_next(&f, &frame));
	assert_int_equal(frame.text.len, 3);
	framer_done(&f);
}

static void overlong_line(void **state)
{
	static const size_t chunks[] = { 1000, 65536, 65537, 2000000 };
	struct buf in = BUF_INIT;

	(void)state;
	for (int i = 0; i < 1024 * 1024; i++)
		buf_add_byte(&in, 'x');
	buf_add_str(&in, STR("\nnext\n"));
	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		struct result r;

		run(FRAMER_STRING, buf_str(&in), chunks[i], &r);
		assert_int_equal(r.text.len,
		                 LIMIT_LINE_BYTES + 3 + sizeof("0:next"));
		assert_true(
			str_has_suffix(buf_str(&r.text), STR("x\n0:next\n")));
		assert_int_equal(
			counter_get(&r.counters, COUNTER_RECORDS_OVERSIZE), 1);
		buf_done(&r.text);
	}
	buf_done(&in);
}

static void add_header(struct buf *b, uint32_t version, uint32_t type,
                       size_t size)
{
	uint32_t words[] = { version, 16, type, (uint32_t)size };

	buf_add(b, words, sizeof(words));
}

static void add_binary(struct buf *b, uint32_t version, struct str payload,
                       size_t padding)
{
	add_header(b, version, AUDIT_CWD, payload.len);
	buf_add_str(b, payload);
	for (size_t i = 0; i < padding; i++)
		buf_add_byte(b, "stale text"[i % 10]);
}

static void binary(void **state)
{
	struct buf in = BUF_INIT;

	(void)state;
	add_binary(&in, 0, STR("audit(1.000:1): cwd=\"/\""), 0);
	add_binary(&in, 1, STR("type=CWD msg=audit(1.000:2): \n"), 0);
	check(FRAMER_AUTO, buf_str(&in),
	      "1307:audit(1.000:1): cwd=\"/\"\n"
	      "0:type=CWD msg=audit(1.000:2): \n");
	buf_done(&in);
}

static void binary_fixed_payload(void **state)
{
	const struct str a = STR("audit(1.000:1): a"), b = STR("audit(1.0:2)");
	struct buf in = BUF_INIT;

	(void)state;
	add_binary(&in, 0, a, MAX_AUDIT_MESSAGE_LENGTH - a.len);
	add_binary(&in, 0, b, MAX_AUDIT_MESSAGE_LENGTH - b.len);
	add_binary(&in, 0, a, MAX_AUDIT_MESSAGE_LENGTH - a.len);
	check(FRAMER_AUTO, buf_str(&in),
	      "1307:audit(1.000:1): a\n1307:audit(1.0:2)\n"
	      "1307:audit(1.000:1): a\n");
	buf_done(&in);
}

static void binary_out_of_step(void **state)
{
	struct buf in = BUF_INIT;
	struct result r;

	(void)state;
	buf_add_str(&in, STR("garbage"));
	add_binary(&in, 0, STR("audit(1.0:1): "), 0);
	run(FRAMER_BINARY, buf_str(&in), 5, &r);
	assert_string_equal(buf_cstr(&r.text), "1307:audit(1.0:1): \n");
	assert_int_equal(counter_get(&r.counters, COUNTER_RECORDS_MALFORMED),
	                 1);
	buf_done(&r.text);
	buf_done(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(borders),
		cmocka_unit_test(nul_is_data),
		cmocka_unit_test(overlong_line),
		cmocka_unit_test(binary),
		cmocka_unit_test(binary_fixed_payload),
		cmocka_unit_test(binary_out_of_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

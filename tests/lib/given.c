/* SPDX-License-Identifier: GPL-2.0-or-later */
/* given.c - an event made from records, and what its fields must say. */
#include "given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "fake_host.h"
#include "saker/alert/render.h"
#include "saker/process/mounts.h"
#include "saker/process/table.h"

void forget_event(struct fixture *f)
{
	if (f->audit != NULL)
		assembler_release(f->assembler, f->audit);
	assembler_free(f->assembler);
	f->audit = NULL;
	f->assembler = NULL;
}

static struct fixture *begin(struct host *host)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	f->host = host;
	f->tracker = tracker_new(&(struct tracker_options){ .host = f->host });
	f->parent = (struct process){
		.pid = 10, .refs = 1, .comm = STR("bash"), .start_ticks = 70
	};
	f->process = (struct process){
		.pid = 11,
		.ppid = 10,
		.parent = &f->parent,
		.refs = 1,
		.start_ticks = 77,
		.auid = AUDIT_ID_UNSET,
		.ses = AUDIT_ID_UNSET,
		.comm = STR("prog"),
		.exe = STR("/bin/prog"),
		.cmdline = STR("/bin/prog a b"),
		.state = PROCESS_HOST,
	};
	f->context = (struct event_context){ .tracker = f->tracker,
		                             .hostname = STR("box"),
		                             .clock = &f->clock };
	return f;
}

int given_setup(void **state)
{
	*state = begin(host_none_new());
	return 0;
}

int given_live_setup(void **state)
{
	*state = begin(fake_host_new());
	return 0;
}

int given_teardown(void **state)
{
	struct fixture *f = *state;

	forget_event(f);
	process_mounts_free(&f->process);
	process_fds_free(&f->process);
	process_fds_free(&f->parent);
	process_drop_argv(&f->process);
	process_drop_argv(&f->parent);
	tracker_free(f->tracker);
	host_free(f->host);
	test_free(f);
	return 0;
}

void given(struct fixture *f, const char *records)
{
	struct str rest = str_from(records), line;

	/* all records here have one stamp: a second event of it would be late
	 */
	forget_event(f);
	f->assembler =
		assembler_new(&(struct assembler_options){ .is_log = true });
	while (str_split(&rest, '\n', &line))
		if (line.len != 0)
			assert_int_equal(
				assembler_add(f->assembler,
			                      &(struct frame){ .text = line },
			                      0),
				0);
	assembler_flush(f->assembler);
	f->audit = assembler_next(f->assembler);
	assert_non_null(f->audit);
	event_init(&f->event, &f->context, f->audit, &f->process);
}

static struct field_arg bracketed(struct str *name)
{
	ptrdiff_t open = str_find_byte(*name, '[');
	struct field_arg arg = { 0 };

	if (open < 0)
		return arg;
	arg.present = true;
	arg.name = str_skip(*name, (size_t)open + 1);
	arg.name.len--;
	arg.is_index = str_to_u64(arg.name, 10, &arg.index);
	*name = str_take(*name, (size_t)open);
	return arg;
}

void expect(struct fixture *f, const char *name, const char *expected)
{
	struct str bare = str_from(name), rest;
	struct field_arg arg = bracketed(&bare);
	const struct field_info *info = field_find(bare, &rest);
	struct buf text = BUF_INIT;
	struct value v;
	bool has;

	assert_non_null(info);
	if (rest.len != 0)
		arg = (struct field_arg){ .present = true, .name = rest };
	has = event_get(&f->event, info->id, &arg, &v);
	if (has)
		render_value(&v, &text);
	if (expected == NULL && has)
		fail_msg("%s is %s, not missing", name, buf_cstr(&text));
	if (expected != NULL && !has)
		fail_msg("%s has no value", name);
	if (expected != NULL)
		assert_string_equal(buf_cstr(&text), expected);
	buf_done(&text);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* events.c - saker events. */
#include <stdio.h>

#include "cli.h"
#include "saker/audit/record.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/event/event_types.h"

static const char *const kinds[] = {
	[EVENT_CALL] = "syscall",        [EVENT_OPERATION] = "io_uring",
	[EVENT_CONTAINER] = "container", [EVENT_RECORD] = "record",
	[EVENT_PART] = "part",
};

/* NULL: no event has this type. */
static const char *source_of(const struct event_type *t)
{
	static const char *const sources[] = {
		[EVENT_CALL] = "syscall",      [EVENT_OPERATION] = "syscall",
		[EVENT_CONTAINER] = "syscall", [EVENT_RECORD] = "audit",
		[EVENT_PART] = NULL,
	};

	return sources[t->kind];
}

static const char *origin_of(const struct event_type *t)
{
	return record_origin_name(record_origin(t->record));
}

static void print_text(const struct event_type *t, struct buf *out)
{
	const char *source = source_of(t);
	struct str name;

	buf_printf(out, "%-28.*s %-8s %-8s", STR_FMT(t->name),
	           source != NULL ? source : "-", kinds[t->kind]);
	if (t->record != 0)
		buf_printf(out, " %4u made by %s%s", t->record,
		           record_origin(t->record) == RECORD_BY_PROGRAM
		                   ? "a "
		                   : "the ",
		           origin_of(t));
	for (size_t i = 0; t->record == 0 &&
	                   (name = event_type_argument(t->name, i)).s != NULL;
	     i++)
		buf_printf(out, " %.*s", STR_FMT(name));
	buf_add_byte(out, '\n');
}

static void print_json(const struct event_type *t, struct buf *out)
{
	const char *source = source_of(t);
	struct str name;

	buf_add_str(out, STR("{\"arguments\":["));
	for (size_t i = 0; t->record == 0 &&
	                   (name = event_type_argument(t->name, i)).s != NULL;
	     i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		escape_json(out, name);
	}
	buf_printf(out, "],\"kind\":\"%s\"", kinds[t->kind]);
	if (t->record != 0)
		buf_printf(out,
		           ",\"number\":%u,\"origin\":\"%s\",\"forgeable\":%s",
		           t->record, origin_of(t),
		           record_origin(t->record) == RECORD_BY_PROGRAM
		                   ? "true"
		                   : "false");
	if (source != NULL)
		buf_printf(out, ",\"source\":\"%s\"", source);
	buf_add_str(out, STR(",\"type\":"));
	escape_json(out, t->name);
	buf_add_str(out, STR("}\n"));
}

static int events(const struct cli *cli)
{
	auto_buf struct buf out = BUF_INIT;
	struct arena arena = ARENA_INIT;
	const struct event_type *types;
	size_t n;
	int error = event_types_list(&arena, &types, &n);

	for (size_t i = 0; error == 0 && i < n; i++)
		(cli_has(cli, OPTION_JSON) ? print_json : print_text)(&types[i],
		                                                      &out);
	if (error == 0)
		cli_print(&out);
	arena_done(&arena);
	return cli_exit_code(error);
}

const struct verb verb_events = {
	.name = "events",
	.operands = "",
	.summary = "Lists the types of event that rules can ask for",
	.help = "System calls with the names of their arguments (evt.arg), "
		"io_uring operations, which are events of source syscall too, "
		"and record types, which are events of source audit. Records "
		"of kind part only describe the event that they are in: "
		"audit.record.TYPE.FIELD. What comes from the program is "
		"whatever a program with CAP_AUDIT_WRITE said.\n",
	.options = OPTION_BIT(JSON),
	.main = events,
};

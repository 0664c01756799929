/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fields.c - saker fields. */
#include <stdio.h>

#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/event/field.h"

static const char *const origins[] = {
	[FIELD_FROM_RECORDS] = "records", [FIELD_FROM_TRACKING] = "tracking",
	[FIELD_FROM_PROC] = "/proc",      [FIELD_FROM_METADATA] = "metadata",
	[FIELD_FROM_NOWHERE] = "nowhere",
};

static const char *const arguments[] = {
	[FIELD_ARG_NONE] = "",
	[FIELD_ARG_INDEX_OPTIONAL] = "[n]?",
	[FIELD_ARG_INDEX_REQUIRED] = "[n]",
	[FIELD_ARG_NAME_OPTIONAL] = "[name]?",
	[FIELD_ARG_NAME_REQUIRED] = "[name]",
};

static void print_text(const struct field_info *f, struct buf *out)
{
	buf_printf(out, "%.*s%-*s %-8s %-8s  %s\n", STR_FMT(f->name),
	           f->name.len < 26 ? 26 - (int)f->name.len : 0,
	           arguments[f->arg], value_type_name(f->type),
	           origins[f->origin], f->doc);
}

static void print_json(const struct field_info *f, struct buf *out)
{
	buf_printf(out,
	           "{\"argument\":\"%s\",\"description\":", arguments[f->arg]);
	escape_json(out, str_from(f->doc));
	buf_printf(out,
	           ",\"field\":\"%.*s\",\"from\":\"%s\",\"replay\":%s,"
	           "\"type\":\"%s\"}\n",
	           STR_FMT(f->name), origins[f->origin],
	           f->origin <= FIELD_FROM_TRACKING ? "true" : "false",
	           value_type_name(f->type));
}

static int fields(const struct cli *cli)
{
	auto_buf struct buf out = BUF_INIT;

	for (unsigned id = 0; id < FIELD__MAX; id++)
		(cli_has(cli, OPTION_JSON) ? print_json
		                           : print_text)(field_info(id), &out);
	cli_print(&out);
	return EXIT_DONE;
}

const struct verb verb_fields = {
	.name = "fields",
	.operands = "",
	.summary = "Lists the fields that conditions and outputs may name",
	.help = "Each with its type and where its value comes from: the "
		"records "
		"alone, tracking (the\n"
		"process table, kept from earlier records too), /proc or the "
		"runtime's metadata. A replay\n"
		"has the first two.\n",
	.options = OPTION_BIT(JSON),
	.main = fields,
};

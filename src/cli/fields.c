/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fields.c - saker fields. */
#include <stdio.h>

#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/event/field.h"

static const char *const arguments[] = {
	[FIELD_ARG_NONE] = "",
	[FIELD_ARG_INDEX_OPTIONAL] = "[n]?",
	[FIELD_ARG_INDEX_REQUIRED] = "[n]",
	[FIELD_ARG_NAME_OPTIONAL] = "[name]?",
	[FIELD_ARG_NAME_REQUIRED] = "[name]",
};

/* A list is one of texts: Falco marks the field, not the type. */
static const char *type_name(const struct field_info *f)
{
	return value_type_name(f->type == VALUE_LIST ? VALUE_STRING : f->type);
}

static bool has_replay(const struct field_info *f)
{
	return f->origin <= FIELD_FROM_TRACKING;
}

static void print_text(const struct field_info *f, struct buf *out)
{
	buf_printf(out, "%.*s%-*s %-8s %-8s %-7s %s\n", STR_FMT(f->name),
	           f->name.len < 26 ? 26 - (int)f->name.len : 0,
	           arguments[f->arg], type_name(f),
	           field_origin_name(f->origin), has_replay(f) ? "yes" : "no",
	           f->doc);
}

static void print_json(const struct field_info *f, struct buf *out)
{
	buf_printf(out,
	           "{\"argument\":\"%s\",\"description\":", arguments[f->arg]);
	escape_json(out, str_from(f->doc));
	buf_printf(out,
	           ",\"field\":\"%.*s\",\"from\":\"%s\",\"list\":%s,"
	           "\"replay\":%s,\"type\":\"%s\"}\n",
	           STR_FMT(f->name), field_origin_name(f->origin),
	           f->type == VALUE_LIST ? "true" : "false",
	           has_replay(f) ? "true" : "false", type_name(f));
}

static int fields(const struct cli *cli)
{
	auto_buf struct buf out = BUF_INIT;

	if (!cli_has(cli, OPTION_JSON))
		buf_printf(&out, "%-26s %-8s %-8s %-7s %s\n", "field", "type",
		           "from", "replay", "meaning");
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
		"records alone, tracking (the process table, kept from earlier "
		"records too), /proc or the runtime's metadata. A replay has "
		"the first two.\n",
	.options = OPTION_BIT(JSON),
	.main = fields,
};

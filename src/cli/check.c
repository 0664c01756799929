/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - saker check. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/engine.h"

static void add_member(struct buf *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_printf(out, ",\"%s\":", name);
	escape_json(out, str_from(value));
}

static void print_json(const struct diag *d, struct buf *out)
{
	static const char *const severities[] = {
		[DIAG_NOTE] = "note",
		[DIAG_WARNING] = "warning",
		[DIAG_ERROR] = "error",
	};

	buf_printf(out, "{\"severity\":\"%s\",\"line\":%u,\"column\":%u",
	           severities[d->severity], d->line, d->column);
	add_member(out, "file", d->file);
	add_member(out, "code", d->code);
	add_member(out, "message", d->text);
	add_member(out, "hint", d->hint);
	buf_add_str(out, STR("}\n"));
}

static void print_diags(const struct diag_list *diags, bool json)
{
	bool color = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	auto_buf struct buf out = BUF_INIT;

	for (size_t i = 0; i < diags->count; i++) {
		if (json)
			print_json(&diags->items[i], &out);
		else
			diag_render(&diags->items[i], color, &out);
	}
	cli_print(&out);
}

static int check(const struct cli *cli)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *ruleset = NULL;
	bool json = cli_has(cli, OPTION_JSON);
	int error;

	if (cli->noperands == 0) {
		fputs("saker check needs rule files or directories\n", stderr);
		return EXIT_USAGE;
	}
	error = ruleset_load(cli->operands, cli->noperands, NULL, &diags,
	                     &ruleset);
	print_diags(&diags, json);
	if (error == 0 && !json)
		printf("%zu rules, %zu warnings: ok\n", ruleset_count(ruleset),
		       diags.warnings);
	else if (!json)
		printf("%zu errors, %zu warnings\n", diags.errors,
		       diags.warnings);
	error = engine_load_error(error, &diags);
	ruleset_free(ruleset);
	diag_done(&diags);
	return cli_exit_code(error);
}

const struct verb verb_check = {
	.name = "check",
	.operands = "PATH...",
	.summary = "Validates rule files and directories",
	.help = "Shows all errors and warnings of all files, each with its "
		"place, and ends with 1 when\n"
		"there was an error.\n\n"
		"  saker check /etc/saker/rules.d\n",
	.options = OPTION_BIT(JSON),
	.main = check,
};

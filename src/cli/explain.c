/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain.c - saker explain. */
#include "explain.h"

#include <stdio.h>

#include "saker/base/io.h"
#include "saker/daemon/log.h"

static bool holds(struct str name, struct str part)
{
	for (size_t i = 0; i + part.len <= name.len; i++)
		if (strncasecmp(name.s + i, part.s, part.len) == 0)
			return true;
	return false;
}

/* cli_near() wants texts with a NUL; a name is a view. */
static struct str nearest(const struct ruleset *rules, struct str name)
{
	unsigned best = (unsigned)name.len / 3 + 1;
	struct str near = STR_NONE;

	for (size_t i = 0; i < ruleset_count(rules); i++) {
		struct str known = ruleset_rule(rules, i)->name;
		unsigned d = str_edit_distance(name, known);

		if (d >= best)
			continue;
		best = d;
		near = known;
	}
	return near;
}

ptrdiff_t explain_find(const struct ruleset *rules, struct str name)
{
	auto_buf struct buf like = BUF_INIT;
	ptrdiff_t found = ruleset_find(rules, name);
	struct str near;

	if (found >= 0)
		return found;
	for (size_t i = 0; i < ruleset_count(rules); i++)
		if (holds(ruleset_rule(rules, i)->name, name))
			buf_printf(&like, "%s'%.*s'",
			           like.len > 0 ? ", " : "; there is ",
			           STR_FMT(ruleset_rule(rules, i)->name));
	near = nearest(rules, name);
	if (like.len == 0 && near.len > 0)
		buf_printf(&like, "; did you mean '%.*s'?", STR_FMT(near));
	log_line("there is no rule '%.*s'%.*s", STR_FMT(name),
	         STR_FMT(buf_str(&like)));
	return found;
}

static int explain_named(const struct cli *cli, const struct config *config)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	int error = engine_load_rules(config, ENGINE_EXPLAIN, &diags, &rules);
	int code = EXIT_WRONG;
	ptrdiff_t rule = -1;

	if (error < 0)
		log_diags(&diags);
	else
		rule = explain_find(rules, str_from(cli->operands[0]));
	if (rule >= 0)
		code = explain_rule(config, rules, (size_t)rule,
		                    cli_has(cli, OPTION_JSON));
	ruleset_free(rules);
	diag_done(&diags);
	return error < 0 ? cli_exit_code(error) : code;
}

static int explain(const struct cli *cli)
{
	struct config config;
	int code;

	if (cli->noperands == 0) {
		fputs("saker explain needs the name of a rule\n", stderr);
		return EXIT_USAGE;
	}
	code = cli_config(cli, &config);
	if (code != EXIT_DONE)
		return code;
	config.output.count = 0;
	code = cli->noperands == 1 ? explain_named(cli, &config)
	                           : explain_log(cli, &config);
	config_done(&config);
	return code;
}

const struct verb verb_explain = {
	.name = "explain",
	.operands = "RULE [LOG...[:SERIAL]]",
	.summary =
		"Tells what a rule means and needs, or why an event did or "
		"did not match it",
	.help = "Of a rule alone: its condition in full, the event types that "
		"can match, the kernel audit rules that it needs, and its "
		"fields.\n\n"
		"With a recorded log: which events match, which come nearest, "
		"and what keeps them. With an event's serial number (or "
		"SECONDS.MILLISECONDS:SERIAL) in the last log: each "
		"sub-expression, true, false or without a value, and the "
		"event's records as ausearch -i prints them.\n\n"
		"  saker explain 'File system mounted in container'\n"
		"  saker explain 'File system mounted in container' audit.log\n"
		"  saker explain 'File system mounted in container' "
		"audit.log:24287\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(JSON) | OPTION_BIT(NODE) |
	           OPTION_BIT(SNAPSHOT),
	.main = explain,
};

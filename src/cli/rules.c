/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.c - saker rules. */
#include <stdio.h>

#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/log.h"

static void print_json(const struct rule *rule, struct buf *out)
{
	buf_printf(out, "{\"can_fire\":%s,\"compiled\":",
	           rule->can_fire ? "true" : "false");
	escape_json(out, rule->compiled);
	buf_add_str(out, STR(",\"condition\":"));
	escape_json(out, rule->condition);
	buf_add_str(out, STR(",\"description\":"));
	escape_json(out, rule->desc);
	buf_printf(out, ",\"enabled\":%s,\"file\":",
	           rule->enabled ? "true" : "false");
	escape_json(out, str_from(rule->file));
	buf_printf(out,
	           ",\"line\":%u,\"priority\":\"%s\",\"rule\":", rule->line,
	           priority_name(rule->priority));
	escape_json(out, rule->name);
	buf_add_str(out, STR(",\"tags\":["));
	for (size_t i = 0; i < rule->ntags; i++) {
		if (i != 0)
			buf_add_byte(out, ',');
		escape_json(out, rule->tags[i]);
	}
	buf_add_str(out, STR("]}\n"));
}

static void print_text(const struct rule *rule, struct buf *out)
{
	buf_printf(out, "%-13s %s", priority_name(rule->priority),
	           rule->enabled ? "" : "(disabled) ");
	escape_text(out, rule->name);
	buf_add_str(out, STR("\n              "));
	escape_text(out, str_trim(rule->desc));
	buf_add_byte(out, '\n');
}

static int rules(const struct cli *cli)
{
	struct diag_list diags = DIAG_LIST_INIT;
	auto_buf struct buf out = BUF_INIT;
	struct ruleset *ruleset = NULL;
	struct rule_selection selection;
	struct config_list paths;
	struct config config;
	int code = cli_config(cli, &config), error;

	if (code != EXIT_DONE)
		return code;
	paths = engine_rule_paths(&config);
	selection = (struct rule_selection){
		.lowest = config.priority,
		.choices = config.rule_choices.items,
		.nchoices = config.rule_choices.count,
	};
	error = ruleset_load(paths.items, paths.count, &selection, &diags,
	                     &ruleset);
	log_diags(&diags);
	for (size_t i = 0; error == 0 && i < ruleset_count(ruleset); i++)
		(cli_has(cli, OPTION_JSON) ? print_json : print_text)(
			ruleset_rule(ruleset, i), &out);
	cli_print(&out);
	error = engine_load_error(error, &diags);
	ruleset_free(ruleset);
	diag_done(&diags);
	config_done(&config);
	return cli_exit_code(error);
}

const struct verb verb_rules = {
	.name = "rules",
	.operands = "",
	.summary = "Lists the rules that a run would use",
	.help = NULL,
	.options = OPTIONS_CONFIG | OPTION_BIT(JSON),
	.main = rules,
};

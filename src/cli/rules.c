/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.c - saker rules. */
#include <stdio.h>

#include "cli.h"
#include "rule_info.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/log.h"

static void add_json(const struct rule_info *x, struct buf *out)
{
	buf_add_byte(out, '{');
	rule_info_json(x, out);
	buf_add_str(out, STR("}\n"));
}

static void add_text(const struct rule_info *x, struct buf *out)
{
	const struct rule *rule = x->rule;
	const struct names tags = { rule->tags, rule->ntags };

	buf_printf(out, "%-13s %s", priority_name(rule->priority),
	           rule->enabled ? "" : "(disabled) ");
	escape_text(out, rule->name);
	buf_add_str(out, STR("\n    "));
	escape_text(out, rule->desc);
	buf_add_str(out, STR("\n    from: "));
	escape_text(out, str_from(rule->file));
	buf_printf(out, ":%u", rule->line);
	names_text("    tags:", &tags, out);
	buf_add_str(out, STR("\n    condition: "));
	escape_text(out, rule->compiled);
	buf_add_str(out, STR("\n    event types:"));
	rule_info_types(x, out);
	names_text("    fields:", &x->fields, out);
	names_text("    macros:", &x->macros, out);
	names_text("    lists:", &x->lists, out);
	if (!rule->can_fire) {
		buf_add_str(out, STR("\n    unable to fire: audit does not "
		                     "tell "));
		escape_text(out, rule->missing);
	}
	buf_add_str(out, STR("\n\n"));
}

static int list(const struct ruleset *rules, bool json)
{
	auto_buf struct buf out = BUF_INIT;
	struct arena arena = ARENA_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ruleset_count(rules); i++) {
		struct rule_info info;

		arena_reset(&arena);
		r = rule_info_of(rules, i, &arena, &info);
		if (r == 0)
			(json ? add_json : add_text)(&info, &out);
	}
	arena_done(&arena);
	cli_print(&out);
	return out.failed ? E_NOMEM : r;
}

static int rules(const struct cli *cli)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *ruleset = NULL;
	struct config config;
	int code = cli_config(cli, &config), error;

	if (code != EXIT_DONE)
		return code;
	error = engine_load_rules(&config, ENGINE_EXPLAIN, &diags, &ruleset);
	log_diags(&diags);
	if (error == 0)
		error = list(ruleset, cli_has(cli, OPTION_JSON));
	ruleset_free(ruleset);
	diag_done(&diags);
	config_done(&config);
	return cli_exit_code(error);
}

const struct verb verb_rules = {
	.name = "rules",
	.operands = "",
	.summary = "Lists the rules that a run would use",
	.help = "Each with its condition as compiled, the event types that can "
		"match, its fields, and the macros and lists that it is made "
		"of. --json gives an object a rule, whose info and details are "
		"those of Falco's -L.\n"
		"\n"
		"  saker rules -r my_rules.yaml\n"
		"  saker rules --json | jq -r 'select(.can_fire | not) | "
		".rule'\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(JSON),
	.main = rules,
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c - saker check. */
#include <stdio.h>

#include "check_json.h"
#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/engine.h"

/* Apart: it belongs to no file, and in JSON has no place. */
static void tell_missing(const struct diag_list *diags)
{
	auto_buf struct buf out = BUF_INIT;

	diag_render_missing(diags, &out);
	if (out.len != 0 || out.failed)
		fprintf(stderr, "%s",
		        out.len != 0 ? buf_cstr(&out) : "out of memory\n");
}

static void print_diags(const struct diag_list *diags)
{
	auto_buf struct buf out = BUF_INIT;

	for (size_t i = 0; i < diags->count; i++)
		diag_render(&diags->items[i], cli_color(), &out);
	cli_print(&out);
	tell_missing(diags);
}

static size_t count_unable(const struct ruleset *rules)
{
	size_t n = 0;

	for (size_t i = 0; i < ruleset_count(rules); i++)
		n += !ruleset_rule(rules, i)->can_fire;
	return n;
}

static void add_rules(const struct ruleset *rules, struct buf *out)
{
	buf_add_str(out, STR(",\"saker_rules\":["));
	for (size_t i = 0; rules != NULL && i < ruleset_count(rules); i++) {
		const struct rule *rule = ruleset_rule(rules, i);

		buf_printf(out,
		           "%s{\"can_fire\":%s,\"name\":", i > 0 ? "," : "",
		           rule->can_fire ? "true" : "false");
		escape_json(out, rule->name);
		if (!rule->can_fire) {
			buf_add_str(out, STR(",\"not_from_audit\":"));
			escape_json(out, rule->missing);
		}
		buf_add_byte(out, '}');
	}
	buf_add_str(out, STR("]"));
}

static void print_json(const struct cli *cli, const struct diag_list *diags,
                       const struct ruleset *rules)
{
	auto_buf struct buf out = BUF_INIT;

	check_json(diags, cli->operands, cli->noperands, &out);
	add_rules(rules, &out);
	buf_add_str(&out, STR("}\n"));
	cli_print(&out);
	tell_missing(diags);
}

static void print_text(const struct diag_list *diags,
                       const struct ruleset *rules)
{
	print_diags(diags);
	if (rules == NULL)
		printf("%zu errors, %zu warnings\n", diags->errors,
		       diags->warnings);
	else if (count_unable(rules) > 0)
		printf("%zu rules, %zu of them unable to fire, %zu warnings: "
		       "ok\n",
		       ruleset_count(rules), count_unable(rules),
		       diags->warnings);
	else
		printf("%zu rules, %zu warnings: ok\n", ruleset_count(rules),
		       diags->warnings);
}

/* The rules that the command line names, else those that the configuration
 * does, else, when no configuration was given either, those of a run. */
static int check_rules(const struct cli *cli, const struct config *config,
                       struct diag_list *diags, struct ruleset **ret)
{
	const struct rule_selection selection = { .lowest = PRIORITY_DEBUG,
		                                  .lint = true,
		                                  .jit_late = true };
	struct config_list paths = config->rules;

	if (cli->noperands != 0)
		paths = (struct config_list){ cli->operands, cli->noperands };
	else if (!cli_has(cli, OPTION_CONFIG))
		paths = engine_rule_paths(config);
	return paths.count != 0 ? ruleset_load(paths.items, paths.count,
	                                       &selection, diags, ret)
	                        : 0;
}

/* Files, then what -o says. */
static int check_config(const struct cli *cli)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	struct config config;
	int code, error = cli_config_read(cli, &config, &diags, &code);

	if (error == 0) {
		error = check_rules(cli, &config, &diags, &rules);
		code = cli_exit_code(engine_load_error(error, &diags));
		config_done(&config);
	}
	if (cli_has(cli, OPTION_JSON))
		print_json(cli, &diags, rules);
	else if (rules != NULL || code != EXIT_DONE)
		print_text(&diags, rules);
	else
		puts("configuration: ok");
	ruleset_free(rules);
	diag_done(&diags);
	return code;
}

static int check(const struct cli *cli)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *ruleset = NULL;
	struct rule_selection selection = { .lowest = PRIORITY_DEBUG,
		                            .lint = true,
		                            .jit_late = true };
	int error;

	if (cli_has(cli, OPTION_CONFIG) || cli_has(cli, OPTION_SET) ||
	    cli->noperands == 0)
		return check_config(cli);
	error = ruleset_load(cli->operands, cli->noperands, &selection, &diags,
	                     &ruleset);
	if (cli_has(cli, OPTION_JSON))
		print_json(cli, &diags, ruleset);
	else
		print_text(&diags, ruleset);
	error = engine_load_error(error, &diags);
	ruleset_free(ruleset);
	diag_done(&diags);
	return cli_exit_code(error);
}

const struct verb verb_check = {
	.name = "check",
	.operands = "[PATH...]",
	.summary = "Validates rule files and directories",
	.help = "Shows all errors and warnings of all files, each with its "
		"place, and ends with 1 when there was an error. Notes tell of "
		"rules that are valid and still doubtful: that can never "
		"match, are shadowed by an earlier rule, or need what audit "
		"cannot tell. --json has the shape of Falco's -V. Without a "
		"path "
		"the configuration and all rules of a run are checked, with -c "
		"that file and the rules that it names.\n"
		"\n"
		"  saker check\n"
		"  saker check my-rules.yaml\n"
		"  saker check -c saker.yaml\n",
	.options = OPTION_BIT(CONFIG) | OPTION_BIT(SET) | OPTION_BIT(JSON),
	.main = check,
};

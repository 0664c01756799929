/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit_rules.c - saker audit-rules. */
#include "audit_rules.h"

#include <ctype.h>
#include <limits.h>
#include <unistd.h>

#include "cli.h"
#include "rule_info.h"
#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/kernel_target.h"
#include "saker/daemon/log.h"

/* "/usr/share/saker/rules/20-mounts.yaml" is of the theme "mounts". */
static struct str theme_of(struct arena *arena, const char *file)
{
	struct str name = str_basename(str_from(file));
	ptrdiff_t dot = str_find_last_byte(name, '.');
	size_t start = 0;
	char *copy;

	if (dot > 0)
		name = str_take(name, (size_t)dot);
	while (start < name.len && name.s[start] >= '0' && name.s[start] <= '9')
		start++;
	if (start + 1 < name.len && name.s[start] == '-')
		name = str_skip(name, start + 1);
	copy = arena_alloc(arena, name.len + 1);
	for (size_t i = 0; copy != NULL && i < name.len; i++)
		copy[i] = isalnum((unsigned char)name.s[i]) ||
		                          name.s[i] == '-' || name.s[i] == '_'
		                  ? name.s[i]
		                  : '_';
	return (struct str){ copy, copy != NULL ? name.len : 0 };
}

static int add_rule(struct audit_rules *a, const struct ruleset *set, size_t i)
{
	const struct rule *rule = ruleset_rule(set, i);
	struct rule_info info;
	int r;

	if (!rule->enabled || !rule->can_fire)
		return 0;
	r = rule_info_of(set, i, &a->arena, &info);
	if (r == 0)
		r = rule_info_needs(&info, &a->arena, &a->needs[a->count]);
	if (r < 0)
		return r;
	a->rules[a->count] = rule;
	a->themes[a->count] = theme_of(&a->arena, rule->file);
	if (a->themes[a->count].s == NULL)
		return E_NOMEM;
	a->is_tracked[a->count] = rule_info_is_tracked(&info, true);
	a->ntracked += a->is_tracked[a->count];
	a->count++;
	return 0;
}

static int find_needs(struct audit_rules *a, const struct ruleset *set)
{
	size_t most = ruleset_count(set) + 1;
	int r = 0;

	a->rules = arena_array(&a->arena, const struct rule *, most);
	a->needs = arena_array(&a->arena, struct kernel_needs, most);
	a->themes = arena_array(&a->arena, struct str, most);
	a->is_tracked = arena_array(&a->arena, bool, most);
	if (a->rules == NULL || a->needs == NULL || a->themes == NULL ||
	    a->is_tracked == NULL)
		return E_NOMEM;
	a->themes[NEED_TRACKING] = STR("tracking");
	a->count = 1;
	for (size_t i = 0; r == 0 && i + 1 < most; i++)
		r = add_rule(a, set, i);
	if (r == 0 && a->ntracked > 0)
		r = kernel_needs_add_tracking(&a->needs[NEED_TRACKING],
		                              &a->arena);
	return r;
}

static int make_plan(struct audit_rules *a)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	const struct str here[] = {
		{ self, n > 0 ? (size_t)n : 0 },
		STR("/usr/sbin/auditd"),
		STR("/sbin/auditd"),
	};
	const struct str anywhere[] = {
		STR("/usr/bin/saker"),
		STR("/usr/sbin/auditd"),
	};
	bool portable = a->part != PORTABLE_NOT;
	const struct kernel_plan_request request = {
		.target = &a->target,
		.needs = a->needs,
		.count = a->count,
		.names = a->themes,
		.prefix = "saker_",
		.own = portable ? anywhere : here,
		.nown = portable ? COUNT(anywhere) : COUNT(here),
	};

	return kernel_plan_make(&request, &a->arena, &a->plan);
}

static bool parse_version(const struct cli *cli, enum option_id id,
                          unsigned *ret)
{
	const struct option_values *given = &cli->options[id];

	if (given->count == 0)
		return true;
	if (kernel_version_parse(str_from(given->items[given->count - 1]), ret))
		return true;
	log_line("'%s' is no version", given->items[given->count - 1]);
	return false;
}

static bool parse_part(const struct cli *cli, enum portable_part *ret)
{
	const struct option_values *given = &cli->options[OPTION_PORTABLE];
	const char *part;

	if (given->count == 0)
		return true;
	part = given->items[given->count - 1];
	if (strcmp(part, "base") != 0 && strcmp(part, "optional") != 0) {
		log_line("--portable is base or optional, not '%s'", part);
		return false;
	}
	*ret = part[0] == 'b' ? PORTABLE_BASE : PORTABLE_OPTIONAL;
	return true;
}

static int find_target(const struct cli *cli, const struct config *config,
                       struct audit_rules *a)
{
	const struct option_values *arch = &cli->options[OPTION_ARCH];
	const char *name;
	int r;

	r = a->part == PORTABLE_NOT
	            ? daemon_kernel_target(config, &a->arena, &a->target)
	            : daemon_portable_target(&a->arena, &a->target);
	if (r < 0)
		return cli_exit_code(r);
	if (!parse_version(cli, OPTION_KERNEL, &a->target.kernel) ||
	    !parse_version(cli, OPTION_AUDITCTL, &a->target.auditctl))
		return EXIT_USAGE;
	if (arch->count == 0)
		return EXIT_DONE;
	name = arch->items[arch->count - 1];
	if (kernel_target_set_machine(&a->target, name) == 0)
		return EXIT_DONE;
	log_line("this host's libaudit does not know the calls of '%s'", name);
	return EXIT_USAGE;
}

static int print(struct audit_rules *a, const struct ruleset *set, bool json,
                 struct buf *out)
{
	int r = find_needs(a, set);

	if (r == 0)
		r = make_plan(a);
	if (r < 0)
		return r;
	(json ? audit_rules_json : audit_rules_text)(a, out);
	return out->failed ? E_NOMEM : 0;
}

static int load(const struct config *config, struct ruleset **ret)
{
	struct diag_list diags = DIAG_LIST_INIT;
	int error = engine_load_rules(config, ENGINE_EXPLAIN, &diags, ret);

	if (error < 0)
		log_diags(&diags);
	diag_done(&diags);
	return error;
}

static int make(const struct cli *cli, const struct config *config,
                enum portable_part part, bool json, struct buf *out)
{
	struct audit_rules a = { .part = part };
	struct ruleset *set = NULL;
	int code = find_target(cli, config, &a), error;

	if (code == EXIT_DONE) {
		error = load(config, &set);
		if (error == 0)
			error = print(&a, set, json, out);
		code = cli_exit_code(error);
	}
	ruleset_free(set);
	arena_done(&a.arena);
	return code;
}

int audit_rules_make(const struct cli *cli, const struct config *config,
                     enum portable_part part, struct buf *out)
{
	return make(cli, config, part, false, out);
}

static int audit_rules(const struct cli *cli)
{
	enum portable_part part = PORTABLE_NOT;
	auto_buf struct buf out = BUF_INIT;
	struct config config;
	int code;

	if (!parse_part(cli, &part))
		return EXIT_USAGE;
	code = cli_config(cli, &config);
	if (code != EXIT_DONE)
		return code;
	code = make(cli, &config, part, cli_has(cli, OPTION_JSON), &out);
	if (code == EXIT_DONE)
		cli_print(&out);
	config_done(&config);
	return code;
}

const struct verb verb_audit_rules = {
	.name = "audit-rules",
	.operands = "",
	.summary = "Prints the kernel audit rules that the enabled rules need",
	.help = "The fewest by which no event is lost that a rule wants, with "
		"the rules that make each necessary. Files that rules name are "
		"looked up on this host. The output is for augenrules and for "
		"auditctl -R; make it anew when rules, or the files of "
		"container runtimes, change.\n"
		"\n"
		"  saker audit-rules >/etc/audit/rules.d/50-saker.rules && "
		"augenrules --load\n"
		"  saker audit-rules --disable 'tag:mount'\n"
		"  saker audit-rules --portable base\n"
		"  saker audit-rules --arch aarch64 --kernel 4.18 --auditctl "
		"3.0\n"
		"  saker audit-rules --json | jq -r '\"\\(.needed_by | length) "
		"\\(.line)\"'\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(JSON) | OPTION_BIT(ARCH) |
	           OPTION_BIT(KERNEL) | OPTION_BIT(AUDITCTL) |
	           OPTION_BIT(PORTABLE),
	.main = audit_rules,
};

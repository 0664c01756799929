/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - saker run. */
#include "saker/daemon/run.h"

#include "cli.h"

static int read_again(void *cli, const struct file_set *files,
                      struct config *ret, struct diag_list *diags)
{
	int code;

	return cli_config_read_from(cli, files, ret, diags, &code);
}

static int gather(void *cli, struct file_set *set)
{
	return cli_config_gather(cli, set);
}

static int run(const struct cli *cli)
{
	const struct config_reader again = { gather, read_again,
		                             (void *)(uintptr_t)cli };
	struct config config;
	int code = cli_config(cli, &config);

	if (code != EXIT_DONE)
		return code;
	code = cli_exit_code(daemon_run(&config, &again));
	config_done(&config);
	return code;
}

const struct verb verb_run = {
	.name = "run",
	.operands = "",
	.summary = "Watches this host and prints alerts as they happen",
	.help = "Runs in the foreground until its source ends, SIGINT or "
		"SIGTERM. SIGHUP loads configuration and rules again, as saker "
		"reload does, and reopens output files; SIGUSR1 prints the "
		"counters and reopens output files.\n"
		"\n"
		"  saker run                            beside auditd or "
		"without it, by netlink\n"
		"  saker run -o kernel.rules=load       and load kernel audit "
		"rules for this run\n"
		"  saker run --source stdin --json      as auditd's plugin\n"
		"  saker run -o response.mode=enforce   let rules kill\n"
		"  saker run -o privileges.separate=false   one process, for "
		"debugging only\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(SOURCE) | OPTION_BIT(OUTPUT) |
	           OPTION_BIT(JSON),
	.main = run,
};

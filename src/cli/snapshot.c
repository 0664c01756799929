/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot.c - saker snapshot. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/log.h"

static int save(struct engine *e, const char *path)
{
	struct str node = str_from(e->hostname);
	int error;

	errno = 0;
	error = tracker_scan(e->tracker);
	if (error < 0) {
		log_line("/proc could not be read in full: %s",
		         err_text(error));
		return error;
	}
	error = path != NULL ? snapshot_save(e->tracker, node, path)
	                     : snapshot_write(e->tracker, node, STDOUT_FILENO);
	if (error < 0)
		log_line("%s cannot be written: %s",
		         path != NULL ? path : "standard output",
		         errno != 0 ? strerror(errno) : err_text(error));
	else
		log_line("%zu processes, %zu containers",
		         tracker_process_count(e->tracker),
		         tracker_container_count(e->tracker));
	return error;
}

static int snapshot(const struct cli *cli)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct config config;
	struct engine e;
	int code, error;

	if (cli->noperands > 1) {
		fputs("saker snapshot writes one file\n", stderr);
		return EXIT_USAGE;
	}
	code = cli_config(cli, &config);
	if (code != EXIT_DONE)
		return code;
	config.output.count = 0;
	error = engine_init(&e, &config, ENGINE_LIVE, &diags);
	log_diags(&diags);
	diag_done(&diags);
	if (error == 0) {
		error = save(&e, cli->noperands != 0 ? cli->operands[0] : NULL);
		engine_done(&e);
	}
	config_done(&config);
	return cli_exit_code(error);
}

const struct verb verb_snapshot = {
	.name = "snapshot",
	.operands = "[FILE]",
	.summary = "Writes down this host's processes and containers",
	.help = "Beside a log of this host, saker replay --snapshot FILE then "
		"knows what was there before the log began and what no record "
		"tells. The rules say which files' identities are written down "
		"with them. FILE is for root's eyes; without it standard "
		"output is written.\n"
		"\n"
		"  saker snapshot /var/lib/saker/start.json\n"
		"  saker replay --snapshot /var/lib/saker/start.json "
		"audit.log\n",
	.options = OPTIONS_CONFIG,
	.main = snapshot,
};

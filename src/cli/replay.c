/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay.c - saker replay. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "feed.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "saker/daemon/notices.h"
#include "summary.h"

#define STEPS_A_LOOK 64u

struct replayed {
	struct engine *engine;
	unsigned steps; /* batches of events */
};

/* "saker replay big.log | head": what nobody reads need not be found. */
static bool is_read(const struct engine *e)
{
	struct outputs_stats stats = outputs_stats(e->outputs);

	return stats.outputs == 0 || stats.gone < stats.outputs;
}

static bool go_on(void *replayed)
{
	struct replayed *r = replayed;

	return ++r->steps % STEPS_A_LOOK != 0 || is_read(r->engine);
}

/* Stages that can run beside each other: reading and assembling, judging. */
#define STAGES 2u

/* Two threads take a tenth of processor time more than one, which only pays
 * where a processor has nothing else to do. */
static unsigned job_count(const struct config *config)
{
	cpu_set_t set;
	double load;

	if (config->jobs != 0)
		return config->jobs;
	if (sched_getaffinity(0, sizeof(set), &set) < 0 ||
	    getloadavg(&load, 1) != 1)
		return 1;
	return CPU_COUNT(&set) - load < STAGES ? 1 : STAGES;
}

static int replay_all(struct engine *e, const struct cli *cli, unsigned jobs)
{
	struct replayed r = { .engine = e };
	int worst = 0, error;

	if (cli_has(cli, OPTION_SYSTEM))
		worst = feed_log_jobs(e, NULL, jobs, go_on, &r);
	feed_sort(cli->operands, cli->noperands);
	for (size_t i = 0; i < cli->noperands; i++) {
		error = feed_log_jobs(e, cli->operands[i], jobs, go_on, &r);
		if (error < 0)
			worst = error;
	}
	pipeline_end(&e->pipeline);
	return worst;
}

static void report(const struct engine *e)
{
	const enum counter told[] = {
		COUNTER_RECORDS_MALFORMED, COUNTER_RECORDS_OVERSIZE,
		COUNTER_RECORDS_LATE,      COUNTER_RECORDS_EXCESS,
		COUNTER_EVENTS_PARTIAL,    COUNTER_EVENTS_EVICTED,
		COUNTER_EVENTS_NOMEM,      COUNTER_ALERTS_NOMEM,
		COUNTER_OUTPUT_DROPPED,    COUNTER_EVENTS_UNTRACKED,
		COUNTER_TRACKING_NOMEM,    COUNTER_RECORDS_NOMEM,
	};
	const struct counters *c = e->counters;

	log_line("%llu records, %llu events, %llu alerts",
	         (unsigned long long)counter_get(c, COUNTER_RECORDS_IN),
	         (unsigned long long)counter_get(c, COUNTER_EVENTS_EVALUATED),
	         (unsigned long long)counter_get(c, COUNTER_ALERTS));
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (counter_get(c, told[i]) != 0)
			log_line("%llu %s",
			         (unsigned long long)counter_get(c, told[i]),
			         counter_help(told[i]));
	notices_balance(c, 0);
}

#define NAMES_SHOWN 4

/* The first ones in the alphabet, so that a log has the same message each time.
 */
struct names {
	struct str items[NAMES_SHOWN];
	size_t count;
	bool has_more;
};

static void add_unknown(void *arg, struct str path)
{
	struct names *n = arg;
	size_t at = n->count;

	while (at > 0 && str_cmp(n->items[at - 1], path) > 0)
		at--;
	if (at > 0 && str_eq(n->items[at - 1], path))
		return;
	n->has_more |= n->count == NAMES_SHOWN;
	if (at == NAMES_SHOWN)
		return;
	n->count += n->count < NAMES_SHOWN;
	for (size_t i = n->count - 1; i > at; i--)
		n->items[i] = n->items[i - 1];
	n->items[at] = path;
}

/* A log shows which inode a path is only where a process of the host used that
 * very path. */
static void report_unknown(const struct engine *e)
{
	auto_buf struct buf text = BUF_INIT;
	struct names n = { 0 };

	nodes_each_unknown_identity(&e->nodes, add_unknown, &n);
	for (size_t i = 0; i < n.count; i++) {
		buf_add_str(&text, i == 0 ? STR("") : STR(", "));
		escape_text(&text, n.items[i]);
	}
	if (n.has_more)
		buf_printf(&text, " and others");
	if (n.count != 0)
		log_line(
			"rules ask for these files by identity, which the log "
			"does not tell: %s",
			buf_cstr(&text));
}

static int write_out(struct engine *e)
{
	struct outputs_stats stats;

	outputs_flush(e->outputs, OUTPUTS_PATIENT);
	stats = outputs_stats(e->outputs);
	if (stats.written == stats.submitted || !is_read(e))
		return 0;
	log_line("%llu alerts could not be written",
	         (unsigned long long)(stats.submitted - stats.written));
	return E_IO;
}

static int replay_beside(struct engine *e, const struct cli *cli, unsigned jobs)
{
	struct snapshots snapshots;
	int error = feed_snapshots(e, cli, &snapshots);

	if (error == 0)
		error = replay_all(e, cli, jobs);
	/* no event is left that could ask */
	snapshots_done(&snapshots);
	return error;
}

static int replay_config(const struct cli *cli, struct config *config)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct summary *summary = NULL;
	struct engine e;
	int error;

	if (cli_has(cli, OPTION_SUMMARY))
		config->output.count = 0;
	/* what this replay does not deliver is not for the next one */
	config->spool_dir = "";
	error = engine_init(&e, config, ENGINE_REPLAY, &diags);
	log_diags(&diags);
	diag_done(&diags);
	if (error < 0)
		return cli_exit_code(error);
	e.pipeline.is_patient = true;
	if (cli_has(cli, OPTION_NODE))
		e.pipeline.node = str_from(cli->options[OPTION_NODE].items[0]);
	if (cli_has(cli, OPTION_SUMMARY)) {
		summary = summary_new();
		e.pipeline.on_alert = summary_add;
		e.pipeline.on_alert_arg = summary;
	}
	error = replay_beside(&e, cli, job_count(config));
	if (write_out(&e) < 0 && error == 0)
		error = E_IO;
	if (summary != NULL)
		summary_print(summary, cli_has(cli, OPTION_JSON));
	report(&e);
	report_unknown(&e);
	summary_free(summary);
	engine_done(&e);
	return error < 0 ? EXIT_CANNOT : EXIT_DONE;
}

static int replay(const struct cli *cli)
{
	struct config config;
	int code;

	if (cli->noperands == 0 && !cli_has(cli, OPTION_SYSTEM)) {
		fputs("saker replay needs log files, - for standard input, or "
		      "--system\n",
		      stderr);
		return EXIT_USAGE;
	}
	code = cli_config(cli, &config);
	if (code != EXIT_DONE)
		return code;
	code = replay_config(cli, &config);
	config_done(&config);
	return code;
}

const struct verb verb_replay = {
	.name = "replay",
	.operands = "FILE...",
	.summary = "Evaluates rules over recorded audit logs",
	.help = "Containers and processes are known from the log alone; "
		"nothing is asked of this host and no response is carried out. "
		"Files may be gzipped; - is standard input. --snapshot adds "
		"what no record tells.\n"
		"\n"
		"  saker replay /var/log/audit/audit.log\n"
		"  saker replay --system --summary\n"
		"  ausearch --raw -ts today | saker replay --json -\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(OUTPUT) | OPTION_BIT(JSON) |
	           OPTION_BIT(SUMMARY) | OPTION_BIT(NODE) | OPTION_BIT(SYSTEM) |
	           OPTION_BIT(SNAPSHOT) | OPTION_BIT(JOBS),
	.main = replay,
};

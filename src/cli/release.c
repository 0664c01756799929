/* SPDX-License-Identifier: GPL-2.0-or-later */
/* release.c - saker unfreeze and saker resume: what a response has frozen or
 * stopped continues, whether a saker runs or not. */
#include <stdio.h>

#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/response/journal.h"

struct release {
	const struct cli *cli;
	const char *path; /* the journal */
	bool is_stop;
	struct control *control;
	struct buf out;
	size_t fitting, failed;
};

/* A container by its id or the beginning of it, as docker takes them. */
static bool fits(const struct release *r, const struct journal_entry *e)
{
	struct str wanted;
	uint64_t pid;

	if (e->is_stop != r->is_stop)
		return false;
	if (cli_has(r->cli, OPTION_ALL))
		return true;
	wanted = str_from(r->cli->operands[0]);
	if (r->is_stop)
		return str_to_u64(wanted, 10, &pid) && (pid_t)pid == e->pid;
	return wanted.len != 0 && (str_has_prefix(e->container, wanted) ||
	                           str_has_prefix(wanted, e->container) ||
	                           str_eq(str_basename(e->path), wanted));
}

static void print(struct release *r, const struct journal_entry *e, int error)
{
	const char *state = error == 0 ? "continues"
	                    : error == E_NOT_FOUND || error == E_STALE
	                            ? "gone"
	                            : err_text(error);

	if (cli_has(r->cli, OPTION_JSON)) {
		buf_add_str(&r->out, STR("{\"container\":"));
		escape_json(&r->out, e->container);
		buf_printf(&r->out, ",\"pid\":%d,\"state\":\"%s\"}\n",
		           (int)e->pid, state);
		return;
	}
	if (e->is_stop) {
		buf_printf(&r->out, "process %d", (int)e->pid);
	} else {
		buf_add_str(&r->out, STR("container "));
		escape_text(&r->out,
		            e->container.len != 0 ? e->container : e->path);
	}
	buf_printf(&r->out, ": %s\n", state);
}

static void release_one(struct release *r, const struct journal_entry *e)
{
	int error = journal_undo(r->control, e);

	r->fitting++;
	print(r, e, error);
	/* one that cannot be noted is undone once more at the next start */
	if ((error == 0 || error == E_NOT_FOUND || error == E_STALE) &&
	    journal_close_entry(r->path, e) == 0)
		return;
	r->failed++;
}

static int release_fitting(struct release *r)
{
	struct arena arena = ARENA_INIT;
	struct journal_entries list;
	int error = journal_read(r->path, &arena, &list);

	for (size_t i = 0; error == 0 && i < list.count; i++)
		if (fits(r, &list.items[i]))
			release_one(r, &list.items[i]);
	arena_done(&arena);
	return error;
}

static int finish(const struct release *r, int error)
{
	if (error < 0) {
		fprintf(stderr, "saker: %s: %s\n", r->path, err_text(error));
		return EXIT_CANNOT;
	}
	cli_print(&r->out);
	if (r->fitting == 0 && !cli_has(r->cli, OPTION_ALL)) {
		fprintf(stderr, "saker: no response has %s '%s'\n",
		        r->is_stop ? "stopped" : "frozen", r->cli->operands[0]);
		return EXIT_WRONG;
	}
	return r->failed == 0 ? EXIT_DONE : EXIT_CANNOT;
}

static int release(const struct cli *cli, bool is_stop)
{
	const struct control_options any = { 0 };
	struct release r = { .cli = cli, .is_stop = is_stop };
	struct config config;
	int code;

	if (cli->noperands + cli_has(cli, OPTION_ALL) != 1) {
		fprintf(stderr, "saker: give %s, or --all\n",
		        is_stop ? "a PID" : "a CONTAINER");
		return EXIT_USAGE;
	}
	code = cli_config(cli, &config);
	if (code != EXIT_DONE)
		return code;
	r.path = config.response_journal;
	r.control = control_new(&any);
	code = finish(&r, r.control != NULL ? release_fitting(&r) : E_NOMEM);
	control_free(r.control);
	buf_done(&r.out);
	config_done(&config);
	return code;
}

static int unfreeze(const struct cli *cli)
{
	return release(cli, false);
}

static int resume(const struct cli *cli)
{
	return release(cli, true);
}

#define OPTIONS                                                   \
	(OPTION_BIT(CONFIG) | OPTION_BIT(SET) | OPTION_BIT(ALL) | \
	 OPTION_BIT(JSON))

const struct verb verb_unfreeze = {
	.name = "unfreeze",
	.operands = "CONTAINER",
	.summary = "Continues a container that a response has frozen",
	.help = "CONTAINER: its id, or the beginning of it. What others have "
		"frozen stays so.\n",
	.options = OPTIONS,
	.main = unfreeze,
};

const struct verb verb_resume = {
	.name = "resume",
	.operands = "PID",
	.summary = "Continues a process that a response has stopped",
	.help = "Only the very process that was stopped: another one that has "
		"its pid is left alone.\n",
	.options = OPTIONS,
	.main = resume,
};

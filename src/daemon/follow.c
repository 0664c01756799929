/* SPDX-License-Identifier: GPL-2.0-or-later */
/* follow.c - the monitor's part in a reload: configuration and rules for the
 * engine, and what it goes by itself. */
#include "saker/daemon/kernel_rules.h"
#include "saker/daemon/log.h"
#include "separation.h"

/* Nothing of the engine's: configuration and rules are read here. */
int follow_wanted_rules(void *arg, struct diag_list *diags,
                        struct kernel_rules **ret)
{
	const struct separation *s = arg;
	struct config config;
	int error = files_config(&s->files, s->daemon->config, &config, diags);

	if (error < 0)
		return error;
	error = kernel_rules_wanted(&config, diags, ret);
	config_done(&config);
	return error;
}

int follow_files(void *arg, unsigned piece, struct buf *out)
{
	struct separation *s = arg;

	return files_piece(&s->files, piece, out);
}

/* Whoever asks, root's files hold. What was done counts towards the rates as
 * before. */
static int use_responses(struct separation *s, const struct config *config,
                         struct diag_list *diags)
{
	struct response_config response;
	int error = response_config_read(config, diags, &response);

	if (error < 0)
		return error;
	responses_configure(s->responses, &response);
	undo_begin(config, &s->daemon->undo);
	response_config_done(&response);
	return 0;
}

/* On the thread that reloads, once the engine has the same files loaded. */
int follow_reload(void *arg)
{
	struct separation *s = arg;
	struct diag_list diags = DIAG_LIST_INIT;
	struct generation *g = NULL, *former;
	int error = generation_read(s->daemon, &s->files, &diags, &g);

	if (error == 0)
		error = use_responses(s, &g->config, &diags);
	if (error == 0) {
		pthread_mutex_lock(&s->lock);
		former = s->reloaded;
		s->reloaded = g;
		pthread_mutex_unlock(&s->lock);
		g = former;
	} else {
		log_diags(&diags);
	}
	files_done(&s->files);
	generation_free(g);
	diag_done(&diags);
	return error;
}

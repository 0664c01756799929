/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generation.c - configuration and rules that an engine begins with. */
#include "generation.h"

#include <stdlib.h>

#include "saker/daemon/log.h"

void generation_free(struct generation *g)
{
	if (g == NULL)
		return;
	config_done(&g->config);
	ruleset_free(g->ruleset);
	free(g);
}

int generation_read(const struct daemon *d, const struct files *files,
                    struct diag_list *diags, struct generation **ret)
{
	struct generation *g = calloc(1, sizeof(*g));
	int error = E_NOMEM;

	if (g != NULL)
		error = files_config(files, d->config, &g->config, diags);
	if (error < 0) {
		free(g);
		return error;
	}
	error = engine_load_given(&g->config, files_fresh(files), diags,
	                          &g->ruleset);
	if (error == 0)
		*ret = g;
	else
		generation_free(g);
	return error;
}

int generation_first(const struct daemon *d, struct ruleset **ret)
{
	struct diag_list diags = DIAG_LIST_INIT;
	int error = engine_load_rules(d->config, ENGINE_LIVE, &diags, ret);

	log_diags(&diags);
	diag_done(&diags);
	return error;
}

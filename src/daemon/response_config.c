/* SPDX-License-Identifier: GPL-2.0-or-later */
/* response_config.c - the keys below response that are more than words. */
#include "saker/base/array.h"
#include "saker/daemon/responses.h"

static int report(struct diag_list *diags, const char *key, const char *item,
                  const char *should)
{
	diag_add(diags, DIAG_ERROR, NULL, NULL, "%s: '%s' %s", key, item,
	         should);
	return E_INVALID;
}

static int read_never_kill(const struct config_list *list,
                           struct diag_list *diags, struct response_config *c)
{
	struct str *views = arena_array(&c->arena, struct str, list->count);
	int error = 0;

	if (views == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < list->count; i++) {
		views[i] = str_from(list->items[i]);
		if (response_protect_valid(views[i]))
			continue;
		error = report(diags, "response.never_kill", list->items[i],
		               "is no path and none of "
#define PROTECT(id, prefix, doc) " " prefix ":..."
#include "saker/response/protect.def"
		               ", or there is no such user");
	}
	c->settings.never_kill = views;
	c->settings.nnever_kill = list->count;
	return error;
}

static int read_rules(const struct config_list *list, struct diag_list *diags,
                      struct response_config *c)
{
	int error = 0;

	c->assignments =
		arena_array(&c->arena, struct response_assignment, list->count);
	if (c->assignments == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < list->count; i++) {
		const char *problem = response_assignment_parse(
			str_from(list->items[i]),
			&c->assignments[c->nassignments]);

		if (problem == NULL)
			c->nassignments++;
		else
			error = report(diags, "response.rules", list->items[i],
			               problem);
	}
	return error;
}

static int read_tiers(const struct config_list *list, struct diag_list *diags,
                      struct response_config *c)
{
	int error = 0;

	for (size_t i = 0; i < list->count; i++)
		if (!control_options_add(&c->tiers, str_from(list->items[i])))
			error = report(diags, "response.tiers", list->items[i],
			               "is none of"
#define PROCESS_TIER(id, name, doc)   " " name
#define CONTAINER_TIER(id, name, doc) " " name
#include "saker/host/tiers.def"
			);
	return error;
}

static int read_rates(const struct config *config, struct diag_list *diags,
                      struct response_limits *ret)
{
	const struct {
		const char *key, *text;
		struct response_rate *rate;
	} rates[] = {
		{ "response.rate.rule", config->rate_rule, &ret->rule },
		{ "response.rate.container", config->rate_container,
		  &ret->container },
		{ "response.rate.host", config->rate_host, &ret->host },
	};
	int error = 0;

	for (size_t i = 0; i < COUNT(rates); i++)
		if (!response_rate_parse(str_from(rates[i].text),
		                         rates[i].rate))
			error = report(diags, rates[i].key, rates[i].text,
			               "is no rate, as 3/30s or 10/1m");
	return error;
}

static int read_evidence(const struct config *config, struct diag_list *diags,
                         struct response_config *c)
{
	const struct config_list *list = &config->evidence_redact;
	struct str *parts = arena_array(&c->arena, struct str, list->count);

	if (*config->evidence != '\0' && *config->evidence != '/')
		return report(diags, "response.evidence", config->evidence,
		              "is no absolute path");
	for (size_t i = 0; parts != NULL && i < list->count; i++)
		parts[i] = str_from(list->items[i]);
	c->settings.evidence = (struct evidence_store){
		.directory = config->evidence,
		.quota_bytes = config->evidence_quota,
		.max_ms = config->evidence_ms,
		.max_bytes = config->evidence_bytes,
		.redact = parts,
		.nredact = list->count,
	};
	return c->arena.failed ? E_NOMEM : 0;
}

static int read_command(const struct config *config, struct diag_list *diags,
                        struct response_config *c)
{
	const struct config_list *list = &config->response_exec;
	const char **argv;

	c->settings.command_ms = config->exec_ms;
	if (list->count == 0)
		return 0;
	if (list->items[0][0] != '/')
		return report(diags, "response.exec", list->items[0],
		              "is no absolute path");
	argv = arena_array(&c->arena, const char *, list->count + 1);
	if (argv == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < list->count; i++)
		argv[i] = list->items[i];
	c->settings.command = argv;
	return 0;
}

int response_config_read(const struct config *config, struct diag_list *diags,
                         struct response_config *ret)
{
	struct response_config c = {
		.settings = { .mode = config->response_mode,
		              .limits = { .max_processes =
		                                  config->response_processes,
		                          .max_container_processes =
		                                  config->container_processes,
		                          .max_age = config->response_age } },
	};
	const int results[] = {
		read_never_kill(&config->never_kill, diags, &c),
		read_rules(&config->response_rules, diags, &c),
		read_tiers(&config->response_tiers, diags, &c),
		read_rates(config, diags, &c.settings.limits),
		read_evidence(config, diags, &c),
		read_command(config, diags, &c),
	};

	for (size_t i = 0; i < COUNT(results); i++)
		if (results[i] < 0) {
			response_config_done(&c);
			return results[i];
		}
	*ret = c;
	return 0;
}

void response_config_done(struct response_config *c)
{
	arena_done(&c->arena);
	*c = (struct response_config){ 0 };
}

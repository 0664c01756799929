/* SPDX-License-Identifier: GPL-2.0-or-later */
/* engine.c - builds and frees what the pipeline runs on. */
#include "saker/daemon/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/limits.h"
#include "saker/daemon/suppress.h"
#include "saker/engine/threshold.h"
#include "saker/event/event_types.h"

struct config_list engine_rule_paths(const struct config *config)
{
	/* own rules change the shipped ones and use their macros, as
	 * falco_rules.local.yaml and rules.d do behind falco_rules.yaml */
	static const char *const paths[] = { PKGDATADIR "/rules",
		                             SYSCONFDIR "/saker/rules.d" };

	if (config->rules.count != 0)
		return config->rules;
	return (struct config_list){ (const char **)(uintptr_t)paths,
		                     access(paths[1], F_OK) == 0 ? 2 : 1 };
}

int engine_load_error(int error, const struct diag_list *diags)
{
	if (error != E_INVALID)
		return error;
	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *d = &diags->items[i];

		if (d->severity == DIAG_ERROR &&
		    (d->code == NULL ||
		     strcmp(d->code, "LOAD_ERR_FILE_READ") != 0))
			return error;
	}
	return E_NOT_FOUND;
}

/* Of a live run all is made ready before its sandbox and its first event. */
static int load_files(const struct config *config, enum engine_use use,
                      const struct file_set *files, struct diag_list *diags,
                      struct ruleset **ret)
{
	struct config_list paths = engine_rule_paths(config);
	struct rule_selection selection = {
		.lowest = config->priority,
		.choices = config->rule_choices.items,
		.nchoices = config->rule_choices.count,
		.keep = use == ENGINE_EXPLAIN,
		.jit_late = use != ENGINE_LIVE,
		.files = files,
	};
	int error =
		ruleset_load(paths.items, paths.count, &selection, diags, ret);

	error = error < 0 ? engine_load_error(error, diags) : 0;
	if (error == E_NOT_FOUND && config->rules.count == 0)
		diag_set_hint(
			diag_last(diags),
			"rules are looked for there unless -r PATH, or the "
			"key 'rules', says where they are");
	return error;
}

int engine_load_rules(const struct config *config, enum engine_use use,
                      struct diag_list *diags, struct ruleset **ret)
{
	return load_files(config, use, NULL, diags, ret);
}

int engine_load_given(const struct config *config, const struct file_set *files,
                      struct diag_list *diags, struct ruleset **ret)
{
	return load_files(config, ENGINE_LIVE, files, diags, ret);
}

static struct str *views_of(const struct config_list *list)
{
	struct str *views = calloc(list->count + 1, sizeof(*views));

	for (size_t i = 0; views != NULL && i < list->count; i++)
		views[i] = str_from(list->items[i]);
	return views;
}

void engine_rules_done(struct engine_rules *rules)
{
	matcher_free(rules->matcher);
	ruleset_free(rules->ruleset);
	response_config_done(&rules->response);
	*rules = (struct engine_rules){ 0 };
}

static int finish_rules(const struct config *config, struct diag_list *diags,
                        struct engine_rules *rules)
{
	rules->matcher = matcher_new(rules->ruleset);
	if (rules->matcher == NULL)
		return E_NOMEM;
	return response_config_read(config, diags, &rules->response);
}

int engine_prepare(const struct config *config, const struct file_set *files,
                   struct diag_list *diags, struct engine_rules *ret)
{
	struct engine_rules rules = { 0 };
	int error =
		load_files(config, ENGINE_LIVE, files, diags, &rules.ruleset);

	if (error == 0)
		error = finish_rules(config, diags, &rules);
	if (error == 0)
		*ret = rules;
	else
		engine_rules_done(&rules);
	return error;
}

static bool has_given_rules(const struct engine *e)
{
	return e->given != NULL && e->given->ruleset != NULL &&
	       (e->rules.ruleset == NULL ||
	        e->rules.ruleset == e->given->ruleset);
}

static bool has_given_counters(const struct engine *e)
{
	return e->given != NULL && e->given->counters != NULL;
}

static int load_rules(struct engine *e, struct diag_list *diags)
{
	int error = 0;

	if (has_given_rules(e))
		e->rules.ruleset = e->given->ruleset;
	else
		error = engine_load_rules(e->config, e->use, diags,
		                          &e->rules.ruleset);
	if (e->use == ENGINE_LIVE)
		memory_give_back();
	return error == 0 ? finish_rules(e->config, diags, &e->rules) : error;
}

static char *own_hostname(const struct config *config)
{
	struct utsname name;

	if (*config->hostname != '\0' || uname(&name) < 0)
		return str_dup(str_from(config->hostname));
	return str_dup(str_from(name.nodename));
}

/* Where nobody asked for another: no-color.org. */
static enum alert_format terminal_format(const struct config *config)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (config->origins[CONFIG_KEY_format].from != CONFIG_FROM_DEFAULT)
		return config->format;
	return (no_color != NULL && *no_color != '\0') || term == NULL ||
	                       strcmp(term, "dumb") == 0
	               ? ALERT_COLUMNS
	               : ALERT_COLOR;
}

static int add_outputs(struct engine *e, struct diag_list *diags)
{
	const struct config *config = e->config;
	const struct engine_given none = { 0 };
	const struct engine_given *given = e->given != NULL ? e->given : &none;
	const struct outputs_options options = {
		.counters = e->counters,
		.format = config->format,
		.terminal_format = terminal_format(config),
		.spool_dir = config->spool_dir,
		.spool_bytes = config->spool_bytes,
		.outbox = given->outbox,
		.open_pipe = given->open_pipe,
		.open_pipe_arg = given->open_pipe_arg,
		.at_once = e->use == ENGINE_LIVE,
	};

	e->outputs = outputs_new(&options);
	if (e->outputs == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < config->output.count; i++) {
		int error = outputs_add(
			e->outputs, str_from(config->output.items[i]), diags);

		if (error < 0)
			return error;
	}
	return 0;
}

/* Without memory evidence has the event's own records alone. */
static void remember_records(struct engine *e)
{
	const struct evidence_store *store =
		&e->rules.response.settings.evidence;
	const bool is_wanted = e->use == ENGINE_LIVE &&
	                       store->directory != NULL &&
	                       *store->directory != '\0';

	if (is_wanted && e->recent == NULL)
		e->recent = recent_new(LIMIT_RECENT_BYTES);
	if (!is_wanted) {
		recent_free(e->recent);
		e->recent = NULL;
	}
	e->pipeline.recent = e->recent;
}

/* What stands in the configuration and the rules, into the parts. */
static void use_rules(struct engine *e)
{
	struct pipeline *p = &e->pipeline;

	p->matcher = e->rules.matcher;
	matcher_use_thresholds(e->rules.matcher, e->thresholds);
	p->match_all = e->config->match_all == MATCH_ALL;
	responses_configure(p->responses, &e->rules.response);
	nodes_use_rules(&e->nodes, e->rules.ruleset);
	remember_records(e);
}

static void connect_parts(struct engine *e, enum engine_use use)
{
	struct pipeline *p = &e->pipeline;

	p->assembler = e->assembler;
	p->nodes = &e->nodes;
	p->outputs = e->outputs;
	p->counters = e->counters;
	p->users = e->users;
	p->context.hostname = str_from(e->hostname);
	p->is_replay = use != ENGINE_LIVE;
	p->self = use == ENGINE_LIVE ? getpid() : 0;
	use_rules(e);
}

static bool is_inert(struct engine *e, struct str call)
{
	struct inert_call *known =
		&e->inert_calls[(uintptr_t)call.s / 4 % COUNT(e->inert_calls)];

	if (known->name != call.s) {
		known->name = call.s;
		known->is_inert = event_type_is_inert(call);
	}
	return known->is_inert;
}

/* Evidence and those who show events want all. */
static bool wants_records(void *arg, const struct audit_syscall *s)
{
	struct engine *e = arg;
	struct str type = s->call;

	return e->recent != NULL || e->pipeline.on_event != NULL ||
	       !is_inert(e, type) ||
	       ruleset_wants(e->rules.ruleset, SOURCE_SYSCALL, type);
}

static int make_parts(struct engine *e, enum engine_use use)
{
	const struct config *config = e->config;
	const bool is_live = use == ENGINE_LIVE;
	const bool has_host = e->given != NULL && e->given->host != NULL;
	struct redo_log *redo = e->given != NULL ? e->given->redo : NULL;
	struct tracker_options tracking;

	e->counters = has_given_counters(e) ? e->given->counters
	                                    : calloc(1, sizeof(*e->counters));
	e->host = has_host  ? e->given->host
	          : is_live ? host_direct_new()
	                    : host_none_new();
	e->runtimes = views_of(&config->runtimes);
	e->hostname = own_hostname(config);
	if (e->counters == NULL || e->host == NULL || e->runtimes == NULL ||
	    e->hostname == NULL)
		return E_NOMEM;
	tracking = (struct tracker_options){
		.host = e->host,
		.counters = e->counters,
		.max_processes = config->max_processes,
		.max_containers = config->max_containers,
		.runtimes = e->runtimes,
		.nruntimes = config->runtimes.count,
	};
	e->tracker = tracker_new(&tracking);
	e->assembler = assembler_new(&(struct assembler_options){
		.is_log = !is_live,
		.max_open = config->max_open_events,
		.timeout_ms = config->event_timeout,
		.counters = e->counters,
		.chain = redo != NULL ? redo_chain : NULL,
		.settle = redo != NULL ? redo_settle : NULL,
		.arg = redo,
		.wants = wants_records,
		.wants_arg = e,
	});
	if (e->tracker == NULL || e->assembler == NULL ||
	    nodes_init(&e->nodes, e->tracker, str_from(e->hostname),
	               !is_live && !has_host, &tracking) < 0)
		return E_NOMEM;
	return is_live ? user_names_load("/etc/passwd", "/etc/group", &e->users)
	               : 0;
}

static int make_counting(struct engine *e)
{
	const struct config *config = e->config;
	const struct suppress_options options = {
		.rules_only = config->suppress != SUPPRESS_ALL,
		.within_ns = config->suppress_within * (uint64_t)NS_PER_SEC,
		.rate = config->suppress_rate,
		.counters = e->counters,
		.emit = pipeline_summary,
		.arg = &e->pipeline,
	};

	e->thresholds = thresholds_new(e->counters);
	if (config->fair_share && e->use == ENGINE_LIVE) {
		e->pipeline.shares = shares_new(e->counters);
		if (e->pipeline.shares == NULL)
			return E_NOMEM;
	}
	if (config->suppress != SUPPRESS_NEVER)
		e->pipeline.suppressor = suppressor_new(&options);
	return e->thresholds != NULL && (config->suppress == SUPPRESS_NEVER ||
	                                 e->pipeline.suppressor != NULL)
	               ? 0
	               : E_NOMEM;
}

static int make_responses(struct engine *e)
{
	struct responses_options options = {
		.config = e->config,
		.response = &e->rules.response,
		.counters = e->counters,
		.is_live = e->use == ENGINE_LIVE,
		.remote = e->given != NULL ? e->given->responders : NULL,
		.control = e->given != NULL ? e->given->control : NULL,
	};

	if (options.is_live && options.remote == NULL)
		responses_protect_auditd(&options);
	return responses_new(&options, &e->pipeline.responses);
}

static int init(struct engine *e, enum engine_use use, struct diag_list *diags)
{
	int error;

	if ((error = make_parts(e, use)) < 0 ||
	    (error = make_counting(e)) < 0 ||
	    (error = load_rules(e, diags)) < 0 ||
	    (error = add_outputs(e, diags)) < 0 ||
	    (error = make_responses(e)) < 0) {
		engine_done(e);
		return error;
	}
	connect_parts(e, use);
	return 0;
}

int engine_init(struct engine *e, const struct config *config,
                enum engine_use use, struct diag_list *diags)
{
	*e = (struct engine){ .config = config, .use = use };
	return init(e, use, diags);
}

int engine_init_given(struct engine *e, const struct config *config,
                      const struct engine_given *given, struct diag_list *diags)
{
	*e = (struct engine){ .config = config,
		              .use = ENGINE_REPLAY,
		              .given = given };
	return init(e, ENGINE_REPLAY, diags);
}

int engine_init_live(struct engine *e, const struct config *config,
                     const struct engine_given *given, struct diag_list *diags)
{
	*e = (struct engine){ .config = config,
		              .use = ENGINE_LIVE,
		              .given = given };
	return init(e, ENGINE_LIVE, diags);
}

void engine_swap(struct engine *e, const struct config *config,
                 struct engine_rules *rules)
{
	struct engine_rules former = e->rules;

	e->rules = *rules;
	e->config = config;
	use_rules(e);
	*rules = former;
}

void engine_done(struct engine *e)
{
	responses_free(e->pipeline.responses);
	pipeline_done(&e->pipeline);
	outputs_free(e->outputs);
	suppressor_free(e->pipeline.suppressor);
	shares_free(e->pipeline.shares);
	if (has_given_rules(e))
		e->rules.ruleset = NULL;
	engine_rules_done(&e->rules);
	thresholds_free(e->thresholds);
	assembler_free(e->assembler);
	nodes_done(&e->nodes);
	tracker_free(e->tracker);
	if (e->given == NULL || e->given->host == NULL)
		host_free(e->host);
	recent_free(e->recent);
	user_names_free(e->users);
	free(e->runtimes);
	free(e->hostname);
	if (!has_given_counters(e))
		free(e->counters);
	*e = (struct engine){ 0 };
}

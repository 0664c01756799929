/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_log.c - saker explain RULE LOG[:SERIAL]: the log runs through the
 * pipeline, and the events that matter are kept, rendered while they live. */
#include <stdio.h>

#include "explain.h"
#include "feed.h"
#include "saker/base/array.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "saker/lang/event_types.h"

#define KEPT_MAX    10u /* events that are shown */
#define KEPT_MISSES 5u

/* Of the last operand. */
struct target {
	bool is_one;    /* an event is asked for */
	bool has_stamp; /* by its time, too */
	uint64_t sec, ms, serial;
};

struct kept {
	size_t distance;
	size_t like;       /* others that fail by the same checks */
	struct buf blamed; /* their numbers */
	struct buf brief;
	struct buf full;
};

struct kept_list {
	struct kept items[KEPT_MAX];
	size_t count;
};

struct study {
	struct engine engine;
	const struct rule *rule;
	const struct event_types *types;
	struct trace *trace;
	struct matcher *matcher;
	struct target target;
	bool json, color;
	size_t events, candidates, matches;
	uint64_t lowest, highest; /* serials */
	struct kept_list matching;
	struct kept_list missing; /* nearest first */
};

static void kept_done(struct kept *k)
{
	buf_done(&k->blamed);
	buf_done(&k->brief);
	buf_done(&k->full);
	*k = (struct kept){ 0 };
}

static void list_done(struct kept_list *l)
{
	while (l->count > 0)
		kept_done(&l->items[--l->count]);
}

static enum rule_source source_of(const struct event *e)
{
	return event_is_of_audit(e) ? SOURCE_AUDIT : SOURCE_SYSCALL;
}

/* Only for what is shown are the other rules asked. */
static void render(const struct study *s, struct explained *x, struct kept *k)
{
	struct field_source fields = event_source(x->event);

	x->nhits = matcher_match(s->matcher, source_of(x->event),
	                         x->event->type, &fields, true, &x->hits);
	explained_brief(x, s->color, &k->brief);
	if (s->json)
		explained_json(x, &k->full);
	else
		explained_text(x, s->color, &k->full);
	/* what a field found no memory for is shown as it stands, or not */
	k->full.failed |= x->event->audit->arena.failed;
}

static void keep_match(struct study *s, struct explained *x)
{
	struct kept_list *l = &s->matching;

	if (l->count < KEPT_MAX)
		render(s, x, &l->items[l->count++]);
}

static struct buf blamed_of(const struct trace *t)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < trace_count(t); i++)
		if (trace_is_blamed(t, i))
			buf_add(&b, &i, sizeof(i));
	return b;
}

/* Where the event belongs among the nearest; KEPT_MISSES = nowhere. */
static size_t place_of(const struct kept_list *l, size_t distance)
{
	size_t at = l->count;

	while (at > 0 && l->items[at - 1].distance > distance)
		at--;
	return at;
}

/* One event of each way to fail: the same program failing a thousand times by
 * the same checks says nothing more than once. */
static void keep_miss(struct study *s, struct explained *x)
{
	struct kept_list *l = &s->missing;
	auto_buf struct buf blamed = blamed_of(x->trace);
	size_t at = place_of(l, x->distance);
	struct kept *k;

	if (blamed.failed)
		counter_add(s->engine.counters, COUNTER_EVENTS_NOMEM, 1);
	for (size_t i = 0; i < l->count; i++)
		if (str_eq(buf_str(&l->items[i].blamed), buf_str(&blamed))) {
			l->items[i].like++;
			return;
		}
	if (at >= KEPT_MISSES)
		return;
	if (l->count == KEPT_MISSES)
		kept_done(&l->items[--l->count]);
	k = &l->items[at];
	memmove(k + 1, k, (l->count - at) * sizeof(*k));
	l->count++;
	*k = (struct kept){ .distance = x->distance, .blamed = blamed };
	blamed = BUF_INIT;
	render(s, x, k);
}

static struct explained explain_event(struct study *s, struct event *e)
{
	struct field_source fields = event_source(e);
	struct explained x = {
		.rule = s->rule,
		.trace = s->trace,
		.event = e,
		.is_tried = source_of(e) == s->rule->source,
		.is_first_only = !s->engine.pipeline.match_all,
	};

	trace_evaluate(s->trace, &fields);
	x.distance = trace_distance(s->trace);
	return x;
}

static bool is_target(const struct target *t, const struct audit_stamp *stamp)
{
	return stamp->serial == t->serial &&
	       (!t->has_stamp || (stamp->sec == t->sec && stamp->ms == t->ms));
}

static void take_event(void *arg, struct event *e)
{
	struct study *s = arg;
	const struct audit_stamp *stamp = &e->audit->stamp;
	struct explained x;

	if (s->events++ == 0 || stamp->serial < s->lowest)
		s->lowest = stamp->serial;
	if (stamp->serial > s->highest)
		s->highest = stamp->serial;
	if (s->target.is_one) {
		if (!is_target(&s->target, stamp))
			return;
		x = explain_event(s, e);
		keep_match(s, &x);
		return;
	}
	if (source_of(e) != s->rule->source ||
	    !event_types_has(s->types, e->type))
		return;
	s->candidates++;
	x = explain_event(s, e);
	s->matches += x.distance == 0;
	(x.distance == 0 ? keep_match : keep_miss)(s, &x);
}

/* One event by its whole stamp is not met again. */
static bool go_on(void *arg)
{
	const struct study *s = arg;

	return !s->target.has_stamp || s->matching.count == 0;
}

static bool read_stamp(struct str text, struct target *ret)
{
	struct str seconds;

	return str_find_byte(text, '.') > 0 &&
	       str_split(&text, '.', &seconds) &&
	       str_to_u64(seconds, 10, &ret->sec) &&
	       str_to_u64(text, 10, &ret->ms);
}

/* "PATH:SERIAL", "PATH:SEC.MS:SERIAL"; a file may have colons in its name.
 * *path is cut before what is an event. False when the text after a file's name
 * is none. */
static bool read_target(char *path, struct target *ret)
{
	char *colon = strrchr(path, ':');

	*ret = (struct target){ 0 };
	if (colon == NULL || colon == path || access(path, F_OK) == 0)
		return true;
	if (!str_to_u64(str_from(colon + 1), 10, &ret->serial)) {
		bool is_file;

		*colon = '\0';
		is_file = access(path, F_OK) == 0 || strcmp(path, "-") == 0;
		*colon = ':';
		return !is_file;
	}
	ret->is_one = true;
	*colon = '\0';
	colon = strrchr(path, ':');
	if (colon == NULL || colon == path || access(path, F_OK) == 0)
		return true;
	ret->has_stamp = read_stamp(str_from(colon + 1), ret);
	if (ret->has_stamp)
		*colon = '\0';
	return true;
}

static void add_list(const struct kept_list *l, struct buf *out)
{
	for (size_t i = 0; i < l->count; i++) {
		buf_add_str(out, buf_str(&l->items[i].brief));
		out->failed |= l->items[i].brief.failed;
		if (l->items[i].like > 0)
			buf_printf(out, "    and %zu more like it\n",
			           l->items[i].like);
	}
}

static void summary_text(const struct study *s, struct buf *out)
{
	const struct kept_list *shown =
		s->matches > 0 ? &s->matching : &s->missing;

	buf_add_str(out, STR("rule: "));
	escape_text(out, s->rule->name);
	buf_printf(out,
	           "\nevents: %zu, of types that the rule is for: %zu, "
	           "matching: %zu\n",
	           s->events, s->candidates, s->matches);
	if (s->matches > 0) {
		buf_add_str(out, STR("matching:\n"));
		add_list(&s->matching, out);
		if (s->matches > s->matching.count)
			buf_printf(out, "  and %zu more\n",
			           s->matches - s->matching.count);
	}
	if (s->missing.count > 0) {
		buf_add_str(out, STR("nearest misses, one of each kind, with "
		                     "what keeps them from matching:\n"));
		add_list(&s->missing, out);
	}
	if (s->candidates == 0)
		buf_add_str(out, STR("The log holds nothing that the rule is "
		                     "for; without a log, saker explain tells "
		                     "which\nevent types those are, and which "
		                     "kernel rules bring them.\n"));
	if (shown->count == 0)
		return;
	buf_printf(out, "\nThe first of the %s in full:\n\n",
	           s->matches > 0 ? "matches" : "misses");
	buf_add_str(out, buf_str(&shown->items[0].full));
	out->failed |= shown->items[0].full.failed;
}

static void json_list(const char *name, const struct kept_list *l,
                      struct buf *out)
{
	buf_printf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < l->count; i++) {
		buf_printf(out, "%s{\"like\":%zu,\"one\":", i > 0 ? "," : "",
		           l->items[i].like);
		buf_add_str(out, buf_str(&l->items[i].full));
		out->failed |= l->items[i].full.failed;
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
}

static void summary_json(const struct study *s, struct buf *out)
{
	buf_printf(out, "{\"candidates\":%zu,\"events\":%zu,\"matches\":%zu",
	           s->candidates, s->events, s->matches);
	json_list("matching", &s->matching, out);
	json_list("nearest", &s->missing, out);
	buf_add_str(out, STR(",\"rule\":"));
	escape_json(out, s->rule->name);
	buf_add_str(out, STR("}\n"));
}

static void events_out(const struct study *s, struct buf *out)
{
	for (size_t i = 0; i < s->matching.count; i++) {
		if (i > 0 && !s->json)
			buf_add_byte(out, '\n');
		buf_add_str(out, buf_str(&s->matching.items[i].full));
		out->failed |= s->matching.items[i].full.failed;
		if (s->json)
			buf_add_byte(out, '\n');
	}
}

static int not_found(const struct study *s, const char *path)
{
	const struct target *t = &s->target;

	if (t->has_stamp)
		log_line("%s has no event %llu.%03llu:%llu", path,
		         (unsigned long long)t->sec, (unsigned long long)t->ms,
		         (unsigned long long)t->serial);
	else if (s->events == 0)
		log_line("%s has no event at all", path);
	else
		log_line(
			"%s has no event with serial %llu; it has %zu events "
			"with serials from %llu to %llu",
			path, (unsigned long long)t->serial, s->events,
			(unsigned long long)s->lowest,
			(unsigned long long)s->highest);
	return EXIT_WRONG;
}

/* Events that found no memory are in no count of the summary. */
static void tell_losses(const struct counters *c)
{
	static const enum counter lost[] = { COUNTER_RECORDS_NOMEM,
		                             COUNTER_EVENTS_NOMEM,
		                             COUNTER_EVENTS_UNTRACKED,
		                             COUNTER_TRACKING_NOMEM };

	for (size_t i = 0; i < COUNT(lost); i++)
		if (counter_get(c, lost[i]) != 0)
			log_line("%llu %s",
			         (unsigned long long)counter_get(c, lost[i]),
			         counter_help(lost[i]));
}

static int report(const struct study *s, const char *path)
{
	auto_buf struct buf out = BUF_INIT;

	tell_losses(s->engine.counters);
	if (s->target.is_one && s->matching.count == 0)
		return not_found(s, path);
	if (s->target.is_one)
		events_out(s, &out);
	else if (s->json)
		summary_json(s, &out);
	else
		summary_text(s, &out);
	if (out.failed)
		return cli_exit_code(E_NOMEM);
	cli_print(&out);
	return EXIT_DONE;
}

static int feed_all(struct study *s, const struct cli *cli, const char *last)
{
	int worst = 0;

	for (size_t i = 1; i < cli->noperands; i++) {
		const char *path =
			i + 1 < cli->noperands ? cli->operands[i] : last;
		int error = feed_log(&s->engine, path, go_on, s);

		worst = error < 0 ? error : worst;
	}
	pipeline_end(&s->engine.pipeline);
	return worst;
}

/* The rule that is asked about may be disabled: it is explained all the same.
 */
static int prepare(struct study *s, const char *name)
{
	const struct ruleset *rules = s->engine.rules.ruleset;
	ptrdiff_t rule = explain_find(rules, str_from(name));

	if (rule < 0)
		return EXIT_WRONG;
	s->rule = ruleset_rule(rules, (size_t)rule);
	s->types = ruleset_origin(rules, (size_t)rule)->types;
	s->matcher = matcher_new(rules);
	if (s->matcher == NULL || trace_new(rules, (size_t)rule, &s->trace) < 0)
		return cli_exit_code(E_NOMEM);
	s->engine.pipeline.on_event = take_event;
	s->engine.pipeline.on_event_arg = s;
	return EXIT_DONE;
}

static int study(struct study *s, const struct cli *cli, const char *last)
{
	struct snapshots snapshots;
	int code = prepare(s, cli->operands[0]);

	if (feed_snapshots(&s->engine, cli, &snapshots) < 0 &&
	    code == EXIT_DONE)
		code = EXIT_CANNOT;
	if (code == EXIT_DONE && feed_all(s, cli, last) < 0)
		code = EXIT_CANNOT;
	if (code == EXIT_DONE)
		code = report(s, last);
	snapshots_done(&snapshots);
	list_done(&s->matching);
	list_done(&s->missing);
	trace_free(s->trace);
	matcher_free(s->matcher);
	return code;
}

int explain_log(const struct cli *cli, const struct config *config)
{
	auto_free char *last =
		str_dup(str_from(cli->operands[cli->noperands - 1]));
	struct diag_list diags = DIAG_LIST_INIT;
	struct study s = { .json = cli_has(cli, OPTION_JSON),
		           .color = cli_color() };
	int error;

	if (last == NULL)
		return cli_exit_code(E_NOMEM);
	if (!read_target(last, &s.target)) {
		fprintf(stderr,
		        "%s names no event: LOG:SERIAL or "
		        "LOG:SECONDS.MILLISECONDS:SERIAL\n",
		        last);
		return EXIT_USAGE;
	}
	error = engine_init(&s.engine, config, ENGINE_EXPLAIN, &diags);
	if (error < 0)
		log_diags(&diags);
	diag_done(&diags);
	if (error < 0)
		return cli_exit_code(error);
	if (cli_has(cli, OPTION_NODE))
		s.engine.pipeline.node =
			str_from(cli->options[OPTION_NODE].items[0]);
	error = study(&s, cli, last);
	engine_done(&s.engine);
	return error;
}

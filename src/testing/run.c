/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.c - a test's records through the pipeline of a replay, or its fields
 * through the matcher alone. */
#include "saker/testing/run.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/engine.h"
#include "saker/source/log_file.h"
#include "testing.h"

struct run {
	struct test_rules *rules;
	struct suite *suite;
	struct test_result *result;
	struct engine engine;
	struct engine_given rules_and_host;
	struct given given;
	struct snapshot *snapshot;
	struct position line; /* of the record that is being fed */
	bool failed;          /* out of memory */
};

/* The event of a summary is gone; the alert has what its output names. */
static bool get_kept(void *context, enum field_id id,
                     const struct field_arg *arg, struct value *ret)
{
	const struct alert *a = context;

	if (arg != NULL && arg->present)
		return false;
	for (size_t i = 0; i < a->nfields; i++)
		if (str_eq(a->fields[i].name, field_info(id)->name)) {
			*ret = a->fields[i].value;
			return a->fields[i].has_value;
		}
	return false;
}

static void on_alert(void *arg, const struct alert *alert)
{
	struct run *run = arg;
	struct event *event = &run->engine.pipeline.event;
	struct field_source fields = event_source(event);
	uint64_t serial = 0;

	if (alert->is_summary)
		fields = (struct field_source){
			.get = get_kept,
			.context = (void *)(uintptr_t)alert,
		};
	else
		serial = event->audit->stamp.serial;
	if (!result_add_alert(run->result, alert, serial, &fields))
		run->failed = true;
}

static void on_event(void *arg, struct event *event)
{
	struct run *run = arg;
	struct field_source fields = event_source(event);

	run->result->events++;
	coverage_event(&run->rules->coverage,
	               event->is_syscall ? SOURCE_SYSCALL : SOURCE_AUDIT,
	               event->type, event->audit->stamp.serial, &fields);
}

/* A recorded log may be damaged, what somebody wrote must not be: its silence
 * would prove nothing. */
static void on_malformed(void *arg, const struct frame *frame, int error)
{
	struct run *run = arg;

	(void)frame;
	if (run->line.line != 0 &&
	    !result_say(run->result, run->line, "this is no record: %s",
	                err_text(error)))
		run->failed = true;
}

static bool matches_all(const struct run *run)
{
	const struct suite_test *t = run->result->test;

	if (t->matching == SUITE_MATCHING_CONFIGURED)
		/* the rules that are looked at, as if there were no others */
		return t->only.count != 0 ||
		       run->rules->config.match_all == MATCH_ALL;
	return t->matching == SUITE_MATCHING_ALL;
}

/* 0 also when the snapshot is wrong, which is then a problem of the test. */
static int use_snapshot(struct run *run)
{
	const struct suite_text *name = &run->result->test->snapshot;
	struct diag_list diags = DIAG_LIST_INIT;
	bool is_told = true;
	const char *path;
	int r;

	if (name->s.s == NULL)
		return 0;
	path = suite_resolve(run->suite, name->s);
	if (path == NULL)
		return E_NOMEM;
	errno = 0;
	r = snapshot_load(path, &diags, &run->snapshot);
	if (r == 0)
		r = nodes_use_snapshot(&run->engine.nodes, run->snapshot);
	else if (r != E_NOMEM)
		is_told = result_say(run->result, name->at,
		                     "%s cannot be used: %s", path,
		                     diags.count != 0 ? diags.items[0].text
		                     : errno != 0     ? strerror(errno)
		                                      : err_text(r));
	diag_done(&diags);
	return r == E_NOMEM || !is_told ? E_NOMEM : 0;
}

static int begin_engine(struct run *run, uint64_t at_ns)
{
	const struct suite_test *t = run->result->test;
	bool has_facts = t->processes.count != 0 || t->files.count != 0;
	struct diag_list diags = DIAG_LIST_INIT;
	pid_t self = getpid();
	int r = 0;

	if (has_facts)
		r = given_init(&run->given, t, at_ns, self,
		               &run->result->arena);
	run->rules_and_host = (struct engine_given){
		.host = run->given.host,
		.ruleset = run->rules->ruleset,
	};
	if (r == 0)
		r = engine_init_given(&run->engine, &run->rules->config,
		                      &run->rules_and_host, &diags);
	diag_done(&diags);
	if (r == 0)
		r = use_snapshot(run);
	if (r < 0 || !has_facts)
		return r;
	r = given_populate(&run->given, self);
	if (r == 0)
		r = tracker_scan(run->engine.tracker);
	return r;
}

/* A state that was given must be what the tracker makes of the facts. */
static void check_states(struct run *run)
{
	const struct suite_processes *all = &run->result->test->processes;

	for (size_t i = 0; i < all->count; i++) {
		const struct suite_process *p = &all->items[i];
		const struct process *known =
			tracker_process(run->engine.tracker, (pid_t)p->pid.n);
		const char *state = known != NULL
		                            ? process_state_name(known->state)
		                            : "not known";

		if (p->state.s.s == NULL || str_eq(p->state.s, str_from(state)))
			continue;
		if (!result_say(run->result, p->state.at,
		                "by these facts process %d is %s",
		                (int)p->pid.n, state))
			run->failed = true;
	}
}

/* "audit(1700000000.123:7)" */
static uint64_t stamp_of(struct str text)
{
	ptrdiff_t at = str_find(text, STR("audit("));
	uint64_t seconds = 0, ms = 0;
	struct str part;

	if (at < 0)
		return 0;
	text = str_skip(text, (size_t)at + 6);
	if (!str_split(&text, '.', &part) || !str_to_u64(part, 10, &seconds) ||
	    !str_split(&text, ':', &part) || !str_to_u64(part, 10, &ms) ||
	    seconds > UINT64_MAX / NS_PER_SEC / 2)
		return 0;
	return seconds * NS_PER_SEC + ms * NS_PER_MS;
}

static int begin(struct run *run, struct str first_record)
{
	struct pipeline *p = &run->engine.pipeline;
	int r = begin_engine(run, stamp_of(first_record));

	if (r < 0)
		return r;
	p->on_alert = on_alert;
	p->on_alert_arg = run;
	p->on_event = on_event;
	p->on_event_arg = run;
	p->on_malformed = on_malformed;
	p->on_malformed_arg = run;
	p->match_all = matches_all(run);
	check_states(run);
	return 0;
}

/* What ausearch prints between events, and remarks. */
static bool is_record(struct str line)
{
	return line.len != 0 && line.s[0] != '#' &&
	       !str_has_prefix(line, STR("----")) &&
	       !str_has_prefix(line, STR("time->"));
}

static int feed_records(struct run *run)
{
	const struct text *records = &run->result->test->records;
	struct str rest = records->s, line;
	int r;

	r = begin(run, rest);
	while (r == 0 && str_split(&rest, '\n', &line)) {
		line = str_trim(line);
		if (!is_record(line))
			continue;
		run->line =
			text_position(records, (size_t)(line.s - records->s.s));
		pipeline_feed(&run->engine.pipeline,
		              &(struct frame){ .text = line }, 0);
	}
	return r;
}

static int feed_reader(struct run *run, struct log_reader *reader)
{
	struct frame frame;
	int r = log_next(reader, &frame);

	if (r == 0)
		r = begin(run, frame.text);
	while (r == 0) {
		pipeline_feed(&run->engine.pipeline, &frame, 0);
		r = log_next(reader, &frame);
	}
	return r == E_END ? 0 : r;
}

static int feed_log(struct run *run)
{
	const struct suite_text *log = &run->result->test->log;
	const char *path = suite_resolve(run->suite, log->s);
	struct log_reader *reader;
	int r;

	if (path == NULL)
		return E_NOMEM;
	errno = 0;
	r = log_open(path, NULL, &reader);
	if (r == 0) {
		r = feed_reader(run, reader);
		log_close(reader);
	}
	if (r == 0 || r == E_NOMEM)
		return r;
	return result_say(run->result, log->at, "%s cannot be read: %s", path,
	                  errno != 0 ? strerror(errno) : err_text(r))
	               ? 0
	               : E_NOMEM;
}

static int run_records(struct run *run)
{
	const struct suite_test *t = run->result->test;
	int r = t->has_records ? feed_records(run) : feed_log(run);

	if (r == 0 && run->engine.assembler != NULL)
		pipeline_end(&run->engine.pipeline);
	if (r == 0 && run->result->events == 0 &&
	    run->result->problems == NULL &&
	    !result_say(run->result, t->at, "no event comes of the records"))
		r = E_NOMEM;
	if (run->engine.assembler != NULL)
		engine_done(&run->engine);
	snapshot_free(run->snapshot);
	host_free(run->given.host);
	return r;
}

static int match(struct run *run, struct matcher *matcher)
{
	const struct suite_test *t = run->result->test;
	struct event_table table = t->event.table;
	struct field_source fields = event_table_source(&table);
	static const struct field_arg no_arg = { 0 };
	struct value v = { 0 };
	bool has_type = fields.get(fields.context, FIELD_EVT_TYPE, &no_arg, &v);
	struct str type = has_type ? v.str : STR_NONE;
	const struct rule *const *hits;
	size_t n;

	n = matcher_match(matcher, t->source, type, &fields, matches_all(run),
	                  &hits);
	for (size_t i = 0; i < n && !run->failed; i++) {
		struct alert alert;

		if (alert_from_hit(hits[i], &fields, &alert) < 0)
			return E_NOMEM;
		run->failed =
			!result_add_alert(run->result, &alert, 0, &fields);
		alert_done(&alert);
	}
	coverage_event(&run->rules->coverage, t->source, type, 0, &fields);
	run->result->events = 1;
	return 0;
}

static int run_fields(struct run *run)
{
	struct matcher *matcher = matcher_new(run->rules->ruleset);
	int r = matcher != NULL ? match(run, matcher) : E_NOMEM;

	matcher_free(matcher);
	return r;
}

int test_run(struct test_rules *rules, struct suite *suite,
             const struct suite_test *test, struct test_result *ret)
{
	struct run *run = calloc(1, sizeof(*run));
	int r;

	*ret = (struct test_result){ .test = test };
	ret->last = &ret->problems;
	if (run == NULL)
		return E_NOMEM;
	run->rules = rules;
	run->suite = suite;
	run->result = ret;
	rules->config.hostname =
		suite->hostname.s.s != NULL ? suite->hostname.s.s : "localhost";
	coverage_start_test(&rules->coverage);
	for (size_t i = 0; i < test->expect.count; i++)
		coverage_watch(&rules->coverage, test->expect.items[i].rule.s);
	r = test->event.is_given ? run_fields(run) : run_records(run);
	if (r == 0)
		r = run->failed ? E_NOMEM : result_judge(ret, &rules->coverage);
	free(run);
	return r;
}

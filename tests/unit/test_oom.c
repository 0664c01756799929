/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_oom.c - each allocation on the way from a record to an alert, and each
 * of a configuration, fails once: nothing crashes or leaks, and what is lost is
 * counted. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "fake_host.h"
#include "oom.h"
#include "saker/base/io.h"
#include "saker/daemon/config.h"
#include "saker/daemon/pipeline.h"
#include "tracking.h"

#define LOG "tests/fuzz/corpus/pipeline/container_log"
#define ID  "485776c9f6f2c22e2b44a2239b65471d6a02701b54d1cb5e1c55a09108a1b5b9"

static const char rule_text[] =
	"- rule: start\n  desc: d\n  priority: ERROR\n"
	"  condition: evt.type = execve and proc.args contains run\n"
	"  output: \"%proc.cmdline %fs.path.name %user.name %proc.cwd\"\n"
	"- rule: inside\n  desc: d\n  priority: ERROR\n"
	"  condition: container.id != host and evt.type in (openat, setns)\n"
	"  output: \"%container.id %proc.pname %fs.path.name %user.uid\"\n"
	"- rule: long\n  desc: d\n  priority: ERROR\n"
	"  condition: proc.args contains AAAA\n"
	"  output: \"%proc.args\"\n";

/* What lives as long as the test. */
struct fixture {
	struct ruleset *rules;
	struct host *host;
	struct buf log;
};

/* What each run makes anew. */
struct world {
	struct counters counters;
	struct framer framer;
	struct tracker *tracker;
	struct nodes nodes;
	struct pipeline pipeline;
};

/* The recorded container's life, and an execve too long for an event's first
 * piece of memory. */
static void write_log(struct buf *out)
{
	auto_free char *path = NULL;
	const char *top = getenv("top_srcdir");

	assert_true(asprintf(&path, "%s/" LOG, top != NULL ? top : ".") > 0);
	assert_int_equal(io_read_at(AT_FDCWD, path, 65536, out), 0);
	buf_printf(out,
	           "type=SYSCALL msg=audit(1763769601.900:9000): "
	           "arch=c000003e syscall=59 success=yes exit=0 items=0 "
	           "ppid=1 pid=77 uid=0 comm=\"sh\" exe=\"/bin/sh\"\n"
	           "type=EXECVE msg=audit(1763769601.900:9000): argc=6");
	for (unsigned i = 0; i < 6; i++) {
		buf_printf(out, " a%u=", i);
		for (unsigned k = 0; k < 1000; k++)
			buf_add_str(out, STR("4141"));
	}
	buf_add_byte(out, '\n');
	assert_false(out->failed);
}

static int setup_log(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(
		ruleset_load_text("t", STR(rule_text), &diags, &f->rules), 0);
	diag_done(&diags);
	f->host = host_none_new();
	write_log(&f->log);
	*state = f;
	return 0;
}

/* The same on a machine that can be asked for its processes. */
static int setup_live(void **state)
{
	static const struct host_process processes[] = {
		{ .pid = 50, .ppid = 1, .exe = STR_INIT("/bin/sh") },
		{ .pid = 60, .ppid = 50, .exe = STR_INIT("/usr/sbin/runc") },
		{ .pid = 61,
		  .ppid = 60,
		  .exe = STR_INIT("/bin/sh"),
		  .cgroup = STR_INIT("0::/docker/" ID "\n") },
	};
	struct fixture *f;
	int r = setup_log(state);

	f = *state;
	host_free(f->host);
	f->host = fake_host_new();
	for (size_t i = 0; i < sizeof(processes) / sizeof(*processes); i++)
		fake_host_process(f->host, &processes[i]);
	fake_host_file(f->host, "/usr/sbin/runc", 0xfe00, 1048769);
	fake_host_file(f->host, "/docker/" ID, 0x20, 4711);
	return r;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	host_free(f->host);
	ruleset_free(f->rules);
	buf_done(&f->log);
	free(f);
	return 0;
}

/* False when out of memory. */
static bool open_world(const struct fixture *f, struct world *w)
{
	struct tracker_options options = { .host = f->host,
		                           .counters = &w->counters };
	struct pipeline *p = &w->pipeline;

	memset(w, 0, sizeof(*w));
	framer_init(&w->framer, FRAMER_STRING, &w->counters);
	w->tracker = tracker_new(&options);
	p->assembler = assembler_new(&(struct assembler_options){
		.is_log = true, .counters = &w->counters });
	p->matcher = matcher_new(f->rules);
	p->outputs = outputs_new(
		&(struct outputs_options){ .counters = &w->counters });
	p->nodes = &w->nodes;
	p->counters = &w->counters;
	p->match_all = true;
	p->is_replay = true;
	return w->tracker != NULL && p->assembler != NULL &&
	       p->matcher != NULL && p->outputs != NULL &&
	       nodes_init(&w->nodes, w->tracker, STR("host"), true, &options) ==
	               0;
}

static void close_world(struct world *w)
{
	framer_done(&w->framer);
	pipeline_done(&w->pipeline);
	nodes_done(&w->nodes);
	outputs_free(w->pipeline.outputs);
	matcher_free(w->pipeline.matcher);
	assembler_free(w->pipeline.assembler);
	tracker_free(w->tracker);
}

/* The fuzz target's own lines, of which these two are used. */
static void feed_connector(struct world *w, struct str line)
{
	struct connector_event e = { .kind = CONNECTOR_FORK,
		                     .pid = 61,
		                     .parent = 60,
		                     .time_ns = 1763769600101500000 };

	if (str_eq(line, STR("fork 61 60")))
		birth_by_connector(w->tracker, &e);
	e.kind = CONNECTOR_EXIT;
	if (str_eq(line, STR("exit 61")))
		birth_by_connector(w->tracker, &e);
}

/* False when the framer found no memory. */
static bool feed(struct world *w, struct str text)
{
	struct frame frame;

	if (framer_push(&w->framer, text) < 0)
		return false;
	while (framer_next(&w->framer, &frame)) {
		if (str_has_prefix(frame.text, STR("type=")))
			pipeline_feed(&w->pipeline, &frame, 0);
		else
			feed_connector(w, frame.text);
	}
	pipeline_end(&w->pipeline);
	return true;
}

static uint64_t get(const struct world *w, enum counter id)
{
	return counter_get(&w->counters, id);
}

static void test_stream(void **state)
{
	const struct fixture *f = *state;
	unsigned failures = 0, different = 0;
	struct world w;
	uint64_t alerts;
	bool hit = true;

	assert_true(open_world(f, &w));
	assert_true(feed(&w, buf_str(&f->log)));
	alerts = get(&w, COUNTER_ALERTS);
	close_world(&w);
	assert_true(alerts >= 3);
	for (unsigned n = 1; hit; n++) {
		bool is_fed;
		uint64_t lost;

		oom_arm(n);
		is_fed = open_world(f, &w) && feed(&w, buf_str(&f->log));
		hit = oom_disarm();
		lost = get(&w, COUNTER_EVENTS_NOMEM) +
		       get(&w, COUNTER_ALERTS_NOMEM) +
		       get(&w, COUNTER_EVENTS_UNTRACKED) +
		       get(&w, COUNTER_TRACKING_NOMEM);
		if (is_fed && get(&w, COUNTER_ALERTS) != alerts) {
			if (lost == 0)
				fail_msg("allocation %u is lost silently", n);
			different++;
		}
		failures += lost != 0;
		close_world(&w);
	}
	assert_true(failures > 50);
	assert_true(different > 5);
}

static void test_config(void **state)
{
	static const char text[] =
		"source: [netlink, \"file:/a\"]\nrules: [a, b]\n"
		"response: {mode: enforce, never_kill: [/a]}\nbad: 1\n"
		"hostname: h\nlimits: {processes: x}\n";
	unsigned failures = 0;
	bool hit = true;

	(void)state;
	for (unsigned n = 1; hit; n++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct config config;
		int r;

		oom_arm(n);
		r = config_init(&config);
		if (r == 0)
			r = config_load_text(&config, "t", STR(text), &diags);
		hit = oom_disarm();
		assert_true(r == E_NOMEM ||
		            (r == E_INVALID && diags.errors == 2));
		failures += r == E_NOMEM;
		config_done(&config);
		diag_done(&diags);
	}
	assert_true(failures >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stream, setup_log,
		                                teardown),
		cmocka_unit_test_setup_teardown(test_stream, setup_live,
		                                teardown),
		cmocka_unit_test(test_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

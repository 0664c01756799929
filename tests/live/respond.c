/* SPDX-License-Identifier: GPL-2.0-or-later */
/* respond.c - one response after the other, without an audit event:
 *
 *	respond [-H] [-j JOURNAL] [-m MODE] [-n ENTRY]... [-t TIER]... [-R RATE]
 *		[-P PROCESSES] ACTION SCOPE [PID[:START_TICKS[:CGROUP]]]...
 *
 * For each of the operands, or of the lines of standard input, a line with the
 * result as JSON; -H: the rule allows the host. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/response/queue.h"

static struct str nevers[16];

struct driver {
	struct responder *responder;
	struct rule_response response;
	unsigned count;
};

static void print(const struct response_outcome *o, uint64_t us)
{
	const struct alert_response *r = &o->report;

	printf("{\"result\":\"%.*s\",\"mode\":\"%.*s\",\"tier\":\"%.*s\","
	       "\"processes\":%" PRIu64 ",\"us\":%" PRIu64
	       ",\"notice\":\"%.*s\"}\n",
	       STR_FMT(r->result), STR_FMT(r->mode), STR_FMT(r->tier),
	       r->processes, us, STR_FMT(o->notice));
	fflush(stdout);
}

static void respond(struct driver *d, struct str target)
{
	struct response_request q = {
		.response = d->response,
		.rule = STR("test"),
		.event_ns = clock_realtime_ns(),
		.received_ns = clock_monotonic_ns(),
		.has_process = true,
		.state = PROCESS_CONTAINER,
		.container = STR("test"),
	};
	struct response_outcome outcome;
	struct arena arena = ARENA_INIT;
	struct str pid, ticks = STR_NONE, cgroup = STR_NONE;
	uint64_t n;

	str_split(&target, ':', &pid);
	if (str_split(&target, ':', &ticks))
		str_to_u64(ticks, 10, &q.start_ticks);
	if (str_split(&target, ':', &cgroup))
		q.cgroup = cgroup;
	if (str_to_u64(pid, 10, &n))
		q.pid = (pid_t)n;
	if (d->response.host)
		q.state = PROCESS_HOST;
	responder_run(d->responder, &q, &arena, &outcome);
	print(&outcome, (clock_monotonic_ns() - q.received_ns) / NS_PER_US);
	arena_done(&arena);
}

static void say_undone(void *arg, const struct journal_entry *e, int error)
{
	(void)arg;
	fprintf(stderr, "undone: %s %d %.*s: %d\n",
	        e->is_stop ? "stop" : "freeze", (int)e->pid, STR_FMT(e->path),
	        error);
}

static bool set_option(int c, struct responder_options *o,
                       struct control_options *tiers, const char **journal,
                       struct driver *d)
{
	struct response_settings *s = &o->settings;
	struct response_rate rate;

	switch (c) {
	case 'H':
		d->response.host = true;
		return true;
	case 'j':
		*journal = optarg;
		return true;
	case 'm':
		return response_mode_parse(str_from(optarg), &s->mode);
	case 'n':
		if (s->nnever_kill == sizeof(nevers) / sizeof(nevers[0]))
			return false;
		nevers[s->nnever_kill++] = str_from(optarg);
		return response_protect_valid(str_from(optarg));
	case 't':
		return control_options_add(tiers, str_from(optarg));
	case 'P':
		s->limits.max_processes = (unsigned)atoi(optarg);
		s->limits.max_container_processes = s->limits.max_processes;
		return true;
	case 'R':
		if (!response_rate_parse(str_from(optarg), &rate))
			return false;
		s->limits.rule = s->limits.container = s->limits.host = rate;
		return true;
	default:
		return false;
	}
}

static int serve(struct driver *d, char **operands)
{
	char line[4096];

	for (; *operands != NULL; operands++) {
		respond(d, str_from(*operands));
		d->count++;
	}
	while (d->count == 0 && fgets(line, sizeof(line), stdin) != NULL)
		respond(d, str_trim(str_from(line)));
	return 0;
}

int main(int argc, char **argv)
{
	const struct response_rate plenty = { 1000000, 1 };
	struct driver d = { .response.mode = RESPONSE_ENFORCE };
	struct control_options tiers = { 0 };
	struct responder_options o = {
		.self = getpid(),
		.parent = getppid(),
		.settings = { .mode = RESPONSE_ENFORCE,
		              .never_kill = nevers,
		              .limits = { plenty, plenty, plenty, 64, 1024,
		                          30 } },
	};
	struct journal_recovery recovery = { .fn = say_undone };
	const char *journal = NULL;
	struct control *control;
	int c;

	response_thread_begin();
	while ((c = getopt(argc, argv, "Hj:m:n:t:P:R:")) != -1)
		if (!set_option(c, &o, &tiers, &journal, &d))
			return 2;
	if (argc - optind < 2 ||
	    !response_action_parse(str_from(argv[optind]),
	                           &d.response.action) ||
	    !response_scope_parse(str_from(argv[optind + 1]),
	                          &d.response.scope))
		return 2;
	o.host = host_direct_new();
	o.control = control = control_new(&tiers);
	if (o.host == NULL || control == NULL ||
	    (journal != NULL &&
	     journal_open(journal, control, &recovery, &o.journal) < 0))
		return 3;
	d.responder = responder_new(&o);
	if (d.responder == NULL)
		return 3;
	serve(&d, argv + optind + 2);
	responder_free(d.responder);
	journal_free(o.journal);
	control_free(control);
	host_free(o.host);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_pipeline.c - a stream all the way to rendered alerts, on a host that
 * answers nothing. Byte 0 chooses the stream's format, log or live, and how
 * fast the clock runs. A line "fork PID PARENT", "exec PID" or "exit PID" is
 * what the proc connector tells. All events are matched; of long inputs, whose
 * execution would take a tenth of a second, the events that are looked at field
 * by field are some CHECKED_EVENTS, which ones is the input's choice, too. */
#include <jansson.h>
#include <stdio.h>

#include "fuzz.h"
#include "saker/alert/alert.h"
#include "saker/audit/assemble.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/engine/ruleset.h"
#include "saker/event/event.h"
#include "tracking.h"

#define CHECKED_EVENTS 1
#define EVENT_BYTES    250

struct run {
	struct counters counters;
	struct framer framer;
	struct assembler *assembler;
	struct host *host;
	struct tracker *tracker;
	const struct ruleset *rules;
	struct matcher *matcher;
	struct event event;
	struct event_context context;
	uint64_t now_ns, step_ns;
	size_t events, every; /* of which one is looked at */
};

/* The first matches every event and shows every field. */
static void write_rules(struct buf *out)
{
	static const char *const conditions[] = {
		"not evt.type = swapoff",
		"proc.exepath startswith /usr and fs.path.name contains proc",
		"container.id != host and not proc.aname[1] in (runc, crun)",
		"evt.type in (mount, setns, execve) and proc.args exists",
		"fs.path.name glob /*/c* or proc.cmdline regex '^.*(sh|lab)'",
		"b64(proc.args) contains a or len(proc.cmdline) > 9999",
		"tolower(basename(fs.path.name)) = val(proc.name)",
		"user.uid < 1000 and evt.a0 > 3 and fd.name pmatch (/etc, /a)",
	};

	for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions); i++) {
		buf_printf(out,
		           "- rule: r%zu\n  desc: d\n  priority: ERROR\n"
		           "  condition: %s\n  output: \"o",
		           i, conditions[i]);
		for (unsigned id = 0; i == 0 && id < FIELD__MAX; id++) {
			const struct field_info *f = field_info(id);

			if (f->use < FIELD_USE_FILTER_ONLY &&
			    f->arg != FIELD_ARG_INDEX_REQUIRED &&
			    f->arg != FIELD_ARG_NAME_REQUIRED)
				buf_printf(out, " %%%.*s", STR_FMT(f->name));
		}
		buf_add_str(out, STR(" %proc.pname\"\n"));
	}
	for (unsigned source = 0; source < 2; source++)
		buf_printf(out,
		           "- rule: s%u\n  desc: d\n  priority: ERROR\n"
		           "  source: %s\n  condition: evt.num >= 0\n"
		           "  output: \"%%evt.type %%audit.type\"\n",
		           source, source == 0 ? "syscall" : "audit");
}

/* Compiled once; every run uses the same. */
static const struct ruleset *rules_of_all_runs(void)
{
	static struct ruleset *rules;
	struct diag_list diags = DIAG_LIST_INIT;
	auto_buf struct buf text = BUF_INIT;

	if (rules != NULL)
		return rules;
	write_rules(&text);
	if (ruleset_load_text("fuzz", buf_str(&text), &diags, &rules) != 0) {
		for (size_t i = 0; i < diags.count; i++)
			fprintf(stderr, "%u: %s\n", diags.items[i].line,
			        diags.items[i].text);
		abort();
	}
	diag_done(&diags);
	return rules;
}

/* Its tables are large, and remember nothing that another event could see. */
static struct matcher *matcher_of_all_runs(void)
{
	static struct matcher *matcher;

	if (matcher == NULL)
		matcher = matcher_new(rules_of_all_runs());
	return matcher;
}

static void touch(const struct value *v)
{
	if (v->type == VALUE_STRING)
		str_hash(v->str, 0);
	for (size_t i = 0; v->type == VALUE_LIST && i < v->list.count; i++)
		str_hash(v->list.items[i], i);
	FUZZ_CHECK(v->type != VALUE_IPADDR || v->ip.len == 4 ||
	           v->ip.len == 16);
}

static void get_with_arguments(struct event *e, const struct field_info *f)
{
	static const struct str names[] = {
		STR_INIT("flags"), STR_INIT("path"),      STR_INIT("comm"),
		STR_INIT("acct"),  STR_INIT("PATH.name"), STR_INIT("res"),
		STR_INIT("mode"),  STR_INIT("EXECVE.a1"), STR_INIT("."),
	};
	static const uint64_t indexes[] = { 0, 1, 2, 9, UINT64_MAX };
	struct field_arg arg = { .present = true };
	struct value v;

	if (f->arg == FIELD_ARG_NONE)
		return;
	if (f->arg == FIELD_ARG_NAME_REQUIRED) {
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			arg.name = names[i];
			if (event_get(e, f->id, &arg, &v))
				touch(&v);
		}
		return;
	}
	arg.is_index = true;
	for (size_t i = 0; i < sizeof(indexes) / sizeof(*indexes); i++) {
		arg.index = indexes[i];
		if (event_get(e, f->id, &arg, &v))
			touch(&v);
	}
}

/* proc.aname without an index is of all ancestors, fd.ip of both sides; what
 * rules compare with a network is an address. */
static bool is_of_type(const struct field_info *f, const struct value *v)
{
	bool may_be_several = f->arg == FIELD_ARG_INDEX_OPTIONAL ||
	                      f->arg == FIELD_ARG_NAME_OPTIONAL ||
	                      f->use == FIELD_USE_SIDES ||
	                      f->use == FIELD_USE_SEVERAL;

	if (v->type == VALUE_MANY)
		return may_be_several && v->many.count != 0 &&
		       v->many.items[0].type != VALUE_MANY &&
		       is_of_type(f, &v->many.items[0]);
	return v->type == value_type_of_values(f->type) ||
	       (v->type == VALUE_LIST && may_be_several);
}

static void get_all(struct event *e)
{
	struct value v;

	for (unsigned id = 0; id < FIELD__MAX; id++) {
		const struct field_info *f = field_info(id);

		if (f->arg != FIELD_ARG_INDEX_REQUIRED &&
		    f->arg != FIELD_ARG_NAME_REQUIRED &&
		    event_get(e, f->id, NULL, &v)) {
			FUZZ_CHECK(is_of_type(f, &v));
			touch(&v);
		}
		get_with_arguments(e, f);
	}
}

/* jansson has no integers above INT64_MAX. */
static void check_alert(const struct alert *a)
{
	auto_buf struct buf out = BUF_INIT;
	json_t *json;

	alert_render_json(a, &out);
	fuzz_no_controls(buf_str(&out));
	FUZZ_CHECK(str_find_byte(buf_str(&out), '\n') ==
	           (ptrdiff_t)out.len - 1);
	json = json_loadb(out.data, out.len,
	                  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL |
	                          JSON_DECODE_INT_AS_REAL,
	                  NULL);
	FUZZ_CHECK(json_is_object(json));
	json_decref(json);
	buf_clear(&out);
	alert_render_text(a, &out);
	fuzz_no_controls(buf_str(&out));
	FUZZ_CHECK(str_find_byte(buf_str(&out), '\n') ==
	           (ptrdiff_t)out.len - 1);
}

static void match(struct run *r)
{
	struct field_source fields = event_source(&r->event);
	const struct rule *const *hits;
	struct alert alert;
	size_t n;

	n = matcher_match(r->matcher,
	                  r->event.is_syscall ? SOURCE_SYSCALL : SOURCE_AUDIT,
	                  r->event.type, &fields, true, &hits);
	FUZZ_CHECK(n != 0 && n <= ruleset_count(r->rules));
	if (r->events++ % r->every != r->every - 1)
		return;
	for (size_t i = 0; i < n; i++) {
		FUZZ_CHECK(alert_from_hit(hits[i], &fields, &alert) == 0);
		check_alert(&alert);
		alert_done(&alert);
	}
	get_all(&r->event);
}

static void judge(struct run *r, struct audit_event *audit)
{
	struct process *p = tracker_observe(r->tracker, audit);

	event_init(&r->event, &r->context, audit, p);
	do
		match(r);
	while (event_next(&r->event));
}

static void drain(struct run *r)
{
	struct audit_event *e;

	while ((e = assembler_next(r->assembler)) != NULL) {
		judge(r, e);
		assembler_release(r->assembler, e);
	}
}

static bool feed_connector(struct run *r, struct str line)
{
	static const char *const kinds[] = { [CONNECTOR_FORK] = "fork",
		                             [CONNECTOR_EXEC] = "exec",
		                             [CONNECTOR_EXIT] = "exit" };
	struct connector_event e = { .time_ns = r->now_ns };
	struct str word;
	uint64_t pid, parent = 0;

	if (!str_split(&line, ' ', &word))
		return false;
	while (e.kind <= CONNECTOR_EXIT &&
	       !str_eq(word, str_from(kinds[e.kind])))
		e.kind++;
	if (e.kind > CONNECTOR_EXIT || !str_split(&line, ' ', &word) ||
	    !str_to_u64(word, 10, &pid) || pid > INT32_MAX ||
	    (e.kind == CONNECTOR_FORK &&
	     (!str_to_u64(line, 10, &parent) || parent > INT32_MAX)))
		return false;
	e.pid = (pid_t)pid;
	e.parent = (pid_t)parent;
	birth_by_connector(r->tracker, &e);
	return true;
}

static void feed(struct run *r, const struct frame *frame)
{
	r->now_ns += r->step_ns;
	assembler_expire(r->assembler, r->now_ns);
	if (!feed_connector(r, frame->text))
		assembler_add(r->assembler, frame, r->now_ns);
	drain(r);
}

static void begin(struct run *r, uint8_t choice, size_t size)
{
	*r = (struct run){ .now_ns = 1 };
	r->every = size / (CHECKED_EVENTS * EVENT_BYTES) + 1;
	r->step_ns = (uint64_t)(choice >> 3) * NS_PER_MS * 40;
	r->host = host_none_new();
	r->tracker =
		tracker_new(&(struct tracker_options){ .host = r->host,
	                                               .counters = &r->counters,
	                                               .max_processes = 8,
	                                               .max_containers = 2 });
	r->assembler = assembler_new(
		&(struct assembler_options){ .is_log = choice & 1,
	                                     .max_open = 4,
	                                     .counters = &r->counters });
	r->rules = rules_of_all_runs();
	r->matcher = matcher_of_all_runs();
	FUZZ_CHECK(r->host != NULL && r->tracker != NULL &&
	           r->assembler != NULL && r->matcher != NULL);
	r->context = (struct event_context){ .tracker = r->tracker,
		                             .hostname = STR("host") };
	framer_init(&r->framer, (enum framer_format)((choice >> 1 & 3) % 3),
	            &r->counters);
}

static void end(struct run *r)
{
	framer_done(&r->framer);
	assembler_free(r->assembler);
	tracker_free(r->tracker);
	host_free(r->host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame;
	struct run r;

	if (size == 0)
		return 0;
	begin(&r, data[0], size);
	FUZZ_CHECK(framer_push(&r.framer, (struct str){ (const char *)data + 1,
	                                                size - 1 }) == 0);
	while (framer_next(&r.framer, &frame) ||
	       framer_flush(&r.framer, &frame))
		feed(&r, &frame);
	assembler_flush(r.assembler);
	drain(&r);
	end(&r);
	return 0;
}

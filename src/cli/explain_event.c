/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_event.c - one recorded event and one rule, for people and as JSON. */
#include "explain.h"
#include "rule_info.h"
#include "saker/alert/render.h"
#include "saker/audit/interpret.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

/* For people: a list of two hundred shells says no more than its beginning. */
#define SHOWN_BYTES   ((size_t)160)
#define SHOWN_RECORD  ((size_t)2000)
#define SHOWN_RECORDS ((size_t)64)
#define SHOWN_NODES   ((size_t)2000)

static void add_cut(struct str text, size_t limit, struct buf *out)
{
	escape_text(out, render_cut(text, limit));
	if (text.len > limit)
		buf_add_str(out, STR("..."));
}

static void add_colored(const char *text, enum truth truth, bool color,
                        struct buf *out)
{
	static const char *const codes[] = {
		[TRUTH_FALSE] = "31",
		[TRUTH_TRUE] = "32",
		[TRUTH_MISSING] = "33",
	};

	if (color)
		buf_printf(out, "\033[%sm%s\033[0m", codes[truth], text);
	else
		buf_add_str(out, str_from(text));
}

/* "" when the event has no value for the field. */
static void add_field(const struct explained *x, enum field_id id,
                      struct buf *out)
{
	struct value v;

	if (event_get(x->event, id, NULL, &v))
		render_value(&v, out);
}

static void add_known(const struct explained *x, const char *label,
                      enum field_id id, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	add_field(x, id, &text);
	out->failed |= text.failed;
	if (text.len == 0)
		return;
	buf_printf(out, "%s", label);
	add_cut(buf_str(&text), SHOWN_BYTES, out);
}

static void add_stamp(const struct explained *x, struct buf *out)
{
	const struct audit_stamp *s = &x->event->audit->stamp;

	buf_printf(out, "%llu.%03u:%llu", (unsigned long long)s->sec, s->ms,
	           (unsigned long long)s->serial);
}

static void add_value(const struct trace_value *v, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	escape_text(out, v->name);
	if (v->value == NULL) {
		buf_add_str(out, STR(" has no value"));
		return;
	}
	render_value(v->value, &text);
	out->failed |= text.failed;
	buf_add_str(out, STR(" is "));
	if (text.len == 0)
		buf_add_str(out, STR("empty"));
	add_cut(buf_str(&text), SHOWN_BYTES, out);
}

static void add_values(const struct explained *x, size_t node, struct buf *out)
{
	struct trace_value v;

	for (size_t i = 0; trace_value(x->trace, node, i, &v); i++) {
		buf_add_str(out, i == 0 ? STR("  -- ") : STR(", "));
		add_value(&v, out);
	}
}

static void add_node_text(const struct explained *x, size_t node,
                          struct buf *out)
{
	static const char *const words[] = {
		[TRACE_AND] = "and", [TRACE_OR] = "or", [TRACE_NOT] = "not"
	};
	const struct trace_node *n = trace_node(x->trace, node);
	auto_buf struct buf text = BUF_INIT;

	if (n->kind == TRACE_CHECK) {
		trace_print(x->trace, node, &text);
		out->failed |= text.failed;
		add_cut(buf_str(&text), SHOWN_BYTES, out);
	} else {
		buf_add_str(out, str_from(words[n->kind]));
	}
	if (n->macro.len == 0)
		return;
	buf_add_str(out, STR("  ["));
	escape_text(out, n->macro);
	buf_add_byte(out, ']');
}

static void add_node(const struct explained *x, size_t node, bool color,
                     struct buf *out)
{
	const struct trace_node *n = trace_node(x->trace, node);
	const char *truth = truth_name(trace_truth(x->trace, node));

	buf_add_str(out,
	            trace_is_blamed(x->trace, node) ? STR("> ") : STR("  "));
	add_colored(truth, trace_truth(x->trace, node), color, out);
	buf_printf(out, "%*s", (int)(9 - strlen(truth) + 2 * n->depth), "");
	add_node_text(x, node, out);
	add_values(x, node, out);
	buf_add_byte(out, '\n');
}

static void add_records(const struct explained *x, struct buf *out)
{
	const struct audit_event *e = x->event->audit;

	if (e->nrecords == 0)
		return;
	buf_add_str(out, STR("records:\n"));
	for (size_t i = 0; i < e->nrecords && i < SHOWN_RECORDS; i++) {
		auto_buf struct buf text = BUF_INIT;

		if (e->records[i].body.len == 0)
			continue;
		interpret_record(&e->records[i], &text);
		out->failed |= text.failed;
		buf_printf(out, "  %-9.*s ", STR_FMT(e->records[i].type_name));
		add_cut(buf_str(&text), SHOWN_RECORD, out);
		buf_add_byte(out, '\n');
	}
	if (e->nrecords > SHOWN_RECORDS)
		buf_printf(out, "  and %zu more\n",
		           e->nrecords - SHOWN_RECORDS);
}

static const char *source_name(const struct explained *x)
{
	return event_is_of_audit(x->event) ? "audit" : "syscall";
}

static void add_verdict(const struct explained *x, bool color, struct buf *out)
{
	bool is_of_audit = event_is_of_audit(x->event);

	if (explained_matches(x)) {
		add_colored("the rule matches", TRUTH_TRUE, color, out);
	} else {
		add_colored("no match", TRUTH_FALSE, color, out);
		if (!x->is_tried)
			buf_printf(out,
			           ": the event is of source %s, the rule of "
			           "%s",
			           source_name(x),
			           is_of_audit ? "syscall" : "audit");
		else
			buf_printf(out,
			           ": %zu check%s (marked >) would have to "
			           "come out otherwise",
			           x->distance, x->distance == 1 ? "" : "s");
	}
	if (!x->rule->enabled)
		buf_add_str(out, STR("; the rule is disabled"));
	buf_add_byte(out, '\n');
}

static void add_hits(const struct explained *x, struct buf *out)
{
	if (x->nhits == 0)
		return;
	buf_add_str(out, STR("rules that match it: "));
	for (size_t i = 0; i < x->nhits; i++) {
		buf_add_str(out, i > 0 ? STR(", ") : STR(""));
		escape_text(out, x->hits[i]->name);
	}
	if (x->is_first_only && x->nhits > 1)
		buf_add_str(out, STR("; the first of them raises the alert "
		                     "(rule_matching: first)"));
	buf_add_byte(out, '\n');
}

void explained_text(const struct explained *x, bool color, struct buf *out)
{
	size_t count = trace_count(x->trace);

	buf_add_str(out, STR("event: "));
	add_stamp(x, out);
	buf_add_str(out, STR(" at "));
	render_time_iso8601(audit_stamp_ns(&x->event->audit->stamp), out);
	add_known(x, " on ", FIELD_AUDIT_NODE, out);
	add_known(x, "\ntype: ", FIELD_EVT_TYPE, out);
	add_known(x, " = ", FIELD_EVT_RES, out);
	add_known(x, "\nprocess: ", FIELD_PROC_PID, out);
	add_known(x, " ", FIELD_PROC_NAME, out);
	add_known(x, ": ", FIELD_PROC_CMDLINE, out);
	add_known(x, "\ncontainer: ", FIELD_CONTAINER_ID, out);
	buf_add_str(out, STR("\nresult: "));
	add_verdict(x, color, out);
	add_hits(x, out);
	buf_add_str(out, STR("condition:\n"));
	for (size_t i = 0; i < count && i < SHOWN_NODES; i++)
		add_node(x, i, color, out);
	if (count > SHOWN_NODES)
		buf_printf(out, "  and %zu more; --json has them all\n",
		           count - SHOWN_NODES);
	add_records(x, out);
}

void explained_brief(const struct explained *x, bool color, struct buf *out)
{
	buf_add_str(out, STR("  "));
	add_stamp(x, out);
	add_known(x, " ", FIELD_EVT_TYPE, out);
	add_known(x, " by ", FIELD_PROC_NAME, out);
	add_known(x, " (pid ", FIELD_PROC_PID, out);
	add_known(x, ", container ", FIELD_CONTAINER_ID, out);
	buf_add_str(out, STR(")\n"));
	for (size_t i = 0; i < trace_count(x->trace); i++) {
		const struct trace_node *n = trace_node(x->trace, i);

		if (!trace_is_blamed(x->trace, i))
			continue;
		buf_add_str(out, STR("    "));
		if (n->file != NULL) {
			escape_text(out, str_from(n->file));
			buf_printf(out, ":%u:%u: ", n->line, n->column);
		}
		add_colored(truth_name(trace_truth(x->trace, i)),
		            trace_truth(x->trace, i), color, out);
		buf_add_byte(out, ' ');
		add_node_text(x, i, out);
		add_values(x, i, out);
		buf_add_byte(out, '\n');
	}
}

static void json_field(const struct explained *x, const char *before,
                       enum field_id id, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	add_field(x, id, &text);
	if (text.len != 0)
		json_member(before, buf_str(&text), out);
}

static void json_values(const struct explained *x, size_t node, struct buf *out)
{
	struct trace_value v;

	buf_add_str(out, STR(",\"values\":["));
	for (size_t i = 0; trace_value(x->trace, node, i, &v); i++) {
		auto_buf struct buf text = BUF_INIT;

		json_member(i > 0 ? ",{\"name\":" : "{\"name\":", v.name, out);
		if (v.value != NULL) {
			render_value(v.value, &text);
			json_member(",\"value\":", buf_str(&text), out);
		} else {
			buf_add_str(out, STR(",\"value\":null"));
		}
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
}

static void json_node(const struct explained *x, size_t node, struct buf *out)
{
	static const char *const kinds[] = { [TRACE_AND] = "and",
		                             [TRACE_OR] = "or",
		                             [TRACE_NOT] = "not",
		                             [TRACE_CHECK] = "check" };
	const struct trace_node *n = trace_node(x->trace, node);
	auto_buf struct buf text = BUF_INIT;

	buf_printf(out, "{\"blamed\":%s,\"column\":%u,\"depth\":%u",
	           trace_is_blamed(x->trace, node) ? "true" : "false",
	           n->column, n->depth);
	json_member(",\"file\":", str_from(n->file != NULL ? n->file : ""),
	            out);
	buf_printf(out, ",\"kind\":\"%s\",\"line\":%u", kinds[n->kind],
	           n->line);
	if (n->macro.len != 0)
		json_member(",\"macro\":", n->macro, out);
	if (n->kind == TRACE_CHECK) {
		trace_print(x->trace, node, &text);
		json_member(",\"text\":", buf_str(&text), out);
	}
	buf_printf(out, ",\"truth\":\"%s\"",
	           truth_name(trace_truth(x->trace, node)));
	if (n->kind == TRACE_CHECK)
		json_values(x, node, out);
	buf_add_byte(out, '}');
}

static void json_records(const struct explained *x, struct buf *out)
{
	const struct audit_event *e = x->event->audit;
	const char *comma = "";

	for (size_t i = 0; i < e->nrecords; i++) {
		auto_buf struct buf text = BUF_INIT;

		if (e->records[i].body.len == 0)
			continue;
		interpret_record(&e->records[i], &text);
		out->failed |= text.failed;
		buf_printf(out, "%s{\"text\":", comma);
		escape_json(out, render_cut(buf_str(&text),
		                            LIMIT_ALERT_FIELD_BYTES));
		json_member(",\"type\":", e->records[i].type_name, out);
		buf_add_byte(out, '}');
		comma = ",";
	}
}

static void json_head(const struct explained *x, struct buf *out)
{
	buf_printf(out, "{\"audit.serial\":%llu",
	           (unsigned long long)x->event->audit->stamp.serial);
	json_field(x, ",\"audit.node\":", FIELD_AUDIT_NODE, out);
	json_field(x, ",\"container.id\":", FIELD_CONTAINER_ID, out);
	json_field(x, ",\"evt.type\":", FIELD_EVT_TYPE, out);
	json_field(x, ",\"evt.res\":", FIELD_EVT_RES, out);
	json_field(x, ",\"proc.cmdline\":", FIELD_PROC_CMDLINE, out);
	json_field(x, ",\"proc.name\":", FIELD_PROC_NAME, out);
	json_field(x, ",\"proc.pid\":", FIELD_PROC_PID, out);
	buf_printf(out, ",\"source\":\"%s\",\"stamp\":\"", source_name(x));
	add_stamp(x, out);
	buf_add_str(out, STR("\",\"time\":\""));
	render_time_iso8601(audit_stamp_ns(&x->event->audit->stamp), out);
	buf_add_str(out, STR("\"}"));
}

void explained_json(const struct explained *x, struct buf *out)
{
	buf_printf(out, "{\"distance\":%zu,\"event\":", x->distance);
	json_head(x, out);
	buf_printf(out, ",\"matches\":%s,\"matching_rules\":[",
	           explained_matches(x) ? "true" : "false");
	for (size_t i = 0; i < x->nhits; i++)
		json_member(i > 0 ? "," : "", x->hits[i]->name, out);
	buf_add_str(out, STR("],\"nodes\":["));
	for (size_t i = 0; i < trace_count(x->trace); i++) {
		buf_add_str(out, i > 0 ? STR(",") : STR(""));
		json_node(x, i, out);
	}
	buf_add_str(out, STR("],\"records\":["));
	json_records(x, out);
	json_member("],\"rule\":", x->rule->name, out);
	buf_add_byte(out, '}');
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_rule.c - saker explain RULE: what a rule means and needs. */
#include "explain.h"
#include "rule_info.h"
#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/kernel_target.h"
#include "saker/event/event_types.h"
#include "saker/kernel/audit.h"
#include "saker/kernel/needs.h"

struct explanation {
	struct arena arena;
	struct rule_info info;
	struct kernel_line *lines;
	size_t nlines;
	const enum kernel_loaded *loaded; /* NULL = it cannot be asked */
	bool is_off;                      /* audit is, in this kernel */
	bool is_blind;                    /* "never,task" is loaded */
	struct buf out;
};

static const char *origin_text(enum field_origin origin)
{
	static const char *const texts[] = {
		[FIELD_FROM_RECORDS] = "the event's records",
		[FIELD_FROM_TRACKING] =
			"the process table, kept from earlier "
			"records",
		[FIELD_FROM_PROC] = "/proc at the time of the event",
		[FIELD_FROM_METADATA] = "the runtime's files",
		[FIELD_FROM_NOWHERE] = "nowhere: audit does not tell it",
	};

	return texts[origin];
}

static void text_fields(struct explanation *x)
{
	const struct names *names = &x->info.fields;
	size_t width = 12;

	for (size_t i = 0; i < names->count; i++)
		if (names->items[i].len > width)
			width = names->items[i].len;
	buf_add_str(&x->out, STR("\nfields:"));
	for (size_t i = 0; i < names->count; i++) {
		const struct field_info *f = rule_info_field(names->items[i]);

		if (f == NULL)
			continue;
		buf_printf(&x->out, "\n  %-*.*s  %-8s %s", (int)width,
		           STR_FMT(names->items[i]), value_type_name(f->type),
		           origin_text(f->origin));
	}
	names_text("output fields:", &x->info.output_fields, &x->out);
}

/* Types that come by themselves, and such that never come. */
enum type_class {
	TYPE_CALL, /* by the kernel rules */
	TYPE_CONTAINER,
	TYPE_OPERATION, /* of io_uring alone */
	TYPE_USER,      /* what programs report */
	TYPE_RECORD,    /* what the kernel reports unasked */
	TYPE_NEVER,
};

static enum type_class class_of(const struct explanation *x, struct str type)
{
	if (x->info.rule->source == SOURCE_SYSCALL) {
		if (!event_type_is_of_syscall(type))
			return TYPE_NEVER;
		if (event_type_is_of_container(type))
			return TYPE_CONTAINER;
		return event_type_is_call(type) ? TYPE_CALL : TYPE_OPERATION;
	}
	if (!event_type_is_of_audit(type))
		return TYPE_NEVER;
	if (kernel_record_needs_call(type))
		return TYPE_CALL;
	return event_type_is_sent(type) ? TYPE_USER : TYPE_RECORD;
}

static void text_class(struct explanation *x, enum type_class class,
                       const char *before)
{
	const struct names *types = &x->info.types;
	bool any = false;

	for (size_t i = 0; i < types->count; i++) {
		if (class_of(x, types->items[i]) != class)
			continue;
		if (!any)
			buf_printf(&x->out, "\n  %s:", before);
		any = true;
		buf_add_byte(&x->out, ' ');
		escape_text(&x->out, types->items[i]);
	}
}

static void text_lines(struct explanation *x, bool is_uring)
{
	static const char *const loaded[] = {
		[KERNEL_NOT_LOADED] = "not loaded",
		[KERNEL_LOADED_IN_PART] = "loaded in part",
		[KERNEL_LOADED] = "loaded",
	};

	for (size_t i = 0; i < x->nlines; i++) {
		if (x->lines[i].is_uring != is_uring)
			continue;
		buf_add_str(&x->out, STR("\n  "));
		buf_add_str(&x->out, x->lines[i].text);
		if (x->loaded != NULL)
			buf_printf(&x->out, "  [%s]", loaded[x->loaded[i]]);
	}
}

static bool has_uring(const struct explanation *x)
{
	return x->nlines > 0 && x->lines[x->nlines - 1].is_uring;
}

static void text_needs(struct explanation *x)
{
	buf_add_str(&x->out, STR("\nkernel rules:"));
	if (x->nlines == 0)
		buf_add_str(&x->out, STR(" none"));
	text_lines(x, false);
	if (x->info.any_type && x->info.rule->source == SOURCE_SYSCALL)
		buf_add_str(&x->out,
		            STR("\n  It is for any system call, which costs "
		                "much: let the condition name event types."));
	if (has_uring(x))
		buf_add_str(&x->out, STR("\n  for the same done through "
		                         "io_uring, auditctl 3.1 or newer:"));
	text_lines(x, true);
	if (rule_info_is_tracked(&x->info, false))
		buf_add_str(&x->out,
		            STR("\n  for what is kept from earlier records: "
		                "those by which programs, containers and their "
		                "control groups are followed"));
	if (x->is_off)
		buf_add_str(&x->out, STR("\n  Audit is switched off in this "
		                         "kernel (auditctl -e 1)."));
	if (x->is_blind)
		buf_add_str(&x->out, STR("\n  The loaded rule \"never,task\" "
		                         "keeps all of them from working."));
	if (x->info.any_type && x->info.rule->source == SOURCE_AUDIT)
		buf_add_str(&x->out, STR("\n  Most records that are no system "
		                         "call come without rules."));
	if (x->info.any_type)
		return;
	text_class(x, TYPE_CONTAINER,
	           "told by saker, from programs that start and end");
	text_class(x, TYPE_OPERATION, "operations of io_uring");
	text_class(x, TYPE_USER,
	           "sent by programs (PAM, sshd, systemd ...), without rules");
	text_class(x, TYPE_RECORD, "told by the kernel itself, without rules");
	text_class(x, TYPE_NEVER, "audit has no such event");
}

static void text_frequency(struct explanation *x, const char *what,
                           const struct rule_frequency *f)
{
	if (!f->is_given)
		return;
	buf_printf(&x->out, "\n%s: %u within %llu ms", what, f->count,
	           (unsigned long long)(f->within_ns / NS_PER_MS));
	for (size_t i = 0; i < f->nby; i++) {
		buf_add_str(&x->out, i == 0 ? STR(" by ") : STR(", "));
		escape_text(&x->out, f->by[i].text);
	}
}

static void text_head(struct explanation *x)
{
	const struct rule *rule = x->info.rule;
	const struct names tags = { rule->tags, rule->ntags };

	buf_add_str(&x->out, STR("rule: "));
	escape_text(&x->out, rule->name);
	buf_printf(&x->out, "%s\nfrom: ", rule->enabled ? "" : " (disabled)");
	escape_text(&x->out, str_from(rule->file));
	buf_printf(&x->out, ":%u\npriority: %s\nsource: %s", rule->line,
	           priority_name(rule->priority),
	           rule->source == SOURCE_AUDIT ? "audit" : "syscall");
	names_text("tags:", &tags, &x->out);
	buf_add_str(&x->out, STR("\nfinds: "));
	escape_text(&x->out, rule->desc);
	buf_add_str(&x->out, STR("\ncondition: "));
	escape_text(&x->out, rule->compiled);
	if (!rule->can_fire) {
		buf_add_str(&x->out, STR("\nunable to fire: audit does not "
		                         "tell "));
		escape_text(&x->out, rule->missing);
	}
	text_frequency(x, "threshold", &rule->threshold);
	text_frequency(x, "suppress", &rule->suppress);
	names_text("macros:", &x->info.macros, &x->out);
	names_text("lists:", &x->info.lists, &x->out);
	names_text("exceptions:", &x->info.exceptions, &x->out);
}

static void add_text(struct explanation *x)
{
	text_head(x);
	buf_add_str(&x->out, STR("\nevent types:"));
	rule_info_types(&x->info, &x->out);
	text_needs(x);
	text_fields(x);
	buf_add_byte(&x->out, '\n');
}

static void json_fields(struct explanation *x)
{
	const struct names *names = &x->info.fields;
	const char *comma = "";

	buf_add_str(&x->out, STR(",\"fields\":["));
	for (size_t i = 0; i < names->count; i++) {
		const struct field_info *f = rule_info_field(names->items[i]);

		if (f == NULL)
			continue;
		buf_printf(&x->out, "%s{\"field\":", comma);
		escape_json(&x->out, names->items[i]);
		buf_printf(&x->out, ",\"from\":\"%s\",\"type\":\"%s\"}",
		           field_origin_name(f->origin),
		           value_type_name(f->type));
		comma = ",";
	}
	buf_add_byte(&x->out, ']');
}

static void add_json(struct explanation *x)
{
	buf_add_byte(&x->out, '{');
	rule_info_json(&x->info, &x->out);
	json_fields(x);
	buf_add_str(&x->out, STR(",\"kernel_rules\":["));
	for (size_t i = 0; i < x->nlines; i++) {
		buf_printf(&x->out,
		           "%s{\"io_uring\":%s,\"line\":", i > 0 ? "," : "",
		           x->lines[i].is_uring ? "true" : "false");
		escape_json(&x->out, x->lines[i].text);
		if (x->loaded != NULL)
			buf_printf(&x->out,
			           ",\"loaded\":%s,\"loaded_in_part\":%s",
			           x->loaded[i] == KERNEL_LOADED ? "true"
			                                         : "false",
			           x->loaded[i] == KERNEL_LOADED_IN_PART
			                   ? "true"
			                   : "false");
		buf_add_byte(&x->out, '}');
	}
	buf_add_str(&x->out, STR("]}\n"));
}

/* Only who may ask the kernel is told. */
static void ask_kernel(struct explanation *x)
{
	struct kernel_audit_status status;
	enum kernel_loaded *loaded =
		arena_array(&x->arena, enum kernel_loaded, x->nlines + 1);

	if (x->nlines == 0 || loaded == NULL ||
	    kernel_lines_loaded(x->lines, x->nlines, NULL, loaded) < 0)
		return;
	x->loaded = loaded;
	if (kernel_audit_status(&status) < 0)
		return;
	x->is_off = status.enabled == 0;
	x->is_blind = status.has_never_task;
}

static int find_needs(struct explanation *x, const struct config *config)
{
	struct kernel_needs needs = KERNEL_NEEDS_INIT;
	struct kernel_target target;
	int r = rule_info_needs(&x->info, &x->arena, &needs);

	if (r == 0)
		r = daemon_kernel_target(config, &x->arena, &target);
	if (r == 0)
		r = kernel_needs_lines(&needs, &target, &x->arena, &x->lines,
		                       &x->nlines);
	if (r < 0)
		return r;
	ask_kernel(x);
	return 0;
}

int explain_rule(const struct config *config, const struct ruleset *rules,
                 size_t rule, bool json)
{
	struct explanation x = { 0 };
	int r = rule_info_of(rules, rule, &x.arena, &x.info);

	if (r == 0)
		r = find_needs(&x, config);
	if (r == 0)
		(json ? add_json : add_text)(&x);
	if (x.out.failed)
		r = E_NOMEM;
	if (r == 0)
		cli_print(&x.out);
	buf_done(&x.out);
	arena_done(&x.arena);
	return cli_exit_code(r);
}

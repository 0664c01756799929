/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_blind.c - rules that cannot fire with the kernel rules that are
 * loaded. */
#include "doctor.h"
#include "rule_info.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/kernel_target.h"

struct examiner {
	struct doctor *doctor;
	const struct ruleset *rules;
	struct kernel_target target;
	struct arena arena;
	struct kernel_line *tracking;
	size_t ntracking;
	struct buf lines;  /* struct kernel_line, of all rules */
	struct buf owners; /* size_t, the rule of each */
};

/* What is loaded for io_uring is not looked at. */
static void add_lines(struct examiner *x, size_t rule,
                      const struct kernel_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (lines[i].is_uring)
			continue;
		buf_add(&x->lines, &lines[i], sizeof(lines[i]));
		buf_add(&x->owners, &rule, sizeof(rule));
	}
}

static int lines_of(struct examiner *x, const struct kernel_needs *needs,
                    struct kernel_line **ret, size_t *ret_count)
{
	return kernel_needs_lines(needs, &x->target, &x->arena, ret, ret_count);
}

static int add_rule(struct examiner *x, size_t i)
{
	struct kernel_needs needs = KERNEL_NEEDS_INIT;
	struct kernel_line *lines;
	struct rule_info info;
	size_t count;
	int r = rule_info_of(x->rules, i, &x->arena, &info);

	if (r == 0)
		r = rule_info_needs(&info, &x->arena, &needs);
	if (r == 0)
		r = lines_of(x, &needs, &lines, &count);
	if (r < 0)
		return r;
	add_lines(x, i, lines, count);
	if (rule_info_is_tracked(&info, true))
		add_lines(x, i, x->tracking, x->ntracking);
	return 0;
}

static int add_rules(struct examiner *x)
{
	struct kernel_needs needs = KERNEL_NEEDS_INIT;
	int r = kernel_needs_add_tracking(&needs, &x->arena);

	if (r == 0)
		r = lines_of(x, &needs, &x->tracking, &x->ntracking);
	for (size_t i = 0; r == 0 && i < ruleset_count(x->rules); i++) {
		const struct rule *rule = ruleset_rule(x->rules, i);

		if (rule->enabled && rule->can_fire)
			r = add_rule(x, i);
	}
	return r == 0 && (x->lines.failed || x->owners.failed) ? E_NOMEM : r;
}

/* One finding a rule: its lines stand together. */
static void judge(struct examiner *x, const enum kernel_loaded *loaded)
{
	const struct kernel_line *lines = (const void *)x->lines.data;
	const size_t *owners = (const void *)x->owners.data;
	size_t count = x->lines.len / sizeof(*lines);

	for (size_t i = 0, end; i < count; i = end) {
		auto_buf struct buf missing = BUF_INIT, name = BUF_INIT;
		bool any = false;

		for (end = i; end < count && owners[end] == owners[i]; end++) {
			any |= loaded[end] != KERNEL_NOT_LOADED;
			if (loaded[end] != KERNEL_LOADED)
				buf_printf(&missing, "%s%.*s",
				           missing.len > 0 ? "; " : "",
				           STR_FMT(lines[end].text));
		}
		if (missing.len == 0)
			continue;
		escape_text(&name, ruleset_rule(x->rules, owners[i])->name);
		buf_add_str(&name, any ? STR(" (in part)") : STR(""));
		doctor_find(x->doctor, FINDING_FAULT, "blind rule",
		            buf_cstr(&name), buf_cstr(&missing));
	}
}

static int examine(struct examiner *x)
{
	size_t count = x->lines.len / sizeof(struct kernel_line);
	enum kernel_loaded *loaded =
		arena_array(&x->arena, enum kernel_loaded, count + 1);
	unsigned before = x->doctor->faults;
	int r = loaded != NULL
	                ? kernel_lines_loaded((const void *)x->lines.data,
	                                      count, x->doctor->given, loaded)
	                : E_NOMEM;

	/* what may not be asked has been told of */
	if (r == E_DENIED || r == E_UNSUPPORTED)
		return 0;
	if (r < 0)
		return r;
	judge(x, loaded);
	if (before == x->doctor->faults)
		doctor_find(x->doctor, FINDING_OK, "blind rules", "none", NULL);
	return 0;
}

int doctor_check_blind(struct doctor *d, const struct config *config,
                       const struct ruleset *rules)
{
	struct examiner x = { .doctor = d, .rules = rules };
	int r = daemon_kernel_target(config, &x.arena, &x.target);

	if (r == 0)
		r = add_rules(&x);
	if (r == 0)
		r = examine(&x);
	buf_done(&x.lines);
	buf_done(&x.owners);
	arena_done(&x.arena);
	return r == E_UNSUPPORTED ? 0 : r;
}

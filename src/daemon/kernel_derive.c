/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_derive.c - the kernel rules that the enabled rules need on this host.
 */
#include <limits.h>
#include <unistd.h>

#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/kernel_rules.h"
#include "saker/daemon/kernel_target.h"
#include "saker/kernel/plan.h"

static int add_rule(const struct ruleset *set, size_t number,
                    struct arena *arena, struct kernel_needs *needs)
{
	const struct rule_origin *origin = ruleset_origin(set, number);

	return ruleset_rule(set, number)->source == SOURCE_AUDIT
	               ? kernel_needs_add_records(needs, arena, origin->types)
	               : kernel_needs_add(needs, arena, origin->expr,
	                                  origin->types);
}

/* The first is what is kept from earlier records. */
static int find_needs(const struct ruleset *set, struct arena *arena,
                      struct kernel_needs **ret, size_t *ret_count)
{
	size_t most = ruleset_count(set), count = 1;
	struct kernel_needs *needs =
		arena_array(arena, struct kernel_needs, most + 1);
	int r = needs != NULL ? kernel_needs_add_tracking(&needs[0], arena)
	                      : E_NOMEM;

	for (size_t i = 0; r == 0 && i < most; i++)
		if (ruleset_rule(set, i)->enabled &&
		    ruleset_rule(set, i)->can_fire)
			r = add_rule(set, i, arena, &needs[count++]);
	if (r == 0) {
		*ret = needs;
		*ret_count = count;
	}
	return r;
}

static int plan(const struct config *config, const struct ruleset *set,
                struct arena *arena, struct kernel_plan *ret)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	const struct str own[] = { { self, n > 0 ? (size_t)n : 0 },
		                   STR("/usr/sbin/auditd"),
		                   STR("/sbin/auditd") };
	struct kernel_plan_request request = { .prefix = "saker",
		                               .own = own,
		                               .nown = COUNT(own) };
	struct kernel_target target;
	struct kernel_needs *needs;
	struct str *names;
	int r = daemon_kernel_target(config, arena, &target);

	if (r == 0)
		r = find_needs(set, arena, &needs, &request.count);
	names = r == 0 ? arena_array(arena, struct str, request.count) : NULL;
	if (r < 0 || names == NULL)
		return r < 0 ? r : E_NOMEM;
	for (size_t i = 0; i < request.count; i++)
		names[i] = STR("");
	request.target = &target;
	request.needs = needs;
	request.names = names;
	return kernel_plan_make(&request, arena, ret);
}

static void add_lines(const struct kernel_plan *made, struct buf *out)
{
	for (size_t i = 0; i < made->ngroups; i++)
		for (size_t k = 0; k < made->groups[i].nlines; k++)
			if (!made->groups[i].is_any &&
			    !made->groups[i].is_uring)
				buf_printf(out, "%.*s\n",
				           STR_FMT(made->groups[i].lines[k]));
}

int kernel_rules_derive(const struct config *config, struct diag_list *diags,
                        struct kernel_rules **ret)
{
	auto_buf struct buf text = BUF_INIT;
	struct arena arena = ARENA_INIT;
	struct kernel_plan made = { 0 };
	struct ruleset *set = NULL;
	int r = engine_load_rules(config, ENGINE_EXPLAIN, diags, &set);

	if (r == 0)
		r = plan(config, set, &arena, &made);
	if (r == 0)
		add_lines(&made, &text);
	if (r == 0)
		r = text.failed
		            ? E_NOMEM
		            : kernel_rules_parse("saker audit-rules",
		                                 buf_str(&text), diags, ret);
	ruleset_free(set);
	arena_done(&arena);
	memory_give_back(); /* some 90 MB */
	return r;
}

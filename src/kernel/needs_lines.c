/* SPDX-License-Identifier: GPL-2.0-or-later */
/* needs_lines.c - one need as a list of rules. */
#include "plan.h"
#include "saker/base/io.h"

static void add_group(const struct kernel_group *g, struct buf *out)
{
	for (size_t i = 0; i < g->nlines; i++) {
		const struct kernel_line l = { g->lines[i], g->is_uring };

		buf_add(out, &l, sizeof(l));
	}
}

int kernel_needs_lines(const struct kernel_needs *n,
                       const struct kernel_target *target, struct arena *arena,
                       struct kernel_line **ret, size_t *ret_count)
{
	const struct str name = STR("saker");
	const struct kernel_plan_request request = {
		.target = target,
		.needs = n,
		.count = 1,
		.names = &name,
		.prefix = "",
		.all_uring = true,
		.exact = true,
	};
	auto_buf struct buf lines = BUF_INIT;
	struct kernel_line *copy;
	struct kernel_plan plan;
	int r = kernel_plan_make(&request, arena, &plan);

	for (size_t i = 0; r == 0 && i < plan.ngroups; i++)
		add_group(&plan.groups[i], &lines);
	copy = arena_alloc(arena, lines.len + 1);
	if (r < 0 || lines.failed || copy == NULL)
		return r < 0 ? r : E_NOMEM;
	if (lines.len > 0)
		memcpy(copy, lines.data, lines.len);
	*ret = copy;
	*ret_count = lines.len / sizeof(*copy);
	return 0;
}

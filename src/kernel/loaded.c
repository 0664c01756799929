/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loaded.c - which lines are asked for by the rules that the kernel has. */
#include <stdlib.h>

#include "netlink.h"
#include "rule.h"
#include "saker/base/io.h"
#include "saker/kernel/needs.h"

struct coverages {
	struct rule_coverage *items;
	size_t count;
};

static void take(void *arg, const struct audit_rule_data *loaded)
{
	struct coverages *all = arg;

	for (size_t i = 0; i < all->count; i++)
		rule_coverage_add(&all->items[i], loaded);
}

/* A line that this host's libaudit does not understand is loaded by none. */
static int add_line(struct coverages *all, const struct kernel_line *line)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct audit_rule_data *rule = NULL;
	int r = rule_line_parse("", 0, line->text, &diags, &rule);

	diag_done(&diags);
	if (r == 0)
		all->items[all->count++] = rule_coverage_begin(rule);
	return r;
}

static int ask(struct coverages *all)
{
	auto_close int fd = kernel_open();

	return fd < 0 ? fd : kernel_each_rule(fd, take, all);
}

static enum kernel_loaded state_of(const struct rule_coverage *c)
{
	if (rule_coverage_is_whole(c))
		return KERNEL_LOADED;
	return c->touched ? KERNEL_LOADED_IN_PART : KERNEL_NOT_LOADED;
}

int kernel_lines_loaded(const struct kernel_line *lines, size_t count,
                        enum kernel_loaded *ret)
{
	struct coverages all = { .items = calloc(count + 1,
		                                 sizeof(*all.items)) };
	int r = all.items != NULL ? 0 : E_NOMEM;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = add_line(&all, &lines[i]);
	if (r == 0)
		r = ask(&all);
	for (size_t i = 0; r == 0 && i < count; i++)
		ret[i] = state_of(&all.items[i]);
	for (size_t i = 0; i < all.count; i++)
		free(all.items[i].wanted);
	free(all.items);
	return r;
}

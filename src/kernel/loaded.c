/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loaded.c - is what a rule asks for already asked for? By one loaded rule, or
 * by several that share its system calls. */
#include <stdlib.h>

#include "netlink.h"
#include "rule.h"
#include "saker/base/io.h"
#include "saker/kernel/needs.h"

struct coverages {
	struct rule_coverage *items;
	size_t count;
};

static bool allows(const struct audit_rule_data *wanted, unsigned field,
                   unsigned op, unsigned value)
{
	for (unsigned i = 0; i < wanted->field_count; i++) {
		if (wanted->fields[i] != field || wanted->fieldflags[i] != op)
			continue;
		if (wanted->values[i] == value)
			return true;
		if (op == AUDIT_BIT_MASK && (wanted->values[i] & ~value) == 0)
			return true;
	}
	return false;
}

static bool allows_all(const struct audit_rule_data *wanted,
                       const struct audit_rule_data *loaded, bool arch_only)
{
	for (unsigned i = 0; i < loaded->field_count; i++)
		if (loaded->fields[i] != AUDIT_FILTERKEY &&
		    (!arch_only || loaded->fields[i] == AUDIT_ARCH) &&
		    !allows(wanted, loaded->fields[i], loaded->fieldflags[i],
		            loaded->values[i]))
			return false;
	return true;
}

struct rule_coverage rule_coverage_begin(struct audit_rule_data *wanted)
{
	struct rule_coverage c = { .wanted = wanted };

	if (wanted != NULL)
		memcpy(c.left, wanted->mask, sizeof(c.left));
	return c;
}

void rule_coverage_add(struct rule_coverage *c,
                       const struct audit_rule_data *loaded)
{
	const struct audit_rule_data *wanted = c->wanted;
	const unsigned ignored = AUDIT_FILTER_PREPEND;
	bool whole;

	if (wanted == NULL || loaded->action != AUDIT_ALWAYS ||
	    ((loaded->flags ^ wanted->flags) & ~ignored) != 0 ||
	    !allows_all(wanted, loaded, true))
		return;
	whole = allows_all(wanted, loaded, false);
	for (size_t i = 0; i < AUDIT_BITMASK_SIZE; i++) {
		c->touched |= (wanted->mask[i] & loaded->mask[i]) != 0;
		if (whole)
			c->left[i] &= ~loaded->mask[i];
	}
}

bool rule_coverage_is_whole(const struct rule_coverage *c)
{
	for (size_t i = 0; i < AUDIT_BITMASK_SIZE; i++)
		if (c->left[i] != 0)
			return false;
	return c->wanted != NULL;
}

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

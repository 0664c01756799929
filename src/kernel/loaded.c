/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loaded.c - which lines are asked for by the rules that the kernel has, or
 * that a file has. */
#include <fcntl.h>
#include <stdlib.h>

#include "netlink.h"
#include "rule.h"
#include "saker/audit/names.h"
#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/kernel/needs.h"

/* A line is a rule, or several that together are the same. */
#define PARTS_MOST ((size_t)3)

struct part {
	struct rule_coverage coverage;
	size_t line;
};

struct coverages {
	struct part *items;
	size_t count;
};

static void take(void *arg, const struct audit_rule_data *loaded)
{
	struct coverages *all = arg;

	for (size_t i = 0; i < all->count; i++)
		rule_coverage_add(&all->items[i].coverage, loaded);
}

static void add_part(struct coverages *all, size_t line,
                     struct audit_rule_data *rule)
{
	all->items[all->count++] =
		(struct part){ .coverage = rule_coverage_begin(rule),
		               .line = line };
}

/* The number of the field that asks for opens that empty a file, and maybe for
 * those that write; -1 = it is another rule. */
static int emptying_flags(const struct audit_rule_data *rule)
{
	int found = -1;

	for (unsigned i = 0; i < rule->field_count; i++) {
		if (rule->fields[i] == AUDIT_PERM)
			return -1;
		if (rule->fields[i] >= AUDIT_ARG0 &&
		    rule->fields[i] <= AUDIT_ARG3 &&
		    rule->fieldflags[i] == AUDIT_BIT_MASK &&
		    (rule->values[i] & ~(unsigned)(O_ACCMODE | O_TRUNC)) == 0 &&
		    (rule->values[i] & O_TRUNC) != 0)
			found = (int)i;
	}
	return rule->field_count < AUDIT_MAX_FIELDS ? found : -1;
}

static struct audit_rule_data *copy_rule(const struct audit_rule_data *rule)
{
	size_t size = sizeof(*rule) + rule->buflen;
	struct audit_rule_data *copy = malloc(size);

	return copy != NULL ? memcpy(copy, rule, size) : NULL;
}

/* The kernel tells such an open by what it may do with the file, too: read it
 * or write it. */
static int add_emptying(struct coverages *all, size_t line,
                        const struct audit_rule_data *rule, int flags)
{
	static const unsigned permissions[] = { AUDIT_PERM_READ,
		                                AUDIT_PERM_WRITE };

	for (size_t i = 0; i < COUNT(permissions); i++) {
		struct audit_rule_data *part = copy_rule(rule);

		if (part == NULL)
			return E_NOMEM;
		part->values[flags] = O_TRUNC;
		part->fields[part->field_count] = AUDIT_PERM;
		part->fieldflags[part->field_count] = AUDIT_EQUAL;
		part->values[part->field_count] = permissions[i];
		part->field_count++;
		add_part(all, line, part);
	}
	return 0;
}

/* A line that this host's libaudit does not understand is loaded by none. */
static int add_line(struct coverages *all, const struct kernel_line *line,
                    size_t number)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct audit_rule_data *rule = NULL;
	int r = rule_line_parse("", 0, line->text, &diags, &rule);
	int flags = r == 0 && rule != NULL ? emptying_flags(rule) : -1;

	diag_done(&diags);
	if (r == 0 && flags >= 0)
		r = add_emptying(all, number, rule, flags);
	if (r < 0 || (flags >= 0 && (rule->values[flags] & O_ACCMODE) == 0)) {
		free(rule);
		return r;
	}
	if (flags >= 0)
		rule->values[flags] &= O_ACCMODE;
	add_part(all, number, rule);
	return 0;
}

struct copies {
	struct buf rules; /* struct audit_rule_data * */
	bool nomem;
};

static void keep(void *arg, const struct audit_rule_data *loaded)
{
	struct copies *all = arg;
	struct audit_rule_data *copy = copy_rule(loaded);

	buf_add(&all->rules, &copy, sizeof(copy));
	all->nomem |= copy == NULL || all->rules.failed;
	if (all->rules.failed)
		free(copy);
}

/* All are read before any is looked at: what waits a tenth of a second for room
 * in the socket, the kernel drops (sk_sndtimeo in audit_net_init()). */
static int ask(struct coverages *all)
{
	struct copies copies = { .rules = BUF_INIT };
	auto_close int fd = kernel_open();
	int r = fd < 0 ? fd : kernel_each_rule(fd, keep, &copies);
	struct audit_rule_data **rules = (void *)copies.rules.data;

	for (size_t i = 0; i < copies.rules.len / sizeof(*rules); i++) {
		if (r == 0 && !copies.nomem)
			take(all, rules[i]);
		free(rules[i]);
	}
	buf_done(&copies.rules);
	return r == 0 && copies.nomem ? E_NOMEM : r;
}

/* "-A" puts a rule before those that are there. */
static void take_given(struct coverages *all, const struct kernel_rules *rules)
{
	for (size_t i = rules->count; i-- > 0;)
		if ((rules->items[i].data->flags & AUDIT_FILTER_PREPEND) != 0)
			take(all, rules->items[i].data);
	for (size_t i = 0; i < rules->count; i++)
		if ((rules->items[i].data->flags & AUDIT_FILTER_PREPEND) == 0)
			take(all, rules->items[i].data);
}

/* What its parts have in common. */
static void judge(const struct coverages *all, size_t count,
                  enum kernel_loaded *ret)
{
	for (size_t i = 0; i < count; i++)
		ret[i] = KERNEL_LOADED;
	for (size_t i = 0; i < all->count; i++)
		if (!rule_coverage_is_whole(&all->items[i].coverage))
			ret[all->items[i].line] = KERNEL_NOT_LOADED;
	for (size_t i = 0; i < all->count; i++)
		if (ret[all->items[i].line] == KERNEL_NOT_LOADED &&
		    all->items[i].coverage.touched)
			ret[all->items[i].line] = KERNEL_LOADED_IN_PART;
}

int kernel_lines_loaded(const struct kernel_line *lines, size_t count,
                        const struct kernel_rules *given,
                        enum kernel_loaded *ret)
{
	struct coverages all = { .items = calloc(count * PARTS_MOST + 1,
		                                 sizeof(*all.items)) };
	int r = all.items != NULL ? 0 : E_NOMEM;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = add_line(&all, &lines[i], i);
	if (r == 0 && given != NULL)
		take_given(&all, given);
	else if (r == 0)
		r = ask(&all);
	if (r == 0)
		judge(&all, count, ret);
	for (size_t i = 0; i < all.count; i++)
		free(all.items[i].coverage.wanted);
	free(all.items);
	return r;
}

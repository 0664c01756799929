/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.c - rules loaded to stay, and taken out by somebody who comes later. */
#include <errno.h>

#include "netlink.h"
#include "rule.h"
#include "saker/base/io.h"
#include "saker/kernel/audit.h"

int kernel_rules_load(const struct kernel_rules *rules, struct diag_list *diags,
                      size_t *ret_added)
{
	auto_close int fd = kernel_open();
	size_t added = 0;

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < rules->count; i++) {
		const struct kernel_rule *r = &rules->items[i];
		int n = audit_add_rule_data(fd, r->data, (int)r->data->flags,
		                            (int)r->data->action);

		added += n > 0;
		if (n > 0 || n == -EEXIST)
			continue;
		if (kernel_error(n) == E_DENIED)
			return E_DENIED;
		diag_add(diags, DIAG_WARNING, NULL, NULL,
		         "%s:%u: the kernel refuses this rule: %s", r->file,
		         r->line, strerror(-n));
	}
	*ret_added = added;
	return 0;
}

int kernel_rules_unload(const struct kernel_rules *rules, size_t *ret_removed)
{
	auto_close int fd = kernel_open();
	size_t removed = 0;

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < rules->count; i++) {
		const struct kernel_rule *r = &rules->items[i];
		int n = audit_delete_rule_data(fd, r->data, (int)r->data->flags,
		                               (int)r->data->action);

		removed += n > 0;
		if (n <= 0 && kernel_error(n) == E_DENIED)
			return E_DENIED;
	}
	*ret_removed = removed;
	return 0;
}

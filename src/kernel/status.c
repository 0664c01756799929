/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - the kernel's audit state as it is now. */
#include "netlink.h"
#include "saker/base/io.h"
#include "saker/kernel/audit.h"

/* auid!=unset: what a daemon starts has no login user. */
static bool wants_login(const struct audit_rule_data *rule)
{
	for (unsigned i = 0; i < rule->field_count; i++)
		if (rule->fields[i] == AUDIT_LOGINUID &&
		    rule->fieldflags[i] == AUDIT_NOT_EQUAL &&
		    rule->values[i] == UINT32_MAX)
			return rule->action == AUDIT_ALWAYS;
	return false;
}

static void count_rule(void *arg, const struct audit_rule_data *rule)
{
	struct kernel_audit_status *status = arg;

	status->rules++;
	status->unseen += wants_login(rule);
	if (rule->flags == AUDIT_FILTER_TASK && rule->action == AUDIT_NEVER &&
	    rule->field_count == 0)
		status->has_never_task = true;
}

int kernel_audit_status(struct kernel_audit_status *ret)
{
	auto_close int fd = kernel_open();
	struct audit_status status;
	struct kernel_audit_status result;
	int error;

	if (fd < 0)
		return fd;
	error = kernel_get_status(fd, &status);
	if (error != 0)
		return error;
	result = (struct kernel_audit_status){
		.enabled = status.enabled,
		.failure = status.failure,
		.pid = status.pid,
		.backlog_limit = status.backlog_limit,
		.backlog_wait_time = status.backlog_wait_time,
		.lost = status.lost,
		.backlog = status.backlog,
	};
	error = kernel_each_rule(fd, count_rule, &result);
	if (error == 0)
		*ret = result;
	return error;
}

int kernel_audit_lost(unsigned *ret_lost, unsigned *ret_backlog)
{
	auto_close int fd = kernel_open();
	struct audit_status status;
	int error;

	if (fd < 0)
		return fd;
	error = kernel_get_status(fd, &status);
	if (error != 0)
		return error;
	*ret_lost = status.lost;
	*ret_backlog = status.backlog;
	return 0;
}

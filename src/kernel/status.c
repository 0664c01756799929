/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - the kernel's audit state as it is now. */
#include <fcntl.h>
#include <sys/utsname.h>

#include "netlink.h"
#include "rule.h"
#include "saker/base/io.h"
#include "saker/kernel/audit.h"

#ifndef AUDIT_LOGINUID_SET
#define AUDIT_LOGINUID_SET 24
#endif

/* auid!=unset: what a daemon starts has no login user. */
static bool wants_login(const struct audit_rule_data *rule)
{
	for (unsigned i = 0; i < rule->field_count; i++) {
		unsigned field = rule->fields[i], value = rule->values[i];
		bool differs = rule->fieldflags[i] == AUDIT_NOT_EQUAL;

		if ((field == AUDIT_LOGINUID && differs &&
		     value == UINT32_MAX) ||
		    (field == AUDIT_LOGINUID_SET && differs == (value == 0)))
			return rule->action == AUDIT_ALWAYS;
	}
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

/* kernel/audit.c: with audit=1, kauditd_hold_skb() counts as lost what the
 * queue for an auditd to come has no room for (audit_enable() takes anything
 * but 0 and off as 1); before 4.11, kauditd_printk_skb() so counts what the
 * kernel's log is spared. The audit group was given both before
 * (kauditd_send_multicast_skb()).
 */
bool kernel_counts_unheld(struct str release, struct str command_line)
{
	struct str word, major, minor;
	uint64_t a = 0, b = 0;
	bool is_on = false;

	while (str_split(&command_line, ' ', &word)) {
		if (!str_has_prefix(word, STR("audit=")))
			continue;
		word = str_trim(str_skip(word, STR("audit=").len));
		is_on = !str_eq(word, STR("0")) && !str_eq(word, STR("off"));
	}
	return is_on ||
	       (str_split(&release, '.', &major) &&
	        str_split(&release, '.', &minor) && str_to_u64(major, 10, &a) &&
	        str_to_u64(minor, 10, &b) && (a < 4 || (a == 4 && b < 11)));
}

static bool counts_unheld(void)
{
	auto_buf struct buf line = BUF_INIT;
	struct utsname name;

	return uname(&name) == 0 &&
	       io_read_at(AT_FDCWD, "/proc/cmdline", 65536, &line) == 0 &&
	       kernel_counts_unheld(str_from(name.release), buf_str(&line));
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
		.rate_limit = status.rate_limit,
		.lost = status.lost,
		.counts_unheld = status.pid == 0 && counts_unheld(),
		.backlog = status.backlog,
	};
	error = kernel_each_rule(fd, count_rule, &result);
	if (error == 0)
		*ret = result;
	return error;
}

void kernel_rules_status(const struct kernel_rules *rules,
                         struct kernel_audit_status *ret)
{
	ret->rules = ret->unseen = 0;
	ret->has_never_task = false;
	for (size_t i = 0; i < rules->count; i++)
		count_rule(ret, rules->items[i].data);
}

struct excluded {
	void (*fn)(void *arg, unsigned type);
	void *arg;
};

/* Alone in its rule, so that all records of the type are meant. */
static void find_excluded(void *arg, const struct audit_rule_data *rule)
{
	const struct excluded *x = arg;

	if ((rule->flags & ~(unsigned)AUDIT_FILTER_PREPEND) ==
	            AUDIT_FILTER_EXCLUDE &&
	    rule->field_count == 1 && rule->fields[0] == AUDIT_MSGTYPE &&
	    rule->fieldflags[0] == AUDIT_EQUAL)
		x->fn(x->arg, rule->values[0]);
}

int kernel_each_excluded(const struct kernel_rules *given,
                         void (*fn)(void *arg, unsigned type), void *arg)
{
	struct excluded x = { fn, arg };
	auto_close int fd = -1;

	for (size_t i = 0; given != NULL && i < given->count; i++)
		find_excluded(&x, given->items[i].data);
	if (given != NULL)
		return 0;
	fd = kernel_open();
	return fd < 0 ? fd : kernel_each_rule(fd, find_excluded, &x);
}

int kernel_audit_lost(struct kernel_audit_lost *ret)
{
	auto_close int fd = kernel_open();
	struct audit_status status;
	int error;

	if (fd < 0)
		return fd;
	error = kernel_get_status(fd, &status);
	if (error != 0)
		return error;
	*ret = (struct kernel_audit_lost){
		.lost = status.lost,
		.counts_unheld = status.pid == 0 && counts_unheld(),
	};
	return 0;
}

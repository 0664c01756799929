/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_rules.c - the kernel's audit rules for the time of a run. */
#include "saker/daemon/kernel_rules.h"

#include "saker/daemon/log.h"

int kernel_rules_wanted(const struct config *config, struct diag_list *diags,
                        struct kernel_rules **ret)
{
	const char *dir = config->kernel_rules_dir;

	return *dir != '\0' ? kernel_rules_read(&dir, 1, diags, ret)
	                    : kernel_rules_derive(config, diags, ret);
}

static int load(const struct config *config, struct kernel_session **ret)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct kernel_rules *rules = NULL;
	int error = kernel_rules_wanted(config, &diags, &rules);

	if (error == 0)
		error = kernel_session_begin(rules, &diags, ret);
	log_diags(&diags);
	if (error == 0)
		log_line(
			"%zu kernel audit rules loaded for the time of this "
			"run",
			kernel_rules_count(rules));
	else
		log_line("the kernel audit rules cannot be loaded: %s",
		         err_text(error));
	kernel_rules_free(rules);
	diag_done(&diags);
	return error;
}

int kernel_rules_begin(const struct config *config, struct kernel_session **ret)
{
	struct kernel_audit_status status;
	int error;

	error = kernel_audit_status(&status);
	if (config->kernel_rules == KERNEL_RULES_KEEP) {
		if (error == 0 && (status.enabled == 0 || status.rules == 0))
			log_line(
				"the kernel reports no system calls now "
				"(audit is off or has no rules): load rules, "
				"or use -o kernel.rules=load");
		return 0;
	}
	if (error < 0) {
		log_line("the kernel's audit state cannot be read: %s",
		         error == E_DENIED ? "it needs root" : err_text(error));
		return error;
	}
	if (status.rules != 0) {
		log_line(
			"%u kernel audit rules are loaded already: they are "
			"kept, and saker's are not added",
			status.rules);
		return 0;
	}
	return load(config, ret);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_rules.c - the kernel's audit rules for the time of a run. */
#include "saker/daemon/kernel_rules.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "saker/base/io.h"
#include "saker/daemon/log.h"

static int is_rule_file(const struct dirent *entry)
{
	return str_has_suffix(str_from(entry->d_name), STR(".rules"));
}

/* The directory's *.rules in name order, as augenrules(8) takes them. */
static int list_files(const char *dir, struct arena *a, struct config_list *ret)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, is_rule_file, alphasort);

	if (n < 0)
		return E_NOT_FOUND;
	ret->items = arena_array(a, const char *, (size_t)n + 1);
	for (int i = 0; i < n; i++) {
		size_t len = strlen(dir) + strlen(entries[i]->d_name) + 2;
		char *path = arena_alloc(a, len);

		if (ret->items != NULL && path != NULL) {
			snprintf(path, len, "%s/%s", dir, entries[i]->d_name);
			ret->items[ret->count++] = path;
		}
		free(entries[i]);
	}
	free(entries);
	return ret->items != NULL && ret->count == (size_t)n ? 0 : E_NOMEM;
}

static int load(const struct config_list *files, struct kernel_session **ret)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct kernel_rules *rules = NULL;
	int error =
		kernel_rules_read(files->items, files->count, &diags, &rules);

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
	struct config_list files = { 0 };
	struct arena arena = ARENA_INIT;
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
	error = list_files(config->kernel_rules_dir, &arena, &files);
	if (error < 0)
		log_line("no kernel audit rules in %s: %s",
		         config->kernel_rules_dir, strerror(errno));
	else
		error = load(&files, ret);
	arena_done(&arena);
	return error;
}

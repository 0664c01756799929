/* SPDX-License-Identifier: GPL-2.0-or-later */
/* privileged.h - what takes privileges, done here or by the monitor; private to
 * src/daemon. */
#ifndef SAKER_SRC_DAEMON_PRIVILEGED_H
#define SAKER_SRC_DAEMON_PRIVILEGED_H

#include "saker/base/diag.h"
#include "saker/base/file_set.h"
#include "saker/container/tracker.h"
#include "saker/daemon/config.h"
#include "saker/daemon/responses.h"
#include "saker/kernel/audit.h"
#include "saker/monitor/monitor.h"

struct privileged {
	int monitor; /* its socket; -1 = this process has the privileges */
	/* another, for the thread that reloads */
	int monitor_reload;
	int monitor_metrics; /* for the one that publishes metrics */
	int responders[RESPONSE_SOCKETS]; /* and of responses */
	struct kernel_session *session;   /* without monitor; NULL = none */
};

/* As kernel_audit_status() and kernel_audit_lost(). */
int privileged_audit_status(const struct privileged *p,
                            struct kernel_audit_status *ret) must_check;
int privileged_audit_lost(const struct privileged *p,
                          struct kernel_audit_lost *ret) must_check;
/* Gives the session what kernel_rules_wanted() has, as kernel_session_add().
 * The monitor reads configuration and rules itself for that. */
int privileged_rules_add(const struct privileged *p,
                         const struct config *config, struct diag_list *diags,
                         bool *ret_changed) must_check;
void privileged_rules_drop(const struct privileged *p);
/* With a monitor: has it read what responses may do from the files again. */
int privileged_responses_reload(const struct privileged *p) must_check;
/* With a monitor: what configuration and rule files say now. 0 or an error. */
int privileged_files(const struct privileged *p,
                     struct file_set *ret) must_check;
/* With a monitor: writes metrics.file. False when it is not. */
bool privileged_metrics(const struct privileged *p, struct str text);
/* As snapshot_save(): to path, or there with .end behind when saker ends. */
int privileged_snapshot(const struct privileged *p, struct tracker *t,
                        struct str node, const char *path,
                        bool is_end) must_check;
/* With a monitor: the pipe that the output of that number is; arg is the struct
 * privileged. As outputs_options has it. */
int privileged_output_pipe(void *arg, size_t output, int *ret_fd) must_check;
/* To the service manager; the counters stand in the status. */
void privileged_notify(const struct privileged *p, enum service_state state,
                       const struct counters *counters);

#endif

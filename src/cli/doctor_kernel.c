/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_kernel.c - the kernel's audit state, and what its rules keep back. */
#include "doctor.h"
#include "saker/audit/names.h"
#include "saker/base/array.h"
#include "saker/base/io.h"

#include <fcntl.h>
#include <libaudit.h>

#define BACKLOG_LEAST 8192u

/* "backlog_limit 8192", as auditctl -s prints it. */
static void take_status(struct kernel_audit_status *s, struct str line)
{
	const struct {
		struct str name;
		unsigned *value;
	} fields[] = {
		{ STR("enabled"), &s->enabled },
		{ STR("failure"), &s->failure },
		{ STR("pid"), &s->pid },
		{ STR("rate_limit"), &s->rate_limit },
		{ STR("backlog_limit"), &s->backlog_limit },
		{ STR("backlog_wait_time"), &s->backlog_wait_time },
		{ STR("lost"), &s->lost },
		{ STR("backlog"), &s->backlog },
	};
	struct str name;
	uint64_t value;

	if (!str_split(&line, ' ', &name) ||
	    !str_to_u64(str_trim(line), 10, &value))
		return;
	for (size_t i = 0; i < COUNT(fields); i++)
		if (str_eq(fields[i].name, name))
			*fields[i].value = (unsigned)value;
}

static int read_status(struct doctor *d)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest, line;
	int r;

	if (d->status_file == NULL && doctor_is_here(d))
		return kernel_audit_status(&d->status);
	if (d->status_file == NULL)
		return E_NOT_FOUND;
	r = io_read_at(AT_FDCWD, d->status_file, 65536, &text);
	rest = buf_str(&text);
	while (r == 0 && str_split(&rest, '\n', &line))
		take_status(&d->status, line);
	return r;
}

static void check_state(struct doctor *d)
{
	const struct kernel_audit_status *s = &d->status;

	doctor_find(d, s->enabled ? FINDING_OK : FINDING_FAULT, "kernel audit",
	            s->enabled ? "on" : "off",
	            s->enabled ? NULL : "auditctl -e 1, or start auditd");
	if (s->enabled == 2)
		doctor_find(d, FINDING_ADVICE, "kernel audit locked", "by -e 2",
		            "rules that are missing can be loaded only after "
		            "the next boot; take '-e 2' out of "
		            "/etc/audit/rules.d where that is not wanted");
	if (s->failure == 2)
		doctor_find(d, FINDING_ADVICE, "failure mode",
		            "the kernel panics when a record is lost",
		            "auditctl -f 1");
	doctor_find(d, FINDING_OK, "auditd", s->pid ? "running" : "not running",
	            NULL);
}

static void check_flow(struct doctor *d)
{
	const struct kernel_audit_status *s = &d->status;
	bool is_full = s->backlog > s->backlog_limit / 4 * 3 && s->backlog > 64;

	if (s->lost != 0 && s->counts_unheld)
		doctor_findf(d, FINDING_OK, "kernel lost", NULL,
		             "%u records, for an auditd that does not run; "
		             "saker status tells how many saker lacks",
		             s->lost);
	else
		doctor_findf(d, s->lost ? FINDING_ADVICE : FINDING_OK,
		             "kernel lost",
		             s->lost ? "raise the backlog limit (auditctl -b "
		                       "8192), or "
		                       "leave rules out that are loud"
		                     : NULL,
		             "%u records since boot", s->lost);
	doctor_findf(
		d,
		s->backlog_limit < BACKLOG_LEAST ? FINDING_ADVICE : FINDING_OK,
		"kernel backlog",
		s->backlog_limit < BACKLOG_LEAST ? "auditctl -b 8192" : NULL,
		"%u of %u", s->backlog, s->backlog_limit);
	if (is_full)
		doctor_find(d, FINDING_ADVICE, "kernel backlog full",
		            "records come faster than they are read",
		            "auditctl -b 65536, or leave rules out that are "
		            "loud: saker audit-rules tells who needs them");
	if (s->backlog_wait_time != 0)
		doctor_findf(d, FINDING_ADVICE, "backlog wait time",
		             "auditctl --backlog_wait_time 0",
		             "%u: a full backlog stops the host's processes",
		             s->backlog_wait_time);
	if (s->rate_limit != 0)
		doctor_findf(d, FINDING_FAULT, "rate limit", "auditctl -r 0",
		             "%u records a second, what comes beyond is lost",
		             s->rate_limit);
}

static void check_rules(struct doctor *d)
{
	const struct kernel_audit_status *s = &d->status;

	doctor_findf(d, s->rules ? FINDING_OK : FINDING_FAULT, "kernel rules",
	             s->rules ? NULL
	                      : "saker audit-rules "
	                        ">/etc/audit/rules.d/50-saker.rules && "
	                        "augenrules --load, or run with -o "
	                        "kernel.rules=load",
	             "%u loaded", s->rules);
	if (s->has_never_task)
		doctor_find(d, FINDING_FAULT, "never,task",
		            "a rule blinds all of them",
		            "remove '-a never,task' (or '-a task,never') from "
		            "/etc/audit/rules.d, and load them anew");
	if (s->unseen != 0)
		doctor_findf(d, FINDING_ADVICE, "auid!=unset",
		             "take it out of the rules that containers are "
		             "to be seen by: their daemons have no login "
		             "user, and all that they start is left out",
		             "in %u rules", s->unseen);
}

/* Whose absence the engine does not make good. */
static void find_excluded(void *arg, unsigned type)
{
	static const unsigned needed[] = {
		AUDIT_SYSCALL,  AUDIT_PATH,          AUDIT_EXECVE,
		AUDIT_SOCKADDR, AUDIT_CWD,           AUDIT_OBJ_PID,
		AUDIT_EOE,      AUDIT_CONFIG_CHANGE, AUDIT_ANOM_ABEND,
	};
	struct buf *names = arg;
	const char *name = audit_msg_type_to_name((int)type);

	for (size_t i = 0; i < COUNT(needed); i++)
		if (needed[i] == type)
			buf_printf(names, "%s%s", names->len > 0 ? ", " : "",
			           name != NULL ? name : "?");
}

static void check_excluded(struct doctor *d)
{
	auto_buf struct buf names = BUF_INIT;

	if (kernel_each_excluded(d->given, find_excluded, &names) == 0 &&
	    names.len > 0)
		doctor_find(d, FINDING_FAULT, "excluded records",
		            buf_cstr(&names),
		            "remove the lines '-a always,exclude -F msgtype=' "
		            "with these from /etc/audit/rules.d");
}

void doctor_check_kernel(struct doctor *d)
{
	int r = read_status(d);

	d->has_status = r == 0;
	if (r < 0 && (doctor_is_here(d) || d->status_file != NULL))
		doctor_find(d, FINDING_FAULT, "kernel audit", err_text(r),
		            r == E_DENIED ? "run as root"
		            : d->status_file != NULL
		                    ? "the file cannot be read"
		                    : "this kernel has no audit here");
	if (d->has_status) {
		check_state(d);
		check_flow(d);
	}
	if (d->given != NULL)
		kernel_rules_status(d->given, &d->status);
	if (d->given == NULL && !(d->has_status && doctor_is_here(d)))
		return;
	check_rules(d);
	check_excluded(d);
}

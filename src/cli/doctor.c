/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor.c - saker doctor. */
#include <stdio.h>

#include "cli.h"
#include "doctor.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/container/tracker.h"
#include "saker/daemon/engine.h"
#include "saker/host/host.h"
#include "saker/kernel/audit.h"
#include "saker/source/source.h"

void doctor_find(struct doctor *d, enum finding_level level, const char *what,
                 const char *found, const char *advice)
{
	static const char *const marks[] = { "ok", "advice", "FAULT" };

	d->faults += level == FINDING_FAULT;
	if (!d->json) {
		buf_printf(&d->out, "%-7s %-18s %s%s%s\n", marks[level], what,
		           found, advice != NULL ? ": " : "",
		           advice != NULL ? advice : "");
		return;
	}
	buf_printf(&d->out, "{\"advice\":");
	escape_json(&d->out, str_from(advice != NULL ? advice : ""));
	buf_add_str(&d->out, STR(",\"found\":"));
	escape_json(&d->out, str_from(found));
	buf_printf(&d->out, ",\"level\":\"%s\",\"what\":\"%s\"}\n",
	           marks[level], what);
}

static void check_kernel(struct doctor *d)
{
	struct kernel_audit_status s;
	int error = kernel_audit_status(&s);
	char text[64];

	if (error < 0) {
		doctor_find(d, FINDING_FAULT, "kernel audit", err_text(error),
		            error == E_DENIED
		                    ? "run as root"
		                    : "this kernel has no audit here");
		return;
	}
	doctor_find(d, s.enabled ? FINDING_OK : FINDING_FAULT, "kernel audit",
	            s.enabled == 2 ? "on, locked"
	            : s.enabled    ? "on"
	                           : "off",
	            s.enabled ? NULL : "auditctl -e 1, or start auditd");
	snprintf(text, sizeof(text), "%u loaded", s.rules);
	doctor_find(d, s.rules ? FINDING_OK : FINDING_FAULT, "kernel rules",
	            text,
	            s.rules ? NULL
	                    : "load saker's with augenrules, or run with -o "
	                      "kernel.rules=load");
	if (s.has_never_task)
		doctor_find(d, FINDING_FAULT, "never,task",
		            "a rule blinds all of them",
		            "remove '-a never,task' from /etc/audit/rules.d");
	snprintf(text, sizeof(text), "in %u rules", s.unseen);
	if (s.unseen != 0)
		doctor_find(d, FINDING_ADVICE, "auid!=unset", text,
		            "they see nothing of containers, whose daemons "
		            "have no login user");
	snprintf(text, sizeof(text), "%u records", s.lost);
	doctor_find(d, s.lost ? FINDING_ADVICE : FINDING_OK, "kernel lost",
	            text,
	            s.lost ? "raise the backlog limit (auditctl -b 8192) or "
	                     "drop rules"
	                   : NULL);
	snprintf(text, sizeof(text), "%u of %u", s.backlog, s.backlog_limit);
	doctor_find(d, s.backlog_limit < 8192 ? FINDING_ADVICE : FINDING_OK,
	            "kernel backlog", text,
	            s.backlog_limit < 8192 ? "auditctl -b 8192" : NULL);
	doctor_find(d, FINDING_OK, "auditd", s.pid ? "running" : "not running",
	            NULL);
}

static void check_source(struct doctor *d, struct counters *counters)
{
	struct ring *ring = ring_new(1, counters);
	struct source source;
	int error = ring != NULL ? source_open(STR("netlink"), ring, counters,
	                                       &source)
	                         : E_NOMEM;

	doctor_find(d, error < 0 ? FINDING_FAULT : FINDING_OK, "netlink source",
	            err_text(error),
	            error < 0 ? "needs root or CAP_AUDIT_READ in the host's "
	                        "namespaces"
	                      : NULL);
	if (error == 0)
		source_close(&source);
	ring_free(ring);
}

static void check_connector(struct doctor *d, struct counters *counters)
{
	struct host *host = host_direct_new();
	struct tracker *tracker =
		host != NULL ? tracker_new(&(struct tracker_options){
				       .host = host, .counters = counters })
			     : NULL;
	int error = tracker != NULL ? tracker_connector_open(tracker) : E_NOMEM;

	doctor_find(d, error < 0 ? FINDING_ADVICE : FINDING_OK,
	            "process connector", err_text(error),
	            error < 0 ? "needs CAP_NET_ADMIN; very short processes may "
	                        "not be "
	                        "attributed without it"
	                      : NULL);
	tracker_free(tracker);
	host_free(host);
}

static void watch(void *tracker, struct str path)
{
	(void)!tracker_watch_identity(tracker, path);
}

static void add_missing(void *text, struct str path)
{
	buf_add_str(text, ((struct buf *)text)->len == 0 ? STR("") : STR(", "));
	escape_text(text, path);
}

/* What is not there has no identity; it is looked for again as saker runs. */
static void check_identities(struct doctor *d, const struct ruleset *ruleset)
{
	auto_buf struct buf missing = BUF_INIT;
	struct host *host = host_direct_new();
	struct tracker *t =
		host != NULL
			? tracker_new(&(struct tracker_options){ .host = host })
			: NULL;

	if (t != NULL) {
		ruleset_each_constant(ruleset, FIELD_FS_PATH_IDENTITY, watch,
		                      t);
		ruleset_each_constant(ruleset, FIELD_PROC_EXE_IDENTITY, watch,
		                      t);
		tracker_each_unknown_identity(t, add_missing, &missing);
	}
	if (missing.len != 0)
		doctor_find(d, FINDING_ADVICE, "files by identity",
		            buf_cstr(&missing),
		            "not there; rules that name them cannot match "
		            "until they "
		            "are");
	tracker_free(t);
	host_free(host);
}

static void check_rules(struct doctor *d, const struct config *config)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *ruleset = NULL;
	char text[64];
	int error = engine_load_rules(config, true, &diags, &ruleset);

	if (error < 0) {
		snprintf(text, sizeof(text), "%zu error%s", diags.errors,
		         diags.errors == 1 ? "" : "s");
		doctor_find(d, FINDING_FAULT, "rules", text,
		            "saker check tells more");
	} else {
		snprintf(text, sizeof(text), "%zu loaded",
		         ruleset_count(ruleset));
		doctor_find(d, FINDING_OK, "rules", text, NULL);
		check_identities(d, ruleset);
		error = doctor_check_blind(d, config, ruleset);
		if (error < 0)
			doctor_find(d, FINDING_FAULT, "blind rules",
			            err_text(error), NULL);
	}
	ruleset_free(ruleset);
	diag_done(&diags);
}

static int doctor(const struct cli *cli)
{
	struct doctor d = { .json = cli_has(cli, OPTION_JSON) };
	struct counters counters = { 0 };
	struct config config;
	int code = cli_config(cli, &config);

	if (code != EXIT_DONE)
		return code;
	check_kernel(&d);
	check_source(&d, &counters);
	check_connector(&d, &counters);
	check_rules(&d, &config);
	cli_print(&d.out);
	buf_done(&d.out);
	config_done(&config);
	return d.faults != 0 ? EXIT_WRONG : EXIT_DONE;
}

const struct verb verb_doctor = {
	.name = "doctor",
	.operands = "",
	.summary = "Tells whether this host is set up so that rules can fire",
	.help = "Rules that the loaded kernel rules keep from firing are named "
		"with the lines that are missing.\n"
		"Ends with 1 when it found a fault.\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(JSON),
	.main = doctor,
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor.c - saker doctor. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "doctor.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/container/tracker.h"
#include "saker/daemon/engine.h"
#include "saker/daemon/log.h"
#include "saker/host/host.h"
#include "saker/source/source.h"

void doctor_find(struct doctor *d, enum finding_level level, const char *what,
                 const char *found, const char *remedy)
{
	static const char *const marks[] = { "ok", "advice", "FAULT" };

	d->faults += level == FINDING_FAULT;
	if (!d->json) {
		buf_printf(&d->out, "%-7s %-18s %s%s%s\n", marks[level], what,
		           found, remedy != NULL ? ": " : "",
		           remedy != NULL ? remedy : "");
		return;
	}
	buf_printf(&d->out, "{\"found\":");
	escape_json(&d->out, str_from(found));
	buf_printf(&d->out, ",\"level\":\"%s\",\"remedy\":", marks[level]);
	escape_json(&d->out, str_from(remedy != NULL ? remedy : ""));
	buf_printf(&d->out, ",\"what\":\"%s\"}\n", what);
}

void doctor_findf(struct doctor *d, enum finding_level level, const char *what,
                  const char *remedy, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	doctor_find(d, level, what, text, remedy);
}

bool doctor_is_here(const struct doctor *d)
{
	return d->root == NULL && d->status_file == NULL && d->given == NULL;
}

#define READ_MOST ((size_t)1 << 20)

bool doctor_read(const struct doctor *d, const char *path, struct buf *out)
{
	auto_buf struct buf name = BUF_INIT;
	auto_close int fd = -1;
	struct stat st;
	char bytes[4096];
	ssize_t n;

	if (d->root == NULL && !doctor_is_here(d))
		return false;
	buf_printf(&name, "%s%s", d->root != NULL ? d->root : "", path);
	if (name.failed)
		return false;
	fd = open(buf_cstr(&name), O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0 || S_ISDIR(st.st_mode))
		return false;
	if (st.st_size > (off_t)READ_MOST)
		(void)!lseek(fd, -(off_t)READ_MOST, SEEK_END);
	while (out->len < READ_MOST && (n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(out, bytes, (size_t)n);
	return !out->failed;
}

static void check_source(struct doctor *d, struct counters *counters)
{
	struct source source;
	int error = source_open(
		STR("netlink"),
		&(struct source_options){ .counters = counters }, &source);

	doctor_find(d, error < 0 ? FINDING_FAULT : FINDING_OK, "netlink source",
	            err_text(error),
	            error < 0 ? "needs root or CAP_AUDIT_READ in the host's "
	                        "namespaces"
	                      : NULL);
	if (error == 0)
		source_close(&source);
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
	int error = engine_load_rules(config, ENGINE_EXPLAIN, &diags, &ruleset);

	if (error < 0) {
		snprintf(text, sizeof(text), "%zu error%s", diags.errors,
		         diags.errors == 1 ? "" : "s");
		doctor_find(d, FINDING_FAULT, "rules", text,
		            "saker check tells more");
	} else {
		snprintf(text, sizeof(text), "%zu loaded",
		         ruleset_count(ruleset));
		doctor_find(d, FINDING_OK, "rules", text, NULL);
		if (doctor_is_here(d))
			check_identities(d, ruleset);
		error = d->given != NULL || doctor_is_here(d)
		                ? doctor_check_blind(d, config, ruleset)
		                : 0;
		if (error < 0)
			doctor_find(d, FINDING_FAULT, "blind rules",
			            err_text(error), NULL);
	}
	ruleset_free(ruleset);
	diag_done(&diags);
}

static const char *given_path(const struct cli *cli, enum option_id id)
{
	const struct option_values *given = &cli->options[id];

	return given->count > 0 ? given->items[given->count - 1] : NULL;
}

/* As auditctl -l prints them, or as rule files have them. */
static int read_given(const struct cli *cli, struct kernel_rules **ret)
{
	const struct option_values *paths = &cli->options[OPTION_KERNEL_RULES];
	struct diag_list diags = DIAG_LIST_INIT;
	int r = paths->count > 0 ? kernel_rules_read(paths->items, paths->count,
	                                             &diags, ret)
	                         : 0;

	if (r < 0)
		log_diags(&diags);
	diag_done(&diags);
	return r;
}

static void examine(struct doctor *d, const struct config *config)
{
	struct counters counters = { 0 };

	doctor_check_kernel(d);
	doctor_check_boot(d);
	if (doctor_is_here(d)) {
		check_source(d, &counters);
		check_connector(d, &counters);
		doctor_check_jit(d);
		doctor_check_running(d, config);
		doctor_check_tiers(d, config);
	}
	doctor_check_auditd(d);
	doctor_check_journald(d);
	doctor_check_privileges(d);
	doctor_check_cgroups(d);
	check_rules(d, config);
}

static int doctor(const struct cli *cli)
{
	struct doctor d = {
		.json = cli_has(cli, OPTION_JSON),
		.root = given_path(cli, OPTION_ROOT),
		.status_file = given_path(cli, OPTION_KERNEL_STATUS),
	};
	struct kernel_rules *given = NULL;
	struct config config;
	int code = cli_config(cli, &config), r;

	if (code != EXIT_DONE)
		return code;
	r = read_given(cli, &given);
	if (r == 0) {
		d.given = given;
		examine(&d, &config);
		cli_print(&d.out);
	}
	kernel_rules_free(given);
	buf_done(&d.out);
	config_done(&config);
	if (r < 0)
		return cli_exit_code(r);
	return d.faults != 0 ? EXIT_WRONG : EXIT_DONE;
}

const struct verb verb_doctor = {
	.name = "doctor",
	.operands = "",
	.summary = "Tells whether this host is set up so that rules can fire",
	.help = "Rules that the loaded kernel rules keep from firing are named "
		"with the lines that are missing; each finding has its remedy. "
		"Ends with 1 when it found a fault. Given a file of kernel "
		"rules, of their state, or another root directory, only what "
		"is given is judged.\n"
		"\n"
		"  saker doctor\n"
		"  saker doctor --kernel-rules /etc/audit/rules.d\n"
		"  saker doctor --json | jq -r 'select(.level == \"FAULT\") | "
		".remedy'\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(JSON) |
	           OPTION_BIT(KERNEL_RULES) | OPTION_BIT(KERNEL_STATUS) |
	           OPTION_BIT(ROOT),
	.main = doctor,
};

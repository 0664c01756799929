/* SPDX-License-Identifier: GPL-2.0-or-later */
/* enable.c - saker enable and saker disable. */
#include "enable.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "saker/base/escape.h"
#include "saker/daemon/log.h"

#define RECORD       LOCALSTATEDIR "/lib/saker/enabled.json"
#define SAKER_YAML   SYSCONFDIR "/saker/saker.yaml"
#define SERVICE_YAML SYSCONFDIR "/saker/service.yaml"

void setup_say(struct setup *s, enum change_state state, const char *what,
               const char *format, ...)
{
	static const char *const names[] = { "done", "already", "left", "todo",
		                             "FAILED" };
	const char *name =
		state == CHANGE_DONE && s->is_dry_run ? "would" : names[state];
	auto_buf struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	s->failed += state == CHANGE_FAILED;
	if (!s->is_json) {
		buf_printf(&s->out, "%-8s %s: %s\n", name, what,
		           buf_cstr(&text));
		return;
	}
	buf_add_str(&s->out, STR("{\"change\":"));
	escape_json(&s->out, buf_str(&text));
	buf_printf(&s->out, ",\"state\":\"%s\",\"what\":", name);
	escape_json(&s->out, str_from(what));
	buf_add_str(&s->out, STR("}\n"));
}

bool setup_is_here(const struct setup *s)
{
	return s->root[0] == '\0';
}

bool setup_is_locked(const struct setup *s)
{
	return s->has_status && s->status.enabled == 2;
}

int setup_save(struct setup *s)
{
	char *text = json_dumps(s->record, JSON_INDENT(1) | JSON_SORT_KEYS);
	int error = text != NULL ? setup_write(s, RECORD, str_from(text), 0600)
	                         : E_NOMEM;

	free(text);
	return error;
}

static int load_record(struct setup *s)
{
	auto_buf struct buf text = BUF_INIT;
	int error = setup_read(s, RECORD, &text);

	if (error == E_NOT_FOUND)
		s->record = json_object();
	else if (error == 0)
		s->record = json_loadb(text.data, text.len, 0, NULL);
	else
		return error;
	if (json_is_object(s->record))
		return 0;
	setup_say(s, CHANGE_FAILED, RECORD, "cannot be understood");
	return E_INVALID;
}

static int find_auditd(struct setup *s)
{
	static const char *const paths[] = { "/usr/sbin/auditd", "/sbin/auditd",
		                             NULL };

	if (setup_find(s, paths) != NULL)
		return 0;
	setup_say(s, CHANGE_FAILED, "auditd",
	          "is not installed: install auditd (Debian) or audit (Fedora, "
	          "RHEL) first; saker run --source netlink needs none");
	return E_NOT_FOUND;
}

/* Who may not ask the kernel sees what would be changed all the same. */
static int look(struct setup *s)
{
	if (setup_is_here(s) && !s->is_dry_run && geteuid() != 0) {
		setup_say(s, CHANGE_FAILED, "saker", "needs root");
		return E_DENIED;
	}
	if (setup_is_here(s))
		s->has_status = kernel_audit_status(&s->status) == 0;
	return load_record(s);
}

static int read_source(struct setup *s)
{
	struct config config;

	if (cli_config(s->cli, &config) != EXIT_DONE) {
		setup_say(s, CHANGE_FAILED, "configuration", "is wrong");
		return E_INVALID;
	}
	for (size_t i = 0; i < config.source.count; i++)
		s->uses_relay |= str_has_prefix(
			str_from(config.source.items[i]), STR("relay:"));
	config_done(&config);
	return 0;
}

static int enable_all(struct setup *s)
{
	int error = read_source(s);

	if (error < 0)
		return error;
	/* who reads comes before who writes, and what makes many records last
	 */
	if (s->uses_relay)
		error = find_auditd(s);
	if (error == 0)
		error = prepare_rules(s);
	if (error == 0)
		error = enable_service(s);
	if (error == 0)
		error = enable_plugin(s);
	if (error == 0)
		error = enable_rules(s);
	if (error == 0 && s->has_status && s->status.enabled == 0)
		setup_say(s, CHANGE_TODO, "kernel",
		          "audit is switched off: auditctl -e 1");
	return error;
}

static int disable_all(struct setup *s)
{
	int errors[] = { disable_rules(s), disable_plugin(s),
		         disable_service(s) };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i] < 0)
			return errors[i];
	return s->failed == 0 ? setup_remove(s, RECORD) : E_IO;
}

static int run(const struct cli *cli, int (*all)(struct setup *))
{
	const struct option_values *root = &cli->options[OPTION_ROOT];
	struct setup s = {
		.cli = cli,
		.root = root->count > 0 ? root->items[root->count - 1] : "",
		.is_dry_run = cli_has(cli, OPTION_DRY_RUN),
		.is_json = cli_has(cli, OPTION_JSON),
	};
	int error = look(&s);

	if (error == 0)
		error = all(&s);
	if (error == 0 && s.out.failed)
		error = E_NOMEM;
	cli_print(&s.out);
	if (error < 0 && s.failed == 0)
		log_line("%s", err_text(error));
	json_decref(s.record);
	buf_done(&s.rules);
	buf_done(&s.out);
	return error == 0 ? EXIT_DONE : EXIT_CANNOT;
}

/* The service's configuration, unless another one was given. */
static int enable(const struct cli *cli)
{
	const char *files[2];
	struct cli with = *cli;
	struct option_values *given = &with.options[OPTION_CONFIG];

	if (given->count == 0) {
		given->items = files;
		if (access(SAKER_YAML, F_OK) == 0)
			files[given->count++] = SAKER_YAML;
		if (access(SERVICE_YAML, F_OK) == 0)
			files[given->count++] = SERVICE_YAML;
	}
	return run(&with, enable_all);
}

static int disable(const struct cli *cli)
{
	return run(cli, disable_all);
}

const struct verb verb_enable = {
	.name = "enable",
	.operands = "",
	.summary = "Has saker work on this host: service, kernel rules, plugin",
	.help = "Starts saker.service, now and at boot; writes the kernel "
		"audit "
		"rules that the enabled rules need to "
		"/etc/audit/rules.d/50-saker.rules and loads them; has auditd "
		"start the relay audisp-saker, without a restart. Tells each "
		"change, and leaves what is so already; do it again when rules "
		"have changed. saker disable undoes it. With --root only the "
		"files of an image are changed.\n\n"
		"  saker enable --dry-run\n"
		"  saker enable --json | jq -r 'select(.state == \"todo\")'\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(JSON) | OPTION_BIT(ROOT) |
	           OPTION_BIT(DRY_RUN),
	.main = enable,
};

const struct verb verb_disable = {
	.name = "disable",
	.operands = "",
	.summary = "Undoes what saker enable changed",
	.help = "Puts back what was there before saker enable. What that did "
		"not change stays, so does what somebody has changed since. "
		"Kernel rules that are locked (-e 2) stay until the next "
		"boot.\n\n"
		"  saker disable --dry-run\n",
	.options = OPTION_BIT(JSON) | OPTION_BIT(ROOT) | OPTION_BIT(DRY_RUN),
	.main = disable,
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_auditd.c - auditd's configuration, and what became of the plugin.
 *
 * auditd starts a plugin anew at most max_restarts times in its life, then
 * leaves it dead (src/auditd-event.c and audisp/audispd.c of audit 3 and 4). */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor.h"
#include "saker/base/array.h"
#include "saker/base/io.h"

/* "name = value" of auditd.conf and of plugins' files; the last one counts.
 * False when it is not there. */
static bool setting(struct str text, const char *name, char *ret, size_t size)
{
	struct str line, key;
	bool found = false;

	while (str_split(&text, '\n', &line)) {
		line = str_trim(line);
		if (line.len == 0 || line.s[0] == '#' ||
		    !str_split(&line, '=', &key))
			continue;
		key = str_trim(key);
		if (key.len != strlen(name) ||
		    strncasecmp(key.s, name, key.len) != 0)
			continue;
		line = str_take(str_trim(line), size - 1);
		memcpy(ret, line.s, line.len);
		ret[line.len] = '\0';
		found = true;
	}
	return found;
}

static bool is_set_to(struct str text, const char *name, const char *value)
{
	char found[64];

	return setting(text, name, found, sizeof(found)) &&
	       strcasecmp(found, value) == 0;
}

/* What auditd takes when nothing is said. */
#define Q_DEPTH_OF_AUDITD 2000ul

static void check_queue(struct doctor *d, struct str conf)
{
	unsigned long depth = Q_DEPTH_OF_AUDITD;
	char text[64];

	if (setting(conf, "q_depth", text, sizeof(text)))
		depth = strtoul(text, NULL, 10);
	doctor_findf(d, depth < Q_DEPTH_OF_AUDITD ? FINDING_ADVICE : FINDING_OK,
	             "auditd q_depth",
	             depth < Q_DEPTH_OF_AUDITD ? "q_depth = 2000 or more in "
	                                         "/etc/audit/auditd.conf"
	                                       : NULL,
	             "%lu", depth);
	if (setting(conf, "overflow_action", text, sizeof(text)) &&
	    strcasecmp(text, "ignore") != 0 && strcasecmp(text, "syslog") != 0)
		doctor_findf(d, FINDING_ADVICE, "overflow_action",
		             "overflow_action = SYSLOG in "
		             "/etc/audit/auditd.conf",
		             "%s: a full queue ends more than what it drops",
		             text);
	if (is_set_to(conf, "local_events", "no"))
		doctor_find(d, FINDING_FAULT, "local_events",
		            "no: auditd takes nothing of this host",
		            "local_events = yes in /etc/audit/auditd.conf");
}

/* auditd writes it at SIGCONT (auditctl --signal state). */
static void check_state(struct doctor *d)
{
	static const char *const paths[] = { "/run/audit/auditd.state",
		                             "/run/auditd.state",
		                             "/var/run/auditd.state" };
	auto_buf struct buf text = BUF_INIT;
	struct str state;

	for (size_t i = 0; i < COUNT(paths) && text.len == 0; i++)
		(void)!doctor_read(d, paths[i], &text);
	state = buf_str(&text);
	if (is_set_to(state, "plugin queue overflow detected", "yes"))
		doctor_find(d, FINDING_FAULT, "dispatcher overflow",
		            "auditd has dropped events before its plugins",
		            "raise q_depth in /etc/audit/auditd.conf and "
		            "restart auditd, or use the source netlink");
	if (is_set_to(state, "plugin queueing suspended", "yes"))
		doctor_find(d, FINDING_FAULT, "dispatcher suspended",
		            "auditd passes no events to its plugins any more",
		            "auditctl --signal resume; overflow_action = "
		            "SYSLOG in /etc/audit/auditd.conf");
}

static const struct {
	struct str text;
	enum finding_level level;
	const char *what, *remedy;
} log_lines[] = {
	{ STR_INIT("queue to plugins is full"), FINDING_FAULT,
	  "dispatcher overflow",
	  "raise q_depth in /etc/audit/auditd.conf and restart auditd, or use "
	  "the source netlink" },
	/* audit 2.8 */
	{ STR_INIT("queue is full - dropping event"), FINDING_FAULT,
	  "dispatcher overflow",
	  "raise q_depth in /etc/audisp/audispd.conf and restart auditd, or "
	  "use the source netlink" },
	{ STR_INIT("saker has exceeded max_restarts"), FINDING_FAULT,
	  "plugin given up",
	  "restart auditd (service auditd restart); what it died of stands "
	  "before that in the log" },
	{ STR_INIT("saker terminated unexpectedly"), FINDING_ADVICE,
	  "plugin restarted",
	  "look for what it died of before that in the log; auditd starts it "
	  "anew ten times at most" },
};

static unsigned count(struct str text, struct str wanted)
{
	unsigned n = 0;

	for (ptrdiff_t at; (at = str_find(text, wanted)) >= 0; n++)
		text = str_skip(text, (size_t)at + wanted.len);
	return n;
}

static void check_logs(struct doctor *d)
{
	static const char *const paths[] = { "/var/log/syslog",
		                             "/var/log/messages",
		                             "/var/log/daemon.log" };
	unsigned counts[COUNT(log_lines)] = { 0 };

	for (size_t i = 0; i < COUNT(paths); i++) {
		auto_buf struct buf text = BUF_INIT;

		if (!doctor_read(d, paths[i], &text))
			continue;
		for (size_t k = 0; k < COUNT(log_lines); k++)
			counts[k] += count(buf_str(&text), log_lines[k].text);
	}
	for (size_t k = 0; k < COUNT(log_lines); k++)
		if (counts[k] > 0)
			doctor_findf(d, log_lines[k].level, log_lines[k].what,
			             log_lines[k].remedy,
			             "%u times in the system's log: %.*s",
			             counts[k], STR_FMT(log_lines[k].text));
}

/* Of a process: the parent, and whether it runs that program. */
static bool is_child(const struct doctor *d, const char *pid, unsigned parent,
                     const char *program)
{
	auto_buf struct buf text = BUF_INIT, name = BUF_INIT;
	char exe[PATH_MAX];
	struct str rest, line, value;
	uint64_t ppid;
	ssize_t n;

	buf_printf(&name, "/proc/%s/status", pid);
	if (name.failed || !doctor_read(d, buf_cstr(&name), &text))
		return false;
	rest = buf_str(&text);
	while (str_split(&rest, '\n', &line) &&
	       !str_has_prefix(line, STR("PPid:")))
		;
	value = str_trim(str_skip(line, line.len < 5 ? line.len : 5));
	if (!str_to_u64(value, 10, &ppid) || ppid != parent)
		return false;
	name.len = 0;
	buf_printf(&name, "%s/proc/%s/exe", d->root != NULL ? d->root : "",
	           pid);
	n = name.failed ? -1 : readlink(buf_cstr(&name), exe, sizeof(exe) - 1);
	return n > 0 && str_eq(str_basename((struct str){ exe, (size_t)n }),
	                       str_basename(str_from(program)));
}

static bool is_running(const struct doctor *d, const char *program)
{
	auto_buf struct buf path = BUF_INIT;
	const struct dirent *entry;
	bool found = false;
	DIR *proc;

	buf_printf(&path, "%s/proc", d->root != NULL ? d->root : "");
	proc = path.failed ? NULL : opendir(buf_cstr(&path));
	while (proc != NULL && !found && (entry = readdir(proc)) != NULL)
		found = isdigit((unsigned char)entry->d_name[0]) &&
		        is_child(d, entry->d_name, d->status.pid, program);
	if (proc != NULL)
		closedir(proc);
	return found;
}

/* auditd wants it to be root's alone to write. */
static const char *fault_of_program(const struct doctor *d, const char *path)
{
	auto_buf struct buf name = BUF_INIT;
	struct stat st;

	buf_printf(&name, "%s%s", d->root != NULL ? d->root : "", path);
	if (name.failed || stat(buf_cstr(&name), &st) < 0)
		return "is not there";
	if (!S_ISREG(st.st_mode) || (st.st_mode & 0111) == 0)
		return "is no program";
	if ((st.st_mode & 022) != 0)
		return "can be written by others";
	return NULL;
}

static void check_sandbox(struct doctor *d, const char *program)
{
	static const char *const units[] = {
		"/etc/systemd/system/auditd.service",
		"/usr/lib/systemd/system/auditd.service",
		"/lib/systemd/system/auditd.service",
	};
	auto_buf struct buf text = BUF_INIT;

	if (!str_eq(str_basename(str_from(program)), STR("saker")))
		return;
	for (size_t i = 0; i < COUNT(units) && text.len == 0; i++)
		(void)!doctor_read(d, units[i], &text);
	if (is_set_to(buf_str(&text), "MemoryDenyWriteExecute", "true") ||
	    is_set_to(buf_str(&text), "MemoryDenyWriteExecute", "yes"))
		doctor_find(d, FINDING_ADVICE, "plugin's sandbox",
		            "auditd.service denies executable memory: regular "
		            "expressions are not compiled",
		            "use the relay, audisp-saker, as plugin, and saker "
		            "as a service of its own");
}

static void check_plugin(struct doctor *d, struct str conf, struct str text,
                         const char *path)
{
	const char *fault = fault_of_program(d, path);
	char most[64] = "10";

	(void)!setting(conf, "max_restarts", most, sizeof(most));
	if (fault != NULL)
		doctor_findf(d, FINDING_FAULT, "plugin",
		             "put right path in auditd's saker.conf and "
		             "restart auditd",
		             "%s %s", path, fault);
	else if (is_set_to(text, "active", "no"))
		doctor_find(d, FINDING_ADVICE, "plugin", "not active",
		            "active = yes in auditd's saker.conf, where it is "
		            "to be used");
	else if (d->has_status && d->status.pid != 0 && !is_running(d, path))
		doctor_findf(d, FINDING_FAULT, "plugin dropped",
		             "restart auditd (service auditd restart); its log "
		             "tells what the plugin died of",
		             "%s does not run, though auditd does: it gives a "
		             "plugin up after %s restarts (max_restarts)",
		             path, most);
	else
		doctor_find(d, FINDING_OK, "plugin", path, NULL);
	if (is_set_to(text, "type", "builtin"))
		doctor_find(d, FINDING_FAULT, "plugin's type", "builtin",
		            "type = always in auditd's saker.conf");
	check_sandbox(d, path);
}

static bool is_ours(const char *path)
{
	struct str name = str_basename(str_from(path));

	return str_eq(name, STR("saker")) || str_eq(name, STR("audisp-saker"));
}

static bool is_there(const struct doctor *d, const char *path)
{
	auto_buf struct buf name = BUF_INIT;

	buf_printf(&name, "%s%s", d->root != NULL ? d->root : "", path);
	return !name.failed && access(buf_cstr(&name), F_OK) == 0;
}

/* As find_directory() of enable_plugin.c. */
static void plugin_directory(const struct doctor *d, struct str conf,
                             char ret[PATH_MAX])
{
	bool is_old = is_there(d, "/sbin/audispd") ||
	              is_there(d, "/usr/sbin/audispd");

	if (!setting(conf, "plugin_dir", ret, PATH_MAX) || ret[0] != '/')
		snprintf(ret, PATH_MAX, "%s",
		         is_old ? "/etc/audisp/plugins.d"
		                : "/etc/audit/plugins.d");
}

static void check_plugins(struct doctor *d, struct str conf)
{
	auto_buf struct buf path = BUF_INIT;
	char directory[PATH_MAX];
	const struct dirent *entry;
	DIR *plugins;

	plugin_directory(d, conf, directory);
	buf_printf(&path, "%s%s", d->root != NULL ? d->root : "", directory);
	plugins = path.failed ? NULL : opendir(buf_cstr(&path));
	while (plugins != NULL && (entry = readdir(plugins)) != NULL) {
		auto_buf struct buf name = BUF_INIT, text = BUF_INIT;
		char program[PATH_MAX];

		buf_printf(&name, "%s/%s", directory, entry->d_name);
		if (!name.failed &&
		    str_has_suffix(str_from(entry->d_name), STR(".conf")) &&
		    doctor_read(d, buf_cstr(&name), &text) &&
		    setting(buf_str(&text), "path", program, sizeof(program)) &&
		    is_ours(program))
			check_plugin(d, conf, buf_str(&text), program);
	}
	if (plugins != NULL)
		closedir(plugins);
}

void doctor_check_auditd(struct doctor *d)
{
	auto_buf struct buf conf = BUF_INIT;

	if (!doctor_read(d, "/etc/audit/auditd.conf", &conf))
		return;
	check_queue(d, buf_str(&conf));
	check_state(d);
	check_logs(d);
	check_plugins(d, buf_str(&conf));
}

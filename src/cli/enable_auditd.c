/* SPDX-License-Identifier: GPL-2.0-or-later */
/* enable_auditd.c - auditd told to start and stop its plugins.
 *
 * It refuses to be stopped by systemd, but at SIGHUP it does as its plugins'
 * files now say, in all versions. It asks the kernel first who sent the signal,
 * and does nothing when the answer is lost, as it may be while many records
 * come in (hup_handler() in auditd.c): so it is told again until it has done
 * it. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "enable.h"

#define TIMES   5
#define WAIT_MS 3000
#define LOOK_MS 100
/* TASK_COMM_LEN without the end */
#define COMM_MOST ((size_t)15)

/* "Name:\tauditd" of /proc/PID/status. */
static bool has_line(const struct buf *status, const char *name, char *ret,
                     size_t size)
{
	struct str rest = buf_str(status), line, key;

	while (str_split(&rest, '\n', &line)) {
		if (!str_split(&line, ':', &key) ||
		    !str_eq(key, str_from(name)))
			continue;
		line = str_take(str_trim(line), size - 1);
		snprintf(ret, size, "%.*s", STR_FMT(line));
		return true;
	}
	return false;
}

static bool read_status(const char *pid, char name[COMM_MOST + 1],
                        unsigned *ret_parent)
{
	auto_buf struct buf status = BUF_INIT;
	char path[64], parent[16];

	snprintf(path, sizeof(path), "/proc/%.16s/status", pid);
	if (io_read_at(-1, path, 4096, &status) < 0 ||
	    !has_line(&status, "Name", name, COMM_MOST + 1) ||
	    !has_line(&status, "PPid", parent, sizeof(parent)))
		return false;
	*ret_parent = (unsigned)strtoul(parent, NULL, 10);
	return true;
}

/* Before audit 3.0 plugins are children of a child, audispd. */
static bool is_of(const char *pid, struct str program, unsigned auditd)
{
	char name[COMM_MOST + 1], between[16];
	unsigned parent;

	if (!read_status(pid, name, &parent) ||
	    !str_eq(str_from(name), str_take(program, COMM_MOST)))
		return false;
	if (parent == auditd)
		return true;
	snprintf(between, sizeof(between), "%u", parent);
	return read_status(between, name, &parent) && parent == auditd;
}

static bool runs(struct str program, unsigned auditd)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	bool found = false;

	while (proc != NULL && !found && (entry = readdir(proc)) != NULL)
		found = isdigit((unsigned char)entry->d_name[0]) &&
		        is_of(entry->d_name, program, auditd);
	if (proc != NULL)
		closedir(proc);
	return found;
}

static bool tell(struct setup *s, struct str program, bool is_wanted)
{
	unsigned auditd = s->status.pid;

	for (int i = 0; i < TIMES; i++) {
		if (kill((pid_t)auditd, SIGHUP) < 0)
			return false;
		for (int ms = 0; ms < WAIT_MS; ms += LOOK_MS) {
			if (runs(program, auditd) == is_wanted)
				return true;
			poll(NULL, 0, LOOK_MS);
		}
	}
	errno = 0;
	return false;
}

void setup_tell_auditd(struct setup *s, struct str program, bool is_wanted)
{
	char pid[16], name[COMM_MOST + 1];
	unsigned parent;

	if (!setup_is_here(s))
		return;
	snprintf(pid, sizeof(pid), "%u", s->status.pid);
	if (!s->has_status || s->status.pid == 0)
		setup_say(s, CHANGE_LEFT, "auditd",
		          "does not run, or cannot be asked for: it reads its "
		          "plugins when it starts");
	else if (!read_status(pid, name, &parent) ||
	         strcmp(name, "auditd") != 0)
		setup_say(s, CHANGE_TODO, "auditd",
		          "process %s has the kernel's audit and is no auditd: "
		          "have it read its plugins anew",
		          pid);
	else if (s->is_dry_run || tell(s, program, is_wanted))
		setup_say(s, CHANGE_DONE, "auditd",
		          "has read its plugins anew (SIGHUP to %s)", pid);
	else if (errno != 0)
		setup_say(s, CHANGE_FAILED, "auditd", "SIGHUP to %s: %s", pid,
		          strerror(errno));
	else
		setup_say(s, CHANGE_TODO, "auditd",
		          "does not %s %.*s at SIGHUP: its log tells why",
		          is_wanted ? "start" : "end", STR_FMT(program));
}

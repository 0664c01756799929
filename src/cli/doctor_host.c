/* SPDX-License-Identifier: GPL-2.0-or-later */
/* doctor_host.c - what saker may do on the host, and what the host is like. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <linux/capability.h>
#include <pcre2.h>
#include <stdlib.h>

#include "doctor.h"
#include "saker/base/array.h"
#include "saker/base/io.h"

/* Newer than the oldest headers. */
#ifndef CAP_AUDIT_READ
#define CAP_AUDIT_READ 37
#endif

/* The word behind a name in a file of lines "Name: word". */
static struct str value_of(struct str text, struct str name)
{
	struct str line;

	while (str_split(&text, '\n', &line))
		if (str_has_prefix(line, name))
			return str_trim(str_skip(line, name.len));
	return STR_NONE;
}

static const struct {
	unsigned bit;
	enum finding_level level;
	const char *name, *use;
} rights[] = {
	{ CAP_AUDIT_READ, FINDING_FAULT, "CAP_AUDIT_READ",
	  "the source netlink" },
	{ CAP_AUDIT_CONTROL, FINDING_ADVICE, "CAP_AUDIT_CONTROL",
	  "the kernel's audit state and rules" },
	{ CAP_NET_ADMIN, FINDING_ADVICE, "CAP_NET_ADMIN",
	  "the process connector, by which short processes are known" },
	{ CAP_SYS_PTRACE, FINDING_ADVICE, "CAP_SYS_PTRACE",
	  "namespaces, roots and descriptors of processes" },
	{ CAP_DAC_READ_SEARCH, FINDING_ADVICE, "CAP_DAC_READ_SEARCH",
	  "files of container runtimes" },
	{ CAP_KILL, FINDING_ADVICE, "CAP_KILL", "responses" },
};

static void check_rights(struct doctor *d, uint64_t effective)
{
	bool any = false;

	for (size_t i = 0; i < COUNT(rights); i++) {
		if ((effective >> rights[i].bit & 1) != 0)
			continue;
		any = true;
		doctor_findf(d, rights[i].level, "privileges",
		             "run as root, or give it AmbientCapabilities= in "
		             "the service",
		             "%s is missing, for %s", rights[i].name,
		             rights[i].use);
	}
	if (!any)
		doctor_find(d, FINDING_OK, "privileges", "all that are needed",
		            NULL);
}

void doctor_check_privileges(struct doctor *d)
{
	auto_buf struct buf status = BUF_INIT, map = BUF_INIT;
	uint64_t effective;
	struct str line;

	if (doctor_read(d, "/proc/self/status", &status) &&
	    str_to_u64(value_of(buf_str(&status), STR("CapEff:")), 16,
	               &effective))
		check_rights(d, effective);
	if (!doctor_read(d, "/proc/self/uid_map", &map))
		return;
	line = str_trim(buf_str(&map));
	if (!str_has_prefix(line, STR("0")) ||
	    !str_has_suffix(line, STR(" 4294967295")))
		doctor_find(d, FINDING_FAULT, "user namespace",
		            "not the host's",
		            "the kernel gives audit to nobody in it: run on "
		            "the host, or in a container that shares its user, "
		            "process and network namespaces");
}

void doctor_check_boot(struct doctor *d)
{
	auto_buf struct buf line = BUF_INIT;
	struct str rest, word;
	bool on = false, off = false;

	if (!doctor_read(d, "/proc/cmdline", &line))
		return;
	rest = str_trim(buf_str(&line));
	while (str_split(&rest, ' ', &word)) {
		on |= str_eq(word, STR("audit=1")) ||
		      str_eq(word, STR("audit=on"));
		off |= str_eq(word, STR("audit=0")) ||
		       str_eq(word, STR("audit=off"));
	}
	if (off)
		doctor_find(d, FINDING_FAULT, "boot parameter", "audit=0",
		            "take it off the kernel's command line and reboot");
	else if (!on)
		doctor_find(d, FINDING_ADVICE, "boot parameter",
		            "no audit=1: processes that ran before audit was "
		            "first switched on are not seen",
		            "put audit=1 on the kernel's command line");
}

struct mounts {
	unsigned v1, v2;
	bool is_read_only, is_hidden;
};

/* "24 1 0:5 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw" */
static void take_mount(struct mounts *m, struct str line)
{
	ptrdiff_t dash = str_find(line, STR(" - "));
	struct str rest, type, target = STR_NONE, options = STR_NONE;

	if (dash < 0)
		return;
	rest = str_skip(line, (size_t)dash + 3);
	if (!str_split(&rest, ' ', &type))
		return;
	line = str_take(line, (size_t)dash);
	for (size_t i = 0; i < 6 && str_split(&line, ' ', &options); i++)
		if (i == 4)
			target = options;
	if (str_eq(type, STR("cgroup2")) || str_eq(type, STR("cgroup"))) {
		m->v1 += str_eq(type, STR("cgroup"));
		m->v2 += str_eq(type, STR("cgroup2"));
		m->is_read_only |= str_has_prefix(options, STR("ro"));
	}
	if (str_eq(type, STR("proc")) && str_eq(target, STR("/proc")))
		m->is_hidden = str_find(rest, STR("hidepid=")) >= 0 &&
		               str_find(rest, STR("hidepid=0")) < 0 &&
		               str_find(rest, STR("hidepid=off")) < 0;
}

static void judge_cgroups(struct doctor *d, const struct mounts *m)
{
	if (m->v1 + m->v2 == 0) {
		doctor_find(d, FINDING_FAULT, "cgroups", "not mounted",
		            "mount -t cgroup2 cgroup2 /sys/fs/cgroup; without "
		            "them containers are not told apart");
		return;
	}
	doctor_find(d, FINDING_OK, "cgroups",
	            m->v1 == 0   ? "version 2"
	            : m->v2 == 0 ? "version 1"
	                         : "version 1, and 2 beside",
	            NULL);
	if (m->v1 != 0)
		doctor_find(d, FINDING_ADVICE, "killing containers",
		            "process by process: version 1 has no cgroup.kill",
		            "boot with systemd.unified_cgroup_hierarchy=1 "
		            "where responses are to end containers at once");
	if (m->is_read_only)
		doctor_find(d, FINDING_ADVICE, "cgroups",
		            "mounted read-only here",
		            "responses fall back to signals: run saker outside "
		            "of auditd's sandbox, with the relay as plugin");
}

void doctor_check_cgroups(struct doctor *d)
{
	auto_buf struct buf text = BUF_INIT;
	struct mounts m = { 0 };
	struct str rest, line;

	if (!doctor_read(d, "/proc/self/mountinfo", &text))
		return;
	rest = buf_str(&text);
	while (str_split(&rest, '\n', &line))
		take_mount(&m, line);
	judge_cgroups(d, &m);
	if (m.is_hidden)
		doctor_find(d, FINDING_ADVICE, "/proc", "mounted with hidepid=",
		            "give saker's group gid= of that mount, or it "
		            "knows little of processes");
}

#define NETLINK_AUDIT_PROTOCOL 9
#define AUDIT_READERS          1

static bool is_journald(const struct doctor *d, uint64_t port)
{
	auto_buf struct buf name = BUF_INIT, comm = BUF_INIT;

	/* systemd makes the socket and hands it over */
	if (port == 1)
		return true;
	buf_printf(&name, "/proc/%llu/comm", (unsigned long long)port);
	return !name.failed && doctor_read(d, buf_cstr(&name), &comm) &&
	       str_has_prefix(buf_str(&comm), STR("systemd-journal"));
}

/* "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode", many blanks between. */
static bool is_reader(const struct doctor *d, struct str line)
{
	uint64_t values[4] = { 0 };
	struct str word;
	size_t n = 0;

	line = str_trim(line);
	while (n < COUNT(values) && str_split(&line, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (!str_to_u64(word, n == 0 || n == 3 ? 16 : 10, &values[n]))
			return false;
		n++;
	}
	return n == COUNT(values) && values[1] == NETLINK_AUDIT_PROTOCOL &&
	       (values[3] & AUDIT_READERS) != 0 && is_journald(d, values[2]);
}

void doctor_check_journald(struct doctor *d)
{
	auto_buf struct buf text = BUF_INIT;
	struct str rest, line;
	bool found = false;

	if (!doctor_read(d, "/proc/net/netlink", &text))
		return;
	rest = buf_str(&text);
	while (str_split(&rest, '\n', &line))
		found |= is_reader(d, line);
	doctor_find(
		d, found ? FINDING_ADVICE : FINDING_OK, "journald",
		found ? "reads audit records, too, and keeps each of them"
		      : "reads no audit records",
		found ? "systemctl mask --now systemd-journald-audit.socket "
			"and systemctl restart systemd-journald"
		      : NULL);
}

void doctor_check_jit(struct doctor *d)
{
	PCRE2_SIZE at;
	int error, r = -1;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR) "a+b", 3, 0, &error, &at, NULL);

	if (code != NULL)
		r = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	pcre2_code_free(code);
	doctor_find(d, r == 0 ? FINDING_OK : FINDING_ADVICE,
	            "compiled patterns",
	            r == 0 ? "as machine code"
	                   : "not here: regular expressions are interpreted",
	            r == 0 ? NULL
	                   : "MemoryDenyWriteExecute=no for saker's service; "
	                     "or a PCRE2 library with JIT");
}

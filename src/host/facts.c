/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.c - one process's facts through one /proc/PID descriptor: it keeps
 * meaning the same process, and fails once that is gone (proc(5)). */
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "direct.h"
#include "saker/audit/event.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

/* include/linux/sched.h: PF_KTHREAD, PF_EXITING */
#define KERNEL_THREAD 0x00200000u
#define EXITING       0x00000004u
#define FACT_BYTES    (64u * 1024)

struct reader {
	int fd;
	struct arena *arena;
	struct buf text; /* of the file read last */
};

static int read_text(struct reader *r, const char *name, struct str *ret)
{
	int error;

	buf_clear(&r->text);
	error = io_read_at(r->fd, name, FACT_BYTES, &r->text);
	if (error == 0 || error == E_LIMIT)
		*ret = buf_str(&r->text);
	return error == E_LIMIT ? 0 : error;
}

static int read_stat(struct reader *r, struct host_process *p)
{
	struct proc_stat s;
	struct str text;
	int error = read_text(r, "stat", &text);

	if (error < 0)
		return error;
	if (!proc_stat_parse(text, &s))
		return E_IO;
	p->ppid = s.ppid;
	p->sid = s.sid;
	p->pgid = s.pgid;
	p->minor_faults = s.minor_faults;
	p->major_faults = s.major_faults;
	p->is_kernel_thread = (s.flags & KERNEL_THREAD) != 0;
	p->is_exiting = (s.flags & EXITING) != 0;
	p->start_ticks = s.start_ticks;
	p->start_ns = clock_realtime_of_ticks(s.start_ticks);
	p->comm = arena_copy(r->arena, s.comm);
	return p->comm.s != NULL ? 0 : E_NOMEM;
}

static void read_number(struct reader *r, const char *name, uint32_t *ret)
{
	struct str text;
	uint64_t value;

	*ret = AUDIT_ID_UNSET;
	if (read_text(r, name, &text) == 0 && str_to_u64(text, 10, &value))
		*ret = (uint32_t)value;
}

static int read_ids(struct reader *r, struct host_process *p)
{
	struct str text;
	int error = read_text(r, "status", &text);

	if (error == 0)
		proc_status_parse(text, p);
	/* Absent without CONFIG_AUDIT. */
	read_number(r, "loginuid", &p->auid);
	read_number(r, "sessionid", &p->ses);
	return error;
}

static struct str read_link(struct reader *r, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(r->fd, name, target, sizeof(target));

	if (n <= 0)
		return STR_NONE;
	return arena_copy(r->arena, (struct str){ target, (size_t)n });
}

static struct file_id read_identity(struct reader *r, const char *name)
{
	struct file_id id = { 0 };

	(void)!direct_identity_at(r->fd, name, &id);
	return id;
}

static uint64_t time_ns(struct timespec t)
{
	return (uint64_t)t.tv_sec * NS_PER_SEC + (uint64_t)t.tv_nsec;
}

static void read_exe(struct reader *r, struct host_process *p)
{
	struct stat st;

	p->exe = read_link(r, "exe");
	if (fstatat(r->fd, "exe", &st, 0) < 0)
		return;
	p->exe_id = (struct file_id){ st.st_dev, st.st_ino };
	/* stat(2) shows another device than audit for some of those */
	if (major(st.st_dev) == 0)
		p->exe_id = read_identity(r, "exe");
	p->exe_mode = st.st_mode;
	p->exe_uid = st.st_uid;
	p->exe_gid = st.st_gid;
	p->exe_ctime_ns = time_ns(st.st_ctim);
	p->exe_mtime_ns = time_ns(st.st_mtim);
}

static int read_argv(struct reader *r, struct host_process *p)
{
	struct str text;
	int error = read_text(r, "cmdline", &text);

	return error < 0 ? error : proc_cmdline_parse(text, r->arena, p);
}

/* "mnt:[4026531841]" */
static uint64_t read_namespace(struct reader *r, const char *name)
{
	struct str link = read_link(r, name);
	ptrdiff_t open = str_find_byte(link, '[');
	uint64_t inode = 0;

	if (open >= 0 && str_has_suffix(link, STR("]")))
		str_to_u64(str_span(link.s + open + 1, link.s + link.len - 1),
		           10, &inode);
	return inode;
}

static int read_cgroup(struct reader *r, struct host_process *p)
{
	struct str text;
	int error = read_text(r, "cgroup", &text);

	if (error < 0)
		return error;
	p->cgroup = arena_copy(r->arena, text);
	return p->cgroup.s != NULL ? 0 : E_NOMEM;
}

/* "docker-default (enforce)", "system_u:system_r:container_t:s0:c1,c2", the
 * latter with a NUL behind. EINVAL without a security module. */
static void read_label(struct reader *r, struct host_process *p)
{
	struct str text;

	if (read_text(r, "attr/current", &text) < 0)
		return;
	if (text.len != 0 && text.s[text.len - 1] == '\0')
		text.len--;
	p->label = arena_copy(r->arena, str_trim(text));
}

static void read_links(struct reader *r, unsigned want, struct host_process *p)
{
	if (want & HOST_WANT_EXE)
		read_exe(r, p);
	if (want & HOST_WANT_CWD)
		p->cwd = read_link(r, "cwd");
	if (want & HOST_WANT_ROOT)
		p->root_id = read_identity(r, "root");
	if (want & HOST_WANT_LABEL)
		read_label(r, p);
	if (want & (HOST_WANT_NS | HOST_WANT_NS_PID))
		p->ns_pid = read_namespace(r, "ns/pid");
	if (want & HOST_WANT_NS) {
		p->ns_mnt = read_namespace(r, "ns/mnt");
		p->ns_user = read_namespace(r, "ns/user");
		p->ns_net = read_namespace(r, "ns/net");
		p->ns_uts = read_namespace(r, "ns/uts");
		p->ns_ipc = read_namespace(r, "ns/ipc");
		p->ns_cgroup = read_namespace(r, "ns/cgroup");
	}
}

/* A fact that may not be read stays unknown; a process that is gone is an
 * error, because what was read so far is then of no use. */
static bool is_fatal(int error)
{
	return error == E_NOT_FOUND || error == E_NOMEM;
}

static int read_facts(struct reader *r, unsigned want, struct host_process *p)
{
	int error = want & HOST_WANT_STAT ? read_stat(r, p) : 0;

	if (!is_fatal(error) && (want & HOST_WANT_IDS))
		error = read_ids(r, p);
	if (!is_fatal(error) && (want & HOST_WANT_ARGV))
		error = read_argv(r, p);
	if (!is_fatal(error) && (want & HOST_WANT_CGROUP))
		error = read_cgroup(r, p);
	if (is_fatal(error))
		return error;
	read_links(r, want, p);
	return 0;
}

int direct_process(struct host *h, pid_t pid, unsigned want, struct arena *a,
                   struct host_process *ret)
{
	struct host_process p = { .pid = pid,
		                  .auid = AUDIT_ID_UNSET,
		                  .ses = AUDIT_ID_UNSET,
		                  .seccomp = -1,
		                  .no_new_privs = -1 };
	char path[32];
	int error;

	(void)h;
	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	auto_close int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return io_error();
	struct reader r = { .fd = fd, .arena = a };
	error = read_facts(&r, want, &p);
	buf_done(&r.text);
	if (error == 0)
		*ret = p;
	return error;
}

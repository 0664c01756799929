/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_proc.c - proc.*: who. */
#include <libaudit.h>
#include <sys/sysmacros.h>

#include "get.h"
#include "who.h"

/* Falco: the process's name and its arguments, not argv[0]. */
struct str process_cmdline(struct event *e, const struct process *p)
{
	struct str rest = STR_NONE;
	char *text;

	if (p->comm.len == 0)
		return p->cmdline;
	if (p->argc > 1)
		rest = str_skip(p->cmdline, process_arg(p, 0).len);
	text = arena_alloc(&e->audit->arena, p->comm.len + rest.len + 1);
	if (text == NULL)
		return STR_NONE;
	memcpy(text, p->comm.s, p->comm.len);
	if (rest.len != 0)
		memcpy(text + p->comm.len, rest.s, rest.len);
	text[p->comm.len + rest.len] = '\0';
	return (struct str){ text, p->comm.len + rest.len };
}

struct str process_name(struct event *e UNUSED, const struct process *p)
{
	return p->comm;
}

/* As Falco shows it: without the kernel's mark of a deleted file, and a memory
 * file, which every system has as deleted, without a root. */
struct str process_exepath(struct event *e UNUSED, const struct process *p)
{
	struct str mark = STR(" (deleted)"), path = p->exe;

	if (str_has_suffix(path, mark))
		path.len -= mark.len;
	return str_has_prefix(path, STR("/memfd:")) ? str_skip(path, 1) : path;
}

/* The kernel's number of it, whatever pid namespace the caller is in. */
static struct process *target_of(struct event *e)
{
	const struct record *r = audit_event_record(e->audit, AUDIT_OBJ_PID, 0);
	uint64_t pid;
	struct str raw;

	if (r == NULL || e->context->tracker == NULL ||
	    !record_field(r, STR("opid"), &raw) || !str_to_u64(raw, 10, &pid) ||
	    pid > INT32_MAX)
		return NULL;
	return tracker_process(e->context->tracker, (pid_t)pid);
}

GETTER(get_proc_target_exepath)
{
	struct process *p = target_of(e);

	return p != NULL && give_known(ret, process_exepath(e, p));
}

struct str process_argv0(struct event *e UNUSED, const struct process *p)
{
	return process_arg(p, 0);
}

static bool give_own(struct event *e, process_text *text, struct value *ret)
{
	return e->process != NULL && give_known(ret, text(e, e->process));
}

/* A log's record may be all that is known of its process. */
GETTER(get_proc_pid)
{
	uint64_t pid;

	if (e->process != NULL)
		return give_int(ret, e->process->pid);
	return record_number(e, STR("pid"), &pid) &&
	       give_int(ret, (int64_t)pid);
}

GETTER(get_proc_ppid)
{
	return e->process != NULL && give_int(ret, e->process->ppid);
}

GETTER(get_proc_name)
{
	return give_own(e, process_name, ret);
}

GETTER(get_proc_exe)
{
	return give_own(e, process_argv0, ret);
}

GETTER(get_proc_exepath)
{
	return give_own(e, process_exepath, ret);
}

GETTER(get_proc_exe_ino)
{
	return e->process != NULL && e->process->exe_id.ino != 0 &&
	       give_int(ret, (int64_t)e->process->exe_id.ino);
}

GETTER(get_proc_cmdline)
{
	return give_own(e, process_cmdline, ret);
}

static struct str exeline_of(struct event *e UNUSED, const struct process *p)
{
	return p->cmdline;
}

GETTER(get_proc_exeline)
{
	return give_own(e, exeline_of, ret);
}

struct str process_args(struct event *e UNUSED, const struct process *p)
{
	struct str rest = STR_NONE;

	if (p->argc != 0)
		rest = str_skip(p->cmdline, process_arg(p, 0).len + 1);
	return rest.len != 0 ? rest : STR("");
}

bool get_proc_args(struct event *e, const struct field_arg *arg,
                   struct value *ret)
{
	const struct process *p = e->process;

	if (p == NULL || p->argc == 0)
		return false;
	if (arg != NULL && arg->is_index)
		return arg->index < p->argc - 1 &&
		       give_str(ret, process_arg(p, arg->index + 1));
	return give_str(ret, process_args(e, p));
}

GETTER(get_proc_cmdnargs)
{
	return e->process != NULL && e->process->argc != 0 &&
	       give_uint(ret, e->process->argc - 1);
}

GETTER(get_proc_cmdlenargs)
{
	uint64_t length = 0;

	if (e->process == NULL || e->process->argc == 0)
		return false;
	for (size_t n = 1; n < e->process->argc; n++)
		length += process_arg(e->process, n).len;
	return give_uint(ret, length);
}

GETTER(get_proc_cwd)
{
	struct str cwd = audit_event_cwd(e->audit);

	if (cwd.len == 0 && e->process != NULL)
		cwd = e->process->cwd;
	return give_known(ret, cwd);
}

/* drivers/tty: pty slaves are major 136, consoles 4; audit prints the name. */
GETTER(get_proc_tty)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	struct str tty;
	uint64_t n;

	if (sc == NULL || sc->is_io_uring)
		return false;
	tty = sc->tty;
	if (str_has_prefix(tty, STR("pts")) &&
	    str_to_u64(str_skip(tty, 3), 10, &n) && n < (1u << 20))
		return give_uint(ret, makedev(136, (unsigned)n));
	if (str_has_prefix(tty, STR("ttyS")) &&
	    str_to_u64(str_skip(tty, 4), 10, &n) && n < 192)
		return give_uint(ret, makedev(4, 64 + (unsigned)n));
	if (str_has_prefix(tty, STR("tty")) &&
	    str_to_u64(str_skip(tty, 3), 10, &n) && n < 64)
		return give_uint(ret, makedev(4, (unsigned)n));
	return give_uint(ret, 0);
}

GETTER(get_proc_state)
{
	return e->process != NULL &&
	       give_str(ret, str_from(process_state_name(e->process->state)));
}

GETTER(get_proc_entered)
{
	return e->process != NULL && give_bool(ret, e->process->entered);
}

GETTER(get_proc_is_container_entry)
{
	return e->process != NULL &&
	       give_bool(ret,
	                 e->process->entry_serial == e->audit->stamp.serial &&
	                         e->process->entry_serial != 0);
}

/* mm/memfd.c names the file "memfd:NAME"; its path ends in " (deleted)". */
GETTER(get_proc_is_exe_from_memfd)
{
	return e->process != NULL && e->process->exe.len != 0 &&
	       give_bool(ret, str_has_prefix(e->process->exe, STR("/memfd:")));
}

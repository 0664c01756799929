/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_proc.c - proc.*, user.*, group.*, thread.*: who. */
#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>

#include "get.h"

#define UNUSED __attribute__((unused))
#define GETTER(name)                                                   \
	bool name(struct event *e, const struct field_arg *arg UNUSED, \
	          struct value *ret)

/* Ancestors looked at for "any ancestor": a chain longer than this is a loop
 * or an attack. */
#define ANCESTORS_MAX 64

static bool give_known(struct value *ret, struct str v)
{
	return v.len != 0 && give_str(ret, v);
}

/* Falco: the process's name and its arguments, not argv[0]. */
static struct str cmdline_of(struct event *e, const struct process *p)
{
	struct str rest = STR_NONE;
	char *text;

	if (p->comm.len == 0)
		return p->cmdline;
	if (p->argc > 1)
		rest = str_skip(p->cmdline, p->argv[0].len);
	text = arena_alloc(&e->audit->arena, p->comm.len + rest.len + 1);
	if (text == NULL)
		return STR_NONE;
	memcpy(text, p->comm.s, p->comm.len);
	if (rest.len != 0)
		memcpy(text + p->comm.len, rest.s, rest.len);
	text[p->comm.len + rest.len] = '\0';
	return (struct str){ text, p->comm.len + rest.len };
}

static struct process *parent_of(struct event *e)
{
	return e->process != NULL ? process_ancestor(e->process, 1) : NULL;
}

static struct str name_of(struct event *e UNUSED, const struct process *p)
{
	return p->comm;
}

static struct str exepath_of(struct event *e UNUSED, const struct process *p)
{
	return p->exe;
}

static struct str argv0_of(struct event *e UNUSED, const struct process *p)
{
	return p->argc != 0 ? p->argv[0] : STR_NONE;
}

typedef struct str process_text(struct event *e, const struct process *p);

static bool give_own(struct event *e, process_text *text, struct value *ret)
{
	return e->process != NULL && give_known(ret, text(e, e->process));
}

static bool give_parent(struct event *e, process_text *text, struct value *ret)
{
	struct process *p = parent_of(e);

	return p != NULL && give_known(ret, text(e, p));
}

/* With an index the nth ancestor's text; without, all but the own as a list. */
static bool give_ancestors(struct event *e, const struct field_arg *arg,
                           process_text *text, struct value *ret)
{
	struct str *items;
	struct process *p;
	size_t n = 0;

	if (e->process == NULL)
		return false;
	if (arg != NULL && arg->is_index) {
		if (arg->index > ANCESTORS_MAX)
			return false;
		p = process_ancestor(e->process, (unsigned)arg->index);
		return p != NULL && give_known(ret, text(e, p));
	}
	items = arena_array(&e->audit->arena, struct str, ANCESTORS_MAX);
	if (items == NULL)
		return false;
	for (p = e->process->parent; p != NULL && n < ANCESTORS_MAX;
	     p = p->parent)
		items[n++] = text(e, p);
	ret->type = VALUE_LIST;
	ret->list.items = items;
	ret->list.count = n;
	return n != 0;
}

GETTER(get_proc_pid)
{
	return e->process != NULL && give_int(ret, e->process->pid);
}

GETTER(get_proc_ppid)
{
	return e->process != NULL && give_int(ret, e->process->ppid);
}

GETTER(get_proc_name)
{
	return give_own(e, name_of, ret);
}

GETTER(get_proc_exe)
{
	return give_own(e, argv0_of, ret);
}

GETTER(get_proc_exepath)
{
	return give_own(e, exepath_of, ret);
}

GETTER(get_proc_exe_ino)
{
	return e->process != NULL && e->process->exe_id.ino != 0 &&
	       give_int(ret, (int64_t)e->process->exe_id.ino);
}

GETTER(get_proc_exe_identity)
{
	return e->process != NULL && e->process->exe_id.ino != 0 &&
	       give_known(ret, tracker_identity(e->context->tracker,
	                                        e->process->exe_id));
}

GETTER(get_proc_cmdline)
{
	return give_own(e, cmdline_of, ret);
}

static struct str exeline_of(struct event *e UNUSED, const struct process *p)
{
	return p->cmdline;
}

GETTER(get_proc_exeline)
{
	return give_own(e, exeline_of, ret);
}

bool get_proc_args(struct event *e, const struct field_arg *arg,
                   struct value *ret)
{
	const struct process *p = e->process;
	struct str rest;

	if (p == NULL || p->argc == 0)
		return false;
	if (arg != NULL && arg->is_index)
		return arg->index < p->argc - 1 &&
		       give_str(ret, p->argv[arg->index + 1]);
	rest = str_skip(p->cmdline, p->argv[0].len + 1);
	return give_str(ret, rest.len != 0 ? rest : STR(""));
}

GETTER(get_proc_cmdnargs)
{
	return e->process != NULL && e->process->argc != 0 &&
	       give_uint(ret, e->process->argc - 1);
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

GETTER(get_proc_pname)
{
	return give_parent(e, name_of, ret);
}

GETTER(get_proc_pexe)
{
	return give_parent(e, argv0_of, ret);
}

GETTER(get_proc_pexepath)
{
	return give_parent(e, exepath_of, ret);
}

GETTER(get_proc_pcmdline)
{
	return give_parent(e, cmdline_of, ret);
}

bool get_proc_aname(struct event *e, const struct field_arg *arg,
                    struct value *ret)
{
	return give_ancestors(e, arg, name_of, ret);
}

bool get_proc_aexepath(struct event *e, const struct field_arg *arg,
                       struct value *ret)
{
	return give_ancestors(e, arg, exepath_of, ret);
}

bool get_proc_acmdline(struct event *e, const struct field_arg *arg,
                       struct value *ret)
{
	return give_ancestors(e, arg, cmdline_of, ret);
}

bool get_proc_apid(struct event *e, const struct field_arg *arg,
                   struct value *ret)
{
	struct process *p;

	if (e->process == NULL || arg == NULL || !arg->is_index ||
	    arg->index > ANCESTORS_MAX)
		return false;
	p = process_ancestor(e->process, (unsigned)arg->index);
	return p != NULL && give_int(ret, p->pid);
}

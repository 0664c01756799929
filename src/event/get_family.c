/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_family.c - proc.*: parents, ancestors, leaders of groups and sessions. */
#include "facts.h"
#include "get.h"
#include "who.h"

static struct process *parent_of(struct event *e)
{
	return e->process != NULL ? process_ancestor(e->process, 1) : NULL;
}

static bool give_parent(struct event *e, process_text *text, struct value *ret)
{
	struct process *p = parent_of(e);

	return p != NULL && give_known(ret, text(e, p));
}

/* What proc.aname[n] asks for; NULL when there is none. */
static struct process *nth_ancestor(struct event *e,
                                    const struct field_arg *arg)
{
	return arg->index <= ANCESTORS_MAX
	               ? process_ancestor(e->process, (unsigned)arg->index)
	               : NULL;
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
		p = nth_ancestor(e, arg);
		return p != NULL && give_known(ret, text(e, p));
	}
	items = arena_alloc(&e->audit->arena, ANCESTORS_MAX * sizeof(*items));
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

#define PARENT_GETTER(name, text)                 \
	GETTER(name)                              \
	{                                         \
		return give_parent(e, text, ret); \
	}

PARENT_GETTER(get_proc_pname, process_name)
PARENT_GETTER(get_proc_pexe, process_argv0)
PARENT_GETTER(get_proc_pexepath, process_exepath)
PARENT_GETTER(get_proc_pcmdline, process_cmdline)
#define ANCESTOR_GETTER(name, text)                             \
	bool name(struct event *e, const struct field_arg *arg, \
	          struct value *ret)                            \
	{                                                       \
		return give_ancestors(e, arg, text, ret);       \
	}

ANCESTOR_GETTER(get_proc_aname, process_name)
ANCESTOR_GETTER(get_proc_aexepath, process_exepath)
ANCESTOR_GETTER(get_proc_acmdline, process_cmdline)
ANCESTOR_GETTER(get_proc_aexe, process_argv0)
ANCESTOR_GETTER(get_proc_aargs, process_args)

typedef bool process_number(const struct process *p, struct value *ret);

/* As give_ancestors(), for what is no text. */
static bool give_ancestor_numbers(struct event *e, const struct field_arg *arg,
                                  process_number *number, struct value *ret)
{
	struct value *items;
	const struct process *p;
	size_t n = 0;

	if (e->process == NULL)
		return false;
	if (arg != NULL && arg->is_index) {
		p = nth_ancestor(e, arg);
		return p != NULL && number(p, ret);
	}
	items = arena_alloc(&e->audit->arena, ANCESTORS_MAX * sizeof(*items));
	if (items == NULL)
		return false;
	for (p = e->process->parent; p != NULL && n < ANCESTORS_MAX;
	     p = p->parent)
		if (number(p, &items[n]))
			n++;
	ret->type = VALUE_MANY;
	ret->many.items = items;
	ret->many.count = n;
	return n != 0;
}

static bool number_pid(const struct process *p, struct value *ret)
{
	return give_int(ret, p->pid);
}

/* Of a process that no record and no /proc told of, none is known. */
static bool number_uid(const struct process *p, struct value *ret)
{
	return p->comm.len != 0 && give_uint(ret, p->uid);
}

static bool number_loginuid(const struct process *p, struct value *ret)
{
	return p->comm.len != 0 &&
	       give_int(ret, p->auid == AUDIT_ID_UNSET ? -1 : (int64_t)p->auid);
}

static bool number_start(const struct process *p, struct value *ret)
{
	return p->start_ns != 0 && give_duration(ret, p->start_ns);
}

#define NUMBER_GETTER(name, number)                                \
	bool name(struct event *e, const struct field_arg *arg,    \
	          struct value *ret)                               \
	{                                                          \
		return give_ancestor_numbers(e, arg, number, ret); \
	}

NUMBER_GETTER(get_proc_apid, number_pid)
NUMBER_GETTER(get_proc_ancestor_uid, number_uid)
NUMBER_GETTER(get_proc_ancestor_loginuid, number_loginuid)
NUMBER_GETTER(get_proc_ancestor_start, number_start)

/* Falco: a process whose name ends in "sh". */
GETTER(get_proc_loginshellid)
{
	pid_t oldest = 0;
	unsigned n = 0;

	for (const struct process *p = e->process;
	     p != NULL && n++ < ANCESTORS_MAX; p = p->parent)
		if (str_has_suffix(p->comm, STR("sh")))
			oldest = p->pid;
	return oldest != 0 && give_int(ret, oldest);
}

/* Of a session or a group. */
static pid_t id_of(const struct host_process *f, bool session)
{
	return session ? f->sid : f->pgid;
}

/* Of a process that has ended, what is known of it from before. */
static pid_t own_id(struct event *e, bool session)
{
	const struct host_process *f = event_facts(e, HOST_WANT_STAT);

	if (f != NULL)
		return id_of(f, session);
	if (e->process == NULL)
		return 0;
	return session ? e->process->sid : e->process->pgid;
}

static pid_t session_of(struct event *e)
{
	return own_id(e, true);
}

static pid_t group_of(struct event *e)
{
	return own_id(e, false);
}

/* A leader that has gone is stood for by the oldest of the ancestors that are
 * of its session or group, as Falco has it. */
static const struct process *eldest(struct event *e, pid_t id, bool session)
{
	const struct process *found = e->process;
	struct process *p = found->parent;
	struct host_process f;

	for (unsigned n = 0; p != NULL && n < ANCESTORS_MAX;
	     p = p->parent, n++) {
		if (!tracker_facts(e->context->tracker, p, HOST_WANT_STAT,
		                   &e->audit->arena, &f) ||
		    id_of(&f, session) != id)
			break;
		found = p;
	}
	return found;
}

static bool give_leader(struct event *e, bool session, process_text *text,
                        struct value *ret)
{
	pid_t id = own_id(e, session);
	const struct process *p;

	if (id <= 0)
		return false;
	p = tracker_process(e->context->tracker, id);
	if (p == NULL || p->exit_ns != 0)
		p = eldest(e, id, session);
	return give_known(ret, text(e, p));
}

GETTER(get_proc_sname)
{
	return give_leader(e, true, process_name, ret);
}

GETTER(get_proc_sid_exe)
{
	return give_leader(e, true, process_argv0, ret);
}

GETTER(get_proc_sid_exepath)
{
	return give_leader(e, true, process_exepath, ret);
}

GETTER(get_proc_pgid_name)
{
	return give_leader(e, false, process_name, ret);
}

GETTER(get_proc_pgid_exe)
{
	return give_leader(e, false, process_argv0, ret);
}

GETTER(get_proc_pgid_exepath)
{
	return give_leader(e, false, process_exepath, ret);
}

GETTER(get_proc_pgid)
{
	pid_t id = group_of(e);

	return id > 0 && give_int(ret, id);
}

GETTER(get_proc_is_sid_leader)
{
	pid_t id = session_of(e);

	return id > 0 && give_bool(ret, id == e->process->pid);
}

GETTER(get_proc_is_pgid_leader)
{
	pid_t id = group_of(e);

	return id > 0 && give_bool(ret, id == e->process->pid);
}

/* Kernels before 4.1 do not tell, and of a process that has ended there is
 * nobody to ask: on the host an id is what it is there. */
static bool give_inner(const struct process *p, pid_t asked, pid_t outer,
                       struct value *ret)
{
	pid_t id = asked;

	if (id <= 0 && p != NULL && p->state == PROCESS_HOST)
		id = outer;
	return id > 0 && give_int(ret, id);
}

GETTER(get_proc_vpid)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);
	const struct process *p = e->process;

	return p != NULL && give_inner(p, f != NULL ? f->vpid : 0, p->pid, ret);
}

GETTER(get_proc_sid)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return give_inner(e->process, f != NULL ? f->vsid : 0, session_of(e),
	                  ret);
}

GETTER(get_proc_vpgid)
{
	const struct host_process *f = event_facts(e, HOST_WANT_IDS);

	return give_inner(e->process, f != NULL ? f->vpgid : 0, group_of(e),
	                  ret);
}

GETTER(get_proc_pvpid)
{
	struct process *p = parent_of(e);
	struct host_process f = { 0 };

	if (p == NULL)
		return false;
	if (!tracker_facts(e->context->tracker, p, HOST_WANT_IDS,
	                   &e->audit->arena, &f))
		f.vpid = 0;
	return give_inner(p, f.vpid, p->pid, ret);
}

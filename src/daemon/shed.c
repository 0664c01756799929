/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shed.c - what is not judged while records come faster than they can be.
 *
 * First whole events at their SYSCALL record, before anything is made of them:
 * system calls that tell nothing of processes and containers. Then, known to
 * the tracker, what is left, which goes past the rules. */
#include <libaudit.h>
#include <stdio.h>
#include <stdlib.h>

#include "saker/audit/names.h"
#include "saker/base/array.h"
#include "saker/container/cgroup.h"
#include "saker/daemon/share.h"

/* Calls by which processes and containers are followed, whoever makes them. */
static const char *const tracking[] = {
	"execve", "execveat",   "fork",   "vfork",   "clone",      "clone3",
	"exit",   "exit_group", "setns",  "unshare", "pivot_root", "chroot",
	"chdir",  "fchdir",     "setsid", "rmdir",   "unlinkat",
};

static bool is_tracking(const char *name)
{
	for (size_t i = 0; name != NULL && i < COUNT(tracking); i++)
		if (strcmp(name, tracking[i]) == 0)
			return true;
	return name == NULL;
}

/* A user is whom they logged in as: neither sudo nor a cgroup of one's own
 * changes that. */
static uint64_t hash_owner(const struct shares *s, struct str node,
                           const struct process *p)
{
	uint64_t h = str_hash(node, s->seed);

	if (p == NULL)
		return h;
	if (p->container != NULL)
		return str_hash(p->container->full_id, h);
	if (p->auid != AUDIT_ID_UNSET)
		return h + 1 + p->auid;
	return str_hash(tracker_cgroup_text(p), h + 1);
}

static void put(char *to, size_t size, struct str text)
{
	snprintf(to, size, "%.*s", STR_FMT(text));
}

static void describe(const struct process *p, struct share_shed *ret)
{
	struct cgroup_facts facts = { 0 };

	if (p != NULL && p->container != NULL) {
		put(ret->kind, sizeof(ret->kind), STR("container"));
		put(ret->id, sizeof(ret->id), p->container->id);
		put(ret->name, sizeof(ret->name), p->container->name);
	} else if (p != NULL && p->auid != AUDIT_ID_UNSET) {
		put(ret->kind, sizeof(ret->kind), STR("user"));
		snprintf(ret->id, sizeof(ret->id), "%u", p->auid);
	} else if (p != NULL && tracker_cgroup_text(p).len != 0) {
		cgroup_parse(tracker_cgroup_text(p), &facts);
		put(ret->kind, sizeof(ret->kind), STR("cgroup"));
		put(ret->id, sizeof(ret->id), facts.path);
	} else {
		put(ret->kind, sizeof(ret->kind), STR("unknown"));
	}
}

/* Who was shed least makes room. */
static struct share_shed *entry_of(struct shares *s, uint64_t who,
                                   const struct process *p)
{
	struct share_shed *least = &s->shed[0];

	for (size_t i = 0; i < COUNT(s->shed); i++) {
		struct share_shed *e = &s->shed[i];

		if (e->events != 0 && e->who == who)
			return e;
		if (e->events < least->events)
			least = e;
	}
	s->others += least->events;
	*least = (struct share_shed){ .who = who };
	describe(p, least);
	return least;
}

static void count_shed(struct shares *s, const struct process *p)
{
	counter_add(s->counters, COUNTER_EVENTS_SHED, 1);
	entry_of(s, s->act.who, p)->events++;
}

static bool parse(const struct frame *frame, struct record *ret)
{
	return frame->type != 0
	               ? record_parse_kernel(frame->type, frame->text, ret) == 0
	               : record_parse(frame->text, ret) == 0;
}

/* The number behind name; what programs wrote comes behind all of these
 * (audit_log_exit() in kernel/auditsc.c). */
static bool find_number(struct str body, struct str name, unsigned base,
                        uint64_t *ret)
{
	ptrdiff_t at = str_find(body, name);
	struct str rest, digits;

	if (at < 0)
		return false;
	rest = str_skip(body, (size_t)at + name.len);
	return str_split(&rest, ' ', &digits) && str_to_u64(digits, base, ret);
}

static bool read_call(struct str body, uint64_t *ret_nr, const char **ret_name,
                      pid_t *ret_pid)
{
	uint64_t arch, nr, pid;

	if (!str_has_prefix(body, STR("arch=")) ||
	    !find_number(body, STR("arch="), 16, &arch) ||
	    !find_number(body, STR(" syscall="), 10, &nr) ||
	    !find_number(body, STR(" pid="), 10, &pid) || arch > UINT32_MAX ||
	    nr > INT32_MAX || pid > INT32_MAX)
		return false;
	*ret_nr = nr;
	*ret_name = syscall_name((uint32_t)arch, (int)nr);
	*ret_pid = (pid_t)pid;
	return true;
}

/* A runtime at work is followed by all that it does. */
static bool is_excess(struct shares *s, struct nodes *nodes,
                      const struct record *r)
{
	const struct tracker *tracker;
	const struct process *p;
	const char *name;
	uint64_t nr;
	pid_t pid;

	if (r->type != AUDIT_SYSCALL || !read_call(r->body, &nr, &name, &pid) ||
	    is_tracking(name))
		return false;
	tracker = nodes_tracker(nodes, r->node);
	p = tracker != NULL ? tracker_process(tracker, pid) : NULL;
	if (p == NULL || p->state == PROCESS_SETUP)
		return false;
	s->act = (struct share_act){ hash_owner(s, r->node, p), nr };
	if (shares_allow(s, &s->act, s->cpu_clock()))
		return false;
	count_shed(s, p);
	return true;
}

/* What comes first of an event decides. */
bool shares_shed_record(struct shares *s, struct nodes *nodes,
                        const struct frame *frame)
{
	struct share_decision *d;
	struct record r;

	if (!s->is_pressed)
		s->trailing--;
	if (!parse(frame, &r))
		return false;
	d = &s->decisions[r.stamp.serial % COUNT(s->decisions)];
	if (!audit_stamp_eq(&d->stamp, &r.stamp)) {
		d->stamp = r.stamp;
		d->is_shed = s->is_pressed && is_excess(s, nodes, &r);
	}
	if (d->is_shed)
		counter_add(s->counters, COUNTER_RECORDS_SHED, 1);
	return d->is_shed;
}

bool shares_shed_event(struct shares *s, const struct process *process,
                       struct audit_event *event)
{
	const struct audit_syscall *sc = audit_event_syscall(event);
	uint64_t what = event->nrecords != 0 ? event->records[0].type : 0;

	s->act.who = hash_owner(s, event->node, process);
	s->act.what = sc != NULL ? (uint64_t)sc->nr : what << 32;
	if (shares_allow(s, &s->act, s->cpu_clock()))
		return false;
	count_shed(s, process);
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct share_shed *x = a, *y = b;

	return (x->events < y->events) - (x->events > y->events);
}

const struct share_shed *shares_shed_at(struct shares *s, size_t i)
{
	if (i == 0)
		qsort(s->shed, COUNT(s->shed), sizeof(s->shed[0]), compare);
	return i < COUNT(s->shed) && s->shed[i].events != 0 ? &s->shed[i]
	                                                    : NULL;
}

void shares_set_told(struct shares *s)
{
	for (size_t i = 0; i < COUNT(s->shed); i++)
		s->shed[i].told = s->shed[i].events;
}

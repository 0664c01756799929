/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_lines.c - a plan's rules in auditctl's form. */
#include "plan.h"
#include "saker/audit/names.h"
#include "saker/base/io.h"
#include "saker/event/event_types.h"
#include "saker/kernel/needs.h"

/* What all versions of auditctl take (AUDIT_MAX_KEY_LEN was 32 once). */
#define KEY_MOST 31

/* A group while its lines are written. */
struct writer {
	struct planner *p;
	struct kernel_group group;
	struct buf lines;   /* struct str */
	struct buf numbers; /* of calls */
};

static bool has_line(const struct writer *w, struct str text)
{
	const struct kernel_group *groups =
		ITEMS(struct kernel_group, w->p->groups);

	for (size_t i = 0; i < NITEMS(struct kernel_group, w->p->groups); i++)
		for (size_t k = 0; k < groups[i].nlines; k++)
			if (str_eq(groups[i].lines[k], text))
				return true;
	return false;
}

static void finish_line(struct writer *w, struct buf *line)
{
	struct str text;

	buf_printf(line, " -F key=%.*s", STR_FMT(w->group.key));
	if (has_line(w, buf_str(line)))
		return;
	text = arena_copy(w->p->arena, buf_str(line));
	w->p->derivation.nomem |= line->failed || text.s == NULL;
	buf_add(&w->lines, &text, sizeof(text));
}

static void finish_group(struct writer *w)
{
	struct planner *p = w->p;
	struct str *lines = arena_alloc(p->arena, w->lines.len + 1);

	w->group.numbers = arena_copy(p->arena, buf_str(&w->numbers));
	p->derivation.nomem |= lines == NULL || w->group.numbers.s == NULL ||
	                       w->lines.failed || w->numbers.failed;
	if (lines != NULL && w->lines.len > 0) {
		memcpy(lines, w->lines.data, w->lines.len);
		w->group.lines = lines;
		w->group.nlines = NITEMS(struct str, w->lines);
		buf_add(&p->groups, &w->group, sizeof(w->group));
		p->derivation.nomem |= p->groups.failed;
	}
	buf_done(&w->lines);
	buf_done(&w->numbers);
}

static bool has_call(const struct selected *s, struct str call)
{
	for (size_t i = 0; i < s->count; i++)
		if (str_eq(s->calls[i], call))
			return true;
	return false;
}

bool plan_is_of_uring(const struct kernel_selection *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->filters[i].field == KERNEL_FILTER_URING)
			return true;
	return false;
}

static bool takes(const struct selected *s, const struct atom *a)
{
	return !plan_is_of_uring(&a->selection) && has_call(s, a->call) &&
	       choice_is_within(&a->selection, &s->selection);
}

/* s NULL: an operation of io_uring. alone: where no other rule would do. */
static bool serves(const struct writer *w, const struct selected *s,
                   size_t number, bool alone)
{
	const struct atom *a = &ITEMS(struct atom, w->p->atoms)[number];
	size_t owner = w->p->owners[number];

	if (s == NULL)
		return event_type_is_operation(a->call);
	return takes(s, a) && (!alone || owner != OWNED_BY_SEVERAL);
}

/* The atoms come in the order of the needs. */
static size_t list_served(const struct writer *w, const struct selected *s,
                          bool alone, size_t *ret)
{
	const struct atom *atoms = ITEMS(struct atom, w->p->atoms);
	size_t n = 0;

	for (size_t i = 0; i < NITEMS(struct atom, w->p->atoms); i++)
		if ((n == 0 || ret[n - 1] != atoms[i].need) &&
		    serves(w, s, i, alone))
			ret[n++] = atoms[i].need;
	return n;
}

/* alone: rules that no other group serves, where there are such. */
static void find_served(struct writer *w, const struct selected *s, bool alone)
{
	size_t *served =
		arena_array(w->p->arena, size_t, w->p->request->count + 1);
	size_t n = 0;

	w->p->derivation.nomem |= served == NULL;
	if (served != NULL)
		n = list_served(w, s, alone, served);
	if (served != NULL && n == 0)
		n = list_served(w, s, false, served);
	w->group.served = served;
	w->group.nserved = n;
}

static bool is_named_before(const struct writer *w, size_t served)
{
	const struct str *names = w->p->request->names;

	for (size_t i = 0; i < served; i++)
		if (str_eq(names[w->group.served[i]],
		           names[w->group.served[served]]))
			return true;
	return false;
}

/* "saker_mounts+drift"; "+2" at the end stands for two more. */
static void make_key(struct writer *w)
{
	const struct kernel_plan_request *r = w->p->request;
	auto_buf struct buf key = BUF_INIT;
	unsigned left_out = 0;

	buf_printf(&key, "%s", r->prefix);
	for (size_t i = 0; i < w->group.nserved; i++) {
		struct str name = r->names[w->group.served[i]];
		bool is_first = i == 0;

		if (is_named_before(w, i))
			continue;
		/* room for a number stays */
		if (key.len + name.len + 1 > KEY_MOST - 3)
			left_out++;
		else
			buf_printf(&key, "%s%.*s", is_first ? "" : "+",
			           STR_FMT(name));
	}
	if (left_out > 0)
		buf_printf(&key, "+%u", left_out < 99 ? left_out : 99);
	w->group.key = arena_copy(w->p->arena, buf_str(&key));
	w->p->derivation.nomem |= key.failed || w->group.key.s == NULL;
}

static void add_line(struct writer *w, const struct kernel_abi *abi,
                     const struct selected *s)
{
	auto_buf struct buf calls = BUF_INIT, line = BUF_INIT,
			    numbers = BUF_INIT;

	for (size_t i = 0; i < s->count; i++)
		if (s->calls[i].len == 0)
			buf_printf(&calls, "%sall", calls.len > 0 ? "," : "");
		else
			kernel_target_add_call(w->p->request->target, abi,
			                       s->calls[i], &calls, &numbers);
	w->p->derivation.nomem |= calls.failed || numbers.failed;
	if (calls.len == 0)
		return;
	if (numbers.len > 0)
		buf_printf(&w->numbers, "%s%s: %.*s",
		           w->numbers.len > 0 ? "; " : "", abi->name,
		           STR_FMT(buf_str(&numbers)));
	buf_printf(&line, "-a always,exit -F arch=%s -S %.*s", abi->name,
	           STR_FMT(buf_str(&calls)));
	plan_add_filters(&s->selection, true, &line);
	finish_line(w, &line);
}

/* The kernel knows which calls a permission stands for, in each architecture,
 * and finds the rule by the file. */
static bool is_watch(const struct selected *s)
{
	bool path = false, permission = false;

	for (size_t i = 0; i < s->selection.count; i++) {
		path |= s->selection.filters[i].field == KERNEL_FILTER_PATH;
		permission |=
			s->selection.filters[i].field == KERNEL_FILTER_PERM;
	}
	return path && permission;
}

static void add_watch(struct writer *w, const struct selected *s)
{
	auto_buf struct buf line = BUF_INIT;

	buf_add_str(&line, STR("-a always,exit"));
	plan_add_filters(&s->selection, true, &line);
	finish_line(w, &line);
}

/* socketcall's own registers are another call's: only its number and the result
 * can be looked at. */
static void add_socketcall(struct writer *w, const struct kernel_abi *abi,
                           const struct selected *s, struct str call)
{
	auto_buf struct buf line = BUF_INIT;
	int number = event_type_socketcall(call);

	if (number < 0 || syscall_number(abi->elf, "socketcall") < 0)
		return;
	buf_printf(&line, "-a always,exit -F arch=%s -S socketcall -F a0=%d",
	           abi->name, number);
	plan_add_filters(&s->selection, false, &line);
	finish_line(w, &line);
}

/* Of a call that only a ring makes no other rule tells. */
static void miss_uring(struct planner *p, const struct selected *s)
{
	const struct atom *atoms = ITEMS(struct atom, p->atoms);

	for (size_t i = 0; i < NITEMS(struct atom, p->atoms); i++)
		if (plan_is_of_uring(&atoms[i].selection) &&
		    has_call(s, atoms[i].call))
			plan_add_absence(p, atoms[i].call,
			                 "there are no rules for io_uring",
			                 atoms[i].need);
}

static bool takes_uring(const struct planner *p)
{
	return p->request->all_uring ||
	       kernel_target_takes_uring(p->request->target);
}

/* A directory has to be there, of a file the one that it is in. */
static bool is_optional(const struct selected *s)
{
	for (size_t i = 0; i < s->selection.count; i++) {
		const struct kernel_filter *f = &s->selection.filters[i];
		struct str path;

		if (!choice_is_of_path(f))
			continue;
		path = f->paths[0].s;
		if (f->field == KERNEL_FILTER_PATH)
			path = str_take(path,
			                path.len - str_basename(path).len - 1);
		return !kernel_target_is_everywhere(path);
	}
	return false;
}

static void add_group(struct planner *p, const struct selected *s)
{
	const struct kernel_target *t = p->request->target;
	struct writer w = { .p = p };

	if (plan_is_of_uring(&s->selection)) {
		if (!takes_uring(p))
			miss_uring(p, s);
		return;
	}
	for (size_t i = 0; i < s->count; i++)
		w.group.is_any |= s->calls[i].len == 0;
	for (size_t i = 0; i < s->selection.count; i++)
		if (choice_is_of_path(&s->selection.filters[i]))
			w.group.is_any = false;
	w.group.is_optional = is_optional(s);
	find_served(&w, s, true);
	make_key(&w);
	if (is_watch(s) && !p->request->exact)
		add_watch(&w, s);
	else
		for (size_t i = 0; i < t->nabis; i++)
			add_line(&w, &t->abis[i], s);
	finish_group(&w);
}

static void add_socketcall_group(struct planner *p, const struct selected *one,
                                 bool is_only)
{
	const struct kernel_target *t = p->request->target;
	struct writer w = { .p = p, .group.is_optional = is_optional(one) };

	find_served(&w, one, !is_only);
	make_key(&w);
	for (size_t i = 0; i < t->nabis; i++)
		add_socketcall(&w, &t->abis[i], one, one->calls[0]);
	finish_group(&w);
}

/* Whoever needs one of a group's calls does not need the others. */
static void add_socketcalls(struct planner *p, const struct selected *s)
{
	for (size_t k = 0; k < s->count; k++) {
		const struct selected one = { s->selection, &s->calls[k], 1 };

		add_socketcall_group(p, &one, false);
	}
}

static bool is_taken_before(const struct selected *all, size_t number,
                            struct str call)
{
	for (size_t i = 0; i < number; i++)
		if (!plan_is_of_uring(&all[i].selection) &&
		    has_call(&all[i], call))
			return true;
	return false;
}

/* Beside a 64-bit ABI: one rule for each socket call. 32-bit programs are few
 * there, C libraries have made the calls themselves since Linux 4.3
 * (glibc 2.23), and the kernel goes through all rules at every system call. */
static void unite_socketcalls(struct planner *p)
{
	const struct selected *all = ITEMS(struct selected, p->selected);

	for (size_t i = 0; i < NITEMS(struct selected, p->selected); i++)
		for (size_t k = 0; k < all[i].count; k++) {
			struct selected one = { .calls = &all[i].calls[k],
				                .count = 1 };

			if (!plan_is_of_uring(&all[i].selection) &&
			    !is_taken_before(all, i, one.calls[0]))
				add_socketcall_group(p, &one, true);
		}
}

/* What a ring's operation is given stands in no register. */
static void add_uring(struct planner *p)
{
	const struct selected *all = ITEMS(struct selected, p->selected);
	auto_buf struct buf calls = BUF_INIT, line = BUF_INIT;
	struct writer w = { .p = p, .group = { .is_uring = true } };

	for (size_t i = 0; i < NITEMS(struct selected, p->selected); i++)
		for (size_t k = 0; k < all[i].count; k++) {
			struct str call = all[i].calls[k];
			size_t before = 0;

			while (before < i && !has_call(&all[before], call))
				before++;
			if (before == i && event_type_is_operation(call))
				buf_printf(&calls, "%s%.*s",
				           calls.len > 0 ? "," : "",
				           STR_FMT(call));
		}
	p->derivation.nomem |= calls.failed;
	if (calls.len == 0)
		return;
	find_served(&w, NULL, true);
	make_key(&w);
	buf_printf(&line, "-a always,io_uring -S %.*s",
	           STR_FMT(buf_str(&calls)));
	finish_line(&w, &line);
	finish_group(&w);
}

/* A program's start is always seen; what is selected by path is found before
 * the other rules, so that nothing can be said about it here. To look for the
 * program costs more than an error or a number that is there or not. */
static bool is_excluded(const struct selected *s, struct str call)
{
	for (size_t i = 0; i < s->selection.count; i++) {
		enum kernel_filter_field field = s->selection.filters[i].field;

		if (field <= KERNEL_FILTER_EXIT ||
		    field == KERNEL_FILTER_PATH || field == KERNEL_FILTER_PPID)
			return false;
	}
	return call.len > 0 && !plan_is_of_uring(&s->selection) &&
	       !str_has_prefix(call, STR("exec"));
}

static void list_excluded(const struct planner *p, const struct kernel_abi *abi,
                          struct buf *calls, struct buf *numbers)
{
	const struct selected *all = ITEMS(struct selected, p->selected);

	for (size_t i = 0; i < NITEMS(struct selected, p->selected); i++)
		for (size_t k = 0; k < all[i].count; k++) {
			struct str call = all[i].calls[k];
			size_t before = 0;

			while (before < i &&
			       !(is_excluded(&all[before], call) &&
			         has_call(&all[before], call)))
				before++;
			if (before == i && is_excluded(&all[i], call))
				kernel_target_add_call(p->request->target, abi,
				                       call, calls, numbers);
		}
}

/* Only the calls that other rules are for: the kernel goes through all rules of
 * a call each time that it is made. */
static void add_own(struct planner *p, struct str file)
{
	const struct kernel_abi *abi = &p->request->target->abis[0];
	auto_buf struct buf calls = BUF_INIT, line = BUF_INIT;
	struct writer w = { .p = p, .group = { .is_own = true } };
	const char *why, *found = plan_resolve(p, file, true, &why);

	list_excluded(p, abi, &calls, &w.numbers);
	p->derivation.nomem |= calls.failed;
	if (found == NULL || calls.len == 0 ||
	    !kernel_target_takes_exe(p->request->target)) {
		buf_done(&w.numbers);
		return;
	}
	w.group.key = STR("saker_own");
	buf_printf(&line, "-a never,exit -F arch=%s -S %.*s -F exe=%s",
	           abi->name, STR_FMT(buf_str(&calls)), found);
	finish_line(&w, &line);
	finish_group(&w);
}

void plan_write(struct planner *p)
{
	const struct kernel_plan_request *r = p->request;
	bool is_alone = r->exact || r->target->nabis == 1;

	for (size_t i = 0; i < r->nown; i++)
		add_own(p, r->own[i]);
	for (size_t i = 0; i < NITEMS(struct selected, p->selected); i++) {
		const struct selected *one =
			&ITEMS(struct selected, p->selected)[i];

		add_group(p, one);
		if (is_alone && !plan_is_of_uring(&one->selection))
			add_socketcalls(p, one);
	}
	if (!is_alone)
		unite_socketcalls(p);
	if (takes_uring(p))
		add_uring(p);
}

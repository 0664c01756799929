/* SPDX-License-Identifier: GPL-2.0-or-later */
/* needs.c - from a condition to what the kernel must let through.
 *
 * For each system call that can make the condition true, the tree is walked
 * with evt.type known. A check that the kernel can make too becomes a filter;
 * any other lets everything through. AND combines the selections of its parts,
 * OR puts them side by side. The kernel compares 32 bits of a register or a
 * result (audit_comparator() in kernel/auditfilter.c). */
#include <libaudit.h>

#include "choice.h"
#include "saker/event/event_types.h"
#include "saker/event/registers.h"
#include "saker/lang/check.h"
#include "saker/lang/event_types.h"

bool choice_is_equality(enum op op)
{
	return op == OP_EQ || op == OP_EQEQ || op == OP_IN ||
	       op == OP_INTERSECTS;
}

static struct kernel_filter of_success(bool success)
{
	return (struct kernel_filter){ .field = KERNEL_FILTER_SUCCESS,
		                       .value = success };
}

static struct kernel_filter of_exit(int64_t value)
{
	return (struct kernel_filter){ .field = KERNEL_FILTER_EXIT,
		                       .value = value };
}

static bool is_true(struct str s, bool *ret)
{
	struct value v;

	if (!value_parse(VALUE_BOOL, s, &v))
		return false;
	*ret = v.b;
	return true;
}

static bool filter_error(struct str name, struct kernel_filter *ret)
{
	char text[32];
	int number;

	if (str_eq(name, STR("SUCCESS"))) {
		*ret = of_success(true);
		return true;
	}
	if (name.len == 0 || name.len >= sizeof(text))
		return false;
	memcpy(text, name.s, name.len);
	text[name.len] = '\0';
	number = audit_name_to_errno(text);
	*ret = of_exit(-number);
	return number > 0;
}

static bool filter_result(enum op op, struct str text,
                          struct kernel_filter *ret)
{
	struct value v;

	if (!value_parse(VALUE_INT, text, &v) || v.i < INT32_MIN ||
	    v.i > INT32_MAX)
		return false;
	if (choice_is_equality(op)) {
		*ret = of_exit(v.i);
		return true;
	}
	*ret = of_success(true);
	return (op == OP_GE && v.i >= 0) || (op == OP_GT && v.i >= -1);
}

/* The descriptor that a call returned; -1 when it failed, whatever the error.
 */
static bool filter_descriptor(enum op op, struct str text,
                              struct kernel_filter *ret)
{
	struct value v;

	if (choice_is_equality(op) && value_parse(VALUE_INT, text, &v) &&
	    v.i == -1) {
		*ret = of_success(false);
		return true;
	}
	return filter_result(op, text, ret);
}

static bool filter_id(enum op op, struct str text,
                      enum kernel_filter_field field, struct kernel_filter *ret)
{
	struct value v;

	if (!choice_is_equality(op) || !value_parse(VALUE_INT, text, &v) ||
	    v.i < 0 || v.i > UINT32_MAX)
		return false;
	*ret = (struct kernel_filter){ .field = field, .value = v.i };
	return true;
}

/* evt.a0 to evt.a3. A register that holds less than a number holds less in its
 * lower half, too, which is all that the kernel compares; more need not. */
static bool filter_register(enum op op, struct str text, enum field_id id,
                            struct kernel_filter *ret)
{
	struct value v;

	if (op == OP_LT && value_parse(VALUE_UINT, text, &v) && v.u != 0 &&
	    v.u <= INT32_MAX) {
		*ret = (struct kernel_filter){
			.field = KERNEL_FILTER_A0 +
			         (enum kernel_filter_field)(id - FIELD_EVT_A0),
			.is_less = true,
			.value = (int64_t)v.u,
		};
		return true;
	}
	return filter_id(op, text,
	                 KERNEL_FILTER_A0 +
	                         (enum kernel_filter_field)(id - FIELD_EVT_A0),
	                 ret);
}

struct subject {
	const struct field_info *info;
	struct field_arg arg;
	enum op op;
};

static bool filter_failed(const struct subject *s, struct str value,
                          struct kernel_filter *ret)
{
	bool failed;

	if (!choice_is_equality(s->op) || !is_true(value, &failed))
		return false;
	*ret = of_success(!failed);
	return true;
}

static size_t facts_of(const struct derivation *d, const struct subject *s,
                       struct str value, struct register_fact *ret)
{
	bool truth;

	if (s->info->id == FIELD_EVT_IS_OPEN_WRITE)
		return choice_is_equality(s->op) && is_true(value, &truth) &&
		                       truth
		               ? registers_open_write(d->type, ret)
		               : 0;
	if (choice_is_equality(s->op))
		return registers_equal(d->type, s->info, &s->arg, value, ret);
	return s->op == OP_CONTAINS ? registers_contain(d->type, s->info,
	                                                &s->arg, value, ret)
	                            : 0;
}

/* What the kernel can check of "field op value" being true: one of these must
 * hold. 0 = nothing. */
static size_t filters_of(const struct derivation *d, const struct subject *s,
                         struct str value, struct kernel_filter *ret)
{
	struct register_fact facts[REGISTER_FACTS];
	size_t n;

	switch (s->info->id) {
	case FIELD_EVT_FAILED:
		return filter_failed(s, value, ret);
	case FIELD_EVT_RES:
		return choice_is_equality(s->op) && filter_error(value, ret);
	case FIELD_EVT_RAWRES:
		return filter_result(s->op, value, ret);
	case FIELD_EVT_A0:
	case FIELD_EVT_A1:
	case FIELD_EVT_A2:
	case FIELD_EVT_A3:
		return filter_register(s->op, value, s->info->id, ret);
	case FIELD_USER_EUID:
		return filter_id(s->op, value, KERNEL_FILTER_EUID, ret);
	case FIELD_PROC_PPID:
		return filter_id(s->op, value, KERNEL_FILTER_PPID, ret);
	case FIELD_FD_NUM:
		return registers_fd_is_result(d->type) &&
		       filter_descriptor(s->op, value, ret);
	default:
		break;
	}
	n = facts_of(d, s, value, facts);
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct kernel_filter){ .field = facts[i].number,
			                         .is_mask = facts[i].is_mask,
			                         .value = facts[i].value };
	return n;
}

static struct choice of_type_check(const struct derivation *d,
                                   const struct comparison *c, bool negated)
{
	bool found = false;

	if (d->type.len == 0 || (!choice_is_equality(c->op) && c->op != OP_NE))
		return choice_everything;
	for (size_t i = 0; i < c->nvalues; i++)
		found |= str_eq(c->values[i].s, d->type);
	return (found != (c->op == OP_NE)) != negated ? choice_everything
	                                              : choice_nothing;
}

static struct choice of_values(struct derivation *d, const struct comparison *c,
                               const struct subject *s)
{
	struct selections l = { .items = choice_room(
					d, CHOICE_MOST + REGISTER_FACTS) };

	for (size_t i = 0; l.items != NULL && i < c->nvalues; i++) {
		struct kernel_filter filters[REGISTER_FACTS];
		size_t n = filters_of(d, s, c->values[i].s, filters);

		if (n == 0 || l.count > CHOICE_MOST)
			return choice_everything;
		for (size_t k = 0; k < n; k++)
			choice_add(&l, &(struct kernel_selection){
					       .filters = { filters[k] },
					       .count = 1 });
	}
	return l.items != NULL ? choice_made(&l, &choice_everything)
	                       : choice_everything;
}

/* The negation of a check is true for a field without value, too: the kernel
 * cannot tell those. Only a type is always there. */
static struct choice of_check(struct derivation *d, const struct comparison *c,
                              bool negated)
{
	struct subject s = { .op = c->op };
	struct choice objects;
	const char *why;

	if (c->left->kind != TERM_FIELD || c->right_kind == RIGHT_TERM ||
	    c->modifier != MODIFIER_NONE || c->nvalues == 0)
		return choice_everything;
	if (str_eq(c->left->name, STR("evt.type")) ||
	    str_eq(c->left->name, STR("syscall.type")))
		return of_type_check(d, c, negated);
	if (!negated && ((choice_place_of(c) > 0 && d->in_container) ||
	                 (choice_place_of(c) < 0 && d->on_host)))
		return choice_nothing;
	if (negated || field_resolve(c->left->name, c->left->has_arg,
	                             c->left->arg, &s.info, &s.arg, &why) < 0)
		return choice_everything;
	return objects_choice(d, c, s.info, &objects) ? objects
	                                              : of_values(d, c, &s);
}

static struct choice of(struct derivation *d, const struct expr *e,
                        bool negated);

/* What one part says of the place holds for the others. */
static struct choice of_parts(struct derivation *d, const struct expr *e,
                              bool negated, bool and)
{
	const struct derivation before = *d;
	struct choice c = and? choice_everything : choice_nothing;

	if (e->kind == EXPR_AND && !negated)
		choice_learn_place(d, e);
	for (size_t i = 0; i < e->count; i++) {
		struct choice child = of(d, e->children[i], negated);

		c = and? choice_and(d, &c, &child) : choice_or(d, &c, &child);
	}
	d->on_host = before.on_host;
	d->in_container = before.in_container;
	return c;
}

static struct choice of(struct derivation *d, const struct expr *e,
                        bool negated)
{
	/* not (a and b) = not a or not b, so one of the two is an AND. */
	bool and = (e->kind == EXPR_AND) != negated;

	if (e->kind == EXPR_CHECK)
		return of_check(d, e->check, negated);
	if (e->kind == EXPR_NOT)
		return of(d, e->children[0], !negated);
	if (e->kind == EXPR_MACRO)
		return choice_everything;
	return of_parts(d, e, negated, and);
}

static struct kernel_need *find(struct kernel_needs *n, struct str call)
{
	for (size_t i = 0; i < n->count; i++)
		if (str_eq(n->items[i].call, call))
			return &n->items[i];
	return NULL;
}

static int add_need(struct kernel_needs *n, struct derivation *d,
                    const struct choice *c)
{
	struct kernel_need *need = find(n, d->type);
	struct choice all = *c;

	if (need != NULL && c->count > 0) {
		struct choice old = { need->any, need->count };

		all = choice_or(d, &old, c);
	}
	if (d->nomem)
		return E_NOMEM;
	if (c->count == 0)
		return 0;
	if (need == NULL)
		need = &n->items[n->count++];
	*need = (struct kernel_need){ d->type, all.any, all.count };
	return 0;
}

static int reserve(struct kernel_needs *n, struct arena *arena, size_t more)
{
	struct kernel_need *items =
		arena_array(arena, struct kernel_need, n->count + more);

	if (items == NULL)
		return E_NOMEM;
	if (n->count > 0)
		memcpy(items, n->items, n->count * sizeof(*items));
	n->items = items;
	return 0;
}

#define NEXECS ((size_t)2)

/* What happens to containers is told by the programs that start. */
static int add_execs(struct kernel_needs *n, struct derivation *d)
{
	static const struct str execs[] = { STR_INIT("execve"),
		                            STR_INIT("execveat") };
	int r = 0;

	for (size_t i = 0; r == 0 && i < NEXECS; i++) {
		d->type = execs[i];
		r = add_need(n, d, &choice_everything);
	}
	return r;
}

static int add_condition(struct kernel_needs *n, struct derivation *d,
                         const struct expr *e)
{
	struct choice c = of(d, e, false);

	if (c.count > 0 && event_type_is_of_container(d->type))
		return add_execs(n, d);
	return add_need(n, d, &c);
}

static const struct {
	struct str record;
	struct str call;
} record_calls[] = {
#define RECORD_CALL(record, call) { STR_INIT(record), STR_INIT(call) },
#include "record_calls.def"
#undef RECORD_CALL
};

#define NRECORD_CALLS (sizeof(record_calls) / sizeof(record_calls[0]))

bool kernel_record_needs_call(struct str type)
{
	for (size_t i = 0; i < NRECORD_CALLS; i++)
		if (str_eq(record_calls[i].record, type))
			return true;
	return false;
}

static const struct {
	struct str call;
	struct str earlier;
} earlier_calls[] = {
#define EARLIER_CALL(call, earlier) { STR_INIT(call), STR_INIT(earlier) },
#include "earlier_calls.def"
#undef EARLIER_CALL
};

#define NEARLIER_CALLS (sizeof(earlier_calls) / sizeof(earlier_calls[0]))

/* Of the directories that are removed, cgroups are meant. */
static const struct choice *choice_of_record(struct str record, struct str call)
{
	return str_eq(record, STR("container_stop")) &&
	                       !str_has_prefix(call, STR("exec"))
	               ? &choice_cgroups
	               : &choice_everything;
}

/* The calls that tell of what is no call itself. */
static int add_calls(struct kernel_needs *n, struct derivation *d,
                     struct str type)
{
	int r = 0;

	for (size_t i = 0; i < NRECORD_CALLS && r == 0; i++) {
		d->type = record_calls[i].call;
		if (str_eq(record_calls[i].record, type))
			r = add_need(n, d, choice_of_record(type, d->type));
	}
	return r;
}

static int add_earlier(struct kernel_needs *n, struct derivation *d)
{
	struct str call = d->type;
	int r = 0;

	for (size_t i = 0; i < NEARLIER_CALLS && r == 0; i++) {
		d->type = earlier_calls[i].earlier;
		if (str_eq(earlier_calls[i].call, call))
			r = add_need(n, d, &choice_everything);
	}
	return r;
}

int kernel_needs_add(struct kernel_needs *n, struct arena *arena,
                     const struct expr *e, const struct event_types *types)
{
	struct derivation d = { .arena = arena };
	int r = reserve(n, arena,
	                types->count + NRECORD_CALLS + NEXECS + NEARLIER_CALLS);

	if (r == 0 && types->all_but)
		return add_condition(n, &d, e);
	for (size_t i = 0; i < types->count && r == 0; i++) {
		d.type = types->names[i];
		if (!event_type_is_of_syscall(d.type))
			continue;
		r = kernel_record_needs_call(d.type)
		            ? add_calls(n, &d, types->names[i])
		            : add_condition(n, &d, e);
		d.type = types->names[i];
		if (r == 0 && find(n, d.type) != NULL)
			r = add_earlier(n, &d);
	}
	return r;
}

static const struct {
	struct str call;
	const struct choice *choice;
} tracking_calls[] = {
	{ STR_INIT("execve"), &choice_everything },
	{ STR_INIT("execveat"), &choice_everything },
	/* the name has the container's id, the removal its cgroup id */
	{ STR_INIT("mkdir"), &choice_cgroups },
	{ STR_INIT("mkdirat"), &choice_cgroups },
	{ STR_INIT("rmdir"), &choice_cgroups },
	{ STR_INIT("unlinkat"), &choice_cgroups },
	/* the last step of a container's set-up */
	{ STR_INIT("pivot_root"), &choice_everything },
	{ STR_INIT("chroot"), &choice_everything },
};

#define NTRACKING_CALLS (sizeof(tracking_calls) / sizeof(tracking_calls[0]))

int kernel_needs_add_tracking(struct kernel_needs *n, struct arena *arena)
{
	struct derivation d = { .arena = arena };
	int r = reserve(n, arena, NTRACKING_CALLS);

	for (size_t i = 0; i < NTRACKING_CALLS && r == 0; i++) {
		d.type = tracking_calls[i].call;
		r = add_need(n, &d, tracking_calls[i].choice);
	}
	return r;
}

int kernel_needs_add_records(struct kernel_needs *n, struct arena *arena,
                             const struct event_types *types)
{
	struct derivation d = { .arena = arena };
	int r = reserve(n, arena, NRECORD_CALLS);

	for (size_t i = 0; i < NRECORD_CALLS && r == 0; i++) {
		d.type = record_calls[i].call;
		if (!types->all_but &&
		    !event_type_is_of_container(record_calls[i].record) &&
		    event_types_has(types, record_calls[i].record))
			r = add_need(n, &d, &choice_everything);
	}
	return r;
}

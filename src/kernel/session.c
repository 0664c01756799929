/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session.c - audit on and rules loaded for a time, watched over by a guard. */
#include <errno.h>
#include <stdlib.h>

#include "netlink.h"
#include "saker/base/guard.h"
#include "saker/base/io.h"
#include "state.h"

struct kernel_session {
	struct kernel_rules *rules; /* a copy of what was asked for last */
	struct session_state *state;
	struct guard *guard;
};

/* What is to be restored is in memory that both share (state_new()). */
static void restore(void *arg)
{
	state_restore(arg);
}

static int begin(struct kernel_session *s, const struct kernel_rules *rules,
                 struct diag_list *diags)
{
	auto_close int fd = kernel_open();
	int error;

	if (fd < 0) {
		state_report_unreachable(diags, fd);
		return fd;
	}
	error = state_read(s->state, fd, diags);
	if (error != 0)
		return error;
	error = guard_start("saker-guard", restore, s->state, &s->guard);
	if (error != 0) {
		diag_add(diags, DIAG_ERROR, NULL, NULL,
		         "cannot start the guard process: %s", strerror(errno));
		return error;
	}
	return state_apply(s->state, fd, rules, diags);
}

int kernel_session_begin(const struct kernel_rules *rules,
                         struct diag_list *diags, struct kernel_session **ret)
{
	struct kernel_session *s = calloc(1, sizeof(*s));
	int error;

	if (s == NULL)
		return E_NOMEM;
	s->rules = rules_copy(rules);
	s->state = state_new();
	error = s->rules != NULL && s->state != NULL ? begin(s, rules, diags)
	                                             : E_NOMEM;
	if (error != 0) {
		kernel_session_end(s);
		return error;
	}
	*ret = s;
	return 0;
}

static bool has_never(const struct kernel_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->items[i].data->action == AUDIT_NEVER)
			return true;
	return false;
}

static bool is_same_list(const struct kernel_rules *a,
                         const struct kernel_rules *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct audit_rule_data *x = a->items[i].data;
		const struct audit_rule_data *y = b->items[i].data;

		if (x->buflen != y->buflen ||
		    memcmp(x, y, sizeof(*x) + x->buflen) != 0)
			return false;
	}
	return true;
}

int kernel_session_add(struct kernel_session *s,
                       const struct kernel_rules *rules,
                       struct diag_list *diags, bool *ret_changed)
{
	bool changed = !is_same_list(s->rules, rules);
	struct kernel_rules *copy = changed ? rules_copy(rules) : NULL;
	auto_close int fd = kernel_open();
	int error;

	*ret_changed = changed;
	if (!changed || copy == NULL || fd < 0) {
		kernel_rules_free(copy);
		return fd < 0 ? fd : changed ? E_NOMEM : 0;
	}
	if (has_never(s->rules) || has_never(rules))
		state_delete_rules(s->state, fd, NULL);
	error = state_add_rules(s->state, fd, rules, diags);
	if (error < 0) {
		/* what it was before, as far as the kernel lets us */
		(void)!state_add_rules(s->state, fd, s->rules, diags);
		state_delete_rules(s->state, fd, s->rules);
		kernel_rules_free(copy);
		return error;
	}
	kernel_rules_free(s->rules);
	s->rules = copy;
	return 0;
}

void kernel_session_drop_others(struct kernel_session *s)
{
	auto_close int fd = kernel_open();

	if (fd >= 0)
		state_delete_rules(s->state, fd, s->rules);
}

void kernel_session_end(struct kernel_session *s)
{
	if (s == NULL)
		return;
	guard_end(s->guard);
	/* The guard may have died before, or half-way. */
	if (s->guard != NULL)
		state_restore(s->state);
	state_free(s->state);
	kernel_rules_free(s->rules);
	free(s);
}

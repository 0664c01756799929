/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.c - what a session changed in the kernel, and putting it back. */
#include "state.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "netlink.h"
#include "saker/base/io.h"

#define LOCKED  2u
#define PANIC   2u
#define PRINT   1u
#define NO_WAIT 0u

/* Some thirty starts of containers, of a thousand records each, at once. */
#define MIN_BACKLOG 32768u

/* Room for thousands of rules; pages that none reaches are never touched. */
#define STATE_BYTES (8u * 1024 * 1024)

struct session_state *state_new(void)
{
	struct session_state *state =
		mmap(NULL, STATE_BYTES, PROT_READ | PROT_WRITE,
	             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (state == MAP_FAILED)
		return NULL;
	state->used = (uint32_t)(sizeof(*state) + 7) & ~7u;
	return state;
}

void state_free(struct session_state *state)
{
	if (state != NULL)
		munmap(state, STATE_BYTES);
}

static struct session_rule *rule_at(struct session_state *state,
                                    uint32_t offset)
{
	return offset != 0 ? (void *)((char *)state + offset) : NULL;
}

static struct audit_rule_data *data_of(struct session_rule *r)
{
	return (void *)r->data;
}

static size_t size_of(const struct audit_rule_data *data)
{
	return sizeof(*data) + data->buflen;
}

static bool is_same(const struct audit_rule_data *a,
                    const struct audit_rule_data *b)
{
	return a->buflen == b->buflen && memcmp(a, b, size_of(a)) == 0;
}

static struct session_rule *find_rule(struct session_state *state,
                                      const struct audit_rule_data *data)
{
	struct session_rule *r = rule_at(state, state->last);

	while (r != NULL && !is_same(data_of(r), data))
		r = rule_at(state, r->previous);
	return r;
}

/* Published whole: the guard may take over at any time. */
static struct session_rule *note_rule(struct session_state *state,
                                      const struct audit_rule_data *data)
{
	size_t need =
		(sizeof(struct session_rule) + size_of(data) + 7) & ~(size_t)7;
	struct session_rule *r;

	if (need > STATE_BYTES - state->used)
		return NULL;
	r = (void *)((char *)state + state->used);
	r->previous = state->last;
	r->added = false;
	memcpy(r->data, data, size_of(data));
	state->last = state->used;
	state->used += (uint32_t)need;
	return r;
}

static void report_denied(struct diag_list *diags)
{
	struct diag *d = diag_add(diags, DIAG_ERROR, NULL, NULL,
	                          "the kernel refuses to change audit");

	diag_set_hint(d,
	              "root in the initial namespaces, with "
	              "CAP_AUDIT_CONTROL, may");
}

void state_report_unreachable(struct diag_list *diags, int error)
{
	struct diag *d = diag_add(diags, DIAG_ERROR, NULL, NULL,
	                          "cannot ask the kernel for its audit state: "
	                          "%s",
	                          err_text(error));

	if (error == E_UNSUPPORTED)
		diag_set_hint(d,
		              "the kernel has no audit, or this is not the "
		              "initial user namespace");
}

int state_read(struct session_state *state, int fd, struct diag_list *diags)
{
	int error = kernel_get_status(fd, &state->before);

	if (error == E_DENIED)
		report_denied(diags);
	else if (error != 0)
		state_report_unreachable(diags, error);
	if (error != 0)
		return error;
	if (state->before.enabled == LOCKED) {
		diag_set_hint(diag_add(diags, DIAG_ERROR, NULL, NULL,
		                       "audit is locked (enabled 2) until the "
		                       "next boot: no rule can be added"),
		              "rules in /etc/audit/rules.d are loaded before "
		              "the lock");
		return E_INVALID;
	}
	state->enabled = state->before.enabled;
	state->failure = state->before.failure;
	state->backlog_limit = state->before.backlog_limit;
	state->backlog_wait_time = state->before.backlog_wait_time;
	return 0;
}

static bool has_wait_time(const struct session_state *state)
{
	return (state->before.feature_bitmap &
	        AUDIT_FEATURE_BITMAP_BACKLOG_WAIT_TIME) != 0;
}

/* The intended value is noted first: a guard that takes over in between then
 * restores what was or was not yet set. */
static int set(int fd, int (*setter)(int fd, unsigned value), unsigned value,
               _Atomic unsigned *note)
{
	int n = 1;

	if (*note != value) {
		*note = value;
		n = setter(fd, value);
	}
	return n > 0 ? 0 : kernel_error(n < 0 ? n : -EIO);
}

/* A full backlog must neither stop the processes that fill it nor, where the
 * administrator chose failure 2, the machine. */
static int make_safe(struct session_state *state, int fd,
                     struct diag_list *diags)
{
	int error = 0;

	if (state->before.failure == PANIC) {
		diag_add(diags, DIAG_WARNING, NULL, NULL,
		         "audit's failure mode is panic; it is printk for "
		         "this run");
		error = set(fd, audit_set_failure, PRINT, &state->failure);
	}
	if (error == 0 && state->before.backlog_limit != 0 &&
	    state->before.backlog_limit < MIN_BACKLOG)
		error = set(fd, audit_set_backlog_limit, MIN_BACKLOG,
		            &state->backlog_limit);
	if (error == 0 && has_wait_time(state))
		error = set(fd, audit_set_backlog_wait_time, NO_WAIT,
		            &state->backlog_wait_time);
	return error;
}

static void report_refused(struct diag_list *diags,
                           const struct kernel_rule *rule, int negative_errno)
{
	struct diag_place place = { .file = rule->file,
		                    .line = rule->line,
		                    .source = str_from(rule->text) };

	diag_add(diags, DIAG_WARNING, NULL, &place,
	         "the kernel refuses this rule: %s", strerror(-negative_errno));
}

/* EEXIST: somebody loaded the same rule,
 * which stays his. */
static int add_rule(struct session_state *state, int fd,
                    const struct kernel_rule *rule, struct diag_list *diags,
                    size_t *loaded)
{
	struct session_rule *r = find_rule(state, rule->data);
	int n;

	if (r == NULL)
		r = note_rule(state, rule->data);
	if (r == NULL)
		return E_FULL;
	if (r->added) {
		++*loaded;
		return 0;
	}
	/* before it is true: who is killed in between has the guard remove it
	 */
	r->added = true;
	n = audit_add_rule_data(fd, rule->data, (int)rule->data->flags,
	                        (int)rule->data->action);
	r->added = n > 0;
	if (n > 0 || n == -EEXIST)
		++*loaded;
	else if (kernel_error(n) == E_DENIED)
		return E_DENIED;
	else
		report_refused(diags, rule, n);
	return 0;
}

int state_add_rules(struct session_state *state, int fd,
                    const struct kernel_rules *rules, struct diag_list *diags)
{
	size_t loaded = 0;

	for (size_t i = 0; i < rules->count; i++) {
		int error =
			add_rule(state, fd, &rules->items[i], diags, &loaded);

		if (error < 0)
			return error;
	}
	if (loaded == 0 && rules->count != 0) {
		diag_add(diags, DIAG_ERROR, NULL, NULL,
		         "the kernel took none of the rules");
		return E_INVALID;
	}
	return 0;
}

int state_apply(struct session_state *state, int fd,
                const struct kernel_rules *rules, struct diag_list *diags)
{
	int error = make_safe(state, fd, diags);

	if (error == 0)
		error = state_add_rules(state, fd, rules, diags);
	if (error == 0)
		error = set(fd, audit_set_enabled, 1, &state->enabled);
	if (error == E_DENIED)
		report_denied(diags);
	else if (error != 0 && error != E_INVALID)
		diag_add(diags, DIAG_ERROR, NULL, NULL,
		         "cannot change the kernel's audit state: %s",
		         err_text(error));
	return error;
}

static bool is_among(const struct kernel_rules *rules,
                     const struct audit_rule_data *data)
{
	for (size_t i = 0; rules != NULL && i < rules->count; i++)
		if (is_same(rules->items[i].data, data))
			return true;
	return false;
}

static void delete_rule(int fd, struct session_rule *r)
{
	struct audit_rule_data *data = data_of(r);
	int list = (int)(data->flags & ~(unsigned)AUDIT_FILTER_PREPEND);
	unsigned flags = data->flags;

	/* -ENOENT: somebody was faster. */
	(void)audit_delete_rule_data(fd, data, list, (int)data->action);
	data->flags = flags;
	r->added = false;
}

void state_delete_rules(struct session_state *state, int fd,
                        const struct kernel_rules *keep)
{
	struct session_rule *r = rule_at(state, state->last);

	for (; r != NULL; r = rule_at(state, r->previous))
		if (r->added && !is_among(keep, data_of(r)))
			delete_rule(fd, r);
}

static void reset(int fd, int (*setter)(int fd, unsigned value),
                  unsigned before, unsigned ours, unsigned now)
{
	if (before != ours && now == ours)
		setter(fd, before);
}

/* False when the kernel did not answer. */
static bool reset_settings(struct session_state *state, int fd)
{
	const struct audit_status *before = &state->before;
	struct audit_status now;

	if (kernel_get_status(fd, &now) != 0)
		return false;
	/* An auditd that came meanwhile needs audit to stay on. */
	if (now.pid == 0 || before->pid != 0)
		reset(fd, audit_set_enabled, before->enabled, state->enabled,
		      now.enabled);
	reset(fd, audit_set_failure, before->failure, state->failure,
	      now.failure);
	reset(fd, audit_set_backlog_limit, before->backlog_limit,
	      state->backlog_limit, now.backlog_limit);
	if (has_wait_time(state))
		reset(fd, audit_set_backlog_wait_time,
		      before->backlog_wait_time, state->backlog_wait_time,
		      now.backlog_wait_time);
	return true;
}

void state_restore(struct session_state *state)
{
	auto_close int fd = -1;

	if (state->is_restored)
		return;
	fd = kernel_open();
	if (fd < 0)
		return;
	state_delete_rules(state, fd, NULL);
	state->is_restored = reset_settings(state, fd);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notices.c - losses told: one internal alert per burst.
 *
 * A full kernel backlog leaves no gap in the serial numbers (a serial is taken
 * only when a record buffer is obtained, kernel/audit.c, audit_log_start()),
 * so the kernel's own counter is asked. */
#include "saker/daemon/notices.h"

#include "privileged.h"
#include "saker/alert/alert.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"

#define BURST_NS (10 * NS_PER_SEC)
#define RULES_NS (10 * NS_PER_SEC)

static bool count_kernel_rules(const struct notices *n, unsigned *ret)
{
	struct kernel_audit_status status;

	if (privileged_audit_status(n->privileged, &status) < 0)
		return false;
	*ret = status.enabled != 0 ? status.rules : 0;
	return true;
}

void notices_init(struct notices *n, const struct privileged *privileged,
                  struct told *told)
{
	struct kernel_audit_lost lost;

	*n = (struct notices){ .privileged = privileged };
	n->told = told != NULL ? told : &n->own;
	n->has_kernel_rules = count_kernel_rules(n, &n->kernel_rules);
	if (n->told->is_set)
		return;
	n->told->has_kernel_lost =
		privileged_audit_lost(privileged, &lost) == 0;
	if (n->told->has_kernel_lost)
		n->told->kernel.lost = lost.lost;
	n->told->is_set = true;
}

void notices_expect_rules(struct notices *n)
{
	n->kernel_rules = 0;
	n->next_rules_ns = clock_monotonic_ns() + RULES_NS;
}

static void poll_kernel(struct notices *n, struct counters *counters, bool last)
{
	struct kernel_audit_lost lost;

	if (n->told->has_kernel_lost &&
	    privileged_audit_lost(n->privileged, &lost) == 0)
		kernel_losses_poll(&n->told->kernel, &lost, last, counters);
}

static bool is_loss(enum counter id)
{
	return str_has_prefix(str_from(counter_help(id)), STR("loss: "));
}

struct losses {
	struct alert_field fields[COUNTER__MAX + 1];
	size_t count;
	struct buf text;
	struct buf shed; /* whose events; empty = nobody's */
};

static void collect(const struct notices *n, const struct counters *counters,
                    struct losses *ret)
{
	for (unsigned id = 0; id < COUNTER__MAX; id++) {
		uint64_t value = counter_get(counters, id);

		if (!is_loss(id) || value == n->told->counters[id])
			continue;
		ret->fields[ret->count++] = (struct alert_field){
			.name = str_from(counter_name(id)),
			.has_value = true,
			.value = { .type = VALUE_UINT,
			           .u = value - n->told->counters[id] },
		};
		buf_printf(&ret->text, "%s%s +%llu",
		           ret->text.len != 0 ? ", " : "", counter_name(id),
		           (unsigned long long)(value - n->told->counters[id]));
	}
}

#define SHED_NAMED 3

/* Those who had most of their events shed since the last notice. */
static void collect_shed(struct shares *shares, struct losses *ret)
{
	const struct share_shed *shed;
	unsigned named = 0;

	for (size_t i = 0;
	     shares != NULL && (shed = shares_shed_at(shares, i)) != NULL;
	     i++) {
		if (shed->events == shed->told || named++ == SHED_NAMED)
			continue;
		buf_printf(&ret->shed, "%s%s%s%s",
		           ret->shed.len != 0 ? ", " : "", shed->kind,
		           *shed->id != '\0' ? " " : "", shed->id);
		if (*shed->name != '\0')
			buf_printf(&ret->shed, " (%s)", shed->name);
	}
	if (shares != NULL)
		shares_set_told(shares);
	if (ret->shed.len != 0)
		ret->fields[ret->count++] = (struct alert_field){
			.name = STR("shed_from"),
			.has_value = true,
			.value = { .type = VALUE_STRING,
			           .str = buf_str(&ret->shed) },
		};
}

/* name and message are the alert's; fields may be NULL. */
static void emit(struct pipeline *p, struct str name, struct str message,
                 const struct losses *losses)
{
	struct alert_internal what = {
		.time_ns = clock_realtime_ns(),
		.priority = PRIORITY_CRITICAL,
		.hostname = p->context.hostname,
		.name = name,
		.message = message,
		.fields = losses != NULL ? losses->fields : NULL,
		.nfields = losses != NULL ? losses->count : 0,
	};
	struct alert alert;

	if (alert_from_internal(&what, &alert) < 0)
		return;
	pipeline_emit(p, &alert);
	alert_done(&alert);
}

static void tell(struct pipeline *p, struct losses *losses)
{
	auto_buf struct buf message = BUF_INIT;

	collect_shed(p->shares, losses);
	if (losses->shed.len != 0)
		buf_printf(&losses->text, "; shed were events of %s",
		           buf_cstr(&losses->shed));
	log_line("losses: %s", buf_cstr(&losses->text));
	buf_printf(&message,
	           "saker did not see or could not report everything (%s)",
	           buf_cstr(&losses->text));
	emit(p, STR("losses"), buf_str(&message), losses);
}

static void watch_kernel_rules(struct notices *n, struct pipeline *p,
                               uint64_t now_ns)
{
	auto_buf struct buf message = BUF_INIT;
	unsigned now;

	if (!n->has_kernel_rules || now_ns < n->next_rules_ns)
		return;
	n->next_rules_ns = now_ns + RULES_NS;
	if (!count_kernel_rules(n, &now))
		return;
	if (now < n->kernel_rules) {
		buf_printf(&message,
		           "the kernel has fewer audit rules than before, or "
		           "audit is off: saker sees less (before=%u now=%u)",
		           n->kernel_rules, now);
		log_line("%s", buf_cstr(&message));
		emit(p, STR("kernel rules"), buf_str(&message), NULL);
	}
	n->kernel_rules = now;
}

void notices_tick(struct notices *n, struct pipeline *p, uint64_t now_ns,
                  bool last)
{
	struct losses losses = { .text = BUF_INIT, .shed = BUF_INIT };

	poll_kernel(n, p->counters, last);
	if (!last)
		watch_kernel_rules(n, p, now_ns);
	if (!last && n->last_ns != 0 && now_ns - n->last_ns < BURST_NS)
		return;
	collect(n, p->counters, &losses);
	if (losses.count != 0) {
		uint64_t dropped =
			counter_get(p->counters, COUNTER_OUTPUT_DROPPED);

		tell(p, &losses);
		n->last_ns = now_ns;
		for (unsigned id = 0; id < COUNTER__MAX; id++)
			if (id != COUNTER_OUTPUT_DROPPED)
				n->told->counters[id] =
					counter_get(p->counters, id);
		/* the notice itself may find no room in a stopped output: its
		 * loss is then told with the next one */
		n->told->counters[COUNTER_OUTPUT_DROPPED] = dropped;
	}
	buf_done(&losses.text);
	buf_done(&losses.shed);
}

void notices_balance(const struct counters *counters, uint64_t pending)
{
	int64_t n = counters_unaccounted(counters, pending);

	if (n != 0)
		log_line(
			"%lld of %llu records are unaccounted for: a fault "
			"of saker itself",
			(long long)n,
			(unsigned long long)counter_get(counters,
		                                        COUNTER_RECORDS_IN));
}

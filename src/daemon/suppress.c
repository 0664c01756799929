/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suppress.c - series of alerts, in bounded memory. */
#include "saker/daemon/suppress.h"

#include <stdlib.h>

#include "saker/alert/render.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/base/list.h"
#include "saker/base/map.h"
#include "saker/engine/threshold.h"

/* Of a series, and of what a rule raises for one container. */
struct series {
	struct list node; /* in the order in which they began */
	uint64_t key;
	uint64_t begin_ns, end_ns, last_ns;
	unsigned raised, most; /* alerts that were, and that are to be */
	uint64_t held;
	bool is_of_rule;
	bool has_alert;
	struct alert alert; /* the first that was held */
};

struct suppressor {
	struct suppress_options options;
	struct map all;
	struct list order;
	size_t bytes; /* of the alerts */
	uint64_t next_ns;
};

struct suppressor *suppressor_new(const struct suppress_options *options)
{
	struct suppressor *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->options = *options;
	s->next_ns = UINT64_MAX;
	map_init(&s->all);
	list_init(&s->order);
	return s;
}

static void drop(struct suppressor *s, struct series *x)
{
	map_remove_u64(&s->all, x->key);
	list_remove(&x->node);
	if (x->has_alert) {
		s->bytes -= x->alert.arena.used;
		alert_done(&x->alert);
	}
	free(x);
}

static struct series *oldest(struct suppressor *s)
{
	return container_of(s->order.next, struct series, node);
}

void suppressor_free(struct suppressor *s)
{
	if (s == NULL)
		return;
	while (!list_is_empty(&s->order))
		drop(s, oldest(s));
	map_done(&s->all);
	free(s);
}

static void end(struct suppressor *s, struct series *x)
{
	const struct alert_series what = {
		.count = x->held,
		.since_ns = x->begin_ns,
		.until_ns = x->last_ns,
		.is_of_rule = x->is_of_rule,
	};
	size_t used = x->has_alert ? x->alert.arena.used : 0;

	if (x->held > 0) {
		/* without memory the alert goes as it is, uncounted */
		if (alert_set_series(&x->alert, &what) < 0)
			counter_add(s->options.counters, COUNTER_ALERTS_NOMEM,
			            1);
		counter_add(s->options.counters, COUNTER_SUMMARIES, 1);
		s->options.emit(s->options.arg, &x->alert);
		s->bytes += x->alert.arena.used - used;
	}
	drop(s, x);
}

static void make_room(struct suppressor *s, size_t bytes)
{
	while (!list_is_empty(&s->order) &&
	       (s->all.count >= LIMIT_SERIES ||
	        s->bytes + bytes > LIMIT_SERIES_BYTES)) {
		end(s, oldest(s));
		counter_add(s->options.counters, COUNTER_SERIES_EVICTED, 1);
	}
}

/* At most once a second of the stream's time are all of them looked at. */
void suppressor_tick(struct suppressor *s, uint64_t now_ns)
{
	uint64_t next = UINT64_MAX;
	struct list *node, *behind;

	if (now_ns < s->next_ns)
		return;
	for (node = s->order.next; node != &s->order; node = behind) {
		struct series *x = container_of(node, struct series, node);

		behind = node->next;
		if (now_ns >= x->end_ns)
			end(s, x);
		else if (x->end_ns < next)
			next = x->end_ns;
	}
	if (next != UINT64_MAX && next < now_ns + NS_PER_SEC)
		next = now_ns + NS_PER_SEC;
	s->next_ns = next;
}

static struct series *begin(struct suppressor *s, uint64_t key, uint64_t now,
                            uint64_t within_ns)
{
	struct series *x;

	make_room(s, 0);
	x = calloc(1, sizeof(*x));
	if (x == NULL)
		return NULL;
	if (map_put_u64(&s->all, key, x) < 0) {
		free(x);
		return NULL;
	}
	x->key = key;
	x->begin_ns = now;
	x->end_ns = now + within_ns;
	list_add_tail(&s->order, &x->node);
	if (x->end_ns < s->next_ns)
		s->next_ns = x->end_ns;
	return x;
}

/* A log may begin anew with an earlier time. */
static bool is_over(const struct series *x, uint64_t now)
{
	return now >= x->end_ns ||
	       now + (x->end_ns - x->begin_ns) < x->begin_ns;
}

/* The series that goes on; NULL when there is none. */
static struct series *going_on(struct suppressor *s, uint64_t key, uint64_t now)
{
	struct series *x = map_get_u64(&s->all, key);

	if (x == NULL || !is_over(x, now))
		return x;
	end(s, x);
	return NULL;
}

/* False when out of memory. */
static bool hash_output(const struct template *t,
                        const struct field_source *event, uint64_t *seed)
{
	auto_buf struct buf text = BUF_INIT;

	render_template(t, event, &text);
	*seed = str_hash(buf_str(&text), *seed);
	return !text.failed;
}

/* False when out of memory. */
static bool key_of(const struct suppressor *s, const struct rule *rule,
                   const struct field_source *event, uint64_t *ret)
{
	const struct rule_frequency *f = &rule->suppress;

	*ret = rule_keys_hash(rule, f->by, f->nby, event, s->all.seed);
	return f->nby > 0 || hash_output(&rule->output, event, ret);
}

/* False when it finds no memory to be told later. */
static bool hold(struct suppressor *s, struct series *x,
                 const struct rule *rule, const struct field_source *event)
{
	if (!x->has_alert) {
		if (alert_from_hit(rule, event, &x->alert) < 0)
			return false;
		alert_identify(&x->alert, STR_NONE);
		x->has_alert = true;
		s->bytes += x->alert.arena.used;
	}
	x->held++;
	counter_add(s->options.counters, COUNTER_ALERTS_SUPPRESSED, 1);
	return true;
}

static uint64_t time_of(const struct field_source *event)
{
	static const struct field_arg no_arg = { 0 };
	struct value v;

	return event->get(event->context, FIELD_EVT_RAWTIME, &no_arg, &v) ? v.u
	                                                                  : 0;
}

/* One more alert of that series, or the first of a new one. */
static bool takes(struct suppressor *s, struct series *x,
                  const struct rule *rule, const struct field_source *event)
{
	uint64_t now = time_of(event);

	if (x->raised < x->most) {
		x->raised++;
		return false;
	}
	if (now > x->last_ns)
		x->last_ns = now;
	return hold(s, x, rule, event);
}

/* What one rule raises for one container. */
static bool rate_takes(struct suppressor *s, const struct rule *rule,
                       const struct field_source *event)
{
	uint64_t key = str_hash(
		STR("rate"), rule_keys_hash(rule, NULL, 0, event, s->all.seed));
	uint64_t now = time_of(event);
	struct series *x = going_on(s, key, now);

	if (x == NULL)
		x = begin(s, key, now, s->options.within_ns);
	if (x == NULL)
		return false;
	x->is_of_rule = true;
	x->most = s->options.rate;
	return takes(s, x, rule, event);
}

bool suppressor_takes(struct suppressor *s, const struct rule *rule,
                      const struct field_source *event)
{
	const struct rule_frequency *f = &rule->suppress;
	uint64_t within = f->is_given ? f->within_ns : s->options.within_ns;
	uint64_t key, now = time_of(event);
	struct series *x;

	suppressor_tick(s, now);
	if (within == 0 || (s->options.rules_only && !f->is_given))
		return false;
	if (!key_of(s, rule, event, &key))
		return false;
	x = going_on(s, key, now);
	if (x == NULL && !f->is_given && rate_takes(s, rule, event))
		return true;
	if (x == NULL)
		x = begin(s, key, now, within);
	if (x == NULL)
		return false;
	x->most = f->is_given ? f->count : 1;
	return takes(s, x, rule, event);
}

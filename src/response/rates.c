/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rates.c - the keys by which responses are counted. */
#include "rates.h"

#include "saker/base/clock.h"
#include "saker/base/io.h"

#define RULE      'r'
#define CONTAINER 'c'
#define HOST      'H'

static struct str container_key(const struct response_request *q)
{
	return q->container.len != 0 ? q->container : STR("host");
}

void rates_look(const struct history *h, const struct response_limits *l,
                struct response_facts *f)
{
	const uint64_t now = clock_monotonic_ns();
	struct str rule = f->request->rule,
		   container = container_key(f->request);

	f->has_tokens = (struct response_rates){
		history_has_token(h, RULE, rule, l->rule, now),
		history_has_token(h, CONTAINER, container, l->container, now),
		history_has_token(h, HOST, STR(""), l->host, now),
	};
	f->is_tripped = (struct response_rates){
		history_is_tripped(h, RULE, rule),
		history_is_tripped(h, CONTAINER, container),
		history_is_tripped(h, HOST, STR("")),
	};
}

unsigned rates_hit(struct history *h, const struct response_request *q)
{
	auto_buf struct buf key = BUF_INIT;

	if (q->response.count == 0 || q->is_replay)
		return 0;
	buf_add_str(&key, q->rule);
	buf_add_byte(&key, '\0');
	buf_add_str(&key, container_key(q));
	return key.failed
	               ? 0
	               : history_hit(h, buf_str(&key), q->response.count,
	                             q->response.within, clock_monotonic_ns());
}

bool rates_charge(struct history *h, const struct response_limits *l,
                  const struct response_request *q)
{
	uint64_t now = clock_monotonic_ns();

	return history_take(h, RULE, q->rule, l->rule, now) &&
	       history_take(h, CONTAINER, container_key(q), l->container,
	                    now) &&
	       history_take(h, HOST, STR(""), l->host, now);
}

static void say_rate(struct response_rate rate, const char *whose,
                     struct str name, struct buf *out)
{
	buf_printf(out, "%s%s%s%.*s: %u in %u s", out->len != 0 ? ", " : "",
	           whose, name.len != 0 ? " " : "", STR_FMT(name), rate.count,
	           rate.seconds);
}

void rates_trip(struct history *h, const struct response_limits *l,
                const struct response_facts *f, struct buf *which)
{
	const struct response_request *q = f->request;

	if (!f->has_tokens.rule) {
		history_trip(h, RULE, q->rule);
		say_rate(l->rule, "rule", q->rule, which);
	}
	if (!f->has_tokens.container) {
		history_trip(h, CONTAINER, container_key(q));
		say_rate(l->container, "container", container_key(q), which);
	}
	if (!f->has_tokens.host) {
		history_trip(h, HOST, STR(""));
		say_rate(l->host, "this host", STR_NONE, which);
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history.c - token buckets, circuit breakers and thresholds by name. */
#include "history.h"

#include <stdlib.h>

#include "saker/base/array.h"
#include "saker/base/buf.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

#define HITS 'h'

struct history_entry {
	struct str key; /* its own; may hold any byte */
	/* The bucket as one time (generic cell rate algorithm, ITU-T I.371):
	 * it is full once this is past. */
	uint64_t full_at;
	bool is_tripped;
	uint64_t quiet_at; /* hits are of no interest from then on */
	size_t nhits, next;
	uint64_t *hits; /* a ring of the latest */
	size_t max_hits;
};

bool response_rate_parse(struct str text, struct response_rate *ret)
{
	struct str count;
	uint64_t n, seconds, factor = 1;

	if (!str_split(&text, '/', &count) ||
	    !str_to_u64(str_trim(count), 10, &n))
		return false;
	text = str_trim(text);
	if (str_has_suffix(text, STR("m")))
		factor = 60;
	if (str_has_suffix(text, STR("m")) || str_has_suffix(text, STR("s")))
		text.len--;
	if (!str_to_u64(text, 10, &seconds) || n == 0 || n > 1000000 ||
	    seconds == 0 || seconds > 24 * 3600 / factor)
		return false;
	*ret = (struct response_rate){ (unsigned)n,
		                       (unsigned)(seconds * factor) };
	return true;
}

static void entry_free(struct history_entry *e)
{
	if (e == NULL)
		return;
	free((char *)(uintptr_t)e->key.s);
	free(e->hits);
	free(e);
}

void history_init(struct history *h)
{
	map_init(&h->keys);
}

void history_done(struct history *h)
{
	size_t cursor = 0;
	void *entry;

	while (map_next(&h->keys, &cursor, NULL, &entry))
		entry_free(entry);
	map_done(&h->keys);
}

void history_reset(struct history *h)
{
	history_done(h);
	history_init(h);
}

void history_close(struct history *h)
{
	size_t cursor = 0;
	void *entry;

	while (map_next(&h->keys, &cursor, NULL, &entry))
		((struct history_entry *)entry)->is_tripped = false;
}

static void make_key(char kind, struct str key, struct buf *out)
{
	buf_add_byte(out, kind);
	buf_add_str(out, key);
}

static struct history_entry *find(const struct history *h, char kind,
                                  struct str key)
{
	auto_buf struct buf full = BUF_INIT;

	make_key(kind, key, &full);
	return full.failed ? NULL : map_get(&h->keys, buf_str(&full));
}

/* One that holds nothing which a fresh one would not. */
static bool forget_one(struct history *h, uint64_t now)
{
	size_t cursor = 0;
	void *value;

	while (map_next(&h->keys, &cursor, NULL, &value)) {
		struct history_entry *e = value;

		if (e->is_tripped || e->full_at > now || e->quiet_at > now)
			continue;
		map_remove(&h->keys, e->key);
		entry_free(e);
		return true;
	}
	return false;
}

static struct history_entry *make(struct history *h, char kind, struct str key,
                                  uint64_t now)
{
	auto_buf struct buf full = BUF_INIT;
	struct history_entry *e = find(h, kind, key);

	if (e != NULL)
		return e;
	if (h->keys.count >= HISTORY_KEYS && !forget_one(h, now))
		return NULL;
	make_key(kind, key, &full);
	e = calloc(1, sizeof(*e));
	if (e != NULL && !full.failed)
		e->key = (struct str){ str_dup(buf_str(&full)), full.len };
	if (e == NULL || e->key.s == NULL || map_put(&h->keys, e->key, e) < 0) {
		entry_free(e);
		return NULL;
	}
	return e;
}

static uint64_t interval(struct response_rate r)
{
	return r.seconds * NS_PER_SEC / r.count;
}

static bool has_token(const struct history_entry *e, struct response_rate r,
                      uint64_t now)
{
	return e == NULL || e->full_at <= now + (r.count - 1) * interval(r);
}

bool history_has_token(const struct history *h, char kind, struct str key,
                       struct response_rate rate, uint64_t now)
{
	return has_token(find(h, kind, key), rate, now);
}

bool history_take(struct history *h, char kind, struct str key,
                  struct response_rate rate, uint64_t now)
{
	struct history_entry *e = make(h, kind, key, now);

	if (e == NULL || !has_token(e, rate, now))
		return false;
	e->full_at = (e->full_at > now ? e->full_at : now) + interval(rate);
	return true;
}

bool history_is_tripped(const struct history *h, char kind, struct str key)
{
	const struct history_entry *e = find(h, kind, key);

	return e != NULL && e->is_tripped;
}

void history_trip(struct history *h, char kind, struct str key)
{
	struct history_entry *e = make(h, kind, key, 0);

	/* without memory the bucket stays empty: tripped again next time */
	if (e != NULL)
		e->is_tripped = true;
}

unsigned history_hit(struct history *h, struct str key, unsigned max,
                     unsigned seconds, uint64_t now)
{
	struct history_entry *e = make(h, HITS, key, now);
	uint64_t since = now - seconds * NS_PER_SEC;
	unsigned n = 0;

	if (e == NULL || max == 0)
		return 0;
	if (e->max_hits != max) { /* the rule was changed */
		free(e->hits);
		e->hits = calloc(max, sizeof(*e->hits));
		e->max_hits = e->hits != NULL ? max : 0;
		e->nhits = e->next = 0;
	}
	if (e->max_hits == 0)
		return 0;
	e->hits[e->next] = now;
	e->next = (e->next + 1) % max;
	e->nhits += e->nhits < max;
	e->quiet_at = now + seconds * NS_PER_SEC;
	for (size_t i = 0; i < e->nhits; i++)
		n += e->hits[i] >= since || seconds * NS_PER_SEC > now;
	return n;
}

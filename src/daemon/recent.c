/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recent.c - one ring of bytes for all processes: a busy one cannot take more
 * memory, only shorten what is remembered of all. */
#include "saker/daemon/recent.h"

#include <stdlib.h>

#include "saker/base/limits.h"

/* In front of each event's text, and on its boundary. */
struct entry {
	size_t bytes; /* to the next one, this head included */
	size_t length;
	pid_t pid; /* -1 = nobody's: the rest of the ring's end */
	uint64_t start_ticks;
	uint64_t container; /* hash of its id; 0 = none */
};

struct recent {
	char *data;
	size_t size;
	size_t begin, used; /* the oldest, and how much follows it */
	uint64_t seed;
};

/* The rest of the ring's end then has room for a head, or there is none. */
static size_t round_up(size_t n)
{
	const size_t boundary = sizeof(struct entry);

	return (n + boundary - 1) / boundary * boundary;
}

struct recent *recent_new(size_t bytes)
{
	struct recent *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->seed = str_hash_seed();
	r->size = bytes / sizeof(struct entry) * sizeof(struct entry);
	r->data = malloc(r->size);
	if (r->data == NULL) {
		recent_free(r);
		return NULL;
	}
	return r;
}

void recent_free(struct recent *r)
{
	if (r == NULL)
		return;
	free(r->data);
	free(r);
}

static struct entry *entry_at(const struct recent *r, size_t offset)
{
	return (struct entry *)(void *)(r->data +
	                                (r->begin + offset) % r->size);
}

static void forget_oldest(struct recent *r)
{
	size_t bytes = entry_at(r, 0)->bytes;

	r->begin = (r->begin + bytes) % r->size;
	r->used -= bytes;
}

static struct entry *append(struct recent *r, size_t bytes)
{
	struct entry *e;

	while (r->size - r->used < bytes)
		forget_oldest(r);
	e = entry_at(r, r->used);
	r->used += bytes;
	*e = (struct entry){ .bytes = bytes, .pid = -1 };
	return e;
}

/* An entry does not go over the ring's end. */
static struct entry *make(struct recent *r, size_t length)
{
	size_t bytes = round_up(sizeof(struct entry) + length);
	size_t at, left;

	if (bytes > r->size / 2)
		return NULL;
	at = (r->begin + r->used) % r->size;
	left = r->size - at;
	if (left < bytes)
		append(r, left);
	return append(r, bytes);
}

/* Ids come from names of cgroups: nobody is to make one that stands for
 * another.
 */
static uint64_t container_hash(const struct recent *r, struct str id)
{
	return id.len != 0 ? str_hash(id, r->seed) | 1 : 0;
}

/* As many records as fit. */
static size_t text_length(const struct audit_event *event, size_t *ret_records)
{
	size_t length = 0, i;

	for (i = 0; i < event->nrecords; i++) {
		size_t n = event->records[i].text.len + 1;

		if (length + n > LIMIT_RECENT_EVENT_BYTES)
			break;
		length += n;
	}
	*ret_records = i;
	return length;
}

void recent_note(struct recent *r, const struct recent_key *who,
                 const struct audit_event *event)
{
	size_t nrecords, length = text_length(event, &nrecords);
	struct entry *e = length != 0 ? make(r, length) : NULL;
	char *to;

	if (e == NULL)
		return;
	e->length = length;
	e->pid = who->pid;
	e->start_ticks = who->start_ticks;
	e->container = container_hash(r, who->container);
	to = (char *)(e + 1);
	for (size_t i = 0; i < nrecords; i++) {
		struct str text = event->records[i].text;

		memcpy(to, text.s, text.len);
		to[text.len] = '\n';
		to += text.len + 1;
	}
}

static bool is_of(const struct entry *e, const struct recent_key *who,
                  uint64_t container)
{
	if (who->pid == 0)
		return container != 0 && e->container == container;
	return e->pid == who->pid &&
	       (e->start_ticks == who->start_ticks || e->start_ticks == 0 ||
	        who->start_ticks == 0);
}

/* A turn to see how much there is, another to take the end of it. */
void recent_collect(const struct recent *r, const struct recent_key *who,
                    size_t max, struct buf *out)
{
	const uint64_t container = container_hash(r, who->container);
	const struct entry *e;
	size_t all = 0;

	for (size_t at = 0; at < r->used; at += e->bytes) {
		e = entry_at(r, at);
		all += is_of(e, who, container) ? e->length : 0;
	}
	for (size_t at = 0; at < r->used; at += e->bytes) {
		e = entry_at(r, at);
		if (!is_of(e, who, container))
			continue;
		if (all <= max)
			buf_add(out, e + 1, e->length);
		all -= e->length;
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire.c - numbers as they lie in memory, for both ends are this program, and
 * texts with their length before them. */
#include "saker/response/wire.h"

#include <errno.h>
#include <sys/socket.h>

#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

/* The numbers of a request; a struct without holes. */
struct numbers {
	uint64_t event_ns, received_ns, start_ticks, start_ns, cgroup_id,
		exe_dev, exe_ino;
	uint32_t action, scope, mode, count, within, state;
	int32_t pid, ppid;
	uint32_t nlabels, npod_labels;
	uint8_t host, is_replay, is_foreign, has_process, has_ended, unused[3];
};

static void add_text(struct buf *out, struct str v)
{
	uint32_t n = (uint32_t)v.len;

	buf_add(out, &n, sizeof(n));
	buf_add_str(out, v);
}

static bool take(struct str *rest, void *ret, size_t n)
{
	if (rest->len < n)
		return false;
	memcpy(ret, rest->s, n);
	*rest = str_skip(*rest, n);
	return true;
}

static bool take_text(struct str *rest, struct str *ret)
{
	uint32_t n;

	if (!take(rest, &n, sizeof(n)) || rest->len < n)
		return false;
	*ret = n != 0 ? str_take(*rest, n) : STR_NONE;
	*rest = str_skip(*rest, n);
	return true;
}

static void add_labels(struct buf *out, const struct container_label *labels,
                       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add_text(out, labels[i].key);
		add_text(out, labels[i].value);
	}
}

static bool take_labels(struct str *rest, size_t count, struct arena *arena,
                        const struct container_label **ret)
{
	struct container_label *labels;

	if (count > LIMIT_METADATA_ITEMS)
		return false;
	labels = arena_array(arena, struct container_label, count);
	if (labels == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!take_text(rest, &labels[i].key) ||
		    !take_text(rest, &labels[i].value))
			return false;
	*ret = labels;
	return true;
}

#define TEXTS(q)                                                             \
	{                                                                    \
		&(q)->rule, &(q)->uuid, &(q)->exe, &(q)->cgroups,            \
			&(q)->container, &(q)->container_name, &(q)->cgroup, \
			&(q)->image, &(q)->pod_namespace, &(q)->alert,       \
			&(q)->records                                        \
	}

void response_pack_request(const struct response_request *r, struct buf *out)
{
	const struct str *const texts[] = TEXTS(r);
	const struct rule_response *w = &r->response;
	struct numbers n = {
		.event_ns = r->event_ns,
		.received_ns = r->received_ns,
		.start_ticks = r->start_ticks,
		.start_ns = r->start_ns,
		.cgroup_id = r->cgroup_id,
		.exe_dev = r->exe_id.dev,
		.exe_ino = r->exe_id.ino,
		.action = (uint32_t)w->action,
		.scope = (uint32_t)w->scope,
		.mode = (uint32_t)w->mode,
		.count = w->count,
		.within = w->within,
		.state = (uint32_t)r->state,
		.pid = r->pid,
		.ppid = r->ppid,
		.nlabels = (uint32_t)r->nlabels,
		.npod_labels = (uint32_t)r->npod_labels,
		.host = w->host,
		.is_replay = r->is_replay,
		.is_foreign = r->is_foreign,
		.has_process = r->has_process,
		.has_ended = r->has_ended,
	};

	buf_add(out, &n, sizeof(n));
	for (size_t i = 0; i < COUNT(texts); i++)
		add_text(out, *texts[i]);
	add_labels(out, r->labels, r->nlabels);
	add_labels(out, r->pod_labels, r->npod_labels);
}

/* Only what a rule could have asked for. */
static bool is_possible(const struct numbers *n)
{
	return n->action > RESPONSE_NONE && n->action < RESPONSE_ACTION__MAX &&
	       n->scope < RESPONSE_SCOPE__MAX && n->mode <= RESPONSE_ENFORCE &&
	       (response_action_info((enum response_action)n->action)->scopes &
	        (1u << n->scope)) != 0 &&
	       n->state <= PROCESS_CONTAINER && n->count <= 100 &&
	       n->within <= 24 * 3600 && n->pid >= 0 && n->ppid >= 0 &&
	       n->host <= 1 && n->is_replay <= 1 && n->is_foreign <= 1 &&
	       n->has_process <= 1 && n->has_ended <= 1;
}

bool response_unpack_request(struct str datagram, struct arena *arena,
                             struct response_request *ret)
{
	struct response_request q = { 0 };
	struct str *const texts[] = TEXTS(&q);
	struct numbers n;

	if (!take(&datagram, &n, sizeof(n)) || !is_possible(&n))
		return false;
	q.response = (struct rule_response){
		.action = (enum response_action)n.action,
		.scope = (enum response_scope)n.scope,
		.mode = (enum response_mode)n.mode,
		.host = n.host,
		.count = n.count,
		.within = n.within,
	};
	q.event_ns = n.event_ns;
	q.received_ns = n.received_ns;
	q.start_ticks = n.start_ticks;
	q.start_ns = n.start_ns;
	q.cgroup_id = n.cgroup_id;
	q.exe_id = (struct file_id){ n.exe_dev, n.exe_ino };
	q.state = (enum process_state)n.state;
	q.pid = n.pid;
	q.ppid = n.ppid;
	q.nlabels = n.nlabels;
	q.npod_labels = n.npod_labels;
	q.is_replay = n.is_replay;
	q.is_foreign = n.is_foreign;
	q.has_process = n.has_process;
	q.has_ended = n.has_ended;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (!take_text(&datagram, texts[i]))
			return false;
	if (!take_labels(&datagram, q.nlabels, arena, &q.labels) ||
	    !take_labels(&datagram, q.npod_labels, arena, &q.pod_labels) ||
	    datagram.len != 0)
		return false;
	*ret = q;
	return true;
}

struct outcome_numbers {
	uint64_t start_ticks, latency_us, processes;
	int32_t pid;
	uint8_t is_set, is_done, has_latency, unused;
};

#define OUTCOME_TEXTS(o)                                                    \
	{                                                                   \
		&(o)->report.action, &(o)->report.scope, &(o)->report.mode, \
			&(o)->report.result, &(o)->report.exe,              \
			&(o)->report.container, &(o)->report.tier,          \
			&(o)->report.evidence, &(o)->notice                 \
	}

void response_pack_outcome(const struct response_outcome *o, struct buf *out)
{
	const struct str *const texts[] = OUTCOME_TEXTS(o);
	struct outcome_numbers n = {
		.start_ticks = o->report.start_ticks,
		.latency_us = o->report.latency_us,
		.processes = o->report.processes,
		.pid = o->report.pid,
		.is_set = o->is_set,
		.is_done = o->is_done,
		.has_latency = o->report.has_latency,
	};

	buf_add(out, &n, sizeof(n));
	for (size_t i = 0; i < COUNT(texts); i++)
		add_text(out, *texts[i]);
}

bool response_unpack_outcome(struct str datagram, struct arena *arena,
                             struct response_outcome *ret)
{
	struct response_outcome o = { 0 };
	struct str *const texts[] = OUTCOME_TEXTS(&o);
	struct outcome_numbers n;

	if (!take(&datagram, &n, sizeof(n)))
		return false;
	o.is_set = n.is_set != 0;
	o.is_done = n.is_done != 0;
	o.report.start_ticks = n.start_ticks;
	o.report.latency_us = n.latency_us;
	o.report.processes = n.processes;
	o.report.pid = n.pid;
	o.report.has_latency = n.has_latency != 0;
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (!take_text(&datagram, texts[i]))
			return false;
		if (texts[i]->s != NULL)
			*texts[i] = arena_copy(arena, *texts[i]);
	}
	if (datagram.len != 0 || arena->failed)
		return false;
	*ret = o;
	return true;
}

static bool send_one(int socket, const struct buf *b, int flags)
{
	ssize_t n;

	if (b->failed)
		return false;
	do
		n = send(socket, b->data, b->len, MSG_NOSIGNAL | flags);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)b->len;
}

static bool receive_one(int socket, struct buf *b)
{
	ssize_t n;

	buf_clear(b);
	if (!buf_reserve(b, LIMIT_RESPONSE_BYTES))
		return false;
	do
		n = recv(socket, b->data, LIMIT_RESPONSE_BYTES, 0);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	b->len = (size_t)n;
	return true;
}

bool response_send(int socket, const struct response_request *request,
                   bool may_wait)
{
	auto_buf struct buf b = BUF_INIT;

	response_pack_request(request, &b);
	return send_one(socket, &b, may_wait ? 0 : MSG_DONTWAIT);
}

bool response_receive(int socket, struct arena *arena,
                      struct response_outcome *ret)
{
	auto_buf struct buf b = BUF_INIT;

	return receive_one(socket, &b) &&
	       response_unpack_outcome(buf_str(&b), arena, ret);
}

bool response_serve(int socket, struct responder *responder)
{
	auto_buf struct buf in = BUF_INIT, out = BUF_INIT;
	struct response_outcome outcome = { 0 };
	struct response_request request;
	struct arena arena = ARENA_INIT;
	bool is_there = receive_one(socket, &in);

	if (is_there) {
		/* what is none is answered by nothing having been done */
		if (response_unpack_request(buf_str(&in), &arena, &request))
			responder_run(responder, &request, &arena, &outcome);
		response_pack_outcome(&outcome, &out);
		is_there = send_one(socket, &out, 0);
	}
	arena_done(&arena);
	return is_there;
}

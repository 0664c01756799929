/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.c - the table of sources and the thread that drains one. */
#include "saker/source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kinds.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"

/* The socket that auditd writes to holds some four times as much. */
#define GATHERED_BYTES (16 * 1024)

static const struct source_kind kinds[] = {
#define SOURCE_THREAD(name) .read = name##_read
#define SOURCE_CLIENT(name) SOURCE_THREAD(name), .connect = name##_connect
#define SOURCE_DIRECT(name)                                          \
	.peek = name##_peek, .pop = name##_pop, .load = name##_load, \
	.stop = name##_stop, .resume = name##_resume,                \
	.position = name##_position
#define SOURCE(id, argument_name, live, how, text) \
	{ .name = #id,                             \
	  .argument = argument_name,               \
	  .doc = text,                             \
	  .is_live = live,                         \
	  .open = source_##id##_open,              \
	  .close = source_##id##_close,            \
	  SOURCE_##how(source_##id) },
#include "saker/source/sources.def"
#undef SOURCE
#undef SOURCE_DIRECT
#undef SOURCE_CLIENT
#undef SOURCE_THREAD
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const struct source_kind *source_kind_at(size_t i)
{
	return i < KINDS ? &kinds[i] : NULL;
}

static const struct source_kind *find_kind(struct str name, bool has_argument)
{
	for (size_t i = 0; i < KINDS; i++)
		if (str_eq(name, str_from(kinds[i].name)) &&
		    has_argument == (kinds[i].argument != NULL))
			return &kinds[i];
	return NULL;
}

static int open_kind(struct source *s, struct str argument,
                     const struct source_options *options)
{
	int error = s->kind->open(s, argument, options);

	if (error != 0 || s->kind->read == NULL)
		return error;
	s->ring = options->is_shared
	                  ? ring_new_shared(options->ring_bytes, s->counters)
	                  : ring_new(options->ring_bytes, s->counters);
	s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->ring != NULL && s->stop_fd >= 0)
		return 0;
	ring_free(s->ring);
	s->ring = NULL;
	io_close(&s->stop_fd);
	s->kind->close(s);
	return E_NOMEM;
}

int source_open(struct str spec, const struct source_options *options,
                struct source *ret)
{
	ptrdiff_t colon = str_find_byte(spec, ':');
	struct str name = colon < 0 ? spec : str_take(spec, (size_t)colon);
	struct str argument =
		colon < 0 ? STR_NONE : str_skip(spec, (size_t)colon + 1);
	struct source s = { .fd = -1,
		            .stop_fd = -1,
		            .counters = options->counters };
	int error;

	s.kind = find_kind(name, argument.len != 0);
	if (s.kind == NULL)
		return E_INVALID;
	framer_init(&s.framer, FRAMER_AUTO, s.counters);
	error = open_kind(&s, argument, options);
	if (error != 0) {
		framer_done(&s.framer);
		return error;
	}
	*ret = s;
	return 0;
}

void source_close(struct source *s)
{
	int saved = errno;

	source_stop(s);
	if (s->kind != NULL) {
		if (s->is_left)
			free(s->state);
		else
			s->kind->close(s);
		framer_done(&s->framer);
		ring_free(s->ring);
		io_close(&s->stop_fd);
	}
	s->kind = NULL;
	s->ring = NULL;
	errno = saved;
}

int source_connect(struct source *s, int *ret_fd)
{
	int fd, error;

	if (s->kind->connect == NULL)
		return E_UNSUPPORTED;
	io_close(&s->fd);
	error = s->kind->connect(s, &s->fd);
	if (error < 0)
		return error;
	fd = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return E_IO;
	*ret_fd = fd;
	return 0;
}

int stream_push(struct source *s, struct str bytes)
{
	uint64_t now = clock_monotonic_ns();
	int error = framer_push(&s->framer, bytes);
	struct frame frame;
	size_t n = 0;

	if (error != 0) {
		framer_done(&s->framer);
		framer_init(&s->framer, FRAMER_AUTO, s->counters);
		counter_add(s->counters, COUNTER_RECORDS_IN, 1);
		counter_add(s->counters, COUNTER_RECORDS_DROPPED, 1);
		return error;
	}
	for (; framer_next(&s->framer, &frame); n++)
		ring_push(s->ring, &frame, now);
	ring_wake(s->ring);
	if (s->kind->is_live && !s->is_lossless)
		pace_count(&s->pace, n, now);
	return 0;
}

void stream_end(struct source *s)
{
	struct frame frame;

	if (framer_flush(&s->framer, &frame))
		ring_push(s->ring, &frame, clock_monotonic_ns());
	ring_wake(s->ring);
	framer_done(&s->framer);
	framer_init(&s->framer, FRAMER_AUTO, s->counters);
}

/* Room for whatever one chunk can become: at worst two bytes a line, each 24
 * bytes in the ring. */
static bool has_room(const struct source *s)
{
	size_t need = (size_t)STREAM_CHUNK * 12;

	if (need > ring_size(s->ring) / 2)
		need = ring_size(s->ring) / 2;
	return !s->is_lossless || ring_room(s->ring) >= need;
}

/* Waits for bytes, for the time of the next attempt to connect, or for room.
 * False when the source is to stop. */
static bool wait_for_input(const struct source *s)
{
	struct pollfd p[] = {
		{ .fd = s->stop_fd, .events = POLLIN },
		{ .fd = ring_settled_fd(s->ring), .events = POLLIN },
		{ .fd = s->fd, .events = POLLIN },
	};

	for (;;) {
		bool room = has_room(s);
		int timeout = !room ? 1 : s->fd < 0 ? (int)s->reconnect_ms : -1;
		int n = poll(p, room ? 3 : 1, timeout);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0 && p[0].revents != 0)
			return false;
		if (n >= 0 && room)
			return true;
	}
}

/* auditd writes each record by itself: without this, each would wake this
 * thread and then the one that judges. What is there already does not wait for
 * more than a socket has room for. */
static void gather(const struct source *s)
{
	struct pollfd stop = { .fd = s->stop_fd, .events = POLLIN };
	struct timespec t = { .tv_nsec = (long)pace_gather_ns(&s->pace) };
	int there = 0;

	if (t.tv_nsec == 0 ||
	    (ioctl(s->fd, FIONREAD, &there) == 0 && there >= GATHERED_BYTES))
		return;
	ppoll(&stop, 1, &t, NULL);
}

static void *drain(void *arg)
{
	struct source *s = arg;
	int error = 0;

	while (wait_for_input(s)) {
		gather(s);
		error = s->kind->read(s);
		if (error != 0 && error != E_AGAIN && error != E_NOMEM)
			break;
		error = 0;
	}
	stream_end(s);
	atomic_store(&s->error, error == E_END ? 0 : error);
	ring_end(s->ring);
	return NULL;
}

int source_start(struct source *s)
{
	sigset_t all, before;
	int error;

	s->is_started = true;
	if (s->ring == NULL)
		return 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&s->thread, NULL, drain, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0) {
		s->is_started = false;
		return E_NOMEM;
	}
	pthread_setname_np(s->thread, "saker-source");
	return 0;
}

bool source_has_thread(const struct source *s)
{
	return s->ring != NULL;
}

void source_leave(struct source *s)
{
	if (s->ring == NULL)
		return;
	io_close(&s->fd);
	s->is_left = true;
}

void source_ask_stop(const struct source *s)
{
	uint64_t one = 1;

	while (write(s->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

void source_join(struct source *s)
{
	if (!s->is_started || s->ring == NULL)
		return;
	pthread_join(s->thread, NULL);
	s->is_started = false;
	s->is_stopped = true;
}

void source_stop(struct source *s)
{
	if (!s->is_started)
		return;
	if (s->ring != NULL) {
		source_ask_stop(s);
		source_join(s);
		return;
	}
	s->kind->stop(s);
	s->is_started = false;
	s->is_stopped = true;
}

void source_resume_taking(struct source *s)
{
	if (s->ring != NULL)
		ring_resume_reading(s->ring);
	else
		s->kind->resume(s);
}

void source_resume_draining(struct source *s)
{
	if (s->ring != NULL)
		ring_resume_writing(s->ring);
}

int source_poll_fd(const struct source *s)
{
	return s->ring != NULL ? ring_fd(s->ring) : s->fd;
}

void source_wake(struct source *s)
{
	if (s->ring != NULL)
		ring_clear_wake(s->ring);
}

/* A thread has a pace of its own. */
uint64_t source_gather_ns(const struct source *s)
{
	return s->ring == NULL ? pace_gather_ns(&s->pace) : 0;
}

void source_count(struct source *s, size_t frames, uint64_t now_ns)
{
	if (s->ring == NULL)
		pace_count(&s->pace, frames, now_ns);
}

bool source_peek(struct source *s, struct frame *ret, uint64_t *ret_received_ns)
{
	return s->ring != NULL ? ring_peek(s->ring, ret, ret_received_ns)
	                       : s->kind->peek(s, ret, ret_received_ns);
}

void source_pop(struct source *s)
{
	if (s->ring != NULL)
		ring_pop(s->ring);
	else
		s->kind->pop(s);
}

uint64_t source_position(const struct source *s)
{
	return s->ring != NULL ? ring_position(s->ring) : s->kind->position(s);
}

uint64_t source_taken(const struct source *s)
{
	return s->ring != NULL ? ring_taken(s->ring) : 0;
}

void source_set_settled(struct source *s, uint64_t frames)
{
	if (s->ring != NULL)
		ring_set_settled(s->ring, frames);
}

bool source_is_done(const struct source *s)
{
	if (s->ring != NULL)
		return ring_is_done(s->ring);
	return s->error < 0 || s->is_stopped;
}

struct source_load source_load(const struct source *s)
{
	if (s->ring == NULL)
		return s->kind->load(s);
	return (struct source_load){
		.bytes = ring_size(s->ring),
		.used = ring_size(s->ring) - ring_room(s->ring),
		.records = ring_pending(s->ring),
	};
}

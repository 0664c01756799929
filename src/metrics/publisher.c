/* SPDX-License-Identifier: GPL-2.0-or-later */
/* publisher.c - the thread that hands metrics out.
 *
 * Whoever asks is one of few, asks for little and has little time: nothing here
 * grows, and nothing holds up who publishes. */
#include "saker/metrics/publisher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "saker/base/buf.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/metrics/http_request.h"

#define CLIENT_NS (5 * NS_PER_SEC)

struct client {
	int fd; /* -1 = free */
	uint64_t until_ns;
	struct buf in;
	struct buf out; /* not empty: the answer, being written */
	size_t done;
	bool is_answered; /* what else it says is not listened to */
};

struct publisher {
	pthread_t thread;
	bool has_thread;
	char *file;
	bool (*write)(void *arg, struct str text);
	void *write_arg;
	uint64_t interval_ns;
	uint64_t next_file_ns;
	int listener;
	int wake;
	struct client clients[LIMIT_METRICS_CLIENTS];

	pthread_mutex_t lock;
	struct buf text;
	uint64_t published_ns;
	uint64_t errors;
	bool is_new;
	bool stop;
};

static void drop(struct client *c)
{
	io_close(&c->fd);
	buf_done(&c->in);
	buf_done(&c->out);
	*c = (struct client){ .fd = -1 };
}

/* A reader sees the old file or the new one, never half of one. */
static bool write_file(const char *path, struct str text)
{
	auto_buf struct buf name = BUF_INIT;
	auto_close int fd = -1;

	buf_printf(&name, "%s.%d", path, (int)getpid());
	if (name.failed)
		return false;
	fd = open(buf_cstr(&name),
	          O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd >= 0 && fchmod(fd, 0644) == 0 && io_write_all(fd, text) == 0 &&
	    rename(buf_cstr(&name), path) == 0)
		return true;
	unlink(buf_cstr(&name));
	return false;
}

static void update_file(struct publisher *p, uint64_t now)
{
	auto_buf struct buf text = BUF_INIT;
	bool is_new;

	if (p->file == NULL || now < p->next_file_ns)
		return;
	pthread_mutex_lock(&p->lock);
	is_new = p->is_new;
	p->is_new = false;
	buf_add_str(&text, buf_str(&p->text));
	pthread_mutex_unlock(&p->lock);
	if (!is_new)
		return;
	p->next_file_ns = now + p->interval_ns;
	if (!text.failed &&
	    (p->write != NULL ? p->write(p->write_arg, buf_str(&text))
	                      : write_file(p->file, buf_str(&text))))
		return;
	pthread_mutex_lock(&p->lock);
	p->errors++;
	pthread_mutex_unlock(&p->lock);
}

static void answer(struct client *c, const char *status, const char *type,
                   struct str body, bool with_body)
{
	buf_printf(&c->out,
	           "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
	           "Connection: close\r\n\r\n",
	           status, type, body.len);
	if (with_body)
		buf_add_str(&c->out, body);
}

#define PLAIN "text/plain; charset=utf-8"

static void answer_health(struct client *c, uint64_t published_ns,
                          bool with_body)
{
	uint64_t age = clock_monotonic_ns() - published_ns;

	if (age < PUBLISHER_STALE_S * NS_PER_SEC)
		answer(c, "200 OK", PLAIN, STR("ok\n"), with_body);
	else
		answer(c, "503 Service Unavailable", PLAIN,
		       STR("the engine is busy with something else\n"),
		       with_body);
}

static void answer_request(struct publisher *p, struct client *c,
                           const struct http_request *r)
{
	const bool is_get = str_eq(r->method, STR("GET"));

	if (!is_get && !str_eq(r->method, STR("HEAD"))) {
		answer(c, "405 Method Not Allowed", PLAIN, STR("GET or HEAD\n"),
		       true);
		return;
	}
	pthread_mutex_lock(&p->lock);
	if (str_eq(r->path, STR("/metrics")))
		answer(c, "200 OK", "text/plain; version=0.0.4; charset=utf-8",
		       buf_str(&p->text), is_get);
	else if (str_eq(r->path, STR("/healthz")))
		answer_health(c, p->published_ns, is_get);
	else
		answer(c, "404 Not Found", PLAIN,
		       STR("there are /metrics and /healthz\n"), is_get);
	pthread_mutex_unlock(&p->lock);
}

static void read_client(struct publisher *p, struct client *c)
{
	struct http_request r;
	char bytes[1024];
	ssize_t n = recv(c->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			drop(c);
		return;
	}
	if (c->is_answered)
		return;
	buf_add(&c->in, bytes, (size_t)n);
	switch (http_request_parse(buf_str(&c->in), &r)) {
	case 0:
		answer_request(p, c, &r);
		break;
	case E_AGAIN:
		break;
	default:
		answer(c, "400 Bad Request", PLAIN, STR("no HTTP request\n"),
		       true);
	}
	if (c->in.failed || c->out.failed)
		drop(c);
}

/* Closing before all that was sent has been read resets the connection, and the
 * answer on its way is lost (RFC 9112, 9.6): who asked closes first, or is
 * late.
 */
static void write_client(struct client *c)
{
	struct str rest = str_skip(buf_str(&c->out), c->done);
	ssize_t n = send(c->fd, rest.s, rest.len, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	c->done += n > 0 ? (size_t)n : 0;
	if (n < 0 || (c->done == c->out.len && shutdown(c->fd, SHUT_WR) < 0)) {
		drop(c);
	} else if (c->done == c->out.len) {
		c->is_answered = true;
		buf_clear(&c->out);
	}
}

/* One too many waits in the listener's queue. */
static struct client *free_client(struct publisher *p)
{
	for (size_t i = 0; i < LIMIT_METRICS_CLIENTS; i++)
		if (p->clients[i].fd < 0)
			return &p->clients[i];
	return NULL;
}

static void accept_client(struct publisher *p)
{
	struct client *c = free_client(p);

	if (c == NULL)
		return;
	c->fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	c->until_ns = clock_monotonic_ns() + CLIENT_NS;
}

static void wait_for_work(struct publisher *p)
{
	struct pollfd fds[LIMIT_METRICS_CLIENTS + 2];
	eventfd_t ignored;

	fds[0] = (struct pollfd){ .fd = p->wake, .events = POLLIN };
	fds[1] = (struct pollfd){
		.fd = free_client(p) != NULL ? p->listener : -1,
		.events = POLLIN,
	};
	for (size_t i = 0; i < LIMIT_METRICS_CLIENTS; i++)
		fds[i + 2] = (struct pollfd){
			.fd = p->clients[i].fd,
			.events = p->clients[i].out.len != 0 ? POLLOUT : POLLIN,
		};
	poll(fds, LIMIT_METRICS_CLIENTS + 2, 1000);
	eventfd_read(p->wake, &ignored);
	for (size_t i = 0; i < LIMIT_METRICS_CLIENTS; i++) {
		struct client *c = &p->clients[i];

		if (c->fd < 0)
			continue;
		if (clock_monotonic_ns() > c->until_ns)
			drop(c);
		else if (fds[i + 2].revents != 0 && c->out.len == 0)
			read_client(p, c);
		else if (fds[i + 2].revents != 0)
			write_client(c);
	}
	if (fds[1].revents != 0)
		accept_client(p);
}

static void *run(void *arg)
{
	struct publisher *p = arg;

	for (;;) {
		bool stop;

		pthread_mutex_lock(&p->lock);
		stop = p->stop;
		pthread_mutex_unlock(&p->lock);
		if (stop)
			break;
		update_file(p, clock_monotonic_ns());
		wait_for_work(p);
	}
	/* the last word */
	p->next_file_ns = 0;
	update_file(p, clock_monotonic_ns());
	return NULL;
}

static int start_thread(struct publisher *p)
{
	sigset_t all, old;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(&p->thread, NULL, run, p);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	p->has_thread = r == 0;
	return r == 0 ? 0 : E_NOMEM;
}

int publisher_new(const struct publisher_options *options,
                  struct publisher **ret)
{
	struct publisher *p = calloc(1, sizeof(*p));
	int error = 0;

	if (p == NULL) {
		if (options->listener >= 0)
			close(options->listener);
		return E_NOMEM;
	}
	pthread_mutex_init(&p->lock, NULL);
	p->listener = options->listener;
	p->write = options->write;
	p->write_arg = options->write_arg;
	p->interval_ns = options->interval_s * NS_PER_SEC;
	p->published_ns = clock_monotonic_ns();
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (size_t i = 0; i < LIMIT_METRICS_CLIENTS; i++)
		p->clients[i].fd = -1;
	if (options->file != NULL && *options->file != '\0') {
		p->file = str_dup(str_from(options->file));
		if (p->file == NULL)
			error = E_NOMEM;
	}
	if (p->wake < 0)
		error = E_NOMEM;
	if (error == 0)
		error = start_thread(p);
	if (error < 0)
		publisher_free(p);
	else
		*ret = p;
	return error;
}

void publisher_free(struct publisher *p)
{
	if (p == NULL)
		return;
	if (p->has_thread) {
		pthread_mutex_lock(&p->lock);
		p->stop = true;
		pthread_mutex_unlock(&p->lock);
		eventfd_write(p->wake, 1);
		pthread_join(p->thread, NULL);
	}
	for (size_t i = 0; i < LIMIT_METRICS_CLIENTS; i++)
		drop(&p->clients[i]);
	io_close(&p->listener);
	io_close(&p->wake);
	pthread_mutex_destroy(&p->lock);
	buf_done(&p->text);
	free(p->file);
	free(p);
}

void publisher_publish(struct publisher *p, struct str text)
{
	struct buf fresh = BUF_INIT, old;

	buf_add_str(&fresh, text);
	pthread_mutex_lock(&p->lock);
	old = p->text;
	if (fresh.failed) {
		old = fresh;
	} else {
		p->text = fresh;
		p->is_new = true;
	}
	p->published_ns = clock_monotonic_ns();
	pthread_mutex_unlock(&p->lock);
	buf_done(&old);
	eventfd_write(p->wake, 1);
}

uint64_t publisher_errors(struct publisher *p)
{
	uint64_t errors;

	pthread_mutex_lock(&p->lock);
	errors = p->errors;
	pthread_mutex_unlock(&p->lock);
	return errors;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outputs.c - opens outputs for the courier: those of the configuration. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "monitor.h"
#include "saker/base/io.h"

struct output_pipes {
	pthread_mutex_t lock;
	size_t count;
	int fds[]; /* -1 = it is none */
};

struct output_pipes *output_pipes_new(size_t noutputs)
{
	struct output_pipes *p =
		malloc(sizeof(*p) + noutputs * sizeof(p->fds[0]));

	if (p == NULL)
		return NULL;
	pthread_mutex_init(&p->lock, NULL);
	p->count = noutputs;
	for (size_t i = 0; i < noutputs; i++)
		p->fds[i] = -1;
	return p;
}

void output_pipes_free(struct output_pipes *p)
{
	for (size_t i = 0; p != NULL && i < p->count; i++)
		io_close(&p->fds[i]);
	free(p);
}

/* A program's standard input is none: what it did not read is written anew to
 * the next one, by who knows of it. */
static bool is_plain_pipe(const struct output_opened *o)
{
	struct stat st;

	return o->pid == 0 && !o->may_block && !o->is_socket &&
	       fstat(o->fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* The same open file: what ends it for one ends it for both. */
static void keep_pipe(struct output_pipes *p, size_t i,
                      const struct output_opened *o)
{
	if (p == NULL || i >= p->count)
		return;
	pthread_mutex_lock(&p->lock);
	io_close(&p->fds[i]);
	if (is_plain_pipe(o))
		p->fds[i] = fcntl(o->fd, F_DUPFD_CLOEXEC, 0);
	pthread_mutex_unlock(&p->lock);
}

struct outcome serve_OUTPUT_PIPE(struct monitor *m,
                                 const struct wire_request *r)
{
	struct output_pipes *p = m->options.pipes;
	struct outcome o = { E_NOT_FOUND, -1 };

	if (p == NULL || (size_t)r->number >= p->count)
		return o;
	pthread_mutex_lock(&p->lock);
	if (p->fds[r->number] >= 0)
		o.fd = fcntl(p->fds[r->number], F_DUPFD_CLOEXEC, 0);
	pthread_mutex_unlock(&p->lock);
	if (o.fd >= 0)
		o.error = 0;
	return o;
}

size_t monitor_reap(struct monitor *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nprograms; i++)
		if (waitpid(m->programs[i], NULL, WNOHANG) == 0)
			m->programs[n++] = m->programs[i];
	m->nprograms = n;
	return n;
}

struct outcome serve_OUTPUT(struct monitor *m, const struct wire_request *r)
{
	const struct monitor_options *o = &m->options;
	struct output_opened opened = { .fd = -1 };
	struct output_answer answer = { 0 };
	int error = E_DENIED;

	errno = 0;
	if (monitor_reap(m) >= LIMIT_PROGRAMS)
		error = E_LIMIT;
	else if ((size_t)r->number < o->noutputs)
		error = output_open(str_from(o->outputs[r->number]),
		                    &o->program, &opened);
	answer.error = errno;
	if (error == 0) {
		answer.is_socket = opened.is_socket;
		answer.may_block = opened.may_block;
		answer.needs_newline = opened.needs_newline;
		if (opened.pid > 0)
			m->programs[m->nprograms++] = opened.pid;
		keep_pipe(o->pipes, (size_t)r->number, &opened);
	}
	buf_add(&m->answer, &answer, sizeof(answer));
	return (struct outcome){ error, opened.fd };
}

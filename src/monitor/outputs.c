/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outputs.c - opens outputs for the courier: those of the configuration. */
#include <errno.h>
#include <sys/wait.h>

#include "monitor.h"

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
	}
	buf_add(&m->answer, &answer, sizeof(answer));
	return (struct outcome){ error, opened.fd };
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* requests.c - what a running saker is asked for. */
#include <errno.h>
#include <unistd.h>

#include "daemon.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"

static const char *problem(int error)
{
	switch (error) {
	case E_FULL:
		return "another saker serves it";
	case E_INVALID:
		return "the path is too long";
	default:
		return errno != 0 ? strerror(errno) : err_text(error);
	}
}

void requests_listen(struct daemon *d)
{
	const char *path = d->config->control_socket;
	const char *group = d->config->control_group;

	d->control_readers = SERVER_NO_GROUP;
	d->control_fd = -1;
	if (*path == '\0')
		return;
	if (*group != '\0' && server_group(group, &d->control_readers) < 0)
		log_line(
			"there is no group '%s': only root may ask for the "
			"status",
			group);
	errno = 0;
	d->control_fd = server_listen(path, d->control_readers);
	if (d->control_fd < 0)
		log_line("saker status will not reach this saker: %s: %s", path,
		         problem(d->control_fd));
}

void requests_open(struct daemon *d)
{
	int fd = d->control_fd;

	if (fd < 0)
		return;
	d->control_fd = -1;
	if (server_new(fd, d->control_readers, d->counters, &d->server) < 0)
		log_line("saker status will not reach this saker: %s",
		         strerror(errno));
}

void requests_unlink(struct daemon *d)
{
	if (d->control_fd < 0 && d->server == NULL)
		return;
	unlink(d->config->control_socket);
	io_close(&d->control_fd);
}

void requests_close(struct daemon *d)
{
	if (!d->is_separate)
		requests_unlink(d);
	server_free(d->server);
	d->server = NULL;
}

static void take_request(void *arg, struct server_client *c,
                         enum control_request request)
{
	auto_buf struct buf answer = BUF_INIT;
	struct daemon *d = arg;

	switch (request) {
	case CONTROL_STATUS:
		status_render(d, &answer);
		server_answer(c, buf_str(&answer));
		break;
	case CONTROL_RELOAD:
		reload_begin(d);
		break;
	case CONTROL__MAX:
		break;
	}
}

void requests_serve(struct daemon *d)
{
	if (d->server != NULL)
		server_serve(d->server, take_request, d);
}

void reload_begin(struct daemon *d)
{
	privileged_notify(&d->privileged, SERVICE_RELOADING, d->counters);
	outputs_reopen(d->engine.outputs);
	reloader_start(d->reloader);
}

static void tell_reloaded(void *arg, struct server_client *c)
{
	const struct daemon *d = arg;
	auto_buf struct buf answer = BUF_INIT;

	status_render_reload(reloader_result(d->reloader), &answer);
	server_answer(c, buf_str(&answer));
}

static void report(const struct reload_result *r)
{
	struct str rest = r->text, line;

	while (str_split(&rest, '\n', &line))
		if (line.len != 0)
			log_line("%.*s", STR_FMT(line));
	for (size_t i = 0; i < r->nkept; i++)
		log_line("%s has changed: that takes a restart", r->kept[i]);
	if (r->error < 0)
		log_line(
			"reload failed: %s; configuration and rules stay as "
			"they were",
			err_text(r->error));
	else
		log_line("%zu rules loaded", r->rules);
}

void reload_end(struct daemon *d)
{
	const struct reload_result *r = reloader_result(d->reloader);

	if (!reloader_take(d->reloader, &d->engine))
		return;
	counter_add(d->engine.counters,
	            r->error == 0 ? COUNTER_RELOADS : COUNTER_RELOADS_FAILED,
	            1);
	if (r->error == 0)
		d->rules_ns = r->time_ns;
	if (d->engine.use == ENGINE_LIVE && !d->is_separate)
		undo_begin(d->engine.config, &d->undo);
	if (r->kernel_changed)
		notices_expect_rules(&d->notices);
	report(r);
	if (r->is_last)
		privileged_notify(&d->privileged, SERVICE_READY, d->counters);
	if (r->is_last && d->server != NULL)
		server_each_waiting(d->server, CONTROL_RELOAD, tell_reloaded,
		                    d);
}

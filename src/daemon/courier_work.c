/* SPDX-License-Identifier: GPL-2.0-or-later */
/* courier_work.c - the courier's process: from the outbox to the outputs.
 *
 * It has a user of its own, no capabilities and few system calls; files,
 * sockets and programs that take more are opened by the monitor. */
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "confine.h"
#include "courier.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "saker/output/secrets.h"
#include "signals.h"

/* What found no memory is tried again, and accounts are looked at. */
#define TICK_MS 500
/* Told to end, it waits for the engine to end first: that has alerts yet. */
#define GRACE_MS 5000
#define FLUSH_MS 2000

struct opener {
	pthread_mutex_t lock;
	int socket;
};

static int take_answer(int error, const struct buf *text, int fd,
                       struct output_opened *ret)
{
	struct output_answer answer;

	if (text->len != sizeof(answer))
		return E_IO;
	memcpy(&answer, text->data, sizeof(answer));
	errno = answer.error;
	if (error < 0)
		return error;
	*ret = (struct output_opened){
		.fd = fd,
		.is_socket = answer.is_socket,
		.may_block = answer.may_block,
		.needs_newline = answer.needs_newline,
	};
	return fd >= 0 ? 0 : E_IO;
}

static int ask_to_open(void *arg, size_t output, struct output_opened *ret)
{
	struct opener *o = arg;
	auto_buf struct buf text = BUF_INIT;
	int fd = -1, error;

	pthread_mutex_lock(&o->lock);
	error = wire_ask(o->socket,
	                 &(struct wire_header){ .operation = WIRE_OUTPUT,
	                                        .number = (int)output },
	                 NULL, &text, &fd);
	pthread_mutex_unlock(&o->lock);
	error = take_answer(error, &text, fd, ret);
	if (error < 0)
		io_close(&fd);
	return error;
}

static void close_others(const struct courier *c, int socket)
{
	const int keep[] = { socket, outbox_fd(c->outbox),
		             outbox_delivered_fd(c->outbox) };

	io_close_all_but(keep, sizeof(keep) / sizeof(keep[0]));
}

static int open_spools(const struct courier *c)
{
	const struct output_user user = { c->user.uid, c->user.gid };
	const char *dir = c->config->spool_dir;
	int fd;

	if (*dir == '\0')
		return -1;
	errno = 0;
	fd = output_open_spools(dir, &user);
	if (fd < 0)
		log_line(
			"spool.dir %s cannot be used (%s): undelivered alerts "
			"are kept in memory only",
			dir, errno != 0 ? strerror(errno) : err_text(fd));
	return fd;
}

/* Before they cannot be read any more. */
static int read_secrets(const struct courier *c, struct output_secrets *ret)
{
	const struct config_list *outputs = &c->config->output;

	/* what is wrong with one is told when it is added */
	for (size_t i = 0; i < outputs->count; i++)
		if (output_secrets_add(ret, str_from(outputs->items[i])) ==
		    E_NOMEM)
			return E_NOMEM;
	return 0;
}

static int make_outputs(const struct courier *c,
                        const struct outputs_given *given, struct outputs **ret)
{
	const struct config *config = c->config;
	const struct outputs_options options = {
		.counters = c->counters,
		.format = config->format,
		.terminal_format = config->format,
		.spool_dir = given->spool >= 0 ? config->spool_dir : NULL,
		.spool_bytes = config->spool_bytes,
		.given = given,
		.at_once = true,
	};
	struct diag_list diags = DIAG_LIST_INIT;
	int error = 0;

	*ret = outputs_new(&options);
	if (*ret == NULL)
		return E_NOMEM;
	for (size_t i = 0; error == 0 && i < config->output.count; i++)
		error = outputs_add(*ret, str_from(config->output.items[i]),
		                    &diags);
	log_diags(&diags);
	diag_done(&diags);
	return error;
}

static void deliver_until_end(const struct courier *c, struct outputs *outputs,
                              int signals)
{
	uint64_t until = 0;

	for (;;) {
		bool has_signal = outbox_wait(c->outbox, signals, TICK_MS);

		if (has_signal && signals_next(signals) == SIGNAL_STOP &&
		    until == 0)
			until = clock_monotonic_ns() + GRACE_MS * NS_PER_MS;
		outbox_deliver(c->outbox, outputs);
		if (until != 0 &&
		    (outbox_is_done(c->outbox) || clock_monotonic_ns() > until))
			return;
	}
}

int courier_work(const struct courier *c, int socket)
{
	struct opener opener = { .lock = PTHREAD_MUTEX_INITIALIZER,
		                 .socket = socket };
	struct output_secrets secrets = { 0 };
	struct outputs_given given = { .outbox = c->outbox,
		                       .secrets = &secrets,
		                       .open = ask_to_open,
		                       .arg = &opener };
	struct outputs *outputs = NULL;
	pid_t parent = getppid();
	int signals, error;

	prctl(PR_SET_NAME, "saker-courier", 0, 0, 0);
	close_others(c, socket);
	signals = signals_open(false);
	given.spool = open_spools(c);
	error = signals >= 0 ? read_secrets(c, &secrets) : E_IO;
	if (error == 0)
		error = confine("courier", &c->user, SANDBOX_COURIER,
		                given.spool, &c->landlock->courier);
	if (error == 0 && getppid() != parent)
		error = E_END;
	if (error == 0) {
		outbox_resume_taking(c->outbox);
		error = make_outputs(c, &given, &outputs);
	}
	if (error == 0) {
		outbox_set_taker(c->outbox, getpid());
		deliver_until_end(c, outputs, signals);
		outputs_flush(outputs, FLUSH_MS);
		outbox_deliver(c->outbox, outputs);
	}
	outputs_free(outputs);
	output_secrets_done(&secrets);
	return error;
}

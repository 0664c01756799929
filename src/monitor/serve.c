/* SPDX-License-Identifier: GPL-2.0-or-later */
/* serve.c - one function for each row of host/requests.def.
 *
 * What asks may have been taken over: a request is checked against the table
 * (wire_parse()), against what the command line and root's files allow, and
 * nothing that it says is kept. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "monitor.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/container/runtime_files.h"

struct monitor *monitor_new(const struct monitor_options *options)
{
	struct monitor *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->options = *options;
	return m;
}

void monitor_free(struct monitor *m)
{
	if (m == NULL)
		return;
	arena_done(&m->arena);
	buf_done(&m->answer);
	free(m);
}

static struct outcome serve_PROCESS(struct monitor *m,
                                    const struct wire_request *r)
{
	struct host *h = m->options.host;
	struct host_process p;
	int error;

	if ((r->number & ~HOST_WANT_ALL) != 0)
		return only(E_INVALID);
	error = h->ops->process(h, r->pid, (unsigned)r->number, &m->arena, &p);
	if (error == 0)
		wire_pack(&p, &m->answer);
	return only(error);
}

static struct outcome serve_CGROUP(struct monitor *m,
                                   const struct wire_request *r)
{
	struct host *h = m->options.host;

	return only(h->ops->cgroup(h, r->pid, &m->answer));
}

static struct outcome serve_FD_LINK(struct monitor *m,
                                    const struct wire_request *r)
{
	struct host *h = m->options.host;
	struct str link = STR_NONE;
	int error = h->ops->fd_link(h, r->pid, r->number, &m->arena, &link);

	buf_add_str(&m->answer, link);
	return only(error);
}

static struct outcome answer_identity(struct monitor *m, int error,
                                      struct file_id id)
{
	if (error == 0)
		buf_add(&m->answer, &id, sizeof(id));
	return only(error);
}

static struct outcome serve_FILE_ID(struct monitor *m,
                                    const struct wire_request *r)
{
	struct host *h = m->options.host;
	struct file_id id = { 0 };
	int error = h->ops->file_id(h, r->path, &id);

	return answer_identity(m, error, id);
}

static struct outcome serve_FILE_ID_IN(struct monitor *m,
                                       const struct wire_request *r)
{
	struct host *h = m->options.host;
	struct file_id id = { 0 };
	int error = h->ops->file_id_in(h, r->pid, r->path, &id);

	return answer_identity(m, error, id);
}

/* "/proc/PID/NAME" */
static bool is_process_file(struct str path)
{
	static const char *const names[] = { "cgroup", "cmdline",   "environ",
		                             "maps",   "mountinfo", "status" };
	struct str pid;
	uint64_t number;

	if (!str_has_prefix(path, STR("/proc/")))
		return false;
	path = str_skip(path, STR("/proc/").len);
	if (!str_split(&path, '/', &pid) || !str_to_u64(pid, 10, &number))
		return false;
	if (str_has_prefix(path, STR("net/")))
		return str_find_byte(str_skip(path, 4), '/') < 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(path, str_from(names[i])))
			return true;
	return false;
}

static bool has_dots(struct str path)
{
	struct str part;

	while (str_split(&path, '/', &part))
		if (str_eq(part, STR("..")))
			return true;
	return false;
}

bool monitor_may_read(const char *path)
{
	struct str text = str_from(path);

	if (has_dots(text))
		return false;
	return is_process_file(text) ||
	       (!str_has_prefix(text, STR("/proc/")) &&
	        !str_has_prefix(text, STR("/sys/")) &&
	        !str_has_prefix(text, STR("/dev/")) &&
	        metadata_is_file_name(str_basename(text)));
}

/* A link may lead anywhere: what it is, is asked of what was opened. */
static struct outcome serve_READ_FILE(struct monitor *m,
                                      const struct wire_request *r)
{
	struct stat st;
	int fd;

	(void)m;
	if (!monitor_may_read(r->path))
		return only(E_DENIED);
	fd = open(r->path,
	          O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return only(io_error());
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return (struct outcome){ 0, fd };
	close(fd);
	return only(E_DENIED);
}

static struct outcome serve_AUDIT_STATUS(struct monitor *m,
                                         const struct wire_request *r)
{
	struct kernel_audit_status status;
	int error = kernel_audit_status(&status);

	(void)r;
	if (error == 0)
		buf_add(&m->answer, &status, sizeof(status));
	return only(error);
}

static struct outcome serve_AUDIT_LOST(struct monitor *m,
                                       const struct wire_request *r)
{
	struct kernel_audit_lost lost;
	int error = kernel_audit_lost(&lost);

	(void)r;
	if (error == 0)
		buf_add(&m->answer, &lost, sizeof(lost));
	return only(error);
}

/* What the kernel was given is told as text. */
static struct outcome serve_KERNEL_RULES_ADD(struct monitor *m,
                                             const struct wire_request *r)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct kernel_rules *rules = NULL;
	bool changed = false;
	int error;

	(void)r;
	if (m->options.session == NULL)
		return only(E_UNSUPPORTED);
	error = m->options.wanted_rules(m->options.wanted_rules_arg, &diags,
	                                &rules);
	if (error == 0)
		error = kernel_session_add(m->options.session, rules, &diags,
		                           &changed);
	buf_add_byte(&m->answer, changed ? '1' : '0');
	for (size_t i = 0;
	     i < diags.count && m->answer.len < LIMIT_RELOAD_ERROR_BYTES; i++)
		if (diags.items[i].severity != DIAG_NOTE)
			diag_render(&diags.items[i], false, &m->answer);
	kernel_rules_free(rules);
	diag_done(&diags);
	return only(error);
}

static struct outcome serve_KERNEL_RULES_DROP(struct monitor *m,
                                              const struct wire_request *r)
{
	(void)r;
	if (m->options.session == NULL)
		return only(E_UNSUPPORTED);
	kernel_session_drop_others(m->options.session);
	return only(0);
}

static struct outcome serve_RESPONSES(struct monitor *m,
                                      const struct wire_request *r)
{
	(void)r;
	if (m->options.reload_responses == NULL)
		return only(E_UNSUPPORTED);
	return only(
		m->options.reload_responses(m->options.reload_responses_arg));
}

static struct outcome serve_NOTIFY(struct monitor *m,
                                   const struct wire_request *r)
{
	if (r->number < SERVICE_READY || r->number > SERVICE_ALIVE)
		return only(E_INVALID);
	service_notify((enum service_state)r->number, m->options.counters);
	return only(0);
}

static struct outcome serve_CONNECT(struct monitor *m,
                                    const struct wire_request *r)
{
	struct outcome o = { E_DENIED, -1 };

	if (m->options.connect != NULL)
		o.error = m->options.connect(m->options.connect_arg,
		                             (unsigned)r->number, &o.fd);
	return o;
}

static struct outcome serve(struct monitor *m, struct str datagram)
{
	typedef struct outcome server(struct monitor * m,
	                              const struct wire_request *r);
	static server *const table[WIRE__MAX] = {
#define REQUEST(id, takes, doc) [WIRE_##id] = serve_##id,
#include "saker/host/requests.def"
#undef REQUEST
	};
	struct wire_request request;

	if (!wire_parse(datagram, &request))
		return only(E_INVALID);
	if (wire_asker(request.operation) != m->options.asker)
		return only(E_DENIED);
	return table[request.operation](m, &request);
}

bool monitor_serve(struct monitor *m, int socket)
{
	char datagram[sizeof(struct wire_header) + PATH_MAX + 1];
	struct outcome o;
	ssize_t n = recv(socket, datagram, sizeof(datagram), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	arena_reset(&m->arena);
	buf_clear(&m->answer);
	o = serve(m, (struct str){ datagram, (size_t)n });
	if (o.error == E_INVALID || o.error == E_DENIED)
		counter_add(m->options.counters, COUNTER_MONITOR_REFUSED, 1);
	if (m->answer.failed || m->answer.len > WIRE_ANSWER_BYTES) {
		buf_clear(&m->answer);
		o.error = E_NOMEM;
	}
	n = wire_answer(socket, o.error, buf_str(&m->answer), o.fd);
	io_close(&o.fd);
	return n == 0;
}

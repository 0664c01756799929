/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wire.c - requests and answers between engine and monitor. */
#include "saker/host/wire.h"

#include <errno.h>
#include <sys/socket.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"

static const unsigned takes[WIRE__MAX] = {
#define REQUEST(id, takes, doc) [WIRE_##id] = takes,
#include "saker/host/requests.def"
#undef REQUEST
};

static bool is_path(struct str path)
{
	return path.len != 0 && path.len < PATH_MAX && path.s[0] == '/' &&
	       str_find_byte(path, '\0') < 0;
}

static bool is_allowed(const struct wire_header *h, struct str path)
{
	unsigned t;

	if (h->operation >= WIRE__MAX || h->path_length != path.len)
		return false;
	t = takes[h->operation];
	return (t & WIRE_PID ? h->pid > 0 : h->pid == 0) &&
	       (t & WIRE_NUMBER ? h->number >= 0 : h->number == 0) &&
	       (t & WIRE_TICKS || h->ticks == 0) &&
	       (t & WIRE_PATH ? is_path(path) : path.len == 0);
}

unsigned wire_asker(enum wire_operation operation)
{
	return takes[operation] & (WIRE_COURIER | WIRE_READER);
}

bool wire_parse(struct str datagram, struct wire_request *ret)
{
	struct wire_header h;
	struct str path;

	if (datagram.len < sizeof(h))
		return false;
	memcpy(&h, datagram.s, sizeof(h));
	path = str_skip(datagram, sizeof(h));
	if (!is_allowed(&h, path))
		return false;
	ret->operation = (enum wire_operation)h.operation;
	ret->pid = h.pid;
	ret->number = h.number;
	ret->ticks = h.ticks;
	if (path.len != 0)
		memcpy(ret->path, path.s, path.len);
	ret->path[path.len] = '\0';
	return true;
}

void wire_render(const struct wire_header *header, const char *path,
                 struct buf *out)
{
	struct wire_header h = *header;
	struct str text = str_from(path);

	h.path_length = (uint32_t)text.len;
	buf_add(out, &h, sizeof(h));
	buf_add_str(out, text);
}

int wire_pair(int ret[2])
{
	/* socket(7): only with CAP_NET_ADMIN; else net.core.wmem_max bounds
	 * what an answer can hold */
	int bytes = 2 * (int)WIRE_ANSWER_BYTES;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0)
		return E_IO;
	for (int i = 0; i < 2; i++)
		if (setsockopt(ret[i], SOL_SOCKET, SO_SNDBUFFORCE, &bytes,
		               sizeof(bytes)) < 0)
			setsockopt(ret[i], SOL_SOCKET, SO_SNDBUF, &bytes,
			           sizeof(bytes));
	return 0;
}

union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static void attach(struct msghdr *m, union control *control, int fd)
{
	struct cmsghdr *c;

	m->msg_control = control->bytes;
	m->msg_controllen = sizeof(control->bytes);
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
}

int wire_answer(int socket, int error, struct str payload, int fd)
{
	struct wire_answer head = { .error = error,
		                    .length = (uint32_t)payload.len };
	struct iovec parts[] = {
		{ &head, sizeof(head) },
		{ (void *)(uintptr_t)payload.s, payload.len },
	};
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
	union control control = { .bytes = "" };
	ssize_t n;

	if (fd >= 0)
		attach(&m, &control, fd);
	do
		n = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n >= 0 ? 0 : E_IO;
}

static void take_descriptor(struct msghdr *m, int *ret_fd)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd;

	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS)
		return;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	if (ret_fd != NULL)
		*ret_fd = fd;
	else
		close(fd);
}

static int receive(int socket, struct buf *out, int *ret_fd)
{
	struct wire_answer head;
	size_t start = out->len;
	struct iovec parts[] = { { &head, sizeof(head) },
		                 { NULL, WIRE_ANSWER_BYTES } };
	union control control;
	struct msghdr m = { .msg_iov = parts,
		            .msg_iovlen = 2,
		            .msg_control = control.bytes,
		            .msg_controllen = sizeof(control.bytes) };
	ssize_t n;

	if (!buf_reserve(out, WIRE_ANSWER_BYTES))
		return E_NOMEM;
	parts[1].iov_base = out->data + start;
	do
		n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < (ssize_t)sizeof(head) ||
	    (size_t)n != sizeof(head) + head.length)
		return E_IO;
	out->len += head.length;
	take_descriptor(&m, ret_fd);
	return head.error <= 0 ? head.error : E_IO;
}

int wire_ask(int socket, const struct wire_header *header, const char *path,
             struct buf *out, int *ret_fd)
{
	auto_buf struct buf own = BUF_INIT;
	auto_buf struct buf request = BUF_INIT;

	wire_render(header, path, &request);
	if (request.failed)
		return E_NOMEM;
	if (send(socket, request.data, request.len, MSG_NOSIGNAL) < 0)
		return E_IO;
	return receive(socket, out != NULL ? out : &own, ret_fd);
}

int wire_ask_fd(int socket, const struct wire_header *header, const char *path,
                int *ret_fd)
{
	int fd = -1;
	int error = wire_ask(socket, header, path, NULL, &fd);

	if (error == 0 && fd < 0)
		error = E_IO;
	if (error == 0)
		*ret_fd = fd;
	else
		io_close(&fd);
	return error;
}

static void pack_text(struct buf *out, struct str text)
{
	/* an absent text is told from an empty one */
	uint32_t length = text.s != NULL ? (uint32_t)text.len : UINT32_MAX;

	buf_add(out, &length, sizeof(length));
	buf_add_str(out, text);
}

void wire_pack(const struct host_process *p, struct buf *out)
{
	const struct str texts[] = { p->label, p->comm, p->exe, p->cwd,
		                     p->cgroup };

	buf_add(out, p, sizeof(*p));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		pack_text(out, texts[i]);
	for (size_t i = 0; i < p->argc; i++)
		pack_text(out, p->argv[i]);
}

static int unpack_text(struct str *rest, struct arena *arena, struct str *ret)
{
	uint32_t length;

	if (rest->len < sizeof(length))
		return E_INVALID;
	memcpy(&length, rest->s, sizeof(length));
	*rest = str_skip(*rest, sizeof(length));
	*ret = STR_NONE;
	if (length == UINT32_MAX)
		return 0;
	if (length > rest->len)
		return E_INVALID;
	*ret = arena_copy(arena, str_take(*rest, length));
	*rest = str_skip(*rest, length);
	return ret->s != NULL ? 0 : E_NOMEM;
}

int wire_unpack(struct str payload, struct arena *arena,
                struct host_process *ret)
{
	struct host_process p;
	struct str *const texts[] = { &p.label, &p.comm, &p.exe, &p.cwd,
		                      &p.cgroup };
	int error = 0;

	if (payload.len < sizeof(p))
		return E_INVALID;
	memcpy(&p, payload.s, sizeof(p));
	payload = str_skip(payload, sizeof(p));
	for (size_t i = 0; error == 0 && i < sizeof(texts) / sizeof(texts[0]);
	     i++)
		error = unpack_text(&payload, arena, texts[i]);
	if (error < 0 || p.argc > LIMIT_ARGV)
		return error < 0 ? error : E_INVALID;
	p.argv = arena_array(arena, struct str, p.argc + 1);
	if (p.argv == NULL)
		return E_NOMEM;
	for (size_t i = 0; error == 0 && i < p.argc; i++)
		error = unpack_text(&payload, arena, &p.argv[i]);
	if (error == 0)
		*ret = p;
	return error;
}

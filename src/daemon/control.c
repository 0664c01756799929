/* SPDX-License-Identifier: GPL-2.0-or-later */
/* control.c - requests to a running saker, and asking one. */
#include "saker/daemon/control.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

static const char *const names[CONTROL__MAX] = {
#define REQUEST(id, name, changes, doc) [CONTROL_##id] = name,
#include "saker/daemon/control.def"
#undef REQUEST
};

static bool find_request(const json_t *name, enum control_request *ret)
{
	struct str text = { json_string_value(name), json_string_length(name) };

	for (unsigned i = 0; text.s != NULL && i < CONTROL__MAX; i++) {
		if (!str_eq(text, str_from(names[i])))
			continue;
		*ret = (enum control_request)i;
		return true;
	}
	return false;
}

bool control_parse(struct str text, enum control_request *ret)
{
	json_t *object = text.len <= LIMIT_CONTROL_REQUEST_BYTES
	                         ? json_loadb(text.s != NULL ? text.s : "",
	                                      text.len, 0, NULL)
	                         : NULL;
	bool found = find_request(json_object_get(object, "request"), ret);

	json_decref(object);
	return found;
}

void control_render(enum control_request request, struct buf *out)
{
	buf_printf(out, "{\"request\":\"%s\"}\n", names[request]);
}

static int connect_to(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	auto_close int fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int own;

	if (strlen(path) >= sizeof(to.sun_path))
		return E_NOT_FOUND;
	strcpy(to.sun_path, path);
	if (fd < 0)
		return E_IO;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return errno == ECONNREFUSED ? E_NOT_FOUND
		       : errno == EAGAIN     ? E_AGAIN
		                             : io_error();
	own = fd;
	fd = -1;
	return own;
}

static int take_answer(int fd, struct buf *answer)
{
	char bytes[16 * 1024];
	ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

	if (n == 0)
		return E_END;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? E_AGAIN : E_IO;
	if (answer->len + (size_t)n > LIMIT_CONTROL_ANSWER_BYTES)
		return E_LIMIT;
	buf_add(answer, bytes, (size_t)n);
	return answer->failed ? E_NOMEM : 0;
}

static int wait_for_answer(int fd, unsigned timeout_ms, struct buf *answer)
{
	uint64_t end = clock_monotonic_ns() + timeout_ms * NS_PER_MS;
	int error;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		uint64_t now = clock_monotonic_ns();

		if (now >= end)
			return E_AGAIN;
		poll(&p, 1, (int)((end - now) / NS_PER_MS) + 1);
		error = take_answer(fd, answer);
		if (error < 0 && error != E_AGAIN)
			return error;
		if (str_has_suffix(buf_str(answer), STR("\n")))
			return 0;
	}
}

int control_ask(const char *path, enum control_request request,
                unsigned timeout_ms, struct buf *ret_answer)
{
	auto_close int fd = connect_to(path);
	auto_buf struct buf line = BUF_INIT;

	if (fd < 0)
		return fd;
	control_render(request, &line);
	if (line.failed)
		return E_NOMEM;
	/* a new socket has room for it */
	if (send(fd, line.data, line.len, MSG_NOSIGNAL) != (ssize_t)line.len)
		return E_END;
	return wait_for_answer(fd, timeout_ms, ret_answer);
}

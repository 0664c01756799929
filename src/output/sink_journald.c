/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_journald.c - systemd's journal by its native protocol
 * (systemd.io/JOURNAL_NATIVE_PROTOCOL): fields in one datagram, or in a sealed
 * memory file that a datagram passes. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connect.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

#define SOCKET "/run/systemd/journal/socket"

enum journal_kind {
#define JOURNAL_KIND(name, id, doc) KIND_##name,
#include "journal_kinds.def"
#undef JOURNAL_KIND
};

static const char *const ids[] = {
#define JOURNAL_KIND(name, id, doc) [KIND_##name] = id,
#include "journal_kinds.def"
#undef JOURNAL_KIND
};

static enum journal_kind kind_of(const struct alert *a)
{
	if (str_eq(a->source, STR("internal")))
		return KIND_INTERNAL;
	return a->has_response ? KIND_RESPONSE : KIND_ALERT;
}

/* A value with a line end has its length before it, 64 bits little-endian. */
static void add_field(const char *name, struct str value, struct buf *out)
{
	buf_add_str(out, str_from(name));
	if (str_find_byte(value, '\n') < 0) {
		buf_add_byte(out, '=');
	} else {
		buf_add_byte(out, '\n');
		for (unsigned i = 0; i < 8; i++)
			buf_add_byte(out,
			             (char)((uint64_t)value.len >> (8 * i)));
	}
	buf_add_str(out, value);
	buf_add_byte(out, '\n');
}

static void add_json(const struct alert *a, struct buf *out)
{
	auto_buf struct buf json = BUF_INIT;

	alert_render(a, ALERT_JSON, &json);
	if (json.len != 0)
		add_field("SAKER_JSON", str_take(buf_str(&json), json.len - 1),
		          out);
	out->failed |= json.failed;
}

static void add_container(const struct alert *a, struct buf *out)
{
	for (size_t i = 0; i < a->nfields; i++)
		if (str_eq(a->fields[i].name, STR("container.id")) &&
		    a->fields[i].has_value &&
		    a->fields[i].value.type == VALUE_STRING)
			add_field("SAKER_CONTAINER_ID", a->fields[i].value.str,
			          out);
}

static void journald_wrap(const struct output_spec *spec, const struct alert *a,
                          struct str line, struct buf *out)
{
	const char priority[] = { (char)('0' + (int)a->priority), '\0' };

	(void)spec;
	if (str_has_suffix(line, STR("\n")))
		line = str_take(line, line.len - 1);
	add_field("MESSAGE", line, out);
	add_field("MESSAGE_ID", str_from(ids[kind_of(a)]), out);
	add_field("PRIORITY", str_from(priority), out);
	add_field("SYSLOG_IDENTIFIER", STR("saker"), out);
	add_field("SAKER_ALERT_ID", str_from(a->uuid), out);
	add_field("SAKER_RULE", a->rule, out);
	add_field("SAKER_SOURCE", a->source, out);
	if (a->hostname.len != 0)
		add_field("SAKER_HOSTNAME", a->hostname, out);
	add_container(a, out);
	add_json(a, out);
}

static int journald_open(struct sink *s, const struct output_spec *spec)
{
	return connect_unix(s,
	                    spec->argument[0] != '\0' ? spec->argument : SOCKET,
	                    SOCK_DGRAM);
}

static int send_descriptor(int to, int fd)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr m = { .msg_control = &control,
		            .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(to, &m, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* journald maps it only when nobody can change it any more. */
static ssize_t send_as_file(struct sink *s, struct str bytes)
{
	auto_close int fd =
		memfd_create("saker-alert", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || io_write_all(fd, bytes) < 0 ||
	    fcntl(fd, F_ADD_SEALS,
	          F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) <
	            0 ||
	    send_descriptor(s->fd, fd) < 0)
		return -1;
	return (ssize_t)bytes.len;
}

static ssize_t journald_write(struct sink *s, struct str bytes)
{
	ssize_t n = sink_write(s, bytes);

	if (n < 0 && (errno == EMSGSIZE || errno == ENOBUFS))
		return send_as_file(s, bytes);
	return n;
}

const struct sink_ops sink_journald = {
	.open = journald_open,
	.close = sink_close,
	.write = journald_write,
	.write_at_once = journald_write,
	.wrap = journald_wrap,
};

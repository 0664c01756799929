/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink_syslog.c - syslog: RFC 5424, or the older form, to the local socket, by
 * UDP (RFC 5426) or by TCP (RFC 6587). */
#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "connect.h"
#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

#define LOCAL_SOCKET "/dev/log"
#define UDP_PORT     "514"
#define HOST_BYTES   255u

static bool is_net(const struct output_spec *spec)
{
	return str_find(str_from(spec->argument), STR("://")) >= 0;
}

static int syslog_open(struct sink *s, const struct output_spec *spec)
{
	const char *path =
		spec->argument[0] != '\0' ? spec->argument : LOCAL_SOCKET;
	struct net_address to;
	int error;

	if (!is_net(spec)) {
		error = connect_unix(s, path, SOCK_DGRAM);
		if (error < 0 && errno == EPROTOTYPE)
			error = connect_unix(s, path, SOCK_STREAM);
		return error;
	}
	return net_address_parse(str_from(spec->argument), UDP_PORT, &to)
	               ? connect_net(s, &to)
	               : E_INVALID;
}

static const char *syslog_check(const struct output_spec *spec)
{
	struct net_address to;

	return !is_net(spec) || net_address_parse(str_from(spec->argument),
	                                          UDP_PORT, &to)
	               ? NULL
	               : "it takes a path, udp://HOST[:PORT] or "
	                 "tcp://HOST[:PORT]";
}

static bool is_tcp(const struct output_spec *spec)
{
	return str_has_prefix(str_from(spec->argument), STR("tcp://"));
}

/* PRINTUSASCII: what a host name must not have in a header becomes "?". */
static void add_host(struct str host, struct buf *out)
{
	if (host.len == 0)
		buf_add_byte(out, '-');
	host = str_take(host, HOST_BYTES);
	for (size_t i = 0; i < host.len; i++)
		buf_add_byte(out, host.s[i] > ' ' && host.s[i] < 0x7f
		                          ? host.s[i]
		                          : '?');
}

/* RFC 5424, 6.3.3: three characters are escaped, and the value is UTF-8. */
static void add_param(const char *name, struct str value, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	escape_text(&text, value);
	buf_printf(out, " %s=\"", name);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '"' || c == '\\' || c == ']')
			buf_add_byte(out, '\\');
		buf_add_byte(out, c);
	}
	buf_add_byte(out, '"');
	out->failed |= text.failed;
}

/* Elements need a registered number; without one there is none. */
static void add_data(const struct output_spec *spec, const struct alert *a,
                     struct buf *out)
{
	if (spec->enterprise == 0) {
		buf_add_byte(out, '-');
		return;
	}
	buf_printf(out, "[saker@%u", spec->enterprise);
	add_param("rule", a->rule, out);
	add_param("uuid", str_from(a->uuid), out);
	buf_add_byte(out, ']');
}

static struct tm broken_down(uint64_t ns)
{
	time_t seconds = (time_t)(ns / NS_PER_SEC);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return tm;
}

/* Microseconds are the finest that it allows (6.2.3.1). */
static void add_rfc5424(const struct output_spec *spec, const struct alert *a,
                        struct buf *out)
{
	struct tm tm = broken_down(a->time_ns);

	buf_printf(out, "1 %04d-%02d-%02dT%02d:%02d:%02d.%06uZ ",
	           tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	           tm.tm_min, tm.tm_sec,
	           (unsigned)(a->time_ns % NS_PER_SEC / NS_PER_US));
	add_host(a->hostname, out);
	buf_printf(out, " saker %d %s ", (int)getpid(),
	           str_eq(a->source, STR("internal")) ? "internal" : "alert");
	add_data(spec, a, out);
	buf_add_byte(out, ' ');
}

/* As syslog(3) writes it for the local socket; others want the host too. */
static void add_rfc3164(const struct output_spec *spec, const struct alert *a,
                        struct buf *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm = broken_down(a->time_ns);

	buf_printf(out, "%.3s %2d %02d:%02d:%02d ", months + 3 * tm.tm_mon,
	           tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (is_net(spec)) {
		add_host(a->hostname, out);
		buf_add_byte(out, ' ');
	}
	buf_printf(out, "saker[%d]: ", (int)getpid());
}

/* Priorities are syslog's severities, in the same order. */
static void syslog_wrap(const struct output_spec *spec, const struct alert *a,
                        struct str line, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	if (str_has_suffix(line, STR("\n")))
		line = str_take(line, line.len - 1);
	buf_printf(&text, "<%u>", spec->facility * 8 + (unsigned)a->priority);
	if (spec->protocol == SYSLOG_RFC5424)
		add_rfc5424(spec, a, &text);
	else
		add_rfc3164(spec, a, &text);
	buf_add_str(&text, line);
	if (is_tcp(spec) && spec->framing == SYSLOG_OCTETS)
		buf_printf(out, "%zu ", text.len);
	buf_add_str(out, buf_str(&text));
	if (is_tcp(spec) && spec->framing == SYSLOG_LINES)
		buf_add_byte(out, '\n');
	out->failed |= text.failed;
}

/* A datagram is out of hand once it is sent. */
static ssize_t syslog_unconfirmed(struct sink *s)
{
	int type = 0;
	socklen_t size = sizeof(type);

	if (getsockopt(s->fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0)
		return -1;
	return type == SOCK_STREAM ? sink_unconfirmed(s) : 0;
}

const struct sink_ops sink_syslog = {
	.open = syslog_open,
	.close = sink_close,
	.write = sink_write,
	.write_at_once = sink_write_at_once,
	.unconfirmed = syslog_unconfirmed,
	.wrap = syslog_wrap,
	.check = syslog_check,
};

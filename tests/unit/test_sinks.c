/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sinks.c - receivers of every kind: what they get, and that they get it
 * when they come late, go away or refuse. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "saker/base/io.h"
#include "saker/output/output.h"

/* Long enough never to be reached by what works. */
#define PATIENCE_MS 20000

struct fixture {
	char dir[64];
	char path[96];
	struct counters counters;
	struct outputs *outputs;
	struct diag_list diags;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/saker-sinks-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/socket", f->dir);
	f->outputs = outputs_new(&(struct outputs_options){
		.counters = &f->counters, .format = ALERT_TEXT });
	assert_non_null(f->outputs);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	outputs_free(f->outputs);
	unlink(f->path);
	rmdir(f->dir);
	diag_done(&f->diags);
	free(f);
	return 0;
}

/* The spec is formatted. */
static int add(struct fixture *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int add(struct fixture *f, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return outputs_add(f->outputs, str_from(text), &f->diags);
}

static void emit(struct fixture *f, enum priority priority, const char *message)
{
	struct alert a;

	assert_int_equal(alert_from_internal(
				 &(struct alert_internal){
					 .time_ns = 1700000000123456789,
					 .priority = priority,
					 .hostname = STR("node one"),
					 .name = STR("test"),
					 .message = str_from(message) },
				 &a),
	                 0);
	assert_int_equal(outputs_submit(f->outputs, &a), 0);
	alert_done(&a);
}

static struct outputs_stats stats(struct fixture *f)
{
	struct outputs_stats s = outputs_stats(f->outputs);

	assert_int_equal(s.submitted, s.written + s.dropped + s.pending);
	return s;
}

#define eventually(condition)                             \
	for (unsigned tries = 0; !(condition); tries++) { \
		assert_true(tries < PATIENCE_MS);         \
		usleep(1000);                             \
	}

static int listen_unix(const char *path, int type)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	unlink(path);
	strcpy(at.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static int listen_net(int type, unsigned *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static int accept_one(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	return accept4(fd, NULL, NULL, SOCK_CLOEXEC);
}

/* Reads until `text` has come; what came is in got. */
static void read_until(int fd, const char *text, struct buf *got)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (str_find(buf_str(got), str_from(text)) < 0) {
		char bytes[4096];
		ssize_t n;

		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		n = read(fd, bytes, sizeof(bytes));
		assert_true(n > 0);
		buf_add(got, bytes, (size_t)n);
	}
}

static void a_unix_socket_gets_alerts_when_it_comes(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf got = BUF_INIT;
	auto_close int at = -1, from = -1;

	assert_int_equal(add(f, "unix:%s", f->path), 0);
	emit(f, PRIORITY_NOTICE, "early");
	eventually(stats(f).errors != 0);
	assert_int_equal(stats(f).failing, 1);
	at = listen_unix(f->path, SOCK_STREAM);
	from = accept_one(at);
	emit(f, PRIORITY_NOTICE, "late");
	read_until(from, "late\n", &got);
	assert_string_equal(buf_cstr(&got),
	                    "22:13:20.123456789: Notice early\n"
	                    "22:13:20.123456789: Notice late\n");
	outputs_flush(f->outputs, PATIENCE_MS);
	assert_int_equal(stats(f).written, 2);
	assert_int_equal(stats(f).failing, 0);
}

/* What a receiver had not read when it went is sent to the next one. */
static void what_was_not_read_is_sent_again(void **state)
{
	struct fixture *f = *state;
	auto_close int at = listen_unix(f->path, SOCK_STREAM);
	auto_buf struct buf got = BUF_INIT;
	int from;

	assert_int_equal(add(f, "unix:%s", f->path), 0);
	emit(f, PRIORITY_NOTICE, "one");
	from = accept_one(at);
	read_until(from, "one\n", &got);
	outputs_flush(f->outputs, PATIENCE_MS);
	assert_int_equal(stats(f).written, 1);
	emit(f, PRIORITY_NOTICE, "two");
	emit(f, PRIORITY_NOTICE, "three");
	/* both are in the socket, and nobody reads them */
	eventually(poll(&(struct pollfd){ .fd = from, .events = POLLIN }, 1,
	                0) == 1);
	usleep(20000);
	assert_int_equal(stats(f).written, 1);
	close(from);
	from = accept_one(at);
	buf_clear(&got);
	read_until(from, "three\n", &got);
	assert_true(str_find(buf_str(&got), STR("two\n")) >= 0);
	outputs_flush(f->outputs, PATIENCE_MS);
	assert_int_equal(stats(f).written, 3);
	assert_int_equal(stats(f).dropped, 0);
	close(from);
}

static void a_datagram_socket_gets_one_each(void **state)
{
	struct fixture *f = *state;
	auto_close int at = listen_unix(f->path, SOCK_DGRAM);
	char bytes[200];

	assert_int_equal(add(f, "unix:%s", f->path), 0);
	emit(f, PRIORITY_DEBUG, "one");
	emit(f, PRIORITY_DEBUG, "two");
	assert_int_equal(recv(at, bytes, sizeof(bytes), 0), 30);
	assert_memory_equal(bytes, "22:13:20.123456789: Debug one\n", 30);
	assert_true(recv(at, bytes, sizeof(bytes), 0) > 0);
}

static void content(struct fixture *f, struct buf *ret)
{
	buf_clear(ret);
	if (io_read_at(AT_FDCWD, f->path, 1 << 20, ret) < 0)
		buf_clear(ret);
}

static bool holds(struct fixture *f, const char *text)
{
	auto_buf struct buf got = BUF_INIT;

	content(f, &got);
	return str_find(buf_str(&got), str_from(text)) >= 0;
}

static void a_program_reads_alerts(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(add(f, "{program: [/bin/sh, -c, 'cat >%s']}", f->path),
	                 0);
	emit(f, PRIORITY_NOTICE, "for $(touch x) \"`it`\"");
	eventually(holds(f, "Notice for $(touch x) \"`it`\"\n"));
	outputs_flush(f->outputs, PATIENCE_MS);
	assert_int_equal(stats(f).written, 1);
}

/* One line each, then it ends; the next one is started. */
static void a_program_that_ends_is_started_again(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		add(f, "{program: [/bin/sh, -c, 'read l && echo \"$l\" >>%s']}",
	            f->path),
		0);
	emit(f, PRIORITY_NOTICE, "one");
	eventually(holds(f, "one\n"));
	emit(f, PRIORITY_NOTICE, "two");
	eventually(holds(f, "two\n"));
	emit(f, PRIORITY_NOTICE, "three");
	eventually(holds(f, "three\n"));
	outputs_flush(f->outputs, PATIENCE_MS);
	assert_int_equal(stats(f).dropped, 0);
}

static void syslog_over_its_local_socket(void **state)
{
	struct fixture *f = *state;
	auto_close int at = listen_unix(f->path, SOCK_DGRAM);
	char bytes[500], expected[500];
	ssize_t n;

	assert_int_equal(add(f, "syslog:%s,enterprise=32473", f->path), 0);
	emit(f, PRIORITY_CRITICAL, "a]b\nc");
	n = recv(at, bytes, sizeof(bytes) - 1, 0);
	assert_true(n > 0);
	bytes[n] = '\0';
	/* authpriv (10) and critical (2) */
	snprintf(expected, sizeof(expected),
	         "<82>1 2023-11-14T22:13:20.123456Z node?one saker %d internal "
	         "[saker@32473 rule=\"saker internal: test\" uuid=\"",
	         (int)getpid());
	assert_memory_equal(bytes, expected, strlen(expected));
	assert_non_null(strstr(bytes,
	                       "\"] 22:13:20.123456789: Critical "
	                       "a]b\\nc"));
	assert_null(strchr(bytes, '\n'));
}

static void syslog_in_the_older_form(void **state)
{
	struct fixture *f = *state;
	auto_close int at = listen_unix(f->path, SOCK_DGRAM);
	char bytes[500], expected[100];
	ssize_t n;

	assert_int_equal(
		add(f, "{syslog: %s, protocol: rfc3164, facility: local3}",
	            f->path),
		0);
	emit(f, PRIORITY_DEBUG, "text");
	n = recv(at, bytes, sizeof(bytes) - 1, 0);
	assert_true(n > 0);
	bytes[n] = '\0';
	snprintf(expected, sizeof(expected),
	         "<159>Nov 14 22:13:20 saker[%d]: 22:13:20", (int)getpid());
	assert_memory_equal(bytes, expected, strlen(expected));
}

static void syslog_by_udp(void **state)
{
	struct fixture *f = *state;
	char bytes[500];
	unsigned port;
	auto_close int at = listen_net(SOCK_DGRAM, &port);

	assert_int_equal(add(f, "syslog:udp://127.0.0.1:%u,json", port), 0);
	emit(f, PRIORITY_WARNING, "text");
	assert_true(recv(at, bytes, sizeof(bytes), 0) > 60);
	assert_memory_equal(bytes, "<84>1 2023-11-14T", 17);
	outputs_flush(f->outputs, PATIENCE_MS);
	assert_int_equal(stats(f).written, 1);
}

/* RFC 6587: the count, a blank, so many bytes. */
static void syslog_by_tcp(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf got = BUF_INIT;
	unsigned port, count;
	auto_close int at = listen_net(SOCK_STREAM, &port), from = -1;
	int head = 0;

	assert_int_equal(add(f, "syslog:tcp://127.0.0.1:%u", port), 0);
	emit(f, PRIORITY_WARNING, "first");
	emit(f, PRIORITY_WARNING, "last.");
	from = accept_one(at);
	read_until(from, "last.", &got);
	assert_int_equal(sscanf(buf_cstr(&got), "%u %n", &count, &head), 1);
	assert_true(head > 1);
	assert_int_equal(got.len, 2 * ((size_t)head + count));
	outputs_flush(f->outputs, PATIENCE_MS);
	assert_int_equal(stats(f).written, 2);
}

static void the_journal_gets_fields(void **state)
{
	struct fixture *f = *state;
	auto_close int at = listen_unix(f->path, SOCK_DGRAM);
	char bytes[4000];
	ssize_t n;

	assert_int_equal(add(f, "journald:%s", f->path), 0);
	emit(f, PRIORITY_ERROR, "text");
	n = recv(at, bytes, sizeof(bytes) - 1, 0);
	assert_true(n > 0);
	bytes[n] = '\0';
	assert_memory_equal(bytes, "MESSAGE=22:13:20.123456789: Error text\n",
	                    39);
	assert_non_null(strstr(bytes, "\nMESSAGE_ID="));
	assert_non_null(strstr(bytes, "\nPRIORITY=3\n"));
	assert_non_null(strstr(bytes, "\nSYSLOG_IDENTIFIER=saker\n"));
	assert_non_null(strstr(bytes, "\nSAKER_RULE=saker internal: test\n"));
	assert_non_null(strstr(bytes, "\nSAKER_JSON={\"hostname\":"));
	assert_int_equal(bytes[n - 1], '\n');
}

/* More than a datagram takes comes as a sealed file. */
static void the_journal_gets_long_messages(void **state)
{
	struct fixture *f = *state;
	auto_close int at = listen_unix(f->path, SOCK_DGRAM), file = -1;
	auto_free char *text = calloc(1, 300001);
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr m = { .msg_control = &control,
		            .msg_controllen = sizeof(control) };
	struct stat st;

	memset(text, 'x', 300000);
	assert_int_equal(add(f, "journald:%s", f->path), 0);
	emit(f, PRIORITY_ERROR, text);
	assert_int_equal(recvmsg(at, &m, 0), 0);
	assert_non_null(CMSG_FIRSTHDR(&m));
	memcpy(&file, CMSG_DATA(&control.head), sizeof(file));
	assert_int_equal(fstat(file, &st), 0);
	assert_true(st.st_size > 300000);
	assert_int_equal(fcntl(file, F_GET_SEALS) & F_SEAL_WRITE, F_SEAL_WRITE);
}

#ifdef HAVE_LIBCURL
struct server {
	int fd;
	const char *const *answers; /* a status line each; NULL = the end */
	struct buf bodies;
};

/* One request of a connection; false at its end. */
static bool read_request(int fd, struct buf *in, struct buf *bodies)
{
	char bytes[4096];
	ptrdiff_t end, at;
	uint64_t length = 0;

	buf_clear(in);
	for (;;) {
		ssize_t n = read(fd, bytes, sizeof(bytes));
		struct str head, number;

		if (n <= 0)
			return false;
		buf_add(in, bytes, (size_t)n);
		end = str_find(buf_str(in), STR("\r\n\r\n"));
		if (end < 0)
			continue;
		head = str_take(buf_str(in), (size_t)end);
		at = str_find(head, STR("Content-Length: "));
		assert_true(at >= 0);
		head = str_skip(head, (size_t)at + 16);
		str_split(&head, '\r', &number);
		assert_true(str_to_u64(number, 10, &length));
		if (in->len >= (size_t)end + 4 + length)
			break;
	}
	assert_memory_equal(in->data, "POST /falco HTTP/1.1\r\n", 22);
	assert_true(str_find(buf_str(in), STR("X-Key: k\r\n")) >= 0);
	buf_add(bodies, in->data + end + 4, length);
	return true;
}

static void *serve(void *arg)
{
	struct server *s = arg;
	auto_buf struct buf in = BUF_INIT;

	while (*s->answers != NULL) {
		int from = accept_one(s->fd);

		while (*s->answers != NULL &&
		       read_request(from, &in, &s->bodies)) {
			auto_buf struct buf out = BUF_INIT;

			buf_printf(&out,
			           "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n",
			           *s->answers++);
			assert_int_equal(io_write_all(from, buf_str(&out)), 0);
		}
		close(from);
	}
	return NULL;
}

static void http_is_tried_until_it_is_accepted_or_refused(void **state)
{
	static const char *const answers[] = {
		"200 OK", "503 Unavailable", "429 Too Many Requests",
		"200 OK", "400 Bad Request", "204 No Content",
		NULL
	};
	struct fixture *f = *state;
	struct server s = { .answers = answers };
	pthread_t thread;
	unsigned port;

	s.fd = listen_net(SOCK_STREAM, &port);
	assert_int_equal(pthread_create(&thread, NULL, serve, &s), 0);
	assert_int_equal(add(f,
	                     "{http: 'http://u:p@127.0.0.1:%u/falco', headers: "
	                     "['X-Key: k']}",
	                     port),
	                 0);
	emit(f, PRIORITY_NOTICE, "a");
	emit(f, PRIORITY_NOTICE, "b");
	emit(f, PRIORITY_NOTICE, "c");
	emit(f, PRIORITY_NOTICE, "d");
	for (unsigned i = 0; i < 20 && stats(f).pending != 0; i++)
		outputs_flush(f->outputs, 500);
	pthread_join(thread, NULL);
	assert_string_equal(buf_cstr(&s.bodies),
	                    "22:13:20.123456789: Notice a\n"
	                    "22:13:20.123456789: Notice b\n"
	                    "22:13:20.123456789: Notice b\n"
	                    "22:13:20.123456789: Notice b\n"
	                    "22:13:20.123456789: Notice c\n"
	                    "22:13:20.123456789: Notice d\n");
	assert_int_equal(stats(f).written, 3);
	assert_int_equal(stats(f).dropped, 1);
	assert_int_equal(counter_get(&f->counters, COUNTER_OUTPUT_REJECTED), 1);
	buf_done(&s.bodies);
	close(s.fd);
}

/* Nobody shows a password that stands in a URL. */
static void names_hold_no_passwords(void **state)
{
	struct fixture *f = *state;
	struct outputs_stats s;
	const char *name;

	assert_int_equal(add(f, "http://u:p@127.0.0.1:9/x@y"), 0);
	assert_true(outputs_stats_at(f->outputs, 0, &name, &s));
	assert_string_equal(name, "http://127.0.0.1:9/x@y");
	assert_false(outputs_stats_at(f->outputs, 1, &name, &s));
}
#endif

/* One that hangs, one that is away: the third gets all of it. */
static void outputs_do_not_touch_each_other(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf got = BUF_INIT;
	unsigned port;
	auto_close int silent = listen_net(SOCK_STREAM, &port);
	char last[32];

	assert_int_equal(add(f, "syslog:tcp://127.0.0.1:%u", port), 0);
	assert_int_equal(add(f, "syslog:tcp://127.0.0.1:1"), 0);
	assert_int_equal(add(f, "unix:/nonexistent/socket"), 0);
	assert_int_equal(add(f, "file:%s", f->path), 0);
	for (unsigned i = 0; i < 2000; i++) {
		char text[32];

		snprintf(text, sizeof(text), "alert %u.", i);
		emit(f, PRIORITY_NOTICE, text);
	}
	snprintf(last, sizeof(last), "alert 1999.");
	eventually(holds(f, last));
	content(f, &got);
	assert_true(str_find(buf_str(&got), STR("alert 0.")) >= 0);
	assert_int_equal(stats(f).dropped, 0);
}

/* By priority, by tag, by rule. */
static void filters_choose(void **state)
{
	struct fixture *f = *state;
	struct outputs_stats s;
	const char *name;

	assert_int_equal(add(f, "file:%s,priority=warning", f->path), 0);
	assert_int_equal(
		add(f, "{file: %s, rules: ['* test', other]}", f->path), 0);
	assert_int_equal(add(f, "{file: %s, tags: [container]}", f->path), 0);
	emit(f, PRIORITY_NOTICE, "a");
	emit(f, PRIORITY_WARNING, "b");
	emit(f, PRIORITY_EMERGENCY, "c");
	assert_true(outputs_stats_at(f->outputs, 0, &name, &s));
	assert_int_equal(s.submitted, 2);
	assert_true(outputs_stats_at(f->outputs, 1, &name, &s));
	assert_int_equal(s.submitted, 3);
	assert_true(outputs_stats_at(f->outputs, 2, &name, &s));
	assert_int_equal(s.submitted, 0);
}

static void wrong_specs_are_told(void **state)
{
	static const struct {
		const char *spec, *said;
	} cases[] = {
		{ "", "no output ''" },
		{ "ftp:x", "no output 'ftp'" },
		{ "file", "file:PATH" },
		{ "stdout:x", "stdout" },
		{ "program:ls", "whole path" },
		{ "syslog:udp://:x", "udp://HOST" },
		{ "syslog:tcp://h:0", "tcp://HOST" },
		{ "file:x,priority=high", "takes a priority" },
		{ "file:x,spool_bytes=1", "65536 to" },
		{ "{file: x, colour: red}", "'colour' is no option" },
		{ "{format: json}", "no kind" },
		{ "{file: x, unix: y}", "one kind" },
		{ "{file: [x, y]}", "file:PATH" },
		{ "{file: {x: y}}", "a text or a list" },
		{ "{file: x, tags: [{a: b}]}", "texts" },
		{ "{file: x", "mapping" },
		{ "{syslog: x, facility: loud}", "a facility" },
		{ "{syslog: x, protocol: rfc1}", "rfc5424 or rfc3164" },
		{ "{syslog: x, framing: none}", "octets or lines" },
		{ "{file: x, spool: maybe}", "true or false" },
#ifdef HAVE_LIBCURL
		{ "{http: example.org}", "http://" },
#else
		{ "http://example.org/", "without libcurl" },
#endif
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			output_check(str_from(cases[i].spec), NULL, &f->diags),
			E_INVALID);
		assert_int_equal(f->diags.errors, i + 1);
		if (strstr(f->diags.items[i].text, cases[i].said) == NULL)
			fail_msg("%s: %s", cases[i].spec,
			         f->diags.items[i].text);
	}
	assert_int_equal(output_check(STR("{syslog: 'udp://[::1]:514', "
	                                  "facility: local0}"),
	                              NULL, &f->diags),
	                 0);
	assert_int_equal(output_check(STR("journald"), NULL, &f->diags), 0);
}

static void the_spool_outlives_the_run(void **state)
{
	struct fixture *f = *state;
	struct outputs_options options = { .counters = &f->counters,
		                           .spool_dir = f->dir,
		                           .spool_bytes = 1 << 20 };
	auto_buf struct buf got = BUF_INIT, command = BUF_INIT;
	auto_close int at = -1, from = -1;

	outputs_free(f->outputs);
	chmod(f->dir, 0700);
	f->outputs = outputs_new(&options);
	assert_int_equal(add(f, "unix:%s", f->path), 0);
	emit(f, PRIORITY_NOTICE, "of the first run");
	outputs_flush(f->outputs, 50);
	eventually(stats(f).spooled == 1);
	outputs_free(f->outputs);
	assert_int_equal(counter_get(&f->counters, COUNTER_OUTPUT_DROPPED), 0);
	f->outputs = outputs_new(&options);
	assert_int_equal(add(f, "unix:%s", f->path), 0);
	assert_int_equal(stats(f).submitted, 1);
	emit(f, PRIORITY_NOTICE, "of the second");
	at = listen_unix(f->path, SOCK_STREAM);
	from = accept_one(at);
	read_until(from, "of the second\n", &got);
	assert_string_equal(buf_cstr(&got),
	                    "22:13:20.123456789: Notice of the first run\n"
	                    "22:13:20.123456789: Notice of the second\n");
	outputs_flush(f->outputs, PATIENCE_MS);
	assert_int_equal(stats(f).written, 2);
	outputs_free(f->outputs);
	f->outputs = NULL;
	buf_printf(&command, "rm -rf %s/unix-*", f->dir);
	assert_int_equal(system(buf_cstr(&command)), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_unix_socket_gets_alerts_when_it_comes),
		TEST(what_was_not_read_is_sent_again),
		TEST(a_datagram_socket_gets_one_each),
		TEST(a_program_reads_alerts),
		TEST(a_program_that_ends_is_started_again),
		TEST(syslog_over_its_local_socket),
		TEST(syslog_in_the_older_form),
		TEST(syslog_by_udp),
		TEST(syslog_by_tcp),
		TEST(the_journal_gets_fields),
		TEST(the_journal_gets_long_messages),
#ifdef HAVE_LIBCURL
		TEST(http_is_tried_until_it_is_accepted_or_refused),
		TEST(names_hold_no_passwords),
#endif
		TEST(outputs_do_not_touch_each_other),
		TEST(filters_choose),
		TEST(wrong_specs_are_told),
		TEST(the_spool_outlives_the_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

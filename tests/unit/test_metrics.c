/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_metrics.c - the text format, the file, and answers over HTTP. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/metrics/exposition.h"
#include "saker/metrics/http_request.h"
#include "saker/metrics/publisher.h"

static void samples_are_written_as_prometheus_reads_them(void **state)
{
	auto_buf struct buf out = BUF_INIT;
	const struct metric_label labels[] = {
		{ "rule", STR("a \"b\" \\ \n\xff") },
		{ "priority", STR("Notice") },
	};

	(void)state;
	metric_begin(&out, "x_total", METRIC_COUNTER, "help\nme");
	metric_sample(&out, "x_total", labels, 2, 3);
	metric_sample(&out, "x_total", NULL, 0, 9007199254740992.0);
	assert_string_equal(buf_cstr(&out),
	                    "# HELP x_total help\\nme\n"
	                    "# TYPE x_total counter\n"
	                    "x_total{rule=\"a \\\"b\\\" \\\\ "
	                    "\\n\xef\xbf\xbd\",priority=\"Notice\"} 3\n"
	                    "x_total 9007199254740992\n");
}

static void histograms_count_up(void **state)
{
	auto_buf struct buf out = BUF_INIT;
	struct histogram h = { 0 };

	(void)state;
	histogram_add(&h, 16000);
	histogram_add(&h, 16001);
	histogram_add(&h, UINT64_MAX / 4);
	metric_histogram(&out, "t_seconds", "times", &h);
	assert_non_null(
		strstr(buf_cstr(&out), "t_seconds_bucket{le=\"1.6e-05\"} 1\n"));
	assert_non_null(
		strstr(buf_cstr(&out), "t_seconds_bucket{le=\"6.4e-05\"} 2\n"));
	assert_non_null(
		strstr(buf_cstr(&out), "t_seconds_bucket{le=\"+Inf\"} 3\n"));
	assert_non_null(strstr(buf_cstr(&out), "t_seconds_count 3\n"));
}

static void requests_are_read(void **state)
{
	static const struct {
		const char *text;
		int result;
		const char *path;
	} cases[] = {
		{ "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 0, "/metrics" },
		{ "GET /metrics?a=b HTTP/1.0\n\n", 0, "/metrics" },
		{ "GET / HTTP/1.1\r\n", E_AGAIN, NULL },
		{ "GET / HTT", E_AGAIN, NULL },
		{ "", E_AGAIN, NULL },
		{ "GET  / HTTP/1.1\n\n", E_INVALID, NULL },
		{ "get / HTTP/1.1\n\n", E_INVALID, NULL },
		{ "GET x HTTP/1.1\n\n", E_INVALID, NULL },
		{ "GET /\n\n", E_INVALID, NULL },
		{ "GET / HTTP/2\n\n", E_INVALID, NULL },
		{ "\n\n", E_INVALID, NULL },
	};
	static char much[LIMIT_METRICS_REQUEST_BYTES + 1];
	struct http_request r;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int result = http_request_parse(str_from(cases[i].text), &r);

		assert_int_equal(result, cases[i].result);
		if (result == 0)
			assert_true(str_eq(r.path, str_from(cases[i].path)));
	}
	assert_int_equal(
		http_request_parse((struct str){ much, sizeof(much) }, &r),
		E_LIMIT);
}

static void only_this_host_may_ask(void **state)
{
	(void)state;
	assert_true(publisher_address_valid(STR("127.0.0.1:9400")));
	assert_true(publisher_address_valid(STR("[::1]:9400")));
	assert_true(publisher_address_valid(STR("unix:/run/saker/metrics")));
	assert_false(publisher_address_valid(STR("0.0.0.0:9400")));
	assert_false(publisher_address_valid(STR("[::]:9400")));
	assert_false(publisher_address_valid(STR("example.org:80")));
	assert_false(publisher_address_valid(STR("127.0.0.1")));
	assert_false(publisher_address_valid(STR("127.0.0.1:0")));
	assert_false(publisher_address_valid(STR("unix:here")));
}

#define PATIENCE_MS 20000

static int listener(unsigned *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static int dial(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		                  .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* The whole answer, until the other side closes. */
static void ask(unsigned port, const char *request, struct buf *answer)
{
	auto_close int fd = dial(port);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	buf_clear(answer);
	assert_int_equal(io_write_all(fd, str_from(request)), 0);
	do {
		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		n = read(fd, bytes, sizeof(bytes));
		assert_true(n >= 0);
		buf_add(answer, bytes, (size_t)n);
	} while (n > 0);
}

static void metrics_are_served(void **state)
{
	auto_buf struct buf got = BUF_INIT;
	struct publisher_options options = { .interval_s = 1 };
	struct publisher *p;
	unsigned port;
	int silent[LIMIT_METRICS_CLIENTS - 1];
	char much[4096] = "";

	(void)state;
	options.listener = listener(&port);
	assert_int_equal(publisher_new(&options, &p), 0);
	publisher_publish(p, STR("saker_build_info 1\n"));
	/* some who say nothing do not keep the others out */
	for (size_t i = 0; i < LIMIT_METRICS_CLIENTS - 1; i++)
		silent[i] = dial(port);
	ask(port, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", &got);
	assert_non_null(strstr(buf_cstr(&got), "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(buf_cstr(&got), "version=0.0.4"));
	assert_non_null(strstr(buf_cstr(&got), "\r\n\r\nsaker_build_info 1\n"));
	ask(port, "HEAD /metrics HTTP/1.1\r\n\r\n", &got);
	assert_null(strstr(buf_cstr(&got), "saker_build_info"));
	ask(port, "GET /healthz HTTP/1.1\r\n\r\n", &got);
	assert_non_null(strstr(buf_cstr(&got), "200 OK"));
	ask(port, "GET /etc/passwd HTTP/1.1\r\n\r\n", &got);
	assert_non_null(strstr(buf_cstr(&got), "404"));
	ask(port, "POST /metrics HTTP/1.1\r\n\r\n", &got);
	assert_non_null(strstr(buf_cstr(&got), "405"));
	ask(port, "nonsense\r\n\r\n", &got);
	assert_non_null(strstr(buf_cstr(&got), "400"));
	/* more than is read before the answer, which arrives all the same */
	memset(much, 'x', sizeof(much) - 1);
	memcpy(much, "nonsense\n", strlen("nonsense\n"));
	ask(port, much, &got);
	assert_non_null(strstr(buf_cstr(&got), "no HTTP request\n"));
	for (size_t i = 0; i < LIMIT_METRICS_CLIENTS - 1; i++)
		close(silent[i]);
	publisher_free(p);
}

static void the_file_is_whole_and_readable(void **state)
{
	char dir[] = "/tmp/saker-metrics-XXXXXX", path[64];
	struct publisher_options options = { .interval_s = 3600,
		                             .listener = -1 };
	auto_buf struct buf got = BUF_INIT;
	struct publisher *p;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/saker.prom", dir);
	options.file = path;
	assert_int_equal(publisher_new(&options, &p), 0);
	publisher_publish(p, STR("a 1\n"));
	for (unsigned i = 0; access(path, F_OK) != 0; i++) {
		assert_true(i < PATIENCE_MS);
		usleep(1000);
	}
	publisher_publish(p, STR("a 2\n"));
	publisher_free(p); /* the last word is written */
	assert_int_equal(io_read_at(AT_FDCWD, path, 100, &got), 0);
	assert_string_equal(buf_cstr(&got), "a 2\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	unlink(path);
	/* and nothing else is left */
	assert_int_equal(rmdir(dir), 0);
	/* where it cannot be written that is counted */
	assert_int_equal(publisher_new(&options, &p), 0);
	publisher_publish(p, STR("a 1\n"));
	for (unsigned i = 0; publisher_errors(p) == 0; i++) {
		assert_true(i < PATIENCE_MS);
		usleep(1000);
	}
	publisher_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_written_as_prometheus_reads_them),
		cmocka_unit_test(histograms_count_up),
		cmocka_unit_test(requests_are_read),
		cmocka_unit_test(only_this_host_may_ask),
		cmocka_unit_test(metrics_are_served),
		cmocka_unit_test(the_file_is_whole_and_readable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

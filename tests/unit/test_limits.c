/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_limits.c - limits that no other test reaches. */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "saker/audit/assemble.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/container/snapshot.h"
#include "saker/daemon/control.h"
#include "saker/daemon/tally.h"
#include "saker/engine/ruleset.h"
#include "saker/output/outbox.h"
#include "saker/output/output.h"
#include "saker/response/wire.h"
#include "tracking.h"

static void add_call(struct assembler *a, unsigned serial, uint64_t now_ns)
{
	char text[128];
	struct frame frame = { .text = { text, 0 } };

	frame.text.len = (size_t)snprintf(
		text, sizeof(text),
		"type=SYSCALL msg=audit(1700000000.000:%u): arch=c000003e "
		"syscall=2 items=1 pid=1",
		serial);
	assert_int_equal(assembler_add(a, &frame, now_ns), 0);
}

static void open_events(void **state)
{
	struct counters counters = { 0 };
	struct assembler *a = assembler_new(
		&(struct assembler_options){ .counters = &counters });

	(void)state;
	assert_non_null(a);
	for (unsigned i = 0; i < LIMIT_OPEN_EVENTS; i++)
		add_call(a, i + 1, 1);
	assert_int_equal(counter_get(&counters, COUNTER_EVENTS_EVICTED), 0);
	add_call(a, LIMIT_OPEN_EVENTS + 1, 1);
	assert_int_equal(counter_get(&counters, COUNTER_EVENTS_EVICTED), 1);
	assembler_free(a);
}

static void event_timeout(void **state)
{
	struct counters counters = { 0 };
	struct assembler *a = assembler_new(
		&(struct assembler_options){ .counters = &counters });

	(void)state;
	assert_non_null(a);
	add_call(a, 1, 1);
	assembler_expire(a, LIMIT_EVENT_TIMEOUT_MS * NS_PER_MS);
	assert_int_equal(assembler_ready(a), 0);
	assembler_expire(a, LIMIT_EVENT_TIMEOUT_MS * NS_PER_MS + 2);
	assert_int_equal(assembler_ready(a), 1);
	assert_int_equal(counter_get(&counters, COUNTER_EVENTS_TIMED_OUT), 1);
	assembler_free(a);
}

static void containers(void **state)
{
	struct counters counters = { 0 };
	struct registry r;
	char id[16];

	(void)state;
	registry_init(&r, 0, &counters);
	for (unsigned i = 0; i <= LIMIT_CONTAINERS; i++) {
		const struct container_facts facts = { .full_id = { id, 8 } };

		assert_int_equal(
			counter_get(&counters, COUNTER_CONTAINERS_EVICTED), 0);
		snprintf(id, sizeof(id), "%08x", i);
		assert_non_null(registry_get(&r, &facts, false, i + 1));
	}
	assert_int_equal(counter_get(&counters, COUNTER_CONTAINERS_EVICTED), 1);
	registry_done(&r);
}

/* Rule text that is wrong, and what is said of it. */
static void expect_error(const char *text, const char *part)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	bool is_said = false;

	assert_true(ruleset_load_text("limits", str_from(text), &diags,
	                              &rules) < 0);
	for (size_t i = 0; i < diags.count; i++)
		is_said |= strstr(diags.items[i].text, part) != NULL;
	if (!is_said)
		fail_msg("'%s' is not said of %.200s", part, text);
	ruleset_free(rules);
	diag_done(&diags);
}

#define RULE \
	"- rule: r\n  desc: d\n  output: o\n  priority: ERROR\n  condition: "

/* Each macro is twice the one before it. */
static void expression_nodes(void **state)
{
	auto_buf struct buf text = BUF_INIT;
	unsigned n = 0;

	(void)state;
	buf_add_str(&text, STR("- macro: m0\n  condition: evt.num > 0\n"));
	for (n = 1; 1u << (n - 1) <= LIMIT_EXPRESSION_NODES; n++)
		buf_printf(&text, "- macro: m%u\n  condition: m%u or m%u\n", n,
		           n - 1, n - 1);
	buf_printf(&text, RULE "m%u\n", n - 1);
	expect_error(buf_cstr(&text), "too large with its macros");
}

static void frequencies(void **state)
{
	auto_buf struct buf text = BUF_INIT;

	(void)state;
	buf_printf(&text,
	           RULE "evt.num > 0\n  threshold: {count: 2, within: %us}\n",
	           LIMIT_FREQUENCY_WITHIN + 1);
	expect_error(buf_cstr(&text), "wrong time");
	buf_clear(&text);
	buf_add_str(&text, STR(RULE "evt.num > 0\n  threshold: "
	                            "{count: 2, within: 1s, by: [proc.pid"));
	for (unsigned i = 0; i < LIMIT_FREQUENCY_KEYS; i++)
		buf_add_str(&text, STR(", proc.pid"));
	buf_add_str(&text, STR("]}\n"));
	expect_error(buf_cstr(&text), "too many fields");
}

static void outbox(void **state)
{
	static char text[64 * 1024];
	struct counters counters = { 0 };
	const struct outbox_part part = { 0, { text, sizeof(text) } };
	struct outbox *o = outbox_new(LIMIT_OUTBOX_BYTES, 1, &counters);
	struct outputs_stats stats;

	(void)state;
	assert_non_null(o);
	for (size_t i = 0; i < LIMIT_OUTBOX_BYTES / sizeof(text) + 1; i++)
		outbox_put(o, PRIORITY_ERROR, &part, 1);
	assert_true(outbox_stats(o, 0, &stats));
	assert_in_range(stats.dropped, 1, 3);
	assert_int_equal(counter_get(&counters, COUNTER_OUTPUT_DROPPED),
	                 stats.dropped);
	outbox_free(o);
}

static void metrics_of_responses(void **state)
{
	struct alert alert = { .has_response = true };
	struct tally *t = tally_new();
	auto_buf struct buf text = BUF_INIT;
	char action[16];
	unsigned n = 0;

	(void)state;
	assert_non_null(t);
	for (unsigned i = 0; i < 2 * LIMIT_METRICS_RESPONSES; i++) {
		snprintf(action, sizeof(action), "action%u", i);
		alert.response.action = str_from(action);
		alert.response.mode = STR("enforce");
		alert.response.result = STR("terminated");
		tally_alert(t, &alert, 0);
	}
	tally_render(t, &text);
	for (const char *at = buf_cstr(&text);
	     (at = strstr(at, "\"action")) != NULL; at++)
		n++;
	assert_int_equal(n, LIMIT_METRICS_RESPONSES);
	tally_free(t);
}

static void snapshot_bytes(void **state)
{
	char path[] = "/tmp/saker-limits-XXXXXX";
	struct diag_list diags = DIAG_LIST_INIT;
	struct snapshot *s = NULL;
	auto_close int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0 && ftruncate(fd, LIMIT_SNAPSHOT_BYTES + 1) == 0);
	assert_int_equal(snapshot_load(path, &diags, &s), E_INVALID);
	assert_non_null(strstr(diags.items[0].text, "longer than"));
	unlink(path);
	diag_done(&diags);
}

/* Somebody else's socket, who answers without end. */
static void *answer(void *arg)
{
	int *listener = arg;
	auto_close int fd = accept(*listener, NULL, NULL);
	static const char bytes[4096];

	while (fd >= 0 && send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL) > 0)
		;
	return NULL;
}

static void control_answer(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	auto_buf struct buf text = BUF_INIT;
	pthread_t thread;

	(void)state;
	snprintf(address.sun_path, sizeof(address.sun_path),
	         "/tmp/saker-limits-%d", (int)getpid());
	assert_int_equal(
		bind(listener, (struct sockaddr *)&address, sizeof(address)),
		0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, answer, &listener), 0);
	assert_int_equal(
		control_ask(address.sun_path, CONTROL_STATUS, 60000, &text),
		E_LIMIT);
	assert_in_range(text.len, 1, LIMIT_CONTROL_ANSWER_BYTES);
	pthread_join(thread, NULL);
	close(listener);
	unlink(address.sun_path);
}

/* What is longer arrives cut, and is no request then. */
static void response_bytes(void **state)
{
	const struct response_request request = { .pid = 1 };
	auto_buf struct buf datagram = BUF_INIT;
	int ends[2], bytes = 4 * LIMIT_RESPONSE_BYTES;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	response_pack_request(&request, &datagram);
	while (datagram.len <= LIMIT_RESPONSE_BYTES)
		buf_add_byte(&datagram, '\0');
	if (send(ends[0], datagram.data, datagram.len, 0) !=
	    (ssize_t)datagram.len)
		skip();
	/* nobody is asked to carry it out */
	assert_true(response_serve(ends[1], NULL));
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_events),
		cmocka_unit_test(event_timeout),
		cmocka_unit_test(containers),
		cmocka_unit_test(expression_nodes),
		cmocka_unit_test(frequencies),
		cmocka_unit_test(outbox),
		cmocka_unit_test(metrics_of_responses),
		cmocka_unit_test(snapshot_bytes),
		cmocka_unit_test(control_answer),
		cmocka_unit_test(response_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

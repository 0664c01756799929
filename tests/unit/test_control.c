/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_control.c - who asks a running saker, what, and how much at once. */
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "server.h"

struct fixture {
	char dir[64];
	char path[96];
	struct counters counters;
	struct server *server;
	struct server_client *asked; /* that was not answered at once */
	unsigned served;
};

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	int fd;

	strcpy(f->dir, "/tmp/saker-control-XXXXXX");
	if (mkdtemp(f->dir) == NULL)
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/sub/s", f->dir);
	fd = server_listen(f->path, SERVER_NO_GROUP);
	*state = f;
	return fd < 0 ? fd
	              : server_new(fd, SERVER_NO_GROUP, &f->counters,
	                           &f->server);
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char sub[96];

	server_free(f->server);
	unlink(f->path);
	snprintf(sub, sizeof(sub), "%s/sub", f->dir);
	rmdir(sub);
	rmdir(f->dir);
	test_free(f);
	return 0;
}

static void serve(void *arg, struct server_client *c,
                  enum control_request request)
{
	struct fixture *f = arg;

	f->served++;
	if (request == CONTROL_STATUS)
		server_answer(c, STR("{\"fine\":1}"));
	else
		f->asked = c;
}

static void serve_all(struct fixture *f)
{
	/* a byte at a time is how check-short-reads has it */
	for (unsigned i = 0; i < 2 * LIMIT_CONTROL_REQUEST_BYTES; i++)
		server_serve(f->server, serve, f);
}

static int connected(const struct fixture *f)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(to.sun_path, f->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void say(int fd, struct str text)
{
	assert_int_equal(io_write_all(fd, text), 0);
}

/* What there is to read; "" also when the other side has left. */
static const char *heard(int fd)
{
	static char text[4096];
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, text + len, sizeof(text) - 1 - len,
	                 MSG_DONTWAIT)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return text;
}

static bool has_left(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

static void a_request_is_answered(void **state)
{
	struct fixture *f = *state;
	auto_close int fd = connected(f);

	say(fd, STR("{\"request\":"));
	serve_all(f);
	assert_int_equal(f->served, 0);
	say(fd, STR("\"status\"}\n{\"request\":\"reload\"}\n"));
	serve_all(f);
	assert_int_equal(f->served, 1);
	assert_string_equal(heard(fd), "{\"fine\":1}\n");
	assert_true(has_left(fd));
}

static void an_answer_may_come_later(void **state)
{
	struct fixture *f = *state;
	auto_close int fd = connected(f), other = connected(f);

	say(fd, STR("{\"request\":\"reload\"}\n"));
	serve_all(f);
	assert_non_null(f->asked);
	say(other, STR("{\"request\":\"status\"}\n"));
	serve_all(f);
	assert_string_equal(heard(other), "{\"fine\":1}\n");
	assert_string_equal(heard(fd), "");
	server_answer(f->asked, STR("now"));
	assert_string_equal(heard(fd), "now\n");
}

static void who_leaves_is_forgotten(void **state)
{
	struct fixture *f = *state;
	int fd = connected(f);

	say(fd, STR("{\"request\":\"reload\"}\n"));
	serve_all(f);
	assert_non_null(f->asked);
	close(fd);
	serve_all(f);
	server_answer(f->asked, STR("too late"));
}

static void nonsense_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const wrong[] = { "status\n", "\n",
		                             "{\"request\":\"halt\"}\n",
		                             "{\"request\":1}\n" };
	char much[LIMIT_CONTROL_REQUEST_BYTES];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		auto_close int fd = connected(f);

		say(fd, str_from(wrong[i]));
		serve_all(f);
		assert_non_null(strstr(heard(fd), "no such request"));
		assert_int_equal(
			counter_get(&f->counters, COUNTER_CONTROL_REFUSED),
			i + 1);
	}
	auto_close int fd = connected(f);

	memset(much, ' ', sizeof(much));
	say(fd, (struct str){ much, sizeof(much) });
	serve_all(f);
	assert_true(has_left(fd));
	assert_int_equal(f->served, 0);
}

static void too_many_are_refused(void **state)
{
	struct fixture *f = *state;
	int fds[LIMIT_CONTROL_CLIENTS + 1];

	for (size_t i = 0; i <= LIMIT_CONTROL_CLIENTS; i++)
		fds[i] = connected(f);
	serve_all(f);
	assert_true(has_left(fds[LIMIT_CONTROL_CLIENTS]));
	assert_int_equal(counter_get(&f->counters, COUNTER_CONTROL_REFUSED), 1);
	say(fds[0], STR("{\"request\":\"status\"}\n"));
	serve_all(f);
	assert_string_equal(heard(fds[0]), "{\"fine\":1}\n");
	for (size_t i = 0; i <= LIMIT_CONTROL_CLIENTS; i++)
		close(fds[i]);
}

static void who_says_nothing_is_let_go(void **state)
{
	struct fixture *f = *state;
	auto_close int fd = connected(f);
	const uint64_t began = clock_monotonic_ns();

	while (!has_left(fd)) {
		poll(NULL, 0, 50);
		serve_all(f);
	}
	/* a machine may be slow, but never fast */
	assert_true(clock_monotonic_ns() - began >=
	            LIMIT_CONTROL_TIMEOUT_MS * NS_PER_MS / 2);
}

static void only_its_owner_reaches_the_socket(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(server_listen(f->path, SERVER_NO_GROUP), E_FULL);
}

static void an_abandoned_socket_is_replaced(void **state)
{
	struct fixture *f = *state;
	int fd;

	server_free(f->server);
	f->server = NULL;
	fd = server_listen(f->path, SERVER_NO_GROUP);
	assert_true(fd >= 0);
	assert_int_equal(
		server_new(fd, SERVER_NO_GROUP, &f->counters, &f->server), 0);
	a_request_is_answered(state);
}

#define NOBODY 65534

/* In a process that is somebody else: what it heard. */
static void ask_as(const struct fixture *f, gid_t group, struct str request,
                   int result)
{
	int fd;

	if (setgroups(0, NULL) < 0 || setgid(group) < 0 || setuid(NOBODY) < 0)
		_exit(1);
	fd = connected(f);
	say(fd, request);
	poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 5000);
	(void)!io_write_all(result, str_from(heard(fd)));
	_exit(0);
}

static void expect_answer(struct fixture *f, gid_t group, struct str request,
                          const char *answer)
{
	int result[2], status;
	auto_buf struct buf text = BUF_INIT;
	pid_t pid;

	assert_int_equal(pipe(result), 0);
	pid = fork();
	if (pid == 0)
		ask_as(f, group, request, result[1]);
	close(result[1]);
	while (waitpid(pid, &status, WNOHANG) == 0)
		server_serve(f->server, serve, f);
	assert_int_equal(io_read_fd(result[0], 256, &text), 0);
	close(result[0]);
	assert_string_equal(buf_cstr(&text), answer);
}

static void readers_may_ask_and_change_nothing(void **state)
{
	struct fixture *f = *state;
	const gid_t readers = 12345;

	if (geteuid() != 0)
		skip();
	chmod(f->dir, 0755);
	server_free(f->server);
	unlink(f->path);
	assert_int_equal(server_new(server_listen(f->path, readers), readers,
	                            &f->counters, &f->server),
	                 0);
	expect_answer(f, readers, STR("{\"request\":\"status\"}\n"),
	              "{\"fine\":1}\n");
	expect_answer(f, readers, STR("{\"request\":\"reload\"}\n"),
	              "{\"error\":\"permission denied: only root may\"}\n");
	/* let in by the mode, refused by who they are */
	chmod(f->path, 0666);
	expect_answer(f, readers + 1, STR("{\"request\":\"status\"}\n"), "");
}

static void *serve_one(void *arg)
{
	struct fixture *f = arg;

	while (f->served == 0)
		server_serve(f->server, serve, f);
	return NULL;
}

static void the_asking_side_gets_the_line(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf answer = BUF_INIT;
	pthread_t thread;

	pthread_create(&thread, NULL, serve_one, f);
	assert_int_equal(control_ask(f->path, CONTROL_STATUS, 5000, &answer),
	                 0);
	pthread_join(thread, NULL);
	assert_string_equal(buf_cstr(&answer), "{\"fine\":1}\n");
	server_free(f->server);
	f->server = NULL;
	assert_int_equal(control_ask(f->path, CONTROL_STATUS, 5000, &answer),
	                 E_NOT_FOUND);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_is_answered),
		TEST(an_answer_may_come_later),
		TEST(who_leaves_is_forgotten),
		TEST(nonsense_is_refused),
		TEST(too_many_are_refused),
		TEST(who_says_nothing_is_let_go),
		TEST(only_its_owner_reaches_the_socket),
		TEST(an_abandoned_socket_is_replaced),
		TEST(readers_may_ask_and_change_nothing),
		TEST(the_asking_side_gets_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_monitor.c - what the monitor does for the engine, what it refuses, and
 * what the engine cannot do itself. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "saker/base/array.h"
#include "saker/base/command.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/daemon/sandbox.h"
#include "saker/host/watch.h"
#include "saker/monitor/monitor.h"

struct fixture {
	struct host *host;
	struct counters counters;
	struct monitor_options options;
	struct monitor *monitor;
	int sockets[2]; /* the monitor's, the engine's */
	struct buf answer;
	int fd; /* that came along */
};

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	f->host = host_direct_new();
	f->options = (struct monitor_options){
		.host = f->host,
		.inotify = -1,
		.snapshot = "",
		.metrics = "",
		.counters = &f->counters,
	};
	f->monitor = monitor_new(&f->options);
	f->fd = -1;
	*state = f;
	return f->monitor != NULL ? wire_pair(f->sockets) : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	monitor_free(f->monitor);
	host_free(f->host);
	buf_done(&f->answer);
	io_close(&f->sockets[0]);
	io_close(&f->sockets[1]);
	io_close(&f->fd);
	test_free(f);
	return 0;
}

static void *serve_one(void *arg)
{
	struct fixture *f = arg;
	char byte;

	/* waits */
	(void)!recv(f->sockets[0], &byte, 1, MSG_PEEK);
	assert_true(monitor_serve(f->monitor, f->sockets[0]));
	return NULL;
}

static int ask(struct fixture *f, const struct wire_header *header,
               const char *path)
{
	pthread_t thread;
	int error;

	buf_clear(&f->answer);
	io_close(&f->fd);
	pthread_create(&thread, NULL, serve_one, f);
	error = wire_ask(f->sockets[1], header, path, &f->answer, &f->fd);
	pthread_join(thread, NULL);
	return error;
}

static int ask_path(struct fixture *f, enum wire_operation operation,
                    const char *path)
{
	return ask(f, &(struct wire_header){ .operation = operation }, path);
}

static void facts_come_whole(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	struct host_process there, here;

	assert_int_equal(ask(f,
	                     &(struct wire_header){ .operation = WIRE_PROCESS,
	                                            .pid = getpid(),
	                                            .number = HOST_WANT_ALL },
	                     NULL),
	                 0);
	assert_int_equal(wire_unpack(buf_str(&f->answer), &arena, &there), 0);
	assert_int_equal(f->host->ops->process(f->host, getpid(), HOST_WANT_ALL,
	                                       &arena, &here),
	                 0);
	assert_true(str_eq(there.exe, here.exe));
	assert_true(str_eq(there.cgroup, here.cgroup));
	assert_true(file_id_eq(there.exe_id, here.exe_id));
	assert_int_equal(there.start_ticks, here.start_ticks);
	assert_int_equal(there.argc, here.argc);
	for (size_t i = 0; i < here.argc; i++)
		assert_true(str_eq(there.argv[i], here.argv[i]));
	arena_done(&arena);
}

static int count_reload(void *arg)
{
	return ++*(int *)arg == 1 ? 0 : E_INVALID;
}

static void responses_are_reloaded(void **state)
{
	const struct wire_header header = { .operation = WIRE_RESPONSES };
	struct fixture *f = *state;
	int count = 0;

	assert_int_equal(ask(f, &header, NULL), E_UNSUPPORTED);
	monitor_free(f->monitor);
	f->options.reload_responses = count_reload;
	f->options.reload_responses_arg = &count;
	f->monitor = monitor_new(&f->options);
	assert_non_null(f->monitor);
	assert_int_equal(ask(f, &header, NULL), 0);
	/* files that are wrong make the engine's reload fail, too */
	assert_int_equal(ask(f, &header, NULL), E_INVALID);
	assert_int_equal(count, 2);
}

static int give_piece(void *arg, unsigned piece, struct buf *out)
{
	buf_printf(out, "%u of %s", piece, (const char *)arg);
	return piece < 2 ? 0 : E_NOMEM;
}

/* The engine names none: it is given what root's configuration names. */
static void files_are_given(void **state)
{
	struct wire_header header = { .operation = WIRE_FILES, .number = 1 };
	struct fixture *f = *state;
	char name[] = "rules";

	assert_int_equal(ask(f, &header, NULL), E_UNSUPPORTED);
	assert_int_equal(ask_path(f, WIRE_FILES, "/etc/shadow"), E_INVALID);
	monitor_free(f->monitor);
	f->options.files = give_piece;
	f->options.files_arg = name;
	f->monitor = monitor_new(&f->options);
	assert_non_null(f->monitor);
	assert_int_equal(ask(f, &header, NULL), 0);
	assert_string_equal(buf_cstr(&f->answer), "1 of rules");
	header.number = 2;
	assert_int_equal(ask(f, &header, NULL), E_NOMEM);
}

static void count_change(void *count, int watch, struct str name)
{
	(void)watch;
	if (str_eq(name, STR("new")))
		++*(int *)count;
}

/* What the engine may not see it is told of, so far and no farther. */
static void directories_are_watched(void **state)
{
	char dir[] = "/tmp/saker-watched-XXXXXX";
	struct fixture *f = *state;
	int count = 0, inotify;
	struct host *engine;
	char path[64];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/new", dir);
	assert_int_equal(ask_path(f, WIRE_WATCH, dir), E_UNSUPPORTED);
	inotify = host_watch_open();
	assert_true(inotify >= 0);
	monitor_use_watches(f->monitor, inotify);
	engine = host_remote_new(f->sockets[1], inotify);
	assert_non_null(engine);
	assert_int_equal(ask_path(f, WIRE_WATCH, dir), 0);
	assert_int_equal(f->answer.len, sizeof(int));
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	engine->ops->changes(engine, count_change, &count);
	assert_true(count > 0);
	assert_int_equal(ask_path(f, WIRE_WATCH, path), E_NOT_FOUND);
	for (unsigned i = 1; i < LIMIT_WATCHES; i++)
		assert_int_equal(ask_path(f, WIRE_WATCH, dir), 0);
	assert_int_equal(ask_path(f, WIRE_WATCH, dir), E_LIMIT);
	monitor_use_watches(f->monitor, inotify);
	assert_int_equal(ask_path(f, WIRE_WATCH, dir), 0);
	host_free(engine);
	unlink(path);
	rmdir(dir);
}

/* Where others may write, what they put in the way is not followed. */
static void metrics_are_put_in_place(void **state)
{
	struct wire_header header = { .operation = WIRE_METRICS };
	char dir[] = "/tmp/saker-metrics-XXXXXX";
	struct fixture *f = *state;
	char path[64], fresh[80];
	struct stat st;

	assert_int_equal(ask(f, &header, NULL), E_DENIED);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/saker.prom", dir);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	assert_int_equal(symlink("/dev/null", fresh), 0);
	monitor_free(f->monitor);
	f->options.metrics = path;
	f->monitor = monitor_new(&f->options);
	assert_non_null(f->monitor);
	assert_int_equal(ask(f, &header, NULL), 0);
	assert_int_equal(write(f->fd, "x", 1), 1);
	assert_int_not_equal(stat(path, &st), 0);
	header.operation = WIRE_METRICS_DONE;
	assert_int_equal(ask(f, &header, NULL), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(st.st_size, 1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static int notify(struct fixture *f, int state)
{
	return ask(f,
	           &(struct wire_header){ .operation = WIRE_NOTIFY,
	                                  .number = state },
	           NULL);
}

static void the_service_manager_is_told(void **state)
{
	static const char *const wanted[] = { "READY=1\n", "STOPPING=1\n",
		                              "RELOADING=1\nMONOTONIC_USEC=",
		                              "WATCHDOG=1\nSTATUS=3 events, 2 "
		                              "alerts, 5 losses" };
	struct fixture *f = *state;
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	auto_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char text[256];
	ssize_t n;

	snprintf(name.sun_path, sizeof(name.sun_path), "/tmp/saker-notify-%d",
	         (int)getpid());
	assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof(name)),
	                 0);
	setenv("NOTIFY_SOCKET", name.sun_path, 1);
	counter_add(&f->counters, COUNTER_EVENTS_EVALUATED, 3);
	counter_add(&f->counters, COUNTER_ALERTS, 2);
	counter_add(&f->counters, COUNTER_KERNEL_LOST, 4);
	counter_add(&f->counters, COUNTER_OUTPUT_DROPPED, 1);
	for (int i = SERVICE_READY; i <= SERVICE_ALIVE; i++) {
		assert_int_equal(notify(f, i), 0);
		n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);
		assert_true(n > 0);
		text[n] = '\0';
		assert_memory_equal(text, wanted[i], strlen(wanted[i]));
	}
	assert_int_equal(notify(f, SERVICE_ALIVE + 1), E_INVALID);
	unlink(name.sun_path);
	assert_int_equal(service_period_ns(), 10000000000u);
	setenv("WATCHDOG_USEC", "3000000", 1);
	assert_int_equal(service_period_ns(), 1500000000u);
	setenv("WATCHDOG_USEC", "3000000000", 1);
	assert_int_equal(service_period_ns(), 10000000000u);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(service_period_ns(), 0);
	assert_int_equal(notify(f, SERVICE_READY), 0);
}

/* As it is sent, whole or not. */
static int forge(struct fixture *f, const void *bytes, size_t len)
{
	struct wire_answer answer;

	assert_int_equal(send(f->sockets[1], bytes, len, 0), len);
	assert_true(monitor_serve(f->monitor, f->sockets[0]));
	assert_int_equal(recv(f->sockets[1], &answer, sizeof(answer), 0),
	                 sizeof(answer));
	return answer.error;
}

static void forged_requests_are_refused(void **state)
{
	struct fixture *f = *state;
	struct {
		struct wire_header h;
		char path[PATH_MAX + 8];
	} r = { .h = { .operation = WIRE__MAX } };
	const struct wire_header wrong[] = {
		{ .operation = UINT32_MAX },
		{ .operation = WIRE_CGROUP, .pid = -1 },
		{ .operation = WIRE_CGROUP, .pid = 0 },
		{ .operation = WIRE_PROCESS, .pid = 1, .number = -1 },
		{ .operation = WIRE_AUDIT_STATUS, .pid = 1 },
		{ .operation = WIRE_FILE_ID },
		{ .operation = WIRE_FILE_ID, .path_length = 1 },
		{ .operation = WIRE_CGROUP, .pid = 1, .ticks = 1 },
	};
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++, n++)
		assert_int_equal(forge(f, &wrong[i], sizeof(wrong[i])),
		                 E_INVALID);
	/* cut, relative, with a NUL, too long, of another length */
	assert_int_equal(forge(f, &r, sizeof(r.h) - 1), E_INVALID);
	r.h = (struct wire_header){ .operation = WIRE_FILE_ID };
	memset(r.path, 'a', sizeof(r.path));
	r.h.path_length = 4;
	assert_int_equal(forge(f, &r, sizeof(r.h) + 4), E_INVALID);
	r.path[0] = '/';
	r.path[2] = '\0';
	assert_int_equal(forge(f, &r, sizeof(r.h) + 4), E_INVALID);
	r.path[2] = 'a';
	assert_int_equal(forge(f, &r, sizeof(r.h) + 5), E_INVALID);
	r.h.path_length = PATH_MAX + 8;
	assert_int_equal(forge(f, &r, sizeof(r)), E_INVALID);
	assert_int_equal(counter_get(&f->counters, COUNTER_MONITOR_REFUSED),
	                 n + 5);
}

static void only_what_is_meant_to_be_read_is(void **state)
{
	static const char *const denied[] = {
		"/etc/shadow",           "/etc/passwd",
		"/proc/1/mem",           "/proc/self/environ",
		"/proc/1/fd/0",          "/proc/1/root/config.json",
		"/run/../etc/shadow",    "/proc/1/net/../mem",
		"/run/x/../config.json", "/sys/kernel/status",
		"/proc/kcore",           "/proc/1/task/1/environ",
	};
	struct fixture *f = *state;
	char path[64];

	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++) {
		assert_int_equal(ask_path(f, WIRE_READ_FILE, denied[i]),
		                 E_DENIED);
		assert_int_equal(f->fd, -1);
	}
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)getpid());
	assert_int_equal(ask_path(f, WIRE_READ_FILE, path), 0);
	assert_true(f->fd >= 0);
	assert_int_equal(
		ask_path(f, WIRE_READ_FILE, "/run/runc/nobody/state.json"),
		E_NOT_FOUND);
}

/* Who delivers may have outputs opened, those of the configuration, and ask for
 * nothing else; who parses may not. */
static void outputs_are_the_couriers(void **state)
{
	char path[] = "/tmp/saker-output-XXXXXX";
	struct wire_header header = { .operation = WIRE_OUTPUT };
	struct fixture *f = *state;
	char spec[64];
	const char *outputs[] = { spec };
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	snprintf(spec, sizeof(spec), "file:%s", path);
	assert_int_equal(ask(f, &header, NULL), E_DENIED);
	monitor_free(f->monitor);
	f->options.asker = WIRE_COURIER;
	f->options.outputs = outputs;
	f->options.noutputs = 1;
	f->monitor = monitor_new(&f->options);
	assert_non_null(f->monitor);
	assert_int_equal(ask(f, &header, NULL), 0);
	assert_true(f->fd >= 0);
	assert_int_equal(write(f->fd, "x", 1), 1);
	io_close(&f->fd);
	header.number = 1;
	assert_int_equal(ask(f, &header, NULL), E_DENIED);
	assert_int_equal(ask_path(f, WIRE_READ_FILE, "/proc/1/status"),
	                 E_DENIED);
	assert_int_equal(counter_get(&f->counters, COUNTER_MONITOR_REFUSED), 3);
	unlink(path);
}

static int connect_first(void *arg, unsigned source, int *ret_fd)
{
	(void)arg;
	if (source != 0)
		return E_INVALID;
	*ret_fd = dup(STDERR_FILENO);
	return *ret_fd >= 0 ? 0 : E_IO;
}

/* Who reads may have the sources of the configuration connected, and nothing
 * else; who parses or delivers may not. */
static void connections_are_the_readers(void **state)
{
	struct wire_header header = { .operation = WIRE_CONNECT };
	struct fixture *f = *state;

	f->options.connect = connect_first;
	for (unsigned i = 0; i < 2; i++) {
		f->options.asker = i == 0 ? 0 : WIRE_COURIER;
		monitor_free(f->monitor);
		f->monitor = monitor_new(&f->options);
		assert_non_null(f->monitor);
		assert_int_equal(ask(f, &header, NULL), E_DENIED);
	}
	monitor_free(f->monitor);
	f->options.asker = WIRE_READER;
	f->monitor = monitor_new(&f->options);
	assert_non_null(f->monitor);
	assert_int_equal(ask(f, &header, NULL), 0);
	assert_true(f->fd >= 0);
	io_close(&f->fd);
	header.number = 1;
	assert_int_equal(ask(f, &header, NULL), E_INVALID);
	assert_int_equal(ask_path(f, WIRE_READ_FILE, "/proc/1/status"),
	                 E_DENIED);
	assert_int_equal(counter_get(&f->counters, COUNTER_MONITOR_REFUSED), 4);
}

/* Each lives as long as what it reads from. */
static void programs_are_few(void **state)
{
	struct wire_header header = { .operation = WIRE_OUTPUT };
	const char *outputs[] = { "program:/bin/cat" };
	struct fixture *f = *state;
	int fds[LIMIT_PROGRAMS], error;

	monitor_free(f->monitor);
	f->options.asker = WIRE_COURIER;
	f->options.outputs = outputs;
	f->options.noutputs = 1;
	f->monitor = monitor_new(&f->options);
	assert_non_null(f->monitor);
	for (size_t i = 0; i < LIMIT_PROGRAMS; i++) {
		assert_int_equal(ask(f, &header, NULL), 0);
		fds[i] = f->fd;
		f->fd = -1;
	}
	assert_int_equal(ask(f, &header, NULL), E_LIMIT);
	for (size_t i = 0; i < LIMIT_PROGRAMS; i++)
		close(fds[i]);
	/* as soon as they have ended */
	while ((error = ask(f, &header, NULL)) == E_LIMIT)
		usleep(1000);
	assert_int_equal(error, 0);
}

/* A link in a directory of others must not lead elsewhere. */
static void links_are_not_followed(void **state)
{
	char dir[] = "/tmp/saker-monitor-XXXXXX";
	struct fixture *f = *state;
	char path[64];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/config.json", dir);
	assert_int_equal(symlink("/etc/shadow", path), 0);
	assert_int_not_equal(ask_path(f, WIRE_READ_FILE, path), 0);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(ask_path(f, WIRE_READ_FILE, path), E_DENIED);
	unlink(path);
	rmdir(dir);
}

/* What an engine that was taken over would try; each must fail with EPERM. */
static int try_forbidden(int fd)
{
	struct {
		const char *what;
		long result;
	} tries[12];
	size_t n = 0;

#define TRY(call)                                                         \
	do {                                                              \
		errno = 0;                                                \
		tries[n].what = #call;                                    \
		tries[n++].result = (call) < 0 && errno == EPERM ? 0 : 1; \
	} while (0)
	TRY(syscall(SYS_execve, "/bin/true", NULL, NULL));
	TRY(socket(AF_INET, SOCK_STREAM, 0));
	TRY(socket(AF_NETLINK, SOCK_RAW, 0));
	TRY(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	TRY(kill(getppid(), 0));
	TRY(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
	TRY(mount("none", "/tmp", "tmpfs", 0, NULL));
	TRY(unshare(CLONE_NEWUSER));
	TRY(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL));
	TRY(setuid(0));
	TRY(chmod("/tmp", 0777));
	TRY(syscall(SYS_bpf, 0, NULL, 0));
#undef TRY
	for (size_t i = 0; i < n; i++)
		if (tries[i].result != 0)
			dprintf(fd, "%s\n", tries[i].what);
	return 0;
}

static void *run_thread(void *arg)
{
	*(int *)arg = 1;
	return NULL;
}

static int try_needed(int fd)
{
	pthread_t thread;
	int ran = 0;
	char *much = malloc(1 << 20);

	if (much == NULL)
		dprintf(fd, "malloc\n");
	free(much);
	if (pthread_create(&thread, NULL, run_thread, &ran) != 0 ||
	    pthread_join(thread, NULL) != 0 || ran != 1)
		dprintf(fd, "threads\n");
	if (open("/proc/1/stat", O_RDONLY) < 0)
		dprintf(fd, "reading /proc\n");
	return 0;
}

/* The same each time, nobody's, and not the same for another name. */
static void an_unknown_user_has_ids_of_its_own(void **state)
{
	struct sandbox_user user, again, other;

	(void)state;
	assert_int_equal(sandbox_user_find("root", &user), 0);
	assert_int_equal(user.uid, 0);
	assert_false(user.is_unnamed);
	assert_int_equal(sandbox_user_find("no-such-user", &user), 0);
	assert_int_equal(sandbox_user_find("no-such-user", &again), 0);
	assert_int_equal(sandbox_user_find("no-such-other-user", &other), 0);
	assert_true(user.is_unnamed && user.uid >= 1000);
	assert_null(getpwuid(user.uid));
	assert_int_equal(user.uid, again.uid);
	assert_int_not_equal(user.uid, other.uid);
}

/* In a process of its own: what is refused would often be without privileges,
 * too, but not so. */
static void try_monitor(int fd)
{
	static const struct {
		const char *what;
		long number, arg;
	} refused[] = {
		{ "ptrace", SYS_ptrace, PTRACE_CONT },
		{ "process_vm_readv", SYS_process_vm_readv, 0 },
		{ "setns", SYS_setns, -1 },
		{ "unshare", SYS_unshare, 0 },
		{ "open_by_handle_at", SYS_open_by_handle_at, -1 },
		{ "perf_event_open", SYS_perf_event_open, 0 },
		{ "bpf", SYS_bpf, -1 },
		{ "mount", SYS_mount, 0 },
		{ "kexec_load", SYS_kexec_load, 0 },
		{ "init_module", SYS_init_module, 0 },
		{ "clone", SYS_clone, CLONE_NEWUSER | SIGCHLD },
	};
	const char *argv[] = { "/bin/sh", "-c", "exec cat", NULL };
	struct command_result r;
	pthread_t thread;
	int ran = 0;

	for (size_t i = 0; i < COUNT(refused); i++) {
		errno = 0;
		if (syscall(refused[i].number, refused[i].arg, 0, 0, 0, 0, 0) !=
		            -1 ||
		    errno != EPERM)
			dprintf(fd, "%s: %s\n", refused[i].what,
			        strerror(errno));
	}
	if (command_run(argv, STR("x"), 60000, &r) < 0 || r.exit_status != 0)
		dprintf(fd, "a command\n");
	if (pthread_create(&thread, NULL, run_thread, &ran) != 0 ||
	    pthread_join(thread, NULL) != 0 || ran != 1)
		dprintf(fd, "threads\n");
}

static void a_monitor_cannot(void **state)
{
	auto_buf struct buf text = BUF_INIT;
	int out[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		int e = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
		                ? sandbox_filter_monitor()
		                : E_IO;

		if (e < 0)
			dprintf(out[1], "sandbox: %s\n", err_text(e));
		else
			try_monitor(out[1]);
		_exit(0);
	}
	close(out[1]);
	assert_int_equal(io_read_fd(out[0], 4096, &text), 0);
	close(out[0]);
	waitpid(pid, &status, 0);
	assert_string_equal(buf_cstr(&text), "");
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void an_engine_cannot(void **state)
{
	struct sandbox_user user;
	char text[1024];
	int out[2], status;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(sandbox_user_find("no-such-user-as-this", &user), 0);
	assert_true(user.is_unnamed);
	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		int e = 0;

		if (geteuid() == 0 && (e = sandbox_begin()) == 0)
			e = sandbox_drop(&user);
		if (e == 0)
			e = sandbox_filter(SANDBOX_ENGINE);
		if (e < 0)
			dprintf(out[1], "sandbox: %s\n", err_text(e));
		else if (geteuid() == 0 || getuid() == 0)
			dprintf(out[1], "still root\n");
		else
			try_forbidden(out[1]), try_needed(out[1]);
		_exit(0);
	}
	close(out[1]);
	n = read(out[0], text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	close(out[0]);
	waitpid(pid, &status, 0);
	assert_string_equal(text, "");
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(facts_come_whole),
		TEST(responses_are_reloaded),
		TEST(files_are_given),
		TEST(directories_are_watched),
		TEST(metrics_are_put_in_place),
		TEST(forged_requests_are_refused),
		TEST(only_what_is_meant_to_be_read_is),
		TEST(links_are_not_followed),
		TEST(the_service_manager_is_told),
		TEST(outputs_are_the_couriers),
		TEST(connections_are_the_readers),
		TEST(programs_are_few),
		cmocka_unit_test(an_unknown_user_has_ids_of_its_own),
		cmocka_unit_test(a_monitor_cannot),
		cmocka_unit_test(an_engine_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* world.c - a tracker on a fake host, and what happens there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

#include <stdlib.h>
#include <unistd.h>

#include "saker/audit/names.h"
#include "saker/base/io.h"

#define ARCH 0xc000003eu

static int begin(void **state, struct host *host)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->host = host;
	w->serial = 100;
	/* Some time ago, so that no stamp is in the future. */
	w->now_ns = clock_realtime_ns() - 30 * NS_PER_SEC;
	w->t = tracker_new(&(struct tracker_options){
		.host = host,
		.counters = &w->counters,
		.max_processes = MAX_PROCESSES,
		.max_containers = MAX_CONTAINERS,
	});
	assert_non_null(w->t);
	*state = w;
	return 0;
}

static uint64_t ticks_at(const struct world *w)
{
	uint64_t since_boot =
		clock_boottime_ns() - (clock_realtime_ns() - w->now_ns);

	return since_boot / (NS_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK));
}

void add_process(struct world *w, pid_t pid, pid_t ppid, const char *exe,
                 const char *cgroup, uint64_t ns_mnt)
{
	uint64_t inode = 1;

	if (str_eq(str_from(exe), STR(RUNC)))
		inode = RUNC_INODE;
	fake_host_process(w->host, &(struct host_process){
					   .pid = pid,
					   .ppid = ppid,
					   .start_ticks = ticks_at(w),
					   .exe = str_from(exe),
					   .exe_id = { DEV, inode },
					   .cgroup = str_from(cgroup),
					   .ns_mnt = ns_mnt,
				   });
}

int world_begin(void **state)
{
	struct host *host = fake_host_new();
	struct world *w;

	fake_host_file(host, RUNC, DEV, RUNC_INODE);
	fake_host_file(host, CRUN, DEV, CRUN_INODE);
	fake_host_file(host, "/docker/" ID, 0, 728);
	fake_host_process(host, &(struct host_process){ .pid = getpid(),
	                                                .ns_mnt = HOST_NS });
	begin(state, host);
	w = *state;
	add_process(w, 50, 1, "/usr/bin/sh", "0::/user.slice\n", HOST_NS);
	pass_time(w, 1000);
	return 0;
}

int world_begin_log(void **state)
{
	return begin(state, host_none_new());
}

int world_end(void **state)
{
	struct world *w = *state;

	tracker_free(w->t);
	host_free(w->host);
	free(w);
	return 0;
}

void pass_time(struct world *w, unsigned ms)
{
	w->now_ns += ms * NS_PER_MS;
}

static void happen(struct world *w, enum connector_kind kind, pid_t pid,
                   pid_t parent)
{
	birth_by_connector(w->t, &(struct connector_event){
					 .kind = kind,
					 .pid = pid,
					 .parent = parent,
					 .time_ns = w->now_ns,
				 });
	w->now_ns += 50 * NS_PER_US;
}

void fork_event(struct world *w, pid_t pid, pid_t parent)
{
	struct host_process p = { 0 };

	if (w->host->ops->process(w->host, parent, 0, NULL, &p) == 0) {
		p.pid = pid;
		p.ppid = parent;
		p.start_ticks = ticks_at(w);
		p.start_ns = 0;
		fake_host_process(w->host, &p);
	}
	happen(w, CONNECTOR_FORK, pid, parent);
}

void exec_event(struct world *w, pid_t pid)
{
	happen(w, CONNECTOR_EXEC, pid, 0);
}

void exit_event(struct world *w, pid_t pid)
{
	happen(w, CONNECTOR_EXIT, pid, 0);
}

void set_cgroup(struct world *w, pid_t pid, const char *text)
{
	struct host_process p;

	assert_int_equal(w->host->ops->process(w->host, pid, 0, NULL, &p), 0);
	p.cgroup = str_from(text);
	fake_host_process(w->host, &p);
}

void set_namespace(struct world *w, pid_t pid, uint64_t ns_mnt)
{
	struct host_process p;

	assert_int_equal(w->host->ops->process(w->host, pid, 0, NULL, &p), 0);
	p.ns_mnt = ns_mnt;
	fake_host_process(w->host, &p);
}

static void keep_last(void *arg, struct audit_event *e, struct process *p)
{
	(void)e;
	((struct world *)arg)->last = p;
}

void feed(struct world *w, const char *text)
{
	auto_buf struct buf out = BUF_INIT;
	struct str rest = str_from(text), part;
	bool first = true;

	w->now_ns += NS_PER_MS;
	while (!out.failed) {
		ptrdiff_t at = str_find(rest, STR("%s"));

		part = at < 0 ? rest : str_take(rest, (size_t)at);
		if (!first)
			buf_printf(&out, "%llu.%03llu",
			           (unsigned long long)(w->now_ns / NS_PER_SEC),
			           (unsigned long long)(w->now_ns / NS_PER_MS %
			                                1000));
		buf_add_str(&out, part);
		first = false;
		if (at < 0)
			break;
		rest = str_skip(rest, (size_t)at + 2);
	}
	w->last = NULL;
	replay_text(w->t, buf_str(&out), keep_last, w);
}

void record(struct world *w, pid_t pid, pid_t ppid, const char *name,
            const char *comm, const char *exe, const char *more)
{
	auto_buf struct buf text = BUF_INIT;

	buf_printf(&text,
	           "type=SYSCALL msg=audit(%%s:%u): arch=%x syscall=%d "
	           "success=yes exit=0 a0=10000000 a1=0 a2=0 a3=0 items=0 "
	           "ppid=%d pid=%d auid=4294967295 uid=0 gid=0 euid=0 "
	           "comm=\"%s\" exe=\"%s\"%s\n",
	           w->serial++, ARCH, syscall_number(ARCH, name), (int)ppid,
	           (int)pid, comm, exe, more);
	feed(w, buf_cstr(&text));
}

void path_record(struct world *w, pid_t pid, pid_t ppid, const char *name,
                 const char *path, uint64_t inode, const char *type)
{
	auto_buf struct buf more = BUF_INIT;

	buf_printf(&more, "\ntype=PATH msg=audit(%%s:%u): item=0 name=\"%s\"",
	           w->serial, path);
	if (inode != 0)
		buf_printf(&more, " inode=%llu dev=00:20",
		           (unsigned long long)inode);
	buf_printf(&more, " nametype=%s", type);
	record(w, pid, ppid, name, "runc", RUNC, buf_cstr(&more));
}

void exec_named(struct world *w, pid_t pid, pid_t ppid, const char *exe,
                uint64_t inode, const char *name, const char *words)
{
	auto_buf struct buf more = BUF_INIT, args = BUF_INIT;
	struct str rest = str_from(words), word;
	unsigned argc = 0;

	while (str_split(&rest, ' ', &word))
		buf_printf(&args, " a%u=\"%.*s\"", argc++, STR_FMT(word));
	buf_printf(&more,
	           "\ntype=EXECVE msg=audit(%%s:%u): argc=%u%s"
	           "\ntype=CWD msg=audit(%%s:%u): cwd=\"/\""
	           "\ntype=PATH msg=audit(%%s:%u): item=0 name=\"%s\" "
	           "inode=%llu dev=fe:00 mode=0100755 nametype=NORMAL",
	           w->serial, argc, buf_cstr(&args), w->serial, w->serial, name,
	           (unsigned long long)inode);
	record(w, pid, ppid, "execve", "x", exe, buf_cstr(&more));
}

void exec_record(struct world *w, pid_t pid, pid_t ppid, const char *exe,
                 uint64_t inode, const char *words)
{
	exec_named(w, pid, ppid, exe, inode, exe, words);
}

void runc_stages(struct world *w, pid_t pid, const char *verb, const char *id)
{
	bool is_docker = str_eq(str_from(id), STR(ID));
	static char cgroup[64];
	auto_buf struct buf call = BUF_INIT;

	buf_printf(&call, "runc --root /run/x %s -b /b %s", verb, id);
	if (str_eq(str_from(verb), STR("exec"))) {
		buf_clear(&call);
		buf_printf(&call, "runc exec -e A=b %s sh -c true", id);
	}
	snprintf(cgroup, sizeof(cgroup), "0::/%.40s\n", id);
	fork_event(w, pid, 50);
	exec_record(w, pid, 50, RUNC, RUNC_INODE, buf_cstr(&call));
	fork_event(w, pid + 1, pid);
	exec_record(w, pid + 1, pid, RUNC, RUNC_INODE, "runc init");
	exec_named(w, pid + 1, pid, "/", RUNC_INODE, "", "runc init");
	set_cgroup(w, pid + 1, is_docker ? "0::/docker/" ID "\n" : cgroup);
	fork_event(w, pid + 3, pid);
	set_namespace(w, pid + 3, 7777);
	set_cgroup(w, pid + 3, is_docker ? "0::/docker/" ID "\n" : cgroup);
	record(w, pid + 3, pid, "mount", "runc:[2:INIT]", "/", "");
	assert_state(w, pid + 3, "setup");
	exit_event(w, pid + 1);
	fake_host_gone(w->host, pid + 1);
}

void runc_run(struct world *w, pid_t pid, const char *verb, const char *id)
{
	runc_stages(w, pid, verb, id);
	exec_event(w, pid + 3);
	exec_record(w, pid + 3, pid, "/bin/sh", 66, "sh -c true");
	exit_event(w, pid);
	fake_host_gone(w->host, pid);
	if (pid >= 1000)
		fake_host_gone(w->host, pid + 3);
}

void assert_state(struct world *w, pid_t pid, const char *expected)
{
	const struct process *p = process_table_newest(w->t->processes, pid);

	assert_non_null(p);
	if (strcmp(process_state_name(p->state), expected) != 0)
		fail_msg("process %d is %s, expected %s", (int)pid,
		         process_state_name(p->state), expected);
}

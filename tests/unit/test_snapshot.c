/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_snapshot.c - tables written, read, and used beside a log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "snapshot_fields.h"
#include "world.h"

#define CGROUP "0::/docker/" ID "\n"
#define HEAD \
	"{\"saker_snapshot\":1,\"node\":\"n\",\"time_ns\":7,\"serial\":3}\n"
#define END(c, f, p)                                                      \
	"{\"end\":{\"containers\":" c ",\"files\":" f ",\"processes\":" p \
	"}}"                                                              \
	"\n"
#define PROCESS(pid, more)           \
	"{\"process\":{\"pid\":" pid \
	",\"start_ns\":5,\"state\":" \
	"\"host\"" more "}}\n"

struct both {
	struct world *live, *log;
	struct snapshot *snapshot;
};

static void read_all(int fd, struct buf *out)
{
	ssize_t n;

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	for (;;) {
		assert_true(buf_reserve(out, 65536));
		n = read(fd, out->data + out->len, out->cap - out->len);
		assert_true(n >= 0);
		if (n == 0)
			return;
		out->len += (size_t)n;
	}
}

static void save(struct world *w, struct buf *out)
{
	char path[] = "/tmp/saker-snapshot-XXXXXX";
	auto_close int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(snapshot_write(w->t, STR("here"), fd), 0);
	read_all(fd, out);
}

static struct snapshot *parse(struct str text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct snapshot *s = NULL;

	assert_int_equal(snapshot_parse("s", text, &diags, &s), 0);
	assert_int_equal(diags.count, 0);
	diag_done(&diags);
	return s;
}

/* A machine with a container, and a log that begins now. */
static int begin_both(void **state)
{
	struct both *b = calloc(1, sizeof(*b));
	void *world;

	assert_non_null(b);
	world_begin(&world);
	b->live = world;
	world_begin_log(&world);
	b->log = world;
	add_process(b->live, 60, 50, "/usr/bin/containerd-shim-runc-v2",
	            "0::/system.slice/containerd.service\n", HOST_NS);
	add_process(b->live, 70, 60, "/bin/sh\xff", CGROUP, HOST_NS + 1);
	pass_time(b->live, 1000);
	assert_int_equal(tracker_scan(b->live->t), 0);
	*state = b;
	return 0;
}

static int end_both(void **state)
{
	struct both *b = *state;
	void *world = b->live;

	world_end(&world);
	world = b->log;
	world_end(&world);
	snapshot_free(b->snapshot);
	free(b);
	return 0;
}

static void use(struct both *b)
{
	auto_buf struct buf text = BUF_INIT;

	save(b->live, &text);
	b->snapshot = parse(buf_str(&text));
	assert_int_equal(tracker_use_snapshot(b->log->t, b->snapshot), 0);
	b->log->now_ns = clock_realtime_ns();
}

static void what_is_written_is_read(void **state)
{
	struct both *b = *state;
	const struct snapshot_process *p;
	const struct snapshot_container *c;

	use(b);
	assert_true(str_eq(snapshot_node(b->snapshot), STR("here")));
	p = map_get_u64(&b->snapshot->processes, 70);
	assert_non_null(p);
	assert_int_equal(p->ppid, 60);
	assert_int_equal(p->state, PROCESS_CONTAINER);
	assert_true(str_eq(p->exe, STR("/bin/sh\xff")));
	assert_true(str_eq(p->cgroup, STR(CGROUP)));
	assert_int_equal(p->cgroup_id, 728);
	c = map_get(&b->snapshot->containers, STR(ID));
	assert_ptr_equal(p->container, c);
	assert_int_equal(c->cgroup_id, 728);
	p = map_get_u64(&b->snapshot->processes, 60);
	assert_int_equal(p->state, PROCESS_HOST);
	assert_null(p->container);
}

/* docker exec in a container that was there before: nothing in the log says
 * where its shell is. */
static void process_from_before_the_log_is_as_it_was(void **state)
{
	struct both *b = *state;
	struct world *w = b->log;
	struct process *p;

	use(b);
	record(w, 70, 60, "openat", "sh", "/bin/sh", "");
	assert_state(w, 70, "container");
	p = w->last;
	assert_string_equal(p->container->id.s, ID_SHORT);
	assert_int_equal(p->container->cgroup_id, 728);
	assert_string_equal(p->container->runtime.s, "docker");
	assert_int_equal(p->start_ns,
	                 tracker_process(b->live->t, 70)->start_ns);
	assert_non_null(process_ancestor(p, 2));
	assert_int_equal(process_ancestor(p, 2)->pid, 50);
	assert_string_equal(process_ancestor(p, 1)->exe.s,
	                    "/usr/bin/containerd-shim-runc-v2");
	/* its child is inside, too */
	record(w, 71, 70, "openat", "ls", "/bin/ls", "");
	assert_state(w, 71, "container");
	assert_ptr_equal(w->last->container, p->container);
}

static void child_comes_before_its_parent(void **state)
{
	struct both *b = *state;

	use(b);
	exec_record(b->log, 72, 70, "/bin/ls", 9, "ls");
	assert_state(b->log, 72, "container");
	assert_int_equal(b->log->last->container->cgroup_id, 728);
}

static void sender_of_a_message_is_found(void **state)
{
	struct both *b = *state;

	use(b);
	feed(b->log,
	     "type=USER_LOGIN msg=audit(%s:9): pid=70 uid=0 "
	     "auid=4294967295 ses=4294967295 msg='op=login "
	     "res=success'\n");
	assert_non_null(b->log->last);
	assert_string_equal(process_state_name(b->log->last->state),
	                    "container");
}

static void pid_that_was_given_to_another_is_another(void **state)
{
	struct both *b = *state;

	use(b);
	/* 80 was not there: no reaper of the container's */
	exec_record(b->log, 70, 80, "/usr/bin/ls", 9, "ls");
	assert_state(b->log, 70, "host");
	assert_null(b->log->last->container);
}

static void orphan_is_still_itself(void **state)
{
	struct both *b = *state;

	use(b);
	record(b->log, 70, 1, "openat", "sh", "/bin/sh", "");
	assert_state(b->log, 70, "container");
}

/* Written at the end: what started meanwhile goes its way in the log, and its
 * cgroup names the container. */
static void later_snapshot_tells_where_not_when(void **state)
{
	struct both *b = *state;
	struct world *w = b->log;
	auto_buf struct buf text = BUF_INIT;

	w->now_ns = b->live->now_ns;
	pass_time(b->live, 500);
	add_process(b->live, 101, 1, "/bin/app", CGROUP, HOST_NS + 1);
	assert_int_equal(tracker_scan(b->live->t), 0);
	save(b->live, &text);
	b->snapshot = parse(buf_str(&text));
	assert_int_equal(tracker_use_snapshot(w->t, b->snapshot), 0);
	record(w, 50, 1, "openat", "sh", "/usr/bin/sh", "");
	assert_state(w, 50, "host");
	pass_time(w, 800);
	/* runc's stage, which is to become the container's program */
	exec_record(w, 100, 50, RUNC, RUNC_INODE, "runc run web");
	pass_time(w, 10);
	record(w, 101, 100, "openat", "runc:[2:INIT]", "/", "");
	assert_state(w, 101, "setup");
	exec_record(w, 101, 100, "/bin/app", 9, "app");
	assert_state(w, 101, "container");
	assert_string_equal(w->last->container->id.s, ID_SHORT);
	assert_int_equal(w->last->container->cgroup_id, 728);
}

/* The same start, told with other nanoseconds, is the same process. */
static void nearest_snapshot_of_several_counts(void **state)
{
	static const char *const starts[] = { "1700000000000000000",
		                              "1700000000000000010" };
	static const char *const times[] = { "1700000100000000000",
		                             "1700000900000000000" };
	struct both *b = *state;
	struct snapshot *s[2];

	for (unsigned i = 0; i < 2; i++) {
		auto_buf struct buf text = BUF_INIT;

		buf_printf(&text,
		           "{\"saker_snapshot\":1,\"node\":\"n\",\"time_ns\":"
		           "%s,\"serial\":0}\n{\"process\":{\"pid\":70,"
		           "\"start_ns\":%s,\"exe\":\"/bin/%u\",\"state\":"
		           "\"host\"}}\n" END("0", "0", "1"),
		           times[i], starts[i], i);
		s[i] = parse(buf_str(&text));
		assert_int_equal(tracker_use_snapshot(b->log->t, s[i]), 0);
	}
	b->log->now_ns = 1700000500ULL * NS_PER_SEC;
	feed(b->log,
	     "type=USER_LOGIN msg=audit(%s:9): pid=70 uid=0 auid=1 "
	     "ses=1 msg='op=x'\n");
	assert_string_equal(b->log->last->exe.s, "/bin/0");
	snapshot_free(s[0]);
	snapshot_free(s[1]);
}

static void identities_are_known_at_once(void **state)
{
	struct both *b = *state;

	use(b);
	assert_true(tracker_is_runtime(b->log->t,
	                               (struct file_id){ DEV, RUNC_INODE }));
	/* a copy under another name that no record tells of */
	exec_record(b->log, 90, 50, "/tmp/other", RUNC_INODE, "runc run x");
	assert_state(b->log, 90, "setup");
}

static void too_many_are_refused(void **state)
{
	struct both *b = *state;

	use(b);
	for (unsigned i = 1; i < LIMIT_SNAPSHOTS; i++)
		assert_int_equal(tracker_use_snapshot(b->log->t, b->snapshot),
		                 0);
	assert_int_equal(tracker_use_snapshot(b->log->t, b->snapshot), E_FULL);
}

static void file_is_whole_and_its_owners(void **state)
{
	struct both *b = *state;
	char directory[] = "/tmp/saker-snapshot-XXXXXX", path[64];
	struct diag_list diags = DIAG_LIST_INIT;
	struct stat st;

	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/s", directory);
	umask(0);
	assert_int_equal(snapshot_save(b->live->t, STR("n"), path), 0);
	assert_int_equal(snapshot_save(b->live->t, STR("n"), path), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(snapshot_load(path, &diags, &b->snapshot), 0);
	unlink(path);
	/* nothing else was left */
	assert_int_equal(rmdir(directory), 0);
	assert_int_equal(snapshot_save(b->live->t, STR("n"), path),
	                 E_NOT_FOUND);
	assert_int_equal(snapshot_load(path, &diags, &b->snapshot),
	                 E_NOT_FOUND);
	assert_int_equal(diags.count, 0);
	diag_done(&diags);
}

static void expect_broken(const char *text, unsigned line, const char *why)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct snapshot *s = NULL;

	assert_int_equal(snapshot_parse("name", str_from(text), &diags, &s),
	                 E_INVALID);
	assert_null(s);
	assert_int_equal(diags.count, 1);
	assert_string_equal(diags.items[0].file, "name");
	if (diags.items[0].line != line ||
	    strstr(diags.items[0].text, why) == NULL)
		fail_msg("%s:%u: %s", text, diags.items[0].line,
		         diags.items[0].text);
	diag_done(&diags);
}

static void broken_ones_say_where_and_why(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *why;
	} cases[] = {
		{ "", 1, "" },
		{ "{\"a\":1}\n", 1, "no snapshot" },
		{ "[]\n", 1, "an object is expected" },
		{ "{\"saker_snapshot\":2}\n", 1, "version 2" },
		{ "{\"saker_snapshot\":1,\"saker_snapshot\":1}\n", 1,
		  "duplicate" },
		{ HEAD, 2, "end is missing" },
		{ HEAD PROCESS("1", ""), 3, "end is missing" },
		{ HEAD "\n" PROCESS("1", "") "{", 4, "" },
		{ HEAD PROCESS("0", ""), 2, "no process id" },
		{ HEAD PROCESS("-1", ""), 2, "pid is no number" },
		{ HEAD PROCESS("2147483648", ""), 2,
		  "greater than 2147483647" },
		{ HEAD PROCESS("1.5", ""), 2, "pid is no number" },
		{ HEAD PROCESS("1", ",\"ppid\":2147483648"), 2,
		  "ppid is no process id" },
		{ HEAD PROCESS("1", ",\"uid\":4294967296"), 2,
		  "uid is greater" },
		{ HEAD PROCESS("1", ",\"exe\":5"), 2, "exe is no text" },
		{ HEAD PROCESS("1", ",\"exe\":{\"hex\":\"0\"}"), 2,
		  "exe: \"hex\"" },
		{ HEAD PROCESS("1", ",\"exe\":{\"hex\":\"0g\"}"), 2,
		  "exe: \"hex\"" },
		{ HEAD PROCESS("1", ",\"argv\":{}"), 2, "argv is no list" },
		{ HEAD PROCESS("1", ",\"argv\":[1]"), 2, "argv is no text" },
		{ HEAD PROCESS("1", ",\"entered\":1"), 2,
		  "neither true nor false" },
		{ HEAD PROCESS("1", ",\"container\":\"x\""), 2,
		  "container x is not among" },
		{ HEAD PROCESS("1", "") PROCESS("1", ""), 3, "there twice" },
		{ HEAD "{\"process\":{\"pid\":1,\"start_ns\":5}}\n", 2,
		  "state is none of" },
		{ HEAD "{\"process\":{\"pid\":1,\"state\":\"host\"}}\n", 2,
		  "start_ns is missing" },
		{ HEAD "{\"process\":[]}\n", 2, "an object is expected" },
		{ HEAD "{\"container\":{\"full_id\":\"\"}}\n", 2,
		  "full_id is empty" },
		{ HEAD "{\"container\":{}}\n", 2, "full_id is missing" },
		{ HEAD "{\"container\":{\"full_id\":\"a\"}}\n"
		       "{\"container\":{\"full_id\":\"a\"}}\n",
		  3, "container a is there twice" },
		{ HEAD "{\"container\":{\"full_id\":\"a\",\"metadata\":{}}}\n",
		  2, "an object is expected" },
		{ HEAD "{\"container\":{\"full_id\":\"a\",\"metadata\":"
		       "{\"facts\":{\"privileged\":3}}}}\n",
		  2, "privileged is neither" },
		{ HEAD "{\"container\":{\"full_id\":\"a\",\"metadata\":"
		       "{\"facts\":{},\"mounts\":[1]}}}\n",
		  2, "an object is expected" },
		{ HEAD "{\"container\":{\"full_id\":\"a\",\"baseline\":"
		       "{\"seccomp\":128}}}\n",
		  2, "seccomp is greater" },
		{ HEAD "{\"container\":{\"full_id\":\"a\"}}\n"
		       "{\"process\":{\"pid\":1,\"start_ns\":5,\"state\":"
		       "\"host\",\"container\":\"a\"}}\n",
		  3, "state is not container" },
		{ HEAD "{\"file\":{\"path\":\"a\",\"dev\":1,\"ino\":1}}\n", 2,
		  "not absolute" },
		{ HEAD "{\"file\":{\"path\":\"/a\",\"dev\":1}}\n", 2,
		  "ino is no number" },
		{ HEAD "{\"other\":1}\n", 2, "none of process" },
		{ HEAD PROCESS("1", "") END("0", "0", "2"), 3,
		  "2 processes were written, 1 are here" },
		{ HEAD END("0", "0", "0") PROCESS("1", ""), 3,
		  "something follows the end" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_broken(cases[i].text, cases[i].line, cases[i].why);
}

/* A number n times, between two texts. */
static void repeat(struct buf *out, const char *before, const char *behind,
                   unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		buf_printf(out, "%s%u%s", before, i + 1, behind);
}

static void limits_are_told(void **state)
{
	auto_buf struct buf text = BUF_INIT;

	(void)state;
	buf_add_str(&text, STR(HEAD "{\"process\":{\"pid\":1,\"start_ns\":5,"
	                            "\"state\":\"host\",\"argv\":["));
	repeat(&text, "\"", "\",", LIMIT_ARGV);
	buf_add_str(&text, STR("\"\"]}}\n"));
	expect_broken(buf_cstr(&text), 2, "argv has more than 4096");

	buf_clear(&text);
	buf_add_str(&text, STR(HEAD));
	repeat(&text, "{\"process\":{\"pid\":1,\"start_ns\":",
	       ",\"state\":\"host\"}}\n", 1);
	for (unsigned i = LIMIT_SNAPSHOT_INCARNATIONS + 4; i > 1; i--)
		buf_printf(&text,
		           "{\"process\":{\"pid\":1,\"start_ns\":%u,"
		           "\"state\":\"host\"}}\n",
		           i);
	expect_broken(buf_cstr(&text), LIMIT_SNAPSHOT_INCARNATIONS + 4,
	              "too often");

	buf_clear(&text);
	buf_add_str(&text, STR(HEAD));
	repeat(&text, "{\"file\":{\"path\":\"/", "\",\"dev\":1,\"ino\":1}}\n",
	       LIMIT_SNAPSHOT_FILES + 1);
	expect_broken(buf_cstr(&text), LIMIT_SNAPSHOT_FILES + 2, "more than");

	buf_clear(&text);
	buf_add_str(&text, STR(HEAD));
	repeat(&text, "{\"container\":{\"full_id\":\"", "\"}}\n",
	       LIMIT_SNAPSHOT_CONTAINERS + 1);
	expect_broken(buf_cstr(&text), LIMIT_SNAPSHOT_CONTAINERS + 2,
	              "more than");

	buf_clear(&text);
	buf_add_str(&text, STR(HEAD));
	repeat(&text, "{\"process\":{\"pid\":",
	       ",\"start_ns\":1,\"state\":\"host\"}}\n",
	       LIMIT_SNAPSHOT_PROCESSES + 1);
	expect_broken(buf_cstr(&text), LIMIT_SNAPSHOT_PROCESSES + 2,
	              "more than");

	buf_clear(&text);
	buf_add_str(&text, STR(HEAD "{\"x\":\""));
	repeat(&text, "", "", LIMIT_SNAPSHOT_LINE / 2);
	buf_add_str(&text, STR("\"}\n"));
	expect_broken(buf_cstr(&text), 2, "longer than");

	buf_clear(&text);
	buf_add_str(&text, STR(HEAD "{\"file\":{\"path\":\"/"));
	repeat(&text, "", "", LIMIT_SNAPSHOT_TEXT / 2);
	buf_add_str(&text, STR("\"}}\n"));
	expect_broken(buf_cstr(&text), 2, "path is longer");
}

static void large_numbers_and_unknown_members_pass(void **state)
{
	struct snapshot *s =
		parse(STR(HEAD PROCESS("1",
	                               ",\"exe_ino\":\"18446744073709551615\","
	                               "\"new\":[{}]") END("0", "0", "1")));
	const struct snapshot_process *p = map_get_u64(&s->processes, 1);

	(void)state;
	assert_int_equal(p->exe_id.ino, UINT64_MAX);
	assert_int_equal(p->uid, UINT32_MAX);
	snapshot_free(s);
}

#define BOTH(f) cmocka_unit_test_setup_teardown(f, begin_both, end_both)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(what_is_written_is_read),
		BOTH(process_from_before_the_log_is_as_it_was),
		BOTH(child_comes_before_its_parent),
		BOTH(sender_of_a_message_is_found),
		BOTH(pid_that_was_given_to_another_is_another),
		BOTH(orphan_is_still_itself),
		BOTH(later_snapshot_tells_where_not_when),
		BOTH(nearest_snapshot_of_several_counts),
		BOTH(identities_are_known_at_once),
		BOTH(too_many_are_refused),
		BOTH(file_is_whole_and_its_owners),
		cmocka_unit_test(broken_ones_say_where_and_why),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(large_numbers_and_unknown_members_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

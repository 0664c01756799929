/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_replay.c - who and where, from recorded logs alone, against what is
 * known of each recording (TRUTH.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "replay.h"
#include "saker/base/io.h"

#define MAX_PIDS 64
#define MAX_IDS  4

/* One section of TRUTH.md. */
struct truth {
	struct str log;
	struct str ids[MAX_IDS];
	size_t nids;
	uint64_t entries[MAX_PIDS];
	size_t nentries;
	uint64_t inside[MAX_PIDS];
	size_t ninside;
	/* found while replaying */
	bool entered[MAX_PIDS];
	struct str id_of[MAX_PIDS];
	unsigned events, attributed, wrong;
};

static size_t read_numbers(struct str v, uint64_t *ret)
{
	struct str one;
	size_t n = 0;

	while (n < MAX_PIDS && str_split(&v, ',', &one))
		if (str_to_u64(str_trim(one), 10, &ret[n]))
			n++;
	return n;
}

static void read_line(struct truth *t, struct str line)
{
	ptrdiff_t tick = str_find_byte(line, '`');
	ptrdiff_t at;

	if (str_has_prefix(line, STR("container id")) && tick > 0) {
		struct str id = str_skip(line, (size_t)tick + 1);

		t->ids[t->nids++] =
			str_take(id, (size_t)str_find_byte(id, '`'));
	}
	at = str_find(line, STR("; container pids: "));
	if (str_has_prefix(line, STR("entry pids (host): ")) && at > 0) {
		t->nentries = read_numbers(
			str_skip(str_take(line, (size_t)at), 19), t->entries);
		t->ninside = read_numbers(str_skip(line, (size_t)at + 18),
		                          t->inside);
	}
}

static ptrdiff_t index_of(const uint64_t *list, size_t n, pid_t pid)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == (uint64_t)pid)
			return (ptrdiff_t)i;
	return -1;
}

static bool is_known_id(const struct truth *t, struct str id)
{
	for (size_t i = 0; i < t->nids; i++)
		if (str_eq(t->ids[i], id))
			return true;
	return false;
}

/* The entry's execve shows a file of the container's: static, so that one PATH
 * is all, and what it says it is called differs from the runtime. */
static bool is_entry_exec(struct audit_event *e)
{
	const struct audit_syscall *sc = audit_event_syscall(e);

	return sc != NULL && sc->success && sc->name != NULL &&
	       strncmp(sc->name, "execve", 6) == 0 &&
	       !str_eq(sc->exe, STR("/")) &&
	       !str_has_suffix(sc->exe, STR("runc")) &&
	       !str_has_suffix(sc->exe, STR("crun"));
}

static void complain(struct truth *t, const struct audit_event *e,
                     const struct process *p, const char *what)
{
	t->wrong++;
	print_error("%.*s serial %llu pid %d: %s (%s, %.*s)\n", STR_FMT(t->log),
	            (unsigned long long)e->stamp.serial, (int)p->pid, what,
	            process_state_name(p->state),
	            STR_FMT(p->container != NULL ? p->container->full_id
	                                         : STR("no container")));
}

static void check_event(void *arg, struct audit_event *e, struct process *p)
{
	struct truth *t = arg;
	const struct audit_syscall *sc = audit_event_syscall(e);
	ptrdiff_t i;
	bool inside;

	if (p == NULL) {
		assert_null(sc);
		return;
	}
	t->events++;
	i = index_of(t->inside, t->ninside, p->pid);
	if (i >= 0 && index_of(t->entries, t->nentries, p->pid) < 0)
		t->entered[i] = true;
	else if (i >= 0 && is_entry_exec(e))
		t->entered[i] = true;
	inside = i >= 0 && t->entered[i];
	if (inside != (p->state == PROCESS_CONTAINER))
		complain(t, e, p, inside ? "is in a container" : "is not");
	if (!inside)
		return;
	if (p->container == NULL || !is_known_id(t, p->container->full_id))
		complain(t, e, p, "has another id");
	else
		t->attributed++;
}

/* Both containers of a log must have been seen, and each entry its own. */
static void check_log(struct truth *t, const char *path)
{
	struct host *host = host_none_new();
	struct tracker *tracker =
		tracker_new(&(struct tracker_options){ .host = host });
	unsigned missing = 0;

	assert_non_null(tracker);
	if (!replay_file(tracker, path, check_event, t)) {
		print_message("%.*s: not here\n", STR_FMT(t->log));
	} else {
		for (size_t i = 0; i < t->ninside; i++)
			missing += !t->entered[i];
		print_message(
			"%-40.*s events %u, in containers %u, wrong %u, "
			"containers %zu\n",
			STR_FMT(t->log), t->events, t->attributed, t->wrong,
			tracker_container_count(tracker));
		assert_int_equal(missing, 0);
		assert_int_equal(tracker_container_count(tracker), t->nids);
		assert_true(t->events > 0);
	}
	tracker_free(tracker);
	host_free(host);
	assert_int_equal(t->wrong, 0);
}

static void check_section(struct truth *t, const char *dir, unsigned *checked)
{
	char path[PATH_MAX];

	if (t->log.len == 0)
		return;
	snprintf(path, sizeof(path), "%s/%.*s", dir, STR_FMT(t->log));
	if (access(path, R_OK) != 0)
		return;
	check_log(t, path);
	++*checked;
}

static void test_recorded_logs(void **state)
{
	auto_buf struct buf text = BUF_INIT;
	struct truth t = { 0 };
	struct str rest, line;
	char path[PATH_MAX];
	unsigned checked = 0;

	(void)state;
	if (!replay_find("live/TRUTH.md", path, sizeof(path)))
		skip();
	assert_int_equal(io_read_at(AT_FDCWD, path, 1u << 20, &text), 0);
	*strrchr(path, '/') = '\0';
	rest = buf_str(&text);
	while (str_split(&rest, '\n', &line)) {
		if (!str_has_prefix(line, STR("## "))) {
			read_line(&t, line);
			continue;
		}
		check_section(&t, path, &checked);
		line = str_skip(line, 3);
		t = (struct truth){
			.log = str_take(line, (size_t)str_find_byte(line, ' ')),
		};
	}
	check_section(&t, path, &checked);
	print_message("%u logs\n", checked);
	assert_true(checked > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_logs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

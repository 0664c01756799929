/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_rule_index.c - thousands of rules together say of every recorded event
 * what each of them says alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants those first */
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "replay.h"
#include "rule_mix.h"
#include "saker/base/array.h"
#include "saker/engine/ruleset.h"
#include "saker/event/event.h"

#define RULES 2400
#define BATCH 400

/* All rules in one set, and those of a batch in sets of their own. */
struct sets {
	struct ruleset *all;
	struct matcher *matcher;
	size_t first;
	struct ruleset *alone[BATCH];
	struct matcher *alone_matchers[BATCH];
	struct tracker *tracker;
	struct event_clock clock;
	size_t events;
	size_t hits;
};

/* Rules that a log matches, beside those that are made up. */
static const char *const frequent[] = {
	"evt.type = openat and fd.name startswith /etc/",
	"spawned and proc.name in (sh, lab, mount, busybox, curl)",
	"spawned and proc.cmdline contains sh",
	"spawned and proc.cmdline icontains 'LAB '",
	"spawned and proc.cmdline regex '(?s).*(setns|mount|cat) .*'",
	"evt.type in (open, openat) and fd.name pmatch (/etc, /usr, "
	"/proc/*/ns)",
	"evt.type in (open, openat) and fd.name endswith .so.6",
	"evt.type in (open, openat) and fd.name glob '/usr/lib*/*.so*'",
	"evt.type in (mount, umount2) and container and user.uid = 0",
	"connected and fd.sport in (22, 53, 80, 443)",
	"evt.type = mount or (evt.type = openat and evt.is_open_write = true)",
	"not evt.type in (openat, execve) and proc.name != lab",
	"(evt.type = setns or evt.type = unshare) and not proc.name = runc",
	"evt.type != openat and proc.aname in (sh, bash, runc)",
	"evt.type = openat and basename(fd.name) in (passwd, group, "
	"ld.so.cache)",
	"evt.type = openat and tolower(proc.name) startswith la",
	"proc.name exists and evt.failed = true and evt.res in (EPERM, EACCES)",
	"spawned and proc.args regex '(?i).*(-[ce]|SOCKET|ask) ?.*'",
	"evt.type in (execve, openat) and proc.exepath iglob /OPT/*/BIN/*",
	"evt.type in (execve, openat) and proc.pname contains anyof (sh, un)",
};

static void add_rule(struct buf *out, size_t number)
{
	size_t one_of = RULES / (COUNT(frequent) * 6);

	if (number % one_of != 0) {
		rule_mix_rule(out, number);
		return;
	}
	buf_printf(out,
	           "- rule: Rule %zu\n  desc: d\n  condition: %s\n"
	           "  output: o\n  priority: INFO\n",
	           number, frequent[number / one_of % COUNT(frequent)]);
}

static struct ruleset *load(size_t first, size_t count)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct ruleset *rules = NULL;
	struct buf text = BUF_INIT;

	rule_mix_head(&text);
	for (size_t i = 0; i < count; i++)
		add_rule(&text, first + i);
	if (ruleset_load_text("mix", buf_str(&text), &diags, &rules) < 0)
		fail_msg("%s", diags.items[0].text);
	buf_done(&text);
	diag_done(&diags);
	assert_int_equal(ruleset_count(rules), count);
	return rules;
}

static bool matches(struct matcher *m, const struct event *e,
                    const struct field_source *fields)
{
	const struct rule *const *hits;

	return matcher_match(
		       m, event_is_of_audit(e) ? SOURCE_AUDIT : SOURCE_SYSCALL,
		       e->type, fields, true, &hits) > 0;
}

static void compare(struct sets *s, struct event *e)
{
	struct field_source fields = event_source(e);
	const struct rule *const *hits;
	size_t next = 0, n;

	n = matcher_match(s->matcher,
	                  event_is_of_audit(e) ? SOURCE_AUDIT : SOURCE_SYSCALL,
	                  e->type, &fields, true, &hits);
	s->events++;
	s->hits += n;
	while (next < n && hits[next] < ruleset_rule(s->all, s->first))
		next++;
	for (size_t i = 0; i < BATCH; i++) {
		const struct rule *rule = ruleset_rule(s->all, s->first + i);
		bool hit = next < n && hits[next] == rule;

		next += hit;
		if (hit != matches(s->alone_matchers[i], e, &fields))
			fail_msg("event %llu (%.*s): among others %d: %.*s",
			         (unsigned long long)e->audit->stamp.serial,
			         STR_FMT(e->type), hit,
			         STR_FMT(rule->compiled));
	}
}

static void look(void *arg, struct audit_event *audit, struct process *p)
{
	struct sets *s = arg;
	struct event_context context = { .tracker = s->tracker,
		                         .clock = &s->clock };
	struct event e;

	event_init(&e, &context, audit, p);
	do
		compare(s, &e);
	while (event_next(&e));
}

static bool replay(struct sets *s, const char *path)
{
	struct host *host = host_none_new();
	bool read;

	s->tracker = tracker_new(&(struct tracker_options){ .host = host });
	assert_non_null(s->tracker);
	read = replay_file(s->tracker, path, look, s);
	tracker_free(s->tracker);
	host_free(host);
	return read;
}

/* The logs of the source tree, and more where there are. */
static void replay_all(struct sets *s)
{
	char directory[4096], path[4096 + 256];
	struct dirent *entry;
	DIR *dir;

	assert_true(replay_find("live", directory, sizeof(directory)));
	dir = opendir(directory);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (!str_has_suffix(str_from(entry->d_name), STR(".log")))
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		assert_true(replay(s, path));
	}
	closedir(dir);
}

static void all_say_what_each_says(void **state)
{
	struct sets *s = calloc(1, sizeof(*s));

	(void)state;
	assert_non_null(s);
	s->all = load(0, RULES);
	s->matcher = matcher_new(s->all);
	assert_non_null(s->matcher);
	for (s->first = 0; s->first < RULES; s->first += BATCH) {
		for (size_t i = 0; i < BATCH; i++) {
			s->alone[i] = load(s->first + i, 1);
			s->alone_matchers[i] = matcher_new(s->alone[i]);
			assert_non_null(s->alone_matchers[i]);
		}
		replay_all(s);
		for (size_t i = 0; i < BATCH; i++) {
			matcher_free(s->alone_matchers[i]);
			ruleset_free(s->alone[i]);
		}
	}
	matcher_free(s->matcher);
	ruleset_free(s->all);
	/* both answers were tried */
	assert_true(s->events > 1000);
	assert_true(s->hits > s->events);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_say_what_each_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_share.c - parts of the engine's time, and what is shed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "saker/audit/names.h"
#include "saker/daemon/share.h"
#include "world.h"

#define LOOK_NS       (2 * SHARE_WINDOW_NS)
#define NOISY         1u
#define QUIET         2u
#define OPENAT        257u
#define MOUNT         165u
#define CONTAINER_PID 103

/* Time stands still: what a window allows is used up for good. */
static uint64_t same_time(void)
{
	return 100 * SHARE_WINDOW_NS;
}

static uint64_t later(void)
{
	return 103 * SHARE_WINDOW_NS;
}

static uint64_t much_later(void)
{
	return 200 * SHARE_WINDOW_NS;
}

static struct shares *pressed(struct counters *counters)
{
	struct shares *s = shares_new(counters);

	assert_non_null(s);
	s->clock = s->cpu_clock = same_time;
	shares_press(s, 51, 100, LOOK_NS);
	assert_false(shares_are_pressed(s));
	s->clock = later;
	shares_press(s, 52, 100, LOOK_NS);
	assert_true(shares_are_pressed(s));
	return s;
}

/* How long that one is judged in a window, at so much an event. */
static uint64_t judged(struct shares *s, uint64_t who, uint64_t what,
                       uint64_t now, uint64_t each)
{
	const struct share_act act = { who, what };
	uint64_t sum = 0;

	while (sum < SHARE_WINDOW_NS && shares_allow(s, &act, now)) {
		shares_charge(s, &act, each);
		sum += each;
	}
	return sum;
}

static void pressure_begins_at_half_and_ends_at_a_quarter(void **state)
{
	struct counters counters = { 0 };
	struct shares *s = pressed(&counters);

	(void)state;
	shares_press(s, 30, 100, LOOK_NS);
	assert_true(shares_are_pressed(s));
	shares_press(s, 24, 100, LOOK_NS);
	assert_false(shares_are_pressed(s));
	shares_press(s, 50, 100, LOOK_NS);
	assert_false(shares_are_pressed(s));
	assert_int_equal(counter_get(&counters, COUNTER_PRESSED), 1);
	assert_false(shares_are_pressed(NULL));
	shares_free(s);
}

/* What waits after a stop is judged, all of it. */
static void what_becomes_less_does_not_press(void **state)
{
	struct shares *s = shares_new(NULL);

	(void)state;
	assert_non_null(s);
	s->clock = same_time;
	shares_press(s, 51, 100, LOOK_NS);
	s->clock = much_later;
	shares_press(s, 99, 100, LOOK_NS);
	assert_false(shares_are_pressed(s));
	s->clock = same_time;
	shares_press(s, 40, 100, LOOK_NS);
	shares_press(s, 99, 100, LOOK_NS);
	s->clock = later;
	shares_press(s, 97, 100, LOOK_NS);
	assert_false(shares_are_pressed(s));
	shares_free(s);
}

static void one_alone_leaves_room_for_another(void **state)
{
	struct shares *s = pressed(NULL);

	(void)state;
	/* one kind of call: three quarters of its half */
	assert_in_range(judged(s, NOISY, OPENAT, 104 * SHARE_WINDOW_NS, 100000),
	                SHARE_WINDOW_NS * 3 / 8,
	                SHARE_WINDOW_NS * 3 / 8 + 100000);
	/* and in each window again */
	assert_in_range(judged(s, NOISY, OPENAT, 105 * SHARE_WINDOW_NS, 100000),
	                SHARE_WINDOW_NS * 3 / 8,
	                SHARE_WINDOW_NS * 3 / 8 + 100000);
	shares_free(s);
}

static void who_does_little_is_always_judged(void **state)
{
	const struct share_act quiet = { QUIET, OPENAT };
	struct shares *s = pressed(NULL);
	unsigned shed = 0;

	(void)state;
	for (uint64_t window = 104; window <= 1103; window++) {
		judged(s, NOISY, OPENAT, window * SHARE_WINDOW_NS, 100000);
		for (unsigned i = 0; i < 10; i++) {
			shed += !shares_allow(s, &quiet,
			                      window * SHARE_WINDOW_NS);
			shares_charge(s, &quiet, 100000);
		}
	}
	/* the two may fall on one slot, in a window of a thousand */
	assert_in_range(shed, 0, 100);
	shares_free(s);
}

static void flood_of_one_call_does_not_hide_another(void **state)
{
	const struct share_act mount = { NOISY, MOUNT };
	struct shares *s = pressed(NULL);
	unsigned seen = 0;

	(void)state;
	for (uint64_t window = 104; window <= 203; window++) {
		judged(s, NOISY, OPENAT, window * SHARE_WINDOW_NS, 100000);
		seen += shares_allow(s, &mount, window * SHARE_WINDOW_NS);
	}
	assert_in_range(seen, 90, 100);
	shares_free(s);
}

static void everybody_has_the_same_part(void **state)
{
	struct shares *s = pressed(NULL);
	const uint64_t now = 104 * SHARE_WINDOW_NS;
	unsigned whole = 0;

	(void)state;
	for (uint64_t who = 1; who <= 20; who++) {
		const struct share_act act = { who, OPENAT };

		shares_allow(s, &act, now);
	}
	for (uint64_t who = 1; who <= 20; who++) {
		uint64_t sum = judged(s, who, who, now, 10000);

		assert_in_range(sum, 0, SHARE_WINDOW_NS / 20 + 10000);
		whole += sum >= SHARE_WINDOW_NS / 21 / 2;
	}
	/* some may fall on one slot */
	assert_in_range(whole, 15, 20);
	shares_free(s);
}

/* Who was there as the kernel had more to do is not held for greedy. */
static void one_event_counts_for_no_more_than_so_much(void **state)
{
	const struct share_act act = { QUIET, OPENAT };
	struct shares *s = pressed(NULL);

	(void)state;
	shares_allow(s, &act, 104 * SHARE_WINDOW_NS);
	shares_charge(s, &act, 10 * NS_PER_SEC);
	assert_true(shares_allow(s, &act, 104 * SHARE_WINDOW_NS));
	shares_free(s);
}

/* More than there are slots for share them. */
static void more_users_and_kinds_than_slots(void **state)
{
	struct shares *s = pressed(NULL);

	(void)state;
	for (uint64_t i = 0; i < 4 * LIMIT_SHARE_USERS; i++) {
		const struct share_act act = { i, i };

		shares_allow(s, &act, 104 * SHARE_WINDOW_NS);
		shares_charge(s, &act, SHARE_MOST_NS);
	}
	assert_in_range(s->active, LIMIT_SHARE_USERS / 2, LIMIT_SHARE_USERS);
	for (uint64_t i = 0; i < 4 * LIMIT_SHARE_KINDS; i++) {
		const struct share_act act = { QUIET, i };

		shares_charge(s, &act, 1);
	}
	shares_free(s);
}

struct flood {
	struct world *w;
	struct nodes nodes;
	struct shares *shares;
	unsigned serial;
};

static void begin(struct flood *f, void **state)
{
	const struct tracker_options options = { .counters = NULL };

	*f = (struct flood){ .w = *state, .serial = 1000 };
	assert_int_equal(
		nodes_init(&f->nodes, f->w->t, STR("host"), false, &options),
		0);
	f->shares = pressed(&f->w->counters);
	runc_run(f->w, 100, "run", ID);
	runc_run(f->w, 200, "run", "quiet");
}

static void end(struct flood *f)
{
	shares_free(f->shares);
	nodes_done(&f->nodes);
}

/* The container's time in this window is used up. */
static void exhaust(struct flood *f)
{
	for (unsigned i = 0; i < 64; i++)
		shares_charge(f->shares, &f->shares->act, SHARE_MOST_NS);
}

static bool sheds(struct flood *f, const char *type, unsigned serial,
                  const char *text)
{
	char line[512];
	struct frame frame = { .text = { line, 0 } };

	frame.text.len = (size_t)snprintf(
		line, sizeof(line), "type=%s msg=audit(1700000000.000:%u): %s",
		type, serial, text);
	return shares_shed_record(f->shares, &f->nodes, &frame);
}

/* A SYSCALL record of a new event. */
static bool sheds_call(struct flood *f, const char *name, pid_t pid)
{
	char text[256];

	snprintf(text, sizeof(text),
	         "arch=c000003e syscall=%d success=yes exit=0 a0=0 items=1 "
	         "ppid=1 pid=%d auid=4294967295 comm=\" pid=1 \"",
	         syscall_number(0xc000003e, name), (int)pid);
	return sheds(f, "SYSCALL", ++f->serial, text);
}

static void records_of_the_noisy_container_alone_are_shed(void **state)
{
	const struct share_shed *shed;
	struct flood f;

	begin(&f, state);
	assert_false(sheds_call(&f, "openat", CONTAINER_PID));
	exhaust(&f);
	assert_true(sheds_call(&f, "openat", CONTAINER_PID));
	assert_true(sheds(&f, "PATH", f.serial, "item=0 name=\"/\""));
	assert_true(sheds(&f, "EOE", f.serial, ""));
	/* of an event that began before */
	assert_false(sheds(&f, "EOE", f.serial - 1, ""));
	assert_false(sheds_call(&f, "openat", CONTAINER_PID + 100));
	assert_false(sheds(&f, "PATH", f.serial, "item=0 name=\"/\""));
	/* who is not known is left to the tracker */
	assert_false(sheds_call(&f, "openat", 4000));
	assert_int_equal(counter_get(&f.w->counters, COUNTER_EVENTS_SHED), 1);
	assert_int_equal(counter_get(&f.w->counters, COUNTER_RECORDS_SHED), 3);
	shed = shares_shed_at(f.shares, 0);
	assert_non_null(shed);
	assert_string_equal(shed->kind, "container");
	assert_string_equal(shed->id, ID_SHORT);
	assert_int_equal(shed->events, 1);
	assert_null(shares_shed_at(f.shares, 1));
	end(&f);
}

static void what_tracking_needs_is_never_shed_unread(void **state)
{
	static const char *const needed[] = {
		"execve", "clone", "vfork", "exit_group", "setns", "unshare"
	};
	struct flood f;

	begin(&f, state);
	assert_false(sheds_call(&f, "openat", CONTAINER_PID));
	exhaust(&f);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		assert_false(sheds_call(&f, needed[i], CONTAINER_PID));
	/* nor what is no system call by its first record */
	assert_false(sheds(&f, "AVC", ++f.serial, "denied pid=103"));
	assert_false(sheds(&f, "SYSCALL", f.serial,
	                   "arch=c000003e syscall=257 pid=103 "));
	assert_false(sheds(&f, "SYSCALL", ++f.serial, "arch=c000003e"));
	end(&f);
}

/* The rest of an event that was shed as the pressure ended. */
static void an_event_is_shed_whole(void **state)
{
	struct flood f;

	begin(&f, state);
	assert_false(sheds_call(&f, "openat", CONTAINER_PID));
	exhaust(&f);
	assert_true(sheds_call(&f, "openat", CONTAINER_PID));
	shares_press(f.shares, 0, 100, LOOK_NS);
	assert_true(shares_ask_for_records(f.shares));
	assert_true(sheds(&f, "EOE", f.serial, ""));
	assert_false(sheds_call(&f, "openat", CONTAINER_PID));
	for (unsigned i = 0; shares_ask_for_records(f.shares); i++) {
		assert_in_range(i, 0, 1000);
		sheds(&f, "EOE", f.serial, "");
	}
	end(&f);
}

/* So many events later nobody remembers what was decided: no record is taken
 * for another event's. */
static void decisions_are_bounded(void **state)
{
	unsigned first;
	struct flood f;

	begin(&f, state);
	assert_false(sheds_call(&f, "openat", CONTAINER_PID));
	exhaust(&f);
	assert_true(sheds_call(&f, "openat", CONTAINER_PID));
	first = f.serial;
	f.serial += LIMIT_SHARE_DECISIONS - 1;
	sheds_call(&f, "openat", CONTAINER_PID + 100);
	assert_false(sheds(&f, "EOE", first, ""));
	end(&f);
}

static void least_shed_make_room_in_what_is_told(void **state)
{
	struct audit_event event = { .nrecords = 0 };
	struct shares *s = pressed(NULL);
	uint64_t sum = 0;

	(void)state;
	for (uint32_t user = 0; user < LIMIT_SHARE_TOLD + 4; user++) {
		const struct process p = { .auid = user };

		s->window++;
		shares_shed_event(s, &p, &event);
		for (unsigned i = 0; i < 64; i++)
			shares_charge(s, &s->act, SHARE_MOST_NS);
		for (unsigned i = 0; i < user + 1; i++)
			shares_shed_event(s, &p, &event);
	}
	for (size_t i = 0; shares_shed_at(s, i) != NULL; i++) {
		assert_in_range(i, 0, LIMIT_SHARE_TOLD - 1);
		sum += shares_shed_at(s, i)->events;
	}
	assert_string_equal(shares_shed_at(s, 0)->kind, "user");
	assert_string_equal(shares_shed_at(s, 0)->id, "19");
	assert_in_range(s->others, 1, sum);
	shares_free(s);
}

int main(void)
{
#define ON_A_HOST(test) \
	cmocka_unit_test_setup_teardown(test, world_begin, world_end)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pressure_begins_at_half_and_ends_at_a_quarter),
		cmocka_unit_test(what_becomes_less_does_not_press),
		cmocka_unit_test(one_alone_leaves_room_for_another),
		cmocka_unit_test(who_does_little_is_always_judged),
		cmocka_unit_test(flood_of_one_call_does_not_hide_another),
		cmocka_unit_test(everybody_has_the_same_part),
		cmocka_unit_test(one_event_counts_for_no_more_than_so_much),
		cmocka_unit_test(more_users_and_kinds_than_slots),
		ON_A_HOST(records_of_the_noisy_container_alone_are_shed),
		ON_A_HOST(what_tracking_needs_is_never_shed_unread),
		ON_A_HOST(an_event_is_shed_whole),
		ON_A_HOST(decisions_are_bounded),
		cmocka_unit_test(least_shed_make_room_in_what_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

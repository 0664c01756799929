/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_time.c - evt.*: when. */
#include <time.h>

#include "get.h"
#include "saker/base/clock.h"
#include "where.h"

static uint64_t now_of(const struct event *e)
{
	return audit_stamp_ns(&e->audit->stamp);
}

/* In UTC. between: what stands between date and time; 0 = no date. */
static bool give_clock(struct event *e, char between, bool with_ns,
                       struct value *ret)
{
	time_t sec = (time_t)e->audit->stamp.sec;
	char text[64];
	size_t n = 0;
	struct tm tm;

	if (gmtime_r(&sec, &tm) == NULL)
		return false;
	if (between != '\0') {
		n = strftime(text, sizeof(text) - 1, "%Y-%m-%d", &tm);
		text[n++] = between;
	}
	n += strftime(text + n, sizeof(text) - n, "%H:%M:%S", &tm);
	text[n] = '\0';
	if (!with_ns)
		return give_str(ret, event_format(e, "%s", text));
	return give_str(ret, event_format(e, "%s.%03u000000%s", text,
	                                  e->audit->stamp.ms,
	                                  between == 'T' ? "Z" : ""));
}

GETTER(get_evt_time)
{
	return give_clock(e, '\0', true, ret);
}

GETTER(get_evt_time_s)
{
	return give_clock(e, '\0', false, ret);
}

GETTER(get_evt_time_iso8601)
{
	return give_clock(e, 'T', true, ret);
}

GETTER(get_evt_datetime)
{
	return give_clock(e, ' ', true, ret);
}

GETTER(get_evt_datetime_s)
{
	return give_clock(e, ' ', false, ret);
}

GETTER(get_evt_rawtime)
{
	return give_time(ret, now_of(e));
}

GETTER(get_evt_rawtime_s)
{
	return give_time(ret, now_of(e) / NS_PER_SEC);
}

GETTER(get_evt_rawtime_ns)
{
	return give_time(ret, now_of(e) % NS_PER_SEC);
}

GETTER(get_evt_reltime)
{
	return e->context->clock != NULL &&
	       give_duration(ret, e->since_first_ns);
}

GETTER(get_evt_reltime_s)
{
	return e->context->clock != NULL &&
	       give_duration(ret, e->since_first_ns / NS_PER_SEC);
}

GETTER(get_evt_reltime_ns)
{
	return e->context->clock != NULL &&
	       give_duration(ret, e->since_first_ns % NS_PER_SEC);
}

GETTER(get_evt_deltatime)
{
	return e->context->clock != NULL &&
	       give_duration(ret, e->since_previous_ns);
}

GETTER(get_evt_deltatime_s)
{
	return e->context->clock != NULL &&
	       give_duration(ret, e->since_previous_ns / NS_PER_SEC);
}

GETTER(get_evt_deltatime_ns)
{
	return e->context->clock != NULL &&
	       give_duration(ret, e->since_previous_ns % NS_PER_SEC);
}

/* How long ago; 0 for what the coarse clock of stamps puts into the future. */
static bool give_age(const struct event *e, uint64_t start_ns,
                     struct value *ret)
{
	uint64_t now = now_of(e);

	return start_ns != 0 &&
	       give_duration(ret, now > start_ns ? now - start_ns : 0);
}

/* RELTIME is what Falco calls these two, though they count from the epoch. */
static bool give_start(uint64_t start_ns, struct value *ret)
{
	return start_ns != 0 && give_duration(ret, start_ns);
}

static uint64_t own_start(const struct event *e)
{
	return e->process != NULL ? e->process->start_ns : 0;
}

static uint64_t parent_start(const struct event *e)
{
	return e->process != NULL && e->process->parent != NULL
	               ? e->process->parent->start_ns
	               : 0;
}

static uint64_t container_start(const struct event *e)
{
	const struct container *c = container_of_event(e);

	return c != NULL ? c->start_ns : 0;
}

GETTER(get_proc_duration)
{
	return give_age(e, own_start(e), ret);
}

GETTER(get_proc_ppid_duration)
{
	return give_age(e, parent_start(e), ret);
}

GETTER(get_proc_pid_ts)
{
	return give_start(own_start(e), ret);
}

GETTER(get_proc_ppid_ts)
{
	return give_start(parent_start(e), ret);
}

GETTER(get_proc_pidns_init_start_ts)
{
	uint64_t start_ns = container_start(e);

	return start_ns != 0 && give_uint(ret, start_ns);
}

GETTER(get_container_start_ts)
{
	uint64_t start_ns = container_start(e);

	return start_ns != 0 && give_time(ret, start_ns);
}

GETTER(get_container_duration)
{
	return give_age(e, container_start(e), ret);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock.c - nanosecond clocks. */
#include "saker/base/clock.h"

#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t clock_monotonic_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t clock_realtime_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

uint64_t clock_thread_ns(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t clock_boottime_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

uint64_t clock_realtime_of_ticks(uint64_t ticks)
{
	uint64_t per_sec = (uint64_t)sysconf(_SC_CLK_TCK);

	return clock_realtime_ns() - clock_boottime_ns() +
	       ticks * (NS_PER_SEC / per_sec);
}

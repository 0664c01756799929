/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock.h - nanosecond clocks. */
#ifndef SAKER_BASE_CLOCK_H
#define SAKER_BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_SEC 1000000000ULL
#define NS_PER_MS  1000000ULL
#define NS_PER_US  1000ULL

uint64_t clock_monotonic_ns(void);
uint64_t clock_realtime_ns(void);
/* Processor time of this thread. */
uint64_t clock_thread_ns(void);
/* CLOCK_BOOTTIME: what /proc/PID/stat start times count from. */
uint64_t clock_boottime_ns(void);
/* CLOCK_REALTIME of a start time in /proc/PID/stat, which counts clock ticks
 * since boot (proc(5)). */
uint64_t clock_realtime_of_ticks(uint64_t ticks);

#endif

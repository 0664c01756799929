/* SPDX-License-Identifier: GPL-2.0-or-later */
/* oom.h - makes one allocation fail. The test is linked with OOM_LINK. */
#ifndef SAKER_TESTS_OOM_H
#define SAKER_TESTS_OOM_H

#include <stdbool.h>
#include <stdlib.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

/* Allocations until the one that fails; 0 = none will. */
static unsigned oom_countdown;

/* The nth allocation from now on fails, counted from 1. */
static inline void oom_arm(unsigned n)
{
	oom_countdown = n;
}

/* True when the failure came. No further one will. */
static inline bool oom_disarm(void)
{
	bool hit = oom_countdown == 0;

	oom_countdown = 0;
	return hit;
}

static bool oom_now(void)
{
	return oom_countdown != 0 && --oom_countdown == 0;
}

void *__wrap_malloc(size_t n)
{
	return oom_now() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return oom_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return oom_now() ? NULL : __real_realloc(p, n);
}

#endif

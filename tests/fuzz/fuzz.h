/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.h - what a fuzz target defines, and what several check. */
#ifndef SAKER_TESTS_FUZZ_FUZZ_H
#define SAKER_TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "saker/base/str.h"

/* libFuzzer's name. Returns 0; aborts when something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)                                      \
	do {                                                       \
		if (!(condition))                                  \
			fuzz_fail(__FILE__, __LINE__, #condition); \
	} while (0)

_Noreturn static inline void fuzz_fail(const char *file, int line,
                                       const char *condition)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
	abort();
}

/* A view that borrows from text, or is empty. */
static inline void fuzz_within(struct str v, struct str text)
{
	FUZZ_CHECK(v.len <= text.len);
	FUZZ_CHECK(v.len == 0 ||
	           (v.s >= text.s && v.s + v.len <= text.s + text.len));
}

/* Nothing but newlines and tabs that a terminal would act on. */
static inline void fuzz_no_controls(struct str v)
{
	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.s[i];

		FUZZ_CHECK(c >= 0x20 || c == '\n' || c == '\t');
		FUZZ_CHECK(c != 0x7f);
		FUZZ_CHECK(c != 0xc2 || i + 1 == v.len ||
		           (unsigned char)v.s[i + 1] >= 0xa0);
	}
}

#endif

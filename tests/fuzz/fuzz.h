/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.h - what a fuzz target defines. */
#ifndef SAKER_TESTS_FUZZ_FUZZ_H
#define SAKER_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* libFuzzer's name. Returns 0; aborts when something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition)     \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

#endif

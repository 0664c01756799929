/* SPDX-License-Identifier: GPL-2.0-or-later */
/* marks.c - 64 bytes of a log at a time as the bits of one number. */
#include "marks.h"

#ifdef __x86_64__
#include <immintrin.h>

/* A byte is looked up by its lower half, and is a mark where that row is the
 * byte itself. */
__attribute__((target("avx2"))) static void
find_avx2(const char *p, size_t nwords, uint64_t *words)
{
	const __m256i rows = _mm256_broadcastsi128_si256(_mm_setr_epi8(
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, FRAME_BORDER, 0, 0));

	for (size_t i = 0; i < nwords; i++, p += 64) {
		__m256i a = _mm256_loadu_si256((const __m256i_u *)p);
		__m256i b = _mm256_loadu_si256((const __m256i_u *)p + 1);

		a = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(rows, a), a);
		b = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(rows, b), b);
		words[i] = (uint32_t)_mm256_movemask_epi8(a) |
		           (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
	}
}

static uint64_t find_sixteen(const char *p)
{
	const __m128i v = _mm_loadu_si128((const __m128i_u *)p);

	return (uint32_t)_mm_movemask_epi8(
		_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')),
	                     _mm_cmpeq_epi8(v, _mm_set1_epi8(FRAME_BORDER))));
}

static void find(const char *p, size_t nwords, uint64_t *words)
{
	if (__builtin_cpu_supports("avx2")) {
		find_avx2(p, nwords, words);
		return;
	}
	for (size_t i = 0; i < nwords; i++, p += 64)
		words[i] = find_sixteen(p) | find_sixteen(p + 16) << 16 |
		           find_sixteen(p + 32) << 32 |
		           find_sixteen(p + 48) << 48;
}

#else

static void find(const char *p, size_t nwords, uint64_t *words)
{
	for (size_t i = 0; i < nwords; i++, p += 64) {
		words[i] = 0;
		for (unsigned k = 0; k < 64; k++)
			words[i] |=
				(uint64_t)(p[k] == '\n' || p[k] == FRAME_BORDER)
				<< k;
	}
}

#endif

void marks_find(const char *p, size_t n, uint64_t *words)
{
	find(p, (n + 63) / 64, words);
	if (n % 64 != 0)
		words[n / 64] &= (1ULL << n % 64) - 1;
}

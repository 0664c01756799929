/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lines.c - 64 bytes of a log at a time: one bit for each that is a newline or
 * FRAME_BORDER, the first one lowest. */
#include "lines.h"

BYTES_INLINE size_t find(struct framer *f, const char *bytes, size_t n,
                         uint64_t (*marks_of)(const char *p))
{
	const char *line = f->pending.data + f->taken;
	size_t border = f->border, count = 0;

	for (size_t i = 0; i < n; i += 64) {
		uint64_t marks = marks_of(bytes + i);

		if (n - i < 64)
			marks &= (1ULL << (n - i)) - 1;
		for (; marks != 0; marks &= marks - 1) {
			const char *p = bytes + i + __builtin_ctzll(marks);
			size_t len = (size_t)(p - line);

			if (*p != '\n') {
				border = border != 0 ? border : len;
				continue;
			}
			f->lines[count].len = len;
			f->lines[count++].border = border != 0 ? border : len;
			border = 0;
			line = p + 1;
			if (count == FRAMER_LINES) {
				n = (size_t)(line - bytes);
				break;
			}
		}
	}
	f->border = border;
	f->nlines = count;
	return n;
}

#ifdef __x86_64__
#include <immintrin.h>

#define WIDE __attribute__((target("avx2,bmi")))

WIDE static inline uint64_t half_wide(const char *p)
{
	/* a byte is looked up by its lower half, and is a mark where that row
	 * is the byte itself */
	const __m256i rows = _mm256_broadcastsi128_si256(_mm_setr_epi8(
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', 0, 0, FRAME_BORDER, 0, 0));
	const __m256i v = _mm256_loadu_si256((const __m256i_u *)p);

	return (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(_mm256_shuffle_epi8(rows, v), v));
}

WIDE static inline uint64_t marks_wide(const char *p)
{
	return half_wide(p) | half_wide(p + 32) << 32;
}

WIDE static size_t find_wide(struct framer *f, const char *bytes, size_t n)
{
	return find(f, bytes, n, marks_wide);
}

static inline uint64_t quarter(const char *p)
{
	const __m128i v = _mm_loadu_si128((const __m128i_u *)p);

	return (uint32_t)_mm_movemask_epi8(
		_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n')),
	                     _mm_cmpeq_epi8(v, _mm_set1_epi8(FRAME_BORDER))));
}

static inline uint64_t marks(const char *p)
{
	return quarter(p) | quarter(p + 16) << 16 | quarter(p + 32) << 32 |
	       quarter(p + 48) << 48;
}

size_t lines_find(struct framer *f, const char *bytes, size_t n)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")
	               ? find_wide(f, bytes, n)
	               : find(f, bytes, n, marks);
}

#else

static inline uint64_t marks(const char *p)
{
	uint64_t found = 0;

	for (unsigned i = 0; i < 64; i++)
		found |= (uint64_t)(p[i] == '\n' || p[i] == FRAME_BORDER) << i;
	return found;
}

size_t lines_find(struct framer *f, const char *bytes, size_t n)
{
	return find(f, bytes, n, marks);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digits.h - up to eight characters looked at as one number (SWAR), or sixteen
 * as one vector, which has no loop whose length cannot be predicted. */
#ifndef SAKER_AUDIT_DIGITS_H
#define SAKER_AUDIT_DIGITS_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "saker/base/str.h"

#define BYTES_ONES  0x0101010101010101ULL
#define BYTES_HIGHS 0x8080808080808080ULL

/* The first of eight characters in the lowest byte. False where fewer are left,
 * or the machine keeps numbers the other way round. */
BYTES_INLINE bool load_eight(const char *at, const char *end, uint64_t *ret)
{
	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ ||
	    end - at < (ptrdiff_t)sizeof(*ret))
		return false;
	memcpy(ret, at, sizeof(*ret));
	return true;
}

/* How many of eight bytes come before the first whose high bit is set in
 * other; 8 when none is. */
BYTES_INLINE unsigned count_before(uint64_t other)
{
	other &= BYTES_HIGHS;
	return other != 0 ? (unsigned)__builtin_ctzll(other) / 8 : 8;
}

/* How many of eight bytes are decimal digits before the first that is none. */
BYTES_INLINE unsigned count_decimal(uint64_t word)
{
	uint64_t digit = word ^ 0x30 * BYTES_ONES;

	return count_before((digit + 0x76 * BYTES_ONES) | digit);
}

/* The number of which word has n > 0 digits: neighbours are multiplied
 * together, twice. */
BYTES_INLINE uint64_t decimal_of(uint64_t word, unsigned n)
{
	word = (word << (64 - 8 * n)) & 0x0f * BYTES_ONES;
	word = (word * 10) + (word >> 8);
	return (((word & 0x000000ff000000ffULL) * 0x000f424000000064ULL) +
	        (((word >> 16) & 0x000000ff000000ffULL) *
	         0x0000271000000001ULL)) >>
	       32;
}

/* Decimal digits at *at, which is moved past them: how many, 19 at most count.
 * 19 digits do not overflow. */
BYTES_INLINE unsigned take_decimal(const char **at, const char *end,
                                   uint64_t *ret)
{
	const char *from = *at, *p = from;
	uint64_t word, value = 0;
	unsigned n;

	if (load_eight(p, end, &word)) {
		n = count_decimal(word);
		if (n == 0)
			return 0;
		value = decimal_of(word, n);
		p += n;
		if (n < sizeof(word)) {
			*at = p;
			*ret = value;
			return n;
		}
	}
	while (p < end && *p >= '0' && *p <= '9' && p - from < 20)
		value = value * 10 + (uint64_t)(*p++ - '0');
	*at = p;
	*ret = value;
	return (unsigned)(p - from);
}

/* Looked at together by count_until() and read_hex(). */
#define BLOCK_BYTES 16u

#ifdef __SSE2__
/* How many of the sixteen characters at at come before the first c; 16 = all.
 */
BYTES_INLINE unsigned count_until(const char *at, char c)
{
	__m128i block, same;

	memcpy(&block, at, sizeof(block));
	same = _mm_cmpeq_epi8(block, _mm_set1_epi8(c));
	return (unsigned)__builtin_ctz((unsigned)_mm_movemask_epi8(same) |
	                               1U << BLOCK_BYTES);
}

/* The n lower-case hexadecimal digits before end, 1 to 16, where sixteen bytes
 * may be read. */
BYTES_INLINE bool read_hex(const char *end, unsigned n, uint64_t *ret)
{
	__m128i block, digit, letter, is_digit, is_letter, pairs;
	unsigned digits;

	memcpy(&block, end - BLOCK_BYTES, sizeof(block));
	digit = _mm_sub_epi8(block, _mm_set1_epi8('0'));
	letter = _mm_sub_epi8(block, _mm_set1_epi8('a'));
	is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
	is_letter =
		_mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
	digits = (unsigned)_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter));
	if (n == 0 || n > BLOCK_BYTES || (digits | 0xffffU >> n) != 0xffffU)
		return false;
	letter = _mm_add_epi8(letter, _mm_set1_epi8(10));
	digit = _mm_or_si128(_mm_and_si128(digit, is_digit),
	                     _mm_and_si128(letter, is_letter));
	/* the first of two digits is the higher one, in the lower byte */
	pairs = _mm_and_si128(_mm_or_si128(_mm_slli_epi16(digit, 4),
	                                   _mm_srli_epi16(digit, 8)),
	                      _mm_set1_epi16(0xff));
	pairs = _mm_packus_epi16(pairs, pairs);
	*ret = __builtin_bswap64((uint64_t)_mm_cvtsi128_si64(pairs))
	               << (64 - 4 * n) >>
	       (64 - 4 * n);
	return true;
}
#else
BYTES_INLINE unsigned count_until(const char *at, char c)
{
	unsigned n = 0;

	while (n < BLOCK_BYTES && at[n] != c)
		n++;
	return n;
}

BYTES_INLINE bool read_hex(const char *end, unsigned n, uint64_t *ret)
{
	uint64_t value = 0;

	if (n == 0 || n > BLOCK_BYTES)
		return false;
	for (const char *p = end - n; p < end; p++) {
		int digit = hex_digit_lower(*p);

		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	*ret = value;
	return true;
}
#endif

/* Whether eight bytes are all upper-case hexadecimal digits. */
BYTES_INLINE bool are_upper_hex(uint64_t word)
{
	uint64_t low = word & 0x7f * BYTES_ONES;
	uint64_t digits =
		(low + 0x50 * BYTES_ONES) & ~(low + 0x46 * BYTES_ONES);
	/* 0x41 to 0x46 */
	uint64_t letters =
		(low + 0x3f * BYTES_ONES) & ~(low + 0x39 * BYTES_ONES);

	return ((digits | letters) & ~word & BYTES_HIGHS) == BYTES_HIGHS;
}

/* The four bytes that eight digits stand for, the first one lowest. */
BYTES_INLINE uint32_t bytes_of_hex(uint64_t word)
{
	word = (word & 0x0f * BYTES_ONES) + 9 * ((word >> 6) & BYTES_ONES);
	word = (word << 4 | word >> 8) & 0x00ff00ff00ff00ffULL;
	word = (word | word >> 8) & 0x0000ffff0000ffffULL;
	return (uint32_t)(word | word >> 16);
}

#endif

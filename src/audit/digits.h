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

/* Eight decimal digits, the first one in the lowest byte: neighbours are
 * multiplied together, twice. */
BYTES_INLINE uint64_t join_decimal(uint64_t digits)
{
	digits = (digits * 10) + (digits >> 8);
	return (((digits & 0x000000ff000000ffULL) * 0x000f424000000064ULL) +
	        (((digits >> 16) & 0x000000ff000000ffULL) *
	         0x0000271000000001ULL)) >>
	       32;
}

/* The number of which word has n > 0 digits. */
BYTES_INLINE uint64_t decimal_of(uint64_t word, unsigned n)
{
	return join_decimal((word << (64 - 8 * n)) & 0x0f * BYTES_ONES);
}

/* A number of one to seven digits at the beginning of word: how many; 0 for
 * what is none or longer. */
BYTES_INLINE unsigned short_decimal(uint64_t word, uint64_t *ret)
{
	uint64_t digits = word ^ 0x30 * BYTES_ONES;
	uint64_t other = ((digits + 0x76 * BYTES_ONES) | digits) & BYTES_HIGHS;
	unsigned n = other != 0 ? (unsigned)__builtin_ctzll(other) / 8 : 0;

	if (n != 0)
		*ret = join_decimal(digits << (64 - 8 * n));
	return n;
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

/* Looked at together. */
#define BLOCK_BYTES 16u

#ifdef __SSE2__
typedef __m128i block;

BYTES_INLINE block load_block(const char *at)
{
	block b;

	memcpy(&b, at, sizeof(b));
	return b;
}

/* How many of the sixteen characters at at come before the first c; 16 = all.
 */
BYTES_INLINE unsigned count_until(const char *at, char c)
{
	block same = _mm_cmpeq_epi8(load_block(at), _mm_set1_epi8(c));

	return (unsigned)__builtin_ctz((unsigned)_mm_movemask_epi8(same) |
	                               1U << BLOCK_BYTES);
}

/* Two digits are a byte, the first of them the higher half. */
BYTES_INLINE uint64_t join_hex(block values)
{
	values = _mm_and_si128(_mm_or_si128(_mm_slli_epi16(values, 4),
	                                    _mm_srli_epi16(values, 8)),
	                       _mm_set1_epi16(0xff));
	return (uint64_t)_mm_cvtsi128_si64(_mm_packus_epi16(values, values));
}

/* The n lower-case hexadecimal digits before end, 1 to 16, where sixteen bytes
 * may be read. */
BYTES_INLINE bool read_hex(const char *end, unsigned n, uint64_t *ret)
{
	block b = load_block(end - BLOCK_BYTES), is_letter, values, is_value;
	unsigned digits;

	if (n == 0 || n > BLOCK_BYTES)
		return false;
	/* what is neither digit nor letter comes out above 15, or below 10
	 * where letters do not */
	is_letter = _mm_cmpgt_epi8(b, _mm_set1_epi8('9'));
	values = _mm_sub_epi8(
		_mm_sub_epi8(b, _mm_set1_epi8('0')),
		_mm_and_si128(is_letter, _mm_set1_epi8('a' - '0' - 10)));
	is_value = _mm_and_si128(
		_mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(15)), values),
		_mm_cmpeq_epi8(_mm_cmpgt_epi8(values, _mm_set1_epi8(9)),
	                       is_letter));
	digits = (unsigned)_mm_movemask_epi8(is_value);
	if ((digits | 0xffffU >> n) != 0xffffU)
		return false;
	*ret = __builtin_bswap64(join_hex(values)) << (64 - 4 * n) >>
	       (64 - 4 * n);
	return true;
}

/* Sixteen upper-case digits as the eight bytes that they stand for. */
BYTES_INLINE bool read_hex_bytes(const char *at, char *ret)
{
	block b = load_block(at);
	block digit = _mm_sub_epi8(b, _mm_set1_epi8('0'));
	block letter = _mm_sub_epi8(b, _mm_set1_epi8('A'));
	block is_digit =
		_mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
	block is_letter =
		_mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
	uint64_t bytes;

	if (_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter)) != 0xffff)
		return false;
	letter = _mm_add_epi8(letter, _mm_set1_epi8(10));
	bytes = join_hex(_mm_or_si128(_mm_and_si128(digit, is_digit),
	                              _mm_and_si128(letter, is_letter)));
	memcpy(ret, &bytes, sizeof(bytes));
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

BYTES_INLINE bool read_hex_bytes(const char *at, char *ret)
{
	for (size_t i = 0; i < BLOCK_BYTES / 2; i++) {
		int high = hex_digit_upper(at[2 * i]);
		int low = hex_digit_upper(at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (char)(high << 4 | low);
	}
	return true;
}
#endif

#endif

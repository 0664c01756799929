/* SPDX-License-Identifier: GPL-2.0-or-later */
/* digits.h - up to eight characters looked at as one number (SWAR), which has
 * no loop whose length cannot be predicted. */
#ifndef SAKER_AUDIT_DIGITS_H
#define SAKER_AUDIT_DIGITS_H

#include <stdint.h>
#include <string.h>

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

/* How many of eight bytes are lower-case hexadecimal digits before the first
 * that is none. */
BYTES_INLINE unsigned count_hex(uint64_t word)
{
	uint64_t low = word & 0x7f * BYTES_ONES;
	/* 0x30 to 0x39, 0x61 to 0x66: bytes below 0x80, so that no sum carries
	 */
	uint64_t digits =
		(low + 0x50 * BYTES_ONES) & ~(low + 0x46 * BYTES_ONES);
	uint64_t letters =
		(low + 0x1f * BYTES_ONES) & ~(low + 0x19 * BYTES_ONES);

	return count_before(~(digits | letters) | word);
}

/* The number of which word has n > 0 hexadecimal digits. */
BYTES_INLINE uint64_t hex_of(uint64_t word, unsigned n)
{
	word <<= 64 - 8 * n;
	word = (word & 0x0f * BYTES_ONES) + 9 * ((word >> 6) & BYTES_ONES);
	word = __builtin_bswap64(word);
	word = (word | word >> 4) & 0x00ff00ff00ff00ffULL;
	word = (word | word >> 8) & 0x0000ffff0000ffffULL;
	return (word | word >> 16) & 0xffffffffULL;
}

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

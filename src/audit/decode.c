/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode.c - the kernel's encodings (audit_log_untrustedstring and friends). */
#include "saker/audit/decode.h"

#include "digits.h"

#include <netinet/in.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

/* audit_log_n_hex() writes upper case only, so that "deadbeef" is text. */
static bool unhex(struct str v, char *to)
{
	size_t i = 0;

	for (; v.len - i >= BLOCK_BYTES; i += BLOCK_BYTES)
		if (!read_hex_bytes(v.s + i, to + i / 2))
			return false;
	for (; i < v.len; i += 2) {
		int high = hex_digit_upper(v.s[i]);
		int low = hex_digit_upper(v.s[i + 1]);

		if (high < 0 || low < 0)
			return false;
		to[i / 2] = (char)(high << 4 | low);
	}
	return true;
}

static bool may_be_hex(struct str v)
{
	return v.len != 0 && v.len % 2 == 0 && hex_digit_upper(v.s[0]) >= 0 &&
	       hex_digit_upper(v.s[v.len - 1]) >= 0;
}

static bool decode_word(struct arena *a, struct str raw, struct str *ret)
{
	bool none = str_eq(raw, STR("(null)")) || str_eq(raw, STR("(none)"));
	char *text;

	*ret = none ? STR_NONE : raw;
	if (!may_be_hex(raw))
		return true;
	text = arena_alloc(a, raw.len / 2 + 1);
	if (text == NULL)
		return false;
	if (unhex(raw, text)) {
		text[raw.len / 2] = '\0';
		*ret = (struct str){ text, raw.len / 2 };
	}
	return true;
}

bool decode_string(struct arena *a, struct str raw, struct str *ret)
{
	if (raw.len < 2 || raw.s[0] != '"')
		return decode_word(a, raw, ret);
	raw.len -= raw.s[raw.len - 1] == '"' ? 2 : 1;
	*ret = (struct str){ raw.s + 1, raw.len };
	return true;
}

bool decode_dec(struct str raw, uint64_t *ret)
{
	uint64_t n = 0;

	if (raw.len == 0 || raw.len > 19)
		return str_to_u64(raw, 10, ret);
	for (size_t i = 0; i < raw.len; i++) {
		unsigned d = (unsigned)(raw.s[i] - '0');

		if (d > 9)
			return false;
		n = n * 10 + d;
	}
	*ret = n;
	return true;
}

bool decode_signed(struct str raw, int64_t *ret)
{
	uint64_t n;

	if (raw.len == 0 || raw.len > 18 || raw.s[0] == '-' ||
	    !decode_dec(raw, &n))
		return str_to_i64(raw, ret);
	*ret = (int64_t)n;
	return true;
}

bool decode_hex(struct str raw, uint64_t *ret)
{
	uint64_t n = 0;

	if (str_has_prefix(raw, STR("0x")))
		raw = str_skip(raw, 2);
	if (raw.len == 0 || raw.len > 16)
		return str_to_u64(raw, 16, ret);
	for (size_t i = 0; i < raw.len; i++) {
		unsigned decimal = (unsigned)raw.s[i] - '0';
		unsigned letter = ((unsigned)raw.s[i] | 0x20) - 'a';

		if (decimal > 9 && letter > 5)
			return false;
		n = n << 4 | (decimal <= 9 ? decimal : letter + 10);
	}
	*ret = n;
	return true;
}

bool decode_oct(struct str raw, uint64_t *ret)
{
	return str_to_u64(raw, 8, ret);
}

bool decode_dev(struct str raw, uint64_t *ret)
{
	struct str major;
	uint64_t high, low;

	if (!str_split(&raw, ':', &major) || !str_to_u64(major, 16, &high) ||
	    !str_to_u64(raw, 16, &low) || high > UINT32_MAX || low > UINT32_MAX)
		return false;
	*ret = makedev((unsigned)high, (unsigned)low);
	return true;
}

static size_t sockaddr_least(sa_family_t family)
{
	switch (family) {
	case AF_INET:
		return offsetof(struct sockaddr_in, sin_zero);
	case AF_INET6: /* RFC 2133's, without the scope */
		return offsetof(struct sockaddr_in6, sin6_scope_id);
	default:
		return sizeof(family);
	}
}

bool decode_sockaddr(struct str raw, struct sockaddr_storage *ret,
                     socklen_t *ret_len)
{
	struct sockaddr_storage address = { 0 };
	size_t n = raw.len / 2;

	/* some writers use lower case: there is no text form to confuse */
	char upper[2 * sizeof(address)];

	if (raw.len > sizeof(upper))
		return false;
	for (size_t i = 0; i < raw.len; i++)
		upper[i] = raw.s[i] >= 'a' && raw.s[i] <= 'f'
		                   ? (char)(raw.s[i] - 'a' + 'A')
		                   : raw.s[i];
	raw.s = upper;
	if (raw.len % 2 != 0 || n < sizeof(address.ss_family) ||
	    !unhex(raw, (char *)&address) ||
	    n < sockaddr_least(address.ss_family))
		return false;
	*ret = address;
	*ret_len = (socklen_t)n;
	return true;
}

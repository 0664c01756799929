/* SPDX-License-Identifier: GPL-2.0-or-later */
/* redact.c - an environment without its secrets. */
#include "saker/base/escape.h"
#include "saker/evidence/evidence.h"

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool contains(struct str name, struct str part)
{
	for (size_t at = 0; at + part.len <= name.len; at++) {
		size_t n = 0;

		while (n < part.len &&
		       upper(name.s[at + n]) == upper(part.s[n]))
			n++;
		if (n == part.len)
			return true;
	}
	return false;
}

static bool is_secret(const struct evidence_store *store, struct str name)
{
	for (size_t i = 0; i < store->nredact; i++)
		if (store->redact[i].len != 0 &&
		    contains(name, store->redact[i]))
			return true;
	return false;
}

void evidence_redact(const struct evidence_store *store, struct str environment,
                     struct buf *out)
{
	struct str entry;

	while (str_split(&environment, '\0', &entry)) {
		ptrdiff_t equals = str_find_byte(entry, '=');

		if (entry.len == 0)
			continue;
		/* what is no assignment may be anything, and is kept whole */
		if (equals < 0 ||
		    !is_secret(store, str_take(entry, (size_t)equals))) {
			escape_text(out, entry);
		} else {
			escape_text(out, str_take(entry, (size_t)equals + 1));
			buf_printf(out, "<redacted, %zu bytes>",
			           entry.len - (size_t)equals - 1);
		}
		buf_add_byte(out, '\n');
	}
}

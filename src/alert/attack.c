/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attack.c - what tags say of MITRE's ATT&CK: mitre_TACTIC, as in Falco's
 * rules, and technique ids. */
#include "format.h"

#define TACTIC STR("mitre_")

/* T1611 or T1611.001 */
static bool is_technique(struct str tag)
{
	if (tag.len < 5 || (tag.s[0] != 'T' && tag.s[0] != 't'))
		return false;
	for (size_t i = 1; i < tag.len; i++)
		if ((tag.s[i] < '0' || tag.s[i] > '9') &&
		    (tag.s[i] != '.' || i != 5))
			return false;
	return tag.len == 5 || tag.len == 9;
}

/* "privilege_escalation" -> "Privilege Escalation" */
static void add_title(struct str text, struct buf *out)
{
	bool begins = true;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.s[i] == '_' ? ' ' : text.s[i];

		if (begins && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		begins = c == ' ';
		buf_add_byte(out, c);
	}
}

bool format_tactic(const struct alert *a, size_t i, struct buf *out)
{
	for (size_t t = 0; t < a->ntags; t++) {
		if (!str_has_prefix(a->tags[t], TACTIC) || i-- != 0)
			continue;
		add_title(str_skip(a->tags[t], TACTIC.len), out);
		return true;
	}
	return false;
}

bool format_technique(const struct alert *a, size_t i, struct buf *out)
{
	for (size_t t = 0; t < a->ntags; t++) {
		if (!is_technique(a->tags[t]) || i-- != 0)
			continue;
		buf_add_byte(out, 'T');
		buf_add_str(out, str_skip(a->tags[t], 1));
		return true;
	}
	return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* caps.c - the capabilities that an event's records tell. */
#include <libaudit.h>

#include "quick.h"
#include "saker/base/array.h"

/* Field names before and since kernel 5.1 (audit.c, audit_log_fcaps). */
static const struct cap_fields {
	uint16_t type;
	struct str names[AUDIT_CAPS];
} cap_fields[] = {
	{ AUDIT_CAPSET,
	  { STR_INIT("cap_pp"), STR_INIT("cap_pi"), STR_INIT("cap_pe") } },
	{ AUDIT_BPRM_FCAPS,
	  { STR_INIT("pp"), STR_INIT("pi"), STR_INIT("pe") } },
	{ AUDIT_BPRM_FCAPS,
	  { STR_INIT("new_pp"), STR_INIT("new_pi"), STR_INIT("new_pe") } },
};

static bool read_fields(struct audit_event *e, const struct cap_fields *fields,
                        uint64_t *ret)
{
	const struct record *r = audit_event_record(e, fields->type, 0);
	size_t n = 0;

	for (; r != NULL && n < AUDIT_CAPS; n++) {
		struct str raw;

		if (!record_field(r, fields->names[n], &raw) ||
		    !decode_hex(raw, &ret[n]))
			break;
	}
	return n == AUDIT_CAPS;
}

bool audit_event_read_caps(struct audit_event *e, uint64_t ret[AUDIT_CAPS])
{
	const struct record *r =
		audit_event_may_have(e, AUDIT_CAPSET)
			? NULL
			: audit_event_unscanned(e, AUDIT_BPRM_FCAPS, 0);

	if (r != NULL && quick_caps(r, ret))
		return true;
	for (size_t i = 0; i < COUNT(cap_fields); i++)
		if (read_fields(e, &cap_fields[i], ret))
			return true;
	return false;
}

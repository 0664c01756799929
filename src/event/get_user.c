/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_user.c - user.* and group.*: with which rights. */
#include <libaudit.h>

#include "get.h"

/* The kernel's word in a record that is judged by itself, e.g. of who sent a
 * user message, else what is known of the process. */
static uint32_t id_of(struct event *e, struct str name, uint32_t tracked)
{
	uint64_t id;

	return record_number(e, name, &id) && id <= AUDIT_ID_UNSET
	               ? (uint32_t)id
	               : tracked;
}

static uint32_t uid_of(struct event *e)
{
	return id_of(e, STR("uid"),
	             e->process != NULL ? e->process->uid : AUDIT_ID_UNSET);
}

static uint32_t gid_of(struct event *e)
{
	return id_of(e, STR("gid"),
	             e->process != NULL ? e->process->gid : AUDIT_ID_UNSET);
}

static uint32_t auid_of(struct event *e)
{
	return id_of(e, STR("auid"),
	             e->process != NULL ? e->process->auid : AUDIT_ID_UNSET);
}

GETTER(get_user_uid)
{
	uint32_t uid = uid_of(e);

	return uid != AUDIT_ID_UNSET && give_uint(ret, uid);
}

GETTER(get_user_euid)
{
	return e->process != NULL && e->process->euid != AUDIT_ID_UNSET &&
	       give_uint(ret, e->process->euid);
}

/* auditd's enrichment of the SYSCALL record: UID="root". Only that record's:
 * user records carry an attacker's text before theirs. */
static struct str enriched(struct event *e, struct str name)
{
	const struct record *r = audit_event_record(e->audit, AUDIT_SYSCALL, 0);
	struct str rest, item, key;

	if (r == NULL)
		return STR_NONE;
	rest = r->enriched;
	while (str_split(&rest, ' ', &item)) {
		if (!str_split(&item, '=', &key) || !str_eq(key, name) ||
		    item.len < 3)
			continue;
		item = str_take(str_skip(item, 1), item.len - 2);
		return str_has_prefix(item, STR("unknown(")) ? STR_NONE : item;
	}
	return STR_NONE;
}

static bool give_name(struct event *e, struct str enriched_name,
                      struct str host_name, uint32_t id, struct value *ret)
{
	struct str name = enriched(e, enriched_name);

	if (name.len == 0)
		name = host_name;
	/* 0 is root by definition, whatever the machine that replays */
	if (name.len == 0 && id == 0)
		name = STR("root");
	if (name.len == 0)
		name = event_format(e, "%u", id);
	return give_str(ret, name);
}

GETTER(get_user_name)
{
	uint32_t uid = uid_of(e);

	if (uid == AUDIT_ID_UNSET)
		return false;
	return give_name(e, STR("UID"), user_names_user(e->context->users, uid),
	                 uid, ret);
}

GETTER(get_user_loginuid)
{
	uint32_t auid = auid_of(e);
	uint64_t id;

	if (e->process == NULL && !record_number(e, STR("auid"), &id))
		return false;
	return give_int(ret, auid == AUDIT_ID_UNSET ? -1 : (int64_t)auid);
}

GETTER(get_user_loginname)
{
	uint32_t auid = auid_of(e);

	if (auid == AUDIT_ID_UNSET)
		return false;
	return give_name(e, STR("AUID"),
	                 user_names_user(e->context->users, auid), auid, ret);
}

GETTER(get_group_gid)
{
	uint32_t gid = gid_of(e);

	return gid != AUDIT_ID_UNSET && give_uint(ret, gid);
}

GETTER(get_group_name)
{
	uint32_t gid = gid_of(e);

	if (gid == AUDIT_ID_UNSET)
		return false;
	return give_name(e, STR("GID"),
	                 user_names_group(e->context->users, gid), gid, ret);
}

GETTER(get_user_homedir)
{
	return e->process != NULL &&
	       give_known(ret,
	                  user_names_home(e->context->users, e->process->uid));
}

GETTER(get_user_shell)
{
	return e->process != NULL &&
	       give_known(ret,
	                  user_names_shell(e->context->users, e->process->uid));
}

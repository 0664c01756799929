/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interpret.c - record fields as people read them: libauparse's kinds of field,
 * with the names of the machine that the records are from. */
#include "interpret.h"

#include <cap-ng.h>
#include <libaudit.h>
#include <stdlib.h>

#include "fd.h"
#include "get.h"
#include "saker/audit/names.h"
#include "saker/base/io.h"

enum kind {
	KIND_PLAIN, /* the value says it all */
	KIND_TEXT,  /* audit_log_untrustedstring(): quoted or hexadecimal */
	KIND_ADDRESS,
	KIND_ARCH,
	KIND_CAPABILITY,
	KIND_CAPS,
	KIND_ERRNO,
	KIND_EXIT,
	KIND_FAMILY,
	KIND_FANOTIFY,
	KIND_FILTER,
	KIND_GID,
	KIND_MULTICAST,
	KIND_PROMISCUOUS,
	KIND_PROTOCOL,
	KIND_RESULT,
	KIND_SECCOMP,
	KIND_SESSION,
	KIND_SIGNAL,
	KIND_SYSCALL,
	KIND_UID,
	KIND_URING,
	KIND__MAX
};

struct field_kind {
	struct str name;
	enum kind kind;
};

static const struct field_kind fields[] = {
#define FIELD_KIND(name, kind) { STR_INIT(name), KIND_##kind },
#define VALUE_NAME(kind, number, name)
#include "interpret.def"
#undef FIELD_KIND
#undef VALUE_NAME
};

static const struct value_name {
	enum kind kind;
	uint32_t number;
	const char *name;
} names[] = {
#define FIELD_KIND(name, kind)
#define VALUE_NAME(kind, number, name) { KIND_##kind, (number), (name) },
#include "interpret.def"
#undef FIELD_KIND
#undef VALUE_NAME
};

static int compare(const void *key, const void *row)
{
	return str_cmp(*(const struct str *)key,
	               ((const struct field_kind *)row)->name);
}

static enum kind kind_of(const struct record *r, struct str name)
{
	const struct field_kind *f;

	/* EXECVE's a0 is an argument, SYSCALL's a register */
	if (r->type == AUDIT_EXECVE)
		return STR_IS(name, "argc") ? KIND_PLAIN : KIND_TEXT;
	f = bsearch(&name, fields, sizeof(fields) / sizeof(fields[0]),
	            sizeof(fields[0]), compare);
	return f != NULL ? f->kind : KIND_PLAIN;
}

static struct str unquoted(struct str raw)
{
	char quote = raw.len >= 2 ? raw.s[0] : 0;

	if ((quote != '"' && quote != '\'') || raw.s[raw.len - 1] != quote)
		return raw;
	return str_take(str_skip(raw, 1), raw.len - 2);
}

bool interpret_plain(struct event *e, const struct record *r, struct str name,
                     struct str raw, struct str *ret)
{
	if (kind_of(r, name) == KIND_TEXT)
		return decode_string(&e->audit->arena, raw, ret) &&
		       ret->s != NULL;
	if (str_eq(raw, STR("(null)")) || str_eq(raw, STR("(none)")))
		return false;
	*ret = unquoted(raw);
	return true;
}

typedef bool meaning_fn(struct event *e, const struct record *r, enum kind kind,
                        struct str raw, struct str *ret);

static bool take(const char *name, struct str *ret)
{
	if (name == NULL)
		return false;
	*ret = str_from(name);
	return true;
}

static bool lookup(enum kind kind, uint64_t number, struct str *ret)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].kind == kind && names[i].number == number)
			return take(names[i].name, ret);
	return false;
}

static bool by_table(struct event *e, const struct record *r, enum kind kind,
                     struct str raw, struct str *ret)
{
	uint64_t number;

	(void)e;
	(void)r;
	if (kind == KIND_SECCOMP)
		return decode_hex(raw, &number) &&
		       lookup(kind, number & 0xffff0000, ret);
	return decode_dec(raw, &number) && lookup(kind, number, ret);
}

static bool id_name(struct event *e, const struct record *r, enum kind kind,
                    struct str raw, struct str *ret)
{
	const struct user_names *users = e->context->users;
	int64_t id;

	(void)r;
	if (!decode_signed(raw, &id))
		return false;
	if (id == -1 || id == UINT32_MAX) {
		*ret = STR("unset");
		return true;
	}
	if (id < 0 || id > UINT32_MAX || kind == KIND_SESSION)
		return false;
	*ret = kind == KIND_UID ? user_names_user(users, (uint32_t)id)
	                        : user_names_group(users, (uint32_t)id);
	/* 0 is root by definition, whatever the machine that replays */
	if (ret->len == 0 && id == 0)
		*ret = STR("root");
	return ret->len != 0;
}

static bool arch_of(const struct record *r, uint32_t *ret)
{
	struct str raw;
	uint64_t arch;

	if (!record_field(r, STR("arch"), &raw) || !decode_hex(raw, &arch) ||
	    arch > UINT32_MAX)
		return false;
	*ret = (uint32_t)arch;
	return true;
}

static bool call_name(struct event *e, const struct record *r, enum kind kind,
                      struct str raw, struct str *ret)
{
	uint32_t arch;
	int64_t nr;

	(void)e;
	if (kind == KIND_ARCH)
		return arch_of(r, &arch) && take(arch_name(arch), ret);
	if (!decode_signed(raw, &nr) || nr < 0 || nr > INT32_MAX)
		return false;
	if (kind == KIND_URING)
		return take(uring_op_name((int)nr), ret);
	return arch_of(r, &arch) && take(syscall_name(arch, (int)nr), ret);
}

static bool error_name(struct event *e, const struct record *r, enum kind kind,
                       struct str raw, struct str *ret)
{
	int64_t n;

	(void)e;
	(void)r;
	if (!decode_signed(raw, &n) || n < -4095 || n > 4095 ||
	    (kind == KIND_EXIT && n >= 0))
		return false;
	return take(audit_errno_to_name((int)(n < 0 ? -n : n)), ret);
}

static bool result_name(struct event *e, const struct record *r, enum kind kind,
                        struct str raw, struct str *ret)
{
	(void)e;
	(void)r;
	(void)kind;
	raw = unquoted(raw);
	if (str_eq(raw, STR("1")) || str_eq(raw, STR("yes")) ||
	    str_eq(raw, STR("success")))
		*ret = STR("success");
	else if (str_eq(raw, STR("0")) || str_eq(raw, STR("no")) ||
	         str_eq(raw, STR("failed")))
		*ret = STR("failed");
	else
		return false;
	return true;
}

static bool caps_names(struct event *e, const struct record *r, enum kind kind,
                       struct str raw, struct str *ret)
{
	auto_buf struct buf text = BUF_INIT;
	const char *name;
	uint64_t caps;

	(void)r;
	if (kind == KIND_CAPABILITY)
		return decode_dec(raw, &caps) && caps < 64 &&
		       take(capng_capability_to_name((unsigned)caps), ret);
	if (!decode_hex(raw, &caps))
		return false;
	for (unsigned cap = 0; cap < 64; cap++) {
		name = (caps >> cap & 1) != 0 ? capng_capability_to_name(cap)
		                              : NULL;
		if (name == NULL)
			continue;
		if (text.len != 0)
			buf_add_byte(&text, ',');
		buf_add_str(&text, str_from(name));
	}
	if (text.len == 0)
		return take("none", ret);
	*ret = arena_copy_buf(&e->audit->arena, &text);
	return ret->s != NULL;
}

static bool address_text(struct event *e, const struct record *r,
                         enum kind kind, struct str raw, struct str *ret)
{
	struct sockaddr_storage address;
	socklen_t len;

	(void)r;
	(void)kind;
	if (!decode_sockaddr(raw, &address, &len))
		return false;
	*ret = fd_sockaddr_text(e, &address, len);
	return ret->len != 0;
}

bool interpret_meaning(struct event *e, const struct record *r, struct str name,
                       struct str raw, struct str *ret)
{
	static meaning_fn *const meanings[KIND__MAX] = {
		[KIND_ADDRESS] = address_text,  [KIND_ARCH] = call_name,
		[KIND_CAPABILITY] = caps_names, [KIND_CAPS] = caps_names,
		[KIND_ERRNO] = error_name,      [KIND_EXIT] = error_name,
		[KIND_FAMILY] = by_table,       [KIND_FANOTIFY] = by_table,
		[KIND_FILTER] = by_table,       [KIND_GID] = id_name,
		[KIND_MULTICAST] = by_table,    [KIND_PROMISCUOUS] = by_table,
		[KIND_PROTOCOL] = by_table,     [KIND_RESULT] = result_name,
		[KIND_SECCOMP] = by_table,      [KIND_SESSION] = id_name,
		[KIND_SIGNAL] = by_table,       [KIND_SYSCALL] = call_name,
		[KIND_UID] = id_name,           [KIND_URING] = call_name,
	};
	enum kind kind = kind_of(r, name);

	return (meanings[kind] != NULL &&
	        meanings[kind](e, r, kind, raw, ret)) ||
	       interpret_plain(e, r, name, raw, ret);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_audit.c - audit.*: the records themselves.
 *
 * Of a user message the kernel writes who sent it (audit.c,
 * audit_log_common_recv_msg()); all behind msg= is the sender's text. The two
 * never mix here: audit.field and audit.record know the first, audit.msg the
 * second. */

#include "get.h"
#include "interpret.h"
#include "saker/audit/numbers.h"

GETTER(get_audit_node)
{
	return e->audit->node.len != 0 && give_str(ret, e->audit->node);
}

static struct record *own_record(struct event *e)
{
	if (e->record != NULL)
		return e->record;
	for (size_t i = 0; i < e->audit->nrecords; i++) {
		struct record *r = &e->audit->records[i];

		if (r->type == AUDIT_SYSCALL || r->type == AUDIT_URINGOP)
			return r;
	}
	return NULL;
}

/* argc= comes first and says whether the hundred fields behind it are worth a
 * scan. Of other records the meaning of a field may hang on the rest. */
static bool has_first_field(const struct record *r, struct str name,
                            struct str *ret)
{
	struct str value = str_skip(r->body, name.len + 1);
	ptrdiff_t blank;

	if (r->type != AUDIT_EXECVE || r->fields != NULL || name.len == 0 ||
	    !str_has_prefix(r->body, name) || r->body.len <= name.len ||
	    r->body.s[name.len] != '=')
		return false;
	blank = str_find_byte(value, ' ');
	if (blank <= 0)
		return false;
	value.len = (size_t)blank;
	for (size_t i = 0; i < value.len; i++)
		if (value.s[i] < '0' || value.s[i] > '9')
			return false;
	*ret = value;
	return true;
}

static bool has_field(struct event *e, struct record *r, struct str name,
                      struct str *ret)
{
	if (has_first_field(r, name, ret))
		return true;
	return record_scan(r, &e->audit->arena) == 0 &&
	       record_field(r, name, ret);
}

bool record_number(struct event *e, struct str name, uint64_t *ret)
{
	struct str raw;
	int64_t n;

	if (e->record == NULL || !has_field(e, e->record, name, &raw) ||
	    !decode_signed(raw, &n) || n < -1)
		return false;
	*ret = n == -1 ? AUDIT_ID_UNSET : (uint64_t)n;
	return true;
}

/* kernel/auditfilter.c joins the keys of one rule by 0x01. */
GETTER(get_audit_key)
{
	const struct audit_syscall *sc = audit_event_syscall(e->audit);
	struct str key = sc != NULL ? sc->key : STR_NONE, raw;

	/* CONFIG_CHANGE of a rule carries the rule's key */
	if (key.s == NULL && e->record != NULL &&
	    record_origin(e->record->type) == RECORD_BY_KERNEL &&
	    has_field(e, e->record, STR("key"), &raw))
		decode_string(&e->audit->arena, raw, &key);
	if (key.s == NULL)
		return false;
	key = arena_copy(&e->audit->arena, key);
	for (size_t i = 0; i < key.len; i++)
		if (key.s[i] == '\1')
			*(char *)(uintptr_t)&key.s[i] = ',';
	return give_str(ret, key);
}

GETTER(get_audit_type)
{
	const struct record *r = own_record(e);

	return r != NULL && give_str(ret, event_record_type(e, r));
}

static bool contains(const struct str *items, size_t n, struct str v)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i], v))
			return true;
	return false;
}

GETTER(get_audit_types)
{
	struct str *types = arena_array(&e->audit->arena, struct str,
	                                e->audit->nrecords + 1);
	size_t n = 0;

	for (size_t i = 0; types != NULL && i < e->audit->nrecords; i++) {
		struct str type = event_record_type(e, &e->audit->records[i]);

		if (!contains(types, n, type))
			types[n++] = type;
	}
	ret->type = VALUE_LIST;
	ret->list.items = types;
	ret->list.count = n;
	return types != NULL && n != 0;
}

GETTER(get_audit_origin)
{
	const struct record *r = own_record(e);

	return r != NULL &&
	       give_str(ret,
	                str_from(record_origin_name(record_origin(r->type))));
}

GETTER(get_audit_is_forgeable)
{
	const struct record *r = own_record(e);

	return r != NULL &&
	       give_bool(ret, record_origin(r->type) == RECORD_BY_PROGRAM);
}

GETTER(get_audit_partial)
{
	return give_bool(ret, e->audit->is_partial);
}

/* Rules write types in either case; libaudit knows them in upper case. */
static bool is_type(struct event *e, const struct record *r, struct str type)
{
	struct str name = event_record_type(e, r);

	if (name.len != type.len)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = type.s[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c != name.s[i])
			return false;
	}
	return true;
}

/* The judged record goes before the others of its event. */
static struct record *find_field(struct event *e, struct str type,
                                 struct str name, struct str *ret)
{
	struct record *own = e->record;

	if (own != NULL && (type.len == 0 || is_type(e, own, type)) &&
	    has_field(e, own, name, ret))
		return own;
	for (size_t i = 0; i < e->audit->nrecords; i++) {
		struct record *r = &e->audit->records[i];

		if ((type.len == 0 || is_type(e, r, type)) &&
		    has_field(e, r, name, ret))
			return r;
	}
	return NULL;
}

static struct record *find_type(struct event *e, struct str type)
{
	if (e->record != NULL && is_type(e, e->record, type))
		return e->record;
	for (size_t i = 0; i < e->audit->nrecords; i++)
		if (is_type(e, &e->audit->records[i], type))
			return &e->audit->records[i];
	return NULL;
}

/* "comm", "PATH.name" */
static void split_name(struct str arg, struct str *ret_type,
                       struct str *ret_name)
{
	*ret_type = STR_NONE;
	*ret_name = arg;
	if (str_find_byte(arg, '.') >= 0)
		str_split(ret_name, '.', ret_type);
}

/* The program of a call is known without a scan of its record. */
static bool has_exe(struct event *e, struct str type, struct str name,
                    struct value *ret)
{
	const struct audit_syscall *sc;

	if (!str_eq(name, STR("exe")) || type.len != 0 || e->record != NULL ||
	    e->audit->nrecords == 0 ||
	    e->audit->records[0].type != AUDIT_SYSCALL)
		return false;
	sc = audit_event_syscall(e->audit);
	return sc != NULL && sc->exe.len != 0 && give_str(ret, sc->exe);
}

bool get_audit_field(struct event *e, const struct field_arg *arg,
                     struct value *ret)
{
	struct str type, name, raw, text;
	const struct record *r;

	if (arg == NULL)
		return false;
	split_name(arg->name, &type, &name);
	if (has_exe(e, type, name, ret))
		return true;
	r = find_field(e, type, name, &raw);
	return r != NULL && interpret_plain(e, r, name, raw, &text) &&
	       give_str(ret, text);
}

bool get_audit_record(struct event *e, const struct field_arg *arg,
                      struct value *ret)
{
	const struct record *r;

	if (arg == NULL)
		return false;
	if (str_find_byte(arg->name, '.') >= 0)
		return get_audit_field(e, arg, ret);
	r = find_type(e, arg->name);
	return r != NULL && give_str(ret, r->body);
}

/* A user message: the judged record, or what the judged call sent. */
static const struct record *message(struct event *e)
{
	for (size_t i = 0; i < e->audit->nrecords; i++) {
		struct record *r = &e->audit->records[i];

		if ((e->record == NULL || e->record == r) &&
		    record_origin(r->type) == RECORD_BY_PROGRAM &&
		    record_scan(r, &e->audit->arena) == 0)
			return r;
	}
	return NULL;
}

static bool message_field(struct event *e, struct str name,
                          const struct record **ret, struct str *ret_raw)
{
	const struct record *r = message(e);

	*ret = r;
	return r != NULL && record_inner_field(r, name, ret_raw);
}

bool get_audit_interpreted(struct event *e, const struct field_arg *arg,
                           struct value *ret)
{
	struct str type, name, raw, text;
	const struct record *r;

	if (arg == NULL)
		return false;
	split_name(arg->name, &type, &name);
	if (str_eq(type, STR("msg"))) {
		if (!message_field(e, name, &r, &raw))
			return false;
	} else {
		r = find_field(e, type, name, &raw);
	}
	return r != NULL && interpret_meaning(e, r, name, raw, &text) &&
	       give_str(ret, text);
}

static struct str message_text(struct str raw)
{
	if (raw.len != 0 && raw.s[0] == '\'')
		raw = str_skip(raw, 1);
	if (raw.len != 0 && raw.s[raw.len - 1] == '\'')
		raw.len--;
	return raw;
}

bool get_audit_msg(struct event *e, const struct field_arg *arg,
                   struct value *ret)
{
	const struct record *r = message(e);
	struct str raw, text;

	if (r == NULL)
		return false;
	if (arg == NULL)
		return record_field(r, STR("msg"), &raw) &&
		       give_str(ret, message_text(raw));
	return record_inner_field(r, arg->name, &raw) &&
	       interpret_plain(e, r, arg->name, raw, &text) &&
	       give_str(ret, text);
}

/* Each record has one of these at most. */
GETTER(get_audit_result)
{
	static const struct str names[] = { STR_INIT("res"), STR_INIT("result"),
		                            STR_INIT("success") };
	struct record *r = own_record(e);
	struct str raw, text;

	for (size_t i = 0; r != NULL && i < sizeof(names) / sizeof(names[0]);
	     i++)
		if ((has_field(e, r, names[i], &raw) ||
		     record_inner_field(r, names[i], &raw)) &&
		    interpret_meaning(e, r, names[i], raw, &text))
			return give_str(ret, text);
	return false;
}

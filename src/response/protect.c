/* SPDX-License-Identifier: GPL-2.0-or-later */
/* protect.c - the never-kill list: entries, and who is on it. */
#include "protect.h"

#include <fnmatch.h>
#include <pwd.h>

#include "saker/base/array.h"
#include "saker/base/io.h"
#include "saker/response/response.h"

static const char *const prefixes[] = {
#define PROTECT(id, prefix, doc) [PROTECT_##id] = prefix,
#include "saker/response/protect.def"
};

static const struct {
	enum protect_kind kind;
	struct str text;
} vital[] = {
#define VITAL(id, text) { PROTECT_##id, STR_INIT(text) },
#include "saker/response/protect.def"
};

/* How much of a pattern stands for itself. */
static size_t literal_length(struct str pattern)
{
	size_t n = 0;

	while (n < pattern.len && strchr("*?[\\", pattern.s[n]) == NULL)
		n++;
	return n;
}

/* fnmatch() wants ends of strings; * stands for slashes too. Before a kill some
 * hundred patterns are tried on each part of some paths, and next to none fits:
 * most are told by how they begin. */
static bool fits(struct str pattern, struct str v)
{
	auto_buf struct buf p = BUF_INIT, t = BUF_INIT;
	const size_t literal = literal_length(pattern);

	if (!str_has_prefix(v, str_take(pattern, literal)))
		return false;
	if (literal == pattern.len)
		return v.len == literal;
	buf_add_str(&p, pattern);
	buf_add_str(&t, v);
	/* without memory to compare, it counts as protected */
	return fnmatch(buf_cstr(&p), buf_cstr(&t), 0) == 0 || p.failed ||
	       t.failed;
}

/* A container chooses its own paths, so that one of them proves nothing. */
static bool is_exe(const struct protected *p, const struct response_facts *f,
                   const struct response_member *m)
{
	const struct str deleted = STR(" (deleted)");
	struct str exe = m->exe;

	if (p->id.ino != 0 && file_id_eq(p->id, m->exe_id))
		return true;
	if (f->request->state == PROCESS_CONTAINER && m->is_in_container)
		return false;
	if (str_has_suffix(exe, deleted))
		exe.len -= deleted.len;
	return str_eq(p->text, exe) ||
	       (str_find_byte(p->text, '*') >= 0 && fits(p->text, exe));
}

static bool is_unit(struct str pattern, struct str path)
{
	struct str name;

	while (str_split(&path, '/', &name))
		if (name.len != 0 && fits(pattern, name))
			return true;
	return false;
}

/* The cgroup itself, or one above it. */
static bool is_below(struct str pattern, struct str path)
{
	for (size_t n = 1; n <= path.len; n++)
		if ((n == path.len || path.s[n] == '/') &&
		    fits(pattern, str_take(path, n)))
			return true;
	return false;
}

static bool any_path(struct str lines, struct str pattern,
                     bool (*fn)(struct str pattern, struct str path))
{
	struct str line, number, controllers;

	while (str_split(&lines, '\n', &line))
		if (str_split(&line, ':', &number) &&
		    str_split(&line, ':', &controllers) && fn(pattern, line))
			return true;
	return false;
}

static bool has_label(const struct container_label *labels, size_t count,
                      struct str text)
{
	struct str value = text, key = STR_NONE;

	str_split(&value, '=', &key);
	for (size_t i = 0; i < count; i++)
		if (str_eq(labels[i].key, key) &&
		    (value.s == NULL || fits(value, labels[i].value)))
			return true;
	return false;
}

/* Who wrote the entry may have taken the id whole, of which the first 12
 * characters are shown. */
static bool is_long_id(struct str pattern, struct str id)
{
	return pattern.len == CONTAINER_ID_LENGTH &&
	       id.len == CONTAINER_SHORT_LENGTH && str_has_prefix(pattern, id);
}

static bool is_container(struct str pattern, const struct response_request *r)
{
	return (r->container.len != 0 && (fits(pattern, r->container) ||
	                                  is_long_id(pattern, r->container))) ||
	       (r->container_name.len != 0 && fits(pattern, r->container_name));
}

bool protected_is(const struct protected *p, const struct response_facts *f,
                  const struct response_member *m)
{
	const struct response_request *r = f->request;

	switch (p->kind) {
	case PROTECT_EXE:
		return is_exe(p, f, m);
	case PROTECT_UNIT:
		return any_path(m->cgroup, p->text, is_unit);
	case PROTECT_CGROUP:
		return any_path(m->cgroup, p->text, is_below);
	case PROTECT_CONTAINER:
		return is_container(p->text, r);
	case PROTECT_IMAGE:
		return r->image.len != 0 && fits(p->text, r->image);
	case PROTECT_LABEL:
		return has_label(r->labels, r->nlabels, p->text) ||
		       has_label(r->pod_labels, r->npod_labels, p->text);
	case PROTECT_NAMESPACE:
		return r->pod_namespace.len != 0 &&
		       fits(p->text, r->pod_namespace);
	case PROTECT_USER:
		return m->error == 0 && (m->uid == p->uid || m->euid == p->uid);
	case PROTECT__MAX:
	default:
		return true;
	}
}

/* From the file: a lookup over the network could wait for long. */
static bool find_user(struct str name, uint32_t *ret)
{
	auto_fclose FILE *f = NULL;
	const struct passwd *p;
	uint64_t number;

	if (str_to_u64(name, 10, &number)) {
		*ret = (uint32_t)number;
		return number < UINT32_MAX;
	}
	f = fopen("/etc/passwd", "re");
	while (f != NULL && (p = fgetpwent(f)) != NULL)
		if (str_eq(name, str_from(p->pw_name))) {
			*ret = p->pw_uid;
			return true;
		}
	return false;
}

static bool parse(struct str entry, struct protected *ret)
{
	struct str text = entry, prefix;

	*ret = (struct protected){ .kind = PROTECT_EXE, .text = entry };
	if (str_has_prefix(entry, STR("/")))
		return true;
	str_split(&text, ':', &prefix);
	ret->text = text;
	for (size_t i = 0; i < PROTECT__MAX; i++)
		if (str_eq(prefix, str_from(prefixes[i]))) {
			ret->kind = (enum protect_kind)i;
			if (ret->kind == PROTECT_USER)
				return find_user(text, &ret->uid);
			return text.len != 0 &&
			       (ret->kind != PROTECT_EXE ||
			        str_has_prefix(text, STR("/")));
		}
	return false;
}

bool response_protect_valid(struct str entry)
{
	struct protected p;

	return parse(entry, &p);
}

int protected_list(const struct str *configured, size_t count,
                   struct arena *arena, struct protected **ret,
                   size_t *ret_count)
{
	size_t n = COUNT(vital);
	struct protected *list =
		arena_array(arena, struct protected, n + count);

	if (list == NULL)
		return E_NOMEM;
	for (size_t i = 0; i < n; i++)
		list[i] = (struct protected){ .kind = vital[i].kind,
			                      .text = vital[i].text };
	for (size_t i = 0; i < count; i++)
		if (parse(configured[i], &list[n]))
			n++;
	*ret = list;
	*ret_count = n;
	return 0;
}

void protected_refresh(struct protected *list, size_t count, struct host *h)
{
	for (size_t i = 0; i < count; i++) {
		auto_buf struct buf path = BUF_INIT;

		list[i].id = (struct file_id){ 0 };
		if (list[i].kind != PROTECT_EXE ||
		    str_find_byte(list[i].text, '*') >= 0)
			continue;
		buf_add_str(&path, list[i].text);
		if (path.failed ||
		    h->ops->file_id(h, buf_cstr(&path), &list[i].id) < 0)
			list[i].id = (struct file_id){ 0 };
	}
}

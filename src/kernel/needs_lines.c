/* SPDX-License-Identifier: GPL-2.0-or-later */
/* needs_lines.c - needs as rules in auditctl's form: calls that share a
 * selection share a line. */
#include <errno.h>
#include <libaudit.h>
#include <stdlib.h>

#include "saker/audit/names.h"
#include "saker/base/io.h"
#include "saker/event/event_types.h"
#include "saker/kernel/needs.h"

struct arch {
	const char *name; /* as in arch= */
	uint32_t elf;
};

struct writer {
	struct arena *arena;
	const struct kernel_needs *needs;
	const char *key;
	struct buf lines; /* struct kernel_line */
	bool nomem;
};

static bool same_selection(const struct kernel_selection *a,
                           const struct kernel_selection *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->filters[i].field != b->filters[i].field ||
		    a->filters[i].is_mask != b->filters[i].is_mask ||
		    a->filters[i].value != b->filters[i].value)
			return false;
	return true;
}

static bool takes(const struct kernel_need *n, const struct kernel_selection *s)
{
	for (size_t i = 0; i < n->count; i++)
		if (same_selection(&n->any[i], s))
			return true;
	return false;
}

static void add_filter(const struct kernel_filter *f, struct buf *out)
{
	const char *error = f->field == KERNEL_FILTER_EXIT && f->value < 0
	                            ? audit_errno_to_name((int)-f->value)
	                            : NULL;

	if (f->field == KERNEL_FILTER_SUCCESS)
		buf_printf(out, " -F success=%lld", (long long)f->value);
	else if (error != NULL)
		buf_printf(out, " -F exit=-%s", error);
	else if (f->field == KERNEL_FILTER_EXIT)
		buf_printf(out, " -F exit=%lld", (long long)f->value);
	else if (f->is_mask)
		buf_printf(out,
		           f->value < 10 ? " -F a%u&%llx" : " -F a%u&0x%llx",
		           f->field, (unsigned long long)f->value);
	else
		buf_printf(out, " -F a%u=%lld", f->field, (long long)f->value);
}

static void add_filters(const struct kernel_selection *s, bool registers,
                        struct buf *out)
{
	for (size_t i = 0; i < s->count; i++)
		if (registers || s->filters[i].field >= KERNEL_FILTER_EXIT)
			add_filter(&s->filters[i], out);
}

static bool has_line(const struct writer *w, struct str text)
{
	const struct kernel_line *lines = (const void *)w->lines.data;

	for (size_t i = 0; i < w->lines.len / sizeof(*lines); i++)
		if (str_eq(lines[i].text, text))
			return true;
	return false;
}

static void finish_line(struct writer *w, struct buf *line, bool is_uring)
{
	struct kernel_line l = { .is_uring = is_uring };

	buf_printf(line, " -F key=%s", w->key);
	if (has_line(w, buf_str(line)))
		return;
	l.text = arena_copy(w->arena, buf_str(line));
	w->nomem |= line->failed || l.text.s == NULL;
	buf_add(&w->lines, &l, sizeof(l));
}

static void add_comma(struct buf *out)
{
	if (out->len > 0)
		buf_add_byte(out, ',');
}

/* auditctl knows no name that its libaudit does not know. Nothing when the
 * architecture has no such call. */
static void add_call(const struct arch *arch, struct str call, struct buf *out)
{
	auto_buf struct buf name = BUF_INIT;
	int nr;

	if (call.len == 0) {
		add_comma(out);
		buf_add_str(out, STR("all"));
		return;
	}
	buf_add_str(&name, call);
	out->failed |= name.failed;
	nr = syscall_number(arch->elf, buf_cstr(&name));
	if (nr < 0)
		return;
	add_comma(out);
	if (audit_name_to_syscall(buf_cstr(&name),
	                          audit_elf_to_machine(arch->elf)) < 0)
		buf_printf(out, "%d", nr);
	else
		buf_add_str(out, call);
}

static void add_group(struct writer *w, const struct arch *arch,
                      const struct kernel_selection *s)
{
	auto_buf struct buf calls = BUF_INIT, line = BUF_INIT;

	for (size_t i = 0; i < w->needs->count; i++)
		if (takes(&w->needs->items[i], s))
			add_call(arch, w->needs->items[i].call, &calls);
	w->nomem |= calls.failed;
	if (calls.len == 0)
		return;
	buf_printf(&line, "-a always,exit -F arch=%s -S %.*s", arch->name,
	           STR_FMT(buf_str(&calls)));
	add_filters(s, true, &line);
	finish_line(w, &line, false);
}

/* socketcall's own registers are another call's: only its number and the result
 * can be looked at. */
static void add_socketcall(struct writer *w, const struct arch *arch,
                           const struct kernel_need *n,
                           const struct kernel_selection *s)
{
	auto_buf struct buf line = BUF_INIT;
	int number = event_type_socketcall(n->call);

	if (number < 0 || syscall_number(arch->elf, "socketcall") < 0)
		return;
	buf_printf(&line, "-a always,exit -F arch=%s -S socketcall -F a0=%d",
	           arch->name, number);
	add_filters(s, false, &line);
	finish_line(w, &line, false);
}

static void add_arch(struct writer *w, const struct arch *arch)
{
	const struct kernel_needs *n = w->needs;

	for (size_t i = 0; i < n->count; i++)
		for (size_t k = 0; k < n->items[i].count; k++) {
			add_group(w, arch, &n->items[i].any[k]);
			add_socketcall(w, arch, &n->items[i],
			               &n->items[i].any[k]);
		}
}

/* What a ring's operation is given stands in no register. */
static void add_uring(struct writer *w)
{
	auto_buf struct buf calls = BUF_INIT, line = BUF_INIT;

	for (size_t i = 0; i < w->needs->count; i++) {
		struct str call = w->needs->items[i].call;

		if (!event_type_is_operation(call))
			continue;
		add_comma(&calls);
		buf_add_str(&calls, call);
	}
	w->nomem |= calls.failed;
	if (calls.len == 0)
		return;
	buf_printf(&line, "-a always,io_uring -S %.*s",
	           STR_FMT(buf_str(&calls)));
	finish_line(w, &line, true);
}

int kernel_needs_lines(const struct kernel_needs *n, struct arena *arena,
                       const char *key, struct kernel_line **ret,
                       size_t *ret_count)
{
	static const char *const names[] = { "b64", "b32" };
	struct writer w = { .arena = arena, .needs = n, .key = key };
	struct kernel_line *lines;

	for (size_t i = 0; i < 2; i++) {
		int machine = audit_determine_machine(names[i]);

		if (machine >= 0)
			add_arch(&w,
			         &(struct arch){ names[i], audit_machine_to_elf(
								   machine) });
	}
	add_uring(&w);
	lines = arena_alloc(arena, w.lines.len + 1);
	if (w.nomem || w.lines.failed || lines == NULL) {
		buf_done(&w.lines);
		return E_NOMEM;
	}
	if (w.lines.len > 0)
		memcpy(lines, w.lines.data, w.lines.len);
	*ret = lines;
	*ret_count = w.lines.len / sizeof(*lines);
	buf_done(&w.lines);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit_rules_print.c - kernel rules with what makes them necessary. */
#include "audit_rules.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

/* auditctl reads lines of a limited length, comments too. */
#define NAME_MOST ((size_t)200)

static void add_name(struct str name, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	escape_text(&text, name);
	out->failed |= text.failed;
	buf_add_str(out, str_take(buf_str(&text), NAME_MOST));
	if (text.len > NAME_MOST)
		buf_add_str(out, STR("..."));
}

static bool is_of_part(const struct audit_rules *a,
                       const struct kernel_group *g)
{
	return a->part == PORTABLE_NOT ||
	       g->is_optional == (a->part == PORTABLE_OPTIONAL);
}

static size_t count_lines(const struct audit_rules *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->plan.ngroups; i++)
		if (!a->plan.groups[i].is_any && !a->plan.groups[i].is_own &&
		    is_of_part(a, &a->plan.groups[i]))
			n += a->plan.groups[i].nlines;
	return n;
}

/* auditctl -R ends at a line that the kernel refuses. */
static void text_portable(const struct audit_rules *a, struct buf *out)
{
	if (a->part == PORTABLE_BASE)
		buf_add_str(
			out,
			STR("## For hosts of any kind: each line loads "
		            "everywhere. Better are those made for the host:\n"
		            "## saker audit-rules "
		            ">/etc/audit/rules.d/50-saker.rules\n"));
	if (a->part == PORTABLE_OPTIONAL)
		buf_add_str(out,
		            STR("## About directories that not every host has. "
		                "Those made for the host have what is there:\n"
		                "## saker audit-rules "
		                ">/etc/audit/rules.d/50-saker.rules\n\n"
		                "## Go on after a line whose directory is not "
		                "there.\n-i\n"));
}

static void text_head(const struct audit_rules *a, struct buf *out)
{
	const struct kernel_target *t = &a->target;

	buf_add_str(out, STR("## Kernel audit rules for saker, made by "
	                     "\"saker audit-rules\".\n"));
	buf_printf(out, "## %zu for %zu rules of saker, on %s", count_lines(a),
	           a->count - 1, t->machine);
	buf_printf(out, ", Linux %u.%u", t->kernel >> 16,
	           t->kernel >> 8 & 0xff);
	if (t->auditctl != 0)
		buf_printf(out, ", auditctl %u.%u.%u", t->auditctl >> 16,
		           t->auditctl >> 8 & 0xff, t->auditctl & 0xff);
	buf_add_str(out, STR(".\n"));
	text_portable(a, out);
	if (a->part == PORTABLE_OPTIONAL)
		return;
	if (!kernel_target_takes_exe(t))
		buf_add_str(out, STR("## saker and auditd themselves are not "
		                     "left out: there are no rules by exe "
		                     "here.\n"));
	if (!kernel_target_takes_uring(t))
		buf_add_str(out, STR("## What io_uring does is not seen: there "
		                     "are no rules for it here.\n"));
}

static void text_served(const struct audit_rules *a, const size_t *served,
                        size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		buf_add_str(out, STR("##   "));
		if (served[i] == NEED_TRACKING)
			buf_printf(out,
			           "what is kept from earlier records, for %zu "
			           "rules",
			           a->ntracked);
		else
			add_name(a->rules[served[i]]->name, out);
		buf_add_byte(out, '\n');
	}
}

static bool same_served(const struct kernel_group *a,
                        const struct kernel_group *b)
{
	return a->is_own == b->is_own && a->is_uring == b->is_uring &&
	       a->is_any == b->is_any && a->nserved == b->nserved &&
	       (a->nserved == 0 ||
	        memcmp(a->served, b->served, a->nserved * sizeof(*a->served)) ==
	                0);
}

static void text_group(const struct audit_rules *a, size_t i, struct buf *out)
{
	const struct kernel_group *g = &a->plan.groups[i];
	bool goes_on = i > 0 && same_served(g, g - 1) && is_of_part(a, g - 1);

	if (!is_of_part(a, g))
		return;
	if (!goes_on) {
		buf_add_str(out,
		            g->is_own     ? STR("\n## Not what saker and "
		                                    "auditd do themselves.\n")
		            : g->is_uring ? STR("\n## The same by io_uring, "
		                                "needed by:\n")
		            : g->is_any   ? STR("\n## Left out, because every "
		                                  "system call would be logged; "
		                                  "needed by:\n")
		                          : STR("\n## Needed by:\n"));
		text_served(a, g->served, g->nserved, out);
	}
	if (g->numbers.len > 0 &&
	    (!goes_on || !str_eq(g->numbers, (g - 1)->numbers)))
		buf_printf(out, "## %.*s\n", STR_FMT(g->numbers));
	for (size_t k = 0; k < g->nlines; k++)
		buf_printf(out, "%s%.*s\n", g->is_any ? "# " : "",
		           STR_FMT(g->lines[k]));
}

static void text_absent(const struct audit_rules *a, struct buf *out)
{
	const struct kernel_absence *absent = a->plan.absent;

	for (size_t i = 0; i < a->plan.nabsent; i++) {
		buf_add_str(out, STR("\n## Left out: "));
		add_name(absent[i].path, out);
		buf_printf(out, ", %s; needed by:\n", absent[i].why);
		text_served(a, absent[i].served, absent[i].nserved, out);
	}
}

/* Those whose records come by themselves, or cannot come at all. */
static void text_without(const struct audit_rules *a, struct buf *out)
{
	bool any = false;

	for (size_t i = 1; i < a->count; i++) {
		if (a->needs[i].count != 0)
			continue;
		if (!any)
			buf_add_str(out, STR("\n## Without kernel rules:\n"));
		any = true;
		text_served(a, &i, 1, out);
	}
}

void audit_rules_text(const struct audit_rules *a, struct buf *out)
{
	text_head(a, out);
	for (size_t i = 0; i < a->plan.ngroups; i++)
		text_group(a, i, out);
	if (a->part == PORTABLE_OPTIONAL)
		return;
	text_absent(a, out);
	text_without(a, out);
}

static bool is_in(size_t need, const size_t *served, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (served[i] == need)
			return true;
	return false;
}

/* What is kept is needed by all who ask for it. */
static void json_served(const struct audit_rules *a, const size_t *served,
                        size_t count, struct buf *out)
{
	bool tracking = is_in(NEED_TRACKING, served, count);
	const char *comma = "";

	buf_add_str(out, STR("\"needed_by\":["));
	for (size_t i = 1; i < a->count; i++) {
		if (!is_in(i, served, count) && !(tracking && a->is_tracked[i]))
			continue;
		buf_printf(out, "%s", comma);
		comma = ",";
		escape_json(out, a->rules[i]->name);
	}
	buf_printf(out, "],\"tracking\":%s}\n", tracking ? "true" : "false");
}

static void json_group(const struct audit_rules *a,
                       const struct kernel_group *g, struct buf *out)
{
	for (size_t i = 0; i < g->nlines; i++) {
		buf_printf(out, "{\"io_uring\":%s,\"key\":",
		           g->is_uring ? "true" : "false");
		escape_json(out, g->key);
		buf_add_str(out, STR(",\"line\":"));
		escape_json(out, g->lines[i]);
		buf_printf(out, ",\"left_out\":%s,",
		           g->is_any ? "true" : "false");
		json_served(a, g->served, g->nserved, out);
	}
}

void audit_rules_json(const struct audit_rules *a, struct buf *out)
{
	const struct kernel_absence *absent = a->plan.absent;

	for (size_t i = 0; i < a->plan.ngroups; i++)
		if (is_of_part(a, &a->plan.groups[i]))
			json_group(a, &a->plan.groups[i], out);
	for (size_t i = 0; i < a->plan.nabsent; i++) {
		buf_add_str(out, STR("{\"left_out\":true,\"path\":"));
		escape_json(out, absent[i].path);
		buf_printf(out, ",\"reason\":\"%s\",", absent[i].why);
		json_served(a, absent[i].served, absent[i].nserved, out);
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alert.c - building alerts. */
#include "saker/alert/alert.h"

#include <stdlib.h>
#include <sys/random.h>

#include "saker/alert/render.h"
#include "saker/base/clock.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

#define EVT_TIME STR("evt.time")

/* What every alert carries when the event knows it. */
static const struct {
	enum field_id id;
	const char *name;
} always[] = {
	{ FIELD_AUDIT_NODE, "audit.node" },
	{ FIELD_AUDIT_SERIAL, "audit.serial" },
	{ FIELD_CONTAINER_ID, "container.id" },
	{ FIELD_PROC_PID, "proc.pid" },
};

#define NALWAYS (sizeof(always) / sizeof(always[0]))

static void write_uuid(unsigned char b[16], unsigned version, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	b[6] = (unsigned char)(version << 4 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*ret++ = '-';
		*ret++ = digits[b[i] >> 4];
		*ret++ = digits[b[i] & 0x0f];
	}
	*ret = '\0';
}

/* RFC 9562, version 4. Without the kernel's randomness (before its pool is
 * ready) ids need only differ, so that clocks do. */
static void make_uuid(char *ret)
{
	unsigned char b[16];

	if (getrandom(b, sizeof(b), GRND_NONBLOCK) != (ssize_t)sizeof(b)) {
		uint64_t clocks[2] = { clock_realtime_ns(),
			               clock_monotonic_ns() };
		struct str v = { (const char *)clocks, sizeof(clocks) };
		uint64_t halves[2] = { str_hash(v, clocks[0]),
			               str_hash(v, (uintptr_t)ret) };

		memcpy(b, halves, sizeof(b));
	}
	write_uuid(b, 4, ret);
}

/* RFC 9562, version 8: what is in it is up to who makes it. */
void alert_identify(struct alert *a, struct str key)
{
	const uint64_t halves[2] = { str_hash(key, 1), str_hash(key, 2) };
	unsigned char b[16];

	if (key.len == 0) {
		make_uuid(a->uuid);
		return;
	}
	memcpy(b, halves, sizeof(b));
	write_uuid(b, 8, a->uuid);
}

/* False when out of memory. An absent view stays absent. */
static bool copy_str(struct arena *a, struct str v, struct str *ret)
{
	*ret = v.s != NULL ? arena_copy(a, v) : STR_NONE;
	return v.s == NULL || ret->s != NULL;
}

/* Texts and lists become one owned text as the outputs show it. */
static bool copy_value(struct arena *a, const struct value *v,
                       struct value *ret)
{
	auto_buf struct buf text = BUF_INIT;

	if (v->type != VALUE_STRING && v->type != VALUE_LIST &&
	    v->type != VALUE_BYTES && v->type != VALUE_MANY) {
		*ret = *v;
		return true;
	}
	render_value(v, &text);
	ret->type = VALUE_STRING;
	ret->str = arena_copy(a, buf_str(&text));
	return !text.failed && ret->str.s != NULL;
}

static bool get(const struct field_source *event, enum field_id id,
                struct value *ret)
{
	static const struct field_arg no_arg = { 0 };

	return event->get(event->context, id, &no_arg, ret);
}

static struct alert_field *find_field(struct alert *a, struct str name)
{
	for (size_t i = 0; i < a->nfields; i++)
		if (str_eq(a->fields[i].name, name))
			return &a->fields[i];
	return NULL;
}

/* Appends unless the name is there; v NULL = no value. */
static bool add_field(struct alert *a, struct str name, const struct value *v)
{
	struct alert_field *f = &a->fields[a->nfields];

	if (find_field(a, name) != NULL)
		return true;
	f->has_value = v != NULL;
	if (!copy_str(&a->arena, name, &f->name) ||
	    (v != NULL && !copy_value(&a->arena, v, &f->value)))
		return false;
	a->nfields++;
	return true;
}

static int compare_fields(const void *a, const void *b)
{
	return str_cmp(((const struct alert_field *)a)->name,
	               ((const struct alert_field *)b)->name);
}

/* Room for n fields, the first being the time as Falco's JSON has it. */
static bool start_fields(struct alert *a, size_t n)
{
	struct value time = { .type = VALUE_TIME, .u = a->time_ns };

	a->fields = arena_array(&a->arena, struct alert_field, n + 1);
	return a->fields != NULL && add_field(a, EVT_TIME, &time);
}

static bool add_event_fields(struct alert *a, const struct rule *rule,
                             const struct field_source *event)
{
	const struct template *t = &rule->output;
	struct value v = { .type = VALUE_UINT, .u = rule->threshold.count };

	if (!start_fields(a, t->nparts + NALWAYS + 1) ||
	    (rule->threshold.is_given &&
	     !add_field(a, STR("alert.events"), &v)))
		return false;
	for (size_t i = 0; i < t->nparts; i++) {
		const struct template_part *p = &t->parts[i];

		if (p->field == NULL && p->ninputs == 0)
			continue;
		if (!add_field(a, p->text,
		               render_read(p, event, &a->arena, &v) ? &v
		                                                    : NULL))
			return false;
	}
	for (size_t i = 0; i < NALWAYS; i++)
		if (get(event, always[i].id, &v) &&
		    !add_field(a, str_from(always[i].name), &v))
			return false;
	qsort(a->fields, a->nfields, sizeof(*a->fields), compare_fields);
	return true;
}

static bool copy_tags(struct alert *a, const struct rule *rule)
{
	a->tags = arena_array(&a->arena, struct str, rule->ntags);
	if (a->tags == NULL)
		return false;
	for (size_t i = 0; i < rule->ntags; i++)
		if (!copy_str(&a->arena, rule->tags[i], &a->tags[i]))
			return false;
	a->ntags = rule->ntags;
	return true;
}

static bool render_message(struct alert *a, const struct rule *rule,
                           const struct field_source *event)
{
	auto_buf struct buf text = BUF_INIT;

	render_template(&rule->output, event, &text);
	a->message = arena_copy(&a->arena, buf_str(&text));
	return !text.failed && a->message.s != NULL;
}

static bool fill(struct alert *a, const struct rule *rule,
                 const struct field_source *event)
{
	struct value v;

	if (get(event, FIELD_EVT_RAWTIME, &v))
		a->time_ns = v.u;
	if (get(event, FIELD_EVT_HOSTNAME, &v) &&
	    !copy_str(&a->arena, v.str, &a->hostname))
		return false;
	a->priority = rule->priority;
	a->source =
		rule->source == SOURCE_SYSCALL ? STR("syscall") : STR("audit");
	return copy_str(&a->arena, rule->name, &a->rule) &&
	       copy_tags(a, rule) && render_message(a, rule, event) &&
	       add_event_fields(a, rule, event);
}

int alert_from_hit(const struct rule *rule, const struct field_source *event,
                   struct alert *ret)
{
	struct alert a = { 0 };

	if (!fill(&a, rule, event)) {
		alert_done(&a);
		return E_NOMEM;
	}
	*ret = a;
	return 0;
}

static bool fill_internal(struct alert *a, const struct alert_internal *what)
{
	auto_buf struct buf rule = BUF_INIT;

	a->time_ns = what->time_ns;
	a->priority = what->priority;
	a->source = STR("internal");
	buf_add_str(&rule, STR("saker internal: "));
	buf_add_str(&rule, what->name);
	if (rule.failed || !copy_str(&a->arena, buf_str(&rule), &a->rule) ||
	    !copy_str(&a->arena, what->hostname, &a->hostname) ||
	    !copy_str(&a->arena, what->message, &a->message) ||
	    !start_fields(a, what->nfields))
		return false;
	for (size_t i = 0; i < what->nfields; i++)
		if (!add_field(a, what->fields[i].name,
		               what->fields[i].has_value
		                       ? &what->fields[i].value
		                       : NULL))
			return false;
	qsort(a->fields, a->nfields, sizeof(*a->fields), compare_fields);
	return true;
}

int alert_from_internal(const struct alert_internal *what, struct alert *ret)
{
	struct alert a = { 0 };

	if (!fill_internal(&a, what)) {
		alert_done(&a);
		return E_NOMEM;
	}
	make_uuid(a.uuid);
	*ret = a;
	return 0;
}

static bool add_series_message(struct alert *a, const struct alert_series *s)
{
	auto_buf struct buf text = BUF_INIT;

	buf_add_str(&text, a->message);
	buf_printf(&text, " [%s%llu more since ",
	           s->is_of_rule ? "of this rule " : "repeated: ",
	           (unsigned long long)s->count);
	render_time_of_day(s->since_ns, &text);
	buf_add_byte(&text, ']');
	a->message = arena_copy(&a->arena, buf_str(&text));
	return !text.failed && a->message.s != NULL;
}

int alert_set_series(struct alert *a, const struct alert_series *series)
{
	const struct value count = { .type = VALUE_UINT, .u = series->count };
	const struct value since = { .type = VALUE_TIME,
		                     .u = series->since_ns };
	const struct value until = { .type = VALUE_TIME,
		                     .u = series->until_ns };
	struct alert_field *fields =
		arena_array(&a->arena, struct alert_field, a->nfields + 4);

	if (fields == NULL)
		return E_NOMEM;
	memcpy(fields, a->fields, a->nfields * sizeof(*fields));
	a->fields = fields;
	if (!add_field(a, STR("alert.count"), &count) ||
	    !add_field(a, STR("alert.since"), &since) ||
	    !add_field(a, STR("alert.until"), &until) ||
	    !add_series_message(a, series))
		return E_NOMEM;
	qsort(a->fields, a->nfields, sizeof(*a->fields), compare_fields);
	a->is_summary = true;
	return 0;
}

int alert_set_response(struct alert *a, const struct alert_response *response)
{
	struct alert_response r = *response;

	if (!copy_str(&a->arena, response->action, &r.action) ||
	    !copy_str(&a->arena, response->mode, &r.mode) ||
	    !copy_str(&a->arena, response->result, &r.result) ||
	    !copy_str(&a->arena, response->scope, &r.scope) ||
	    !copy_str(&a->arena, response->tier, &r.tier) ||
	    !copy_str(&a->arena, response->evidence, &r.evidence) ||
	    !copy_str(&a->arena, response->container, &r.container) ||
	    !copy_str(&a->arena, response->exe, &r.exe))
		return E_NOMEM;
	a->response = r;
	a->has_response = true;
	return 0;
}

void alert_done(struct alert *a)
{
	arena_done(&a->arena);
	*a = (struct alert){ 0 };
}

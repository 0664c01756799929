/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format_ocsf.c - an alert as a Detection Finding of the Open Cybersecurity
 * Schema (class 2004, events/findings/detection_finding.json). */
#include "config.h"

#include <inttypes.h>

#include "format.h"
#include "saker/base/array.h"
#include "saker/base/clock.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

/* The first with is_alert. */
#define SCHEMA "1.4.0"

/* The last part of a path that a field holds. */
static bool add_basename(const struct alert *a, struct str field,
                         struct buf *out)
{
	const struct alert_field *f = format_find(a, field);

	if (f == NULL || f->value.type != VALUE_STRING)
		return false;
	escape_json(out, str_basename(f->value.str));
	return true;
}

static bool add_exe_name(const struct alert *a, struct buf *out)
{
	return add_basename(a, STR("proc.exepath"), out);
}

/* 1 = regular file, 0 = not known; the schema requires the member. */
static bool add_exe_type(const struct alert *a, struct buf *out)
{
	buf_add_byte(out, '1');
	return format_find(a, STR("proc.exepath")) != NULL;
}

static bool add_file_name(const struct alert *a, struct buf *out)
{
	return add_basename(a, STR("fs.path.name"), out);
}

static bool add_file_type(const struct alert *a, struct buf *out)
{
	buf_add_byte(out, '0');
	return format_find(a, STR("fs.path.name")) != NULL;
}

/* A text in this schema. */
static bool add_uid(const struct alert *a, struct buf *out)
{
	const struct alert_field *f = format_find(a, STR("user.uid"));

	if (f == NULL)
		return false;
	buf_add_byte(out, '"');
	format_field(f, out);
	buf_add_byte(out, '"');
	return true;
}

static bool add_image_name(const struct alert *a, struct buf *out)
{
	return format_add_of_container(a, STR("container.image.repository"),
	                               out);
}

static bool add_fields(const struct alert *a, struct buf *out)
{
	format_fields(a, out);
	return true;
}

static const struct format_row evidence[] = {
#define OCSF_FIELD(path, field)   { path, field, NULL },
#define OCSF_FACT(path, function) { path, NULL, function },
#include "ocsf.def"
#undef OCSF_FIELD
#undef OCSF_FACT
};

static const struct {
	unsigned id;
	const char *name;
} severities[] = {
	[PRIORITY_EMERGENCY] = { 6, "Fatal" },
	[PRIORITY_ALERT] = { 5, "Critical" },
	[PRIORITY_CRITICAL] = { 5, "Critical" },
	[PRIORITY_ERROR] = { 4, "High" },
	[PRIORITY_WARNING] = { 3, "Medium" },
	[PRIORITY_NOTICE] = { 2, "Low" },
	[PRIORITY_INFORMATIONAL] = { 1, "Informational" },
	[PRIORITY_DEBUG] = { 1, "Informational" },
};

static void add_text(struct buf *out, const char *name, struct str text)
{
	buf_printf(out, ",\"%s\":", name);
	escape_json(out, text);
}

/* Each tactic and each technique for itself: tags do not pair them. */
static void add_attacks(const struct alert *a, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;
	size_t n = 0;

	buf_add_str(out, STR(",\"attacks\":["));
	for (size_t i = 0; format_tactic(a, i, &text); i++) {
		buf_add_str(out, n++ == 0 ? STR("") : STR(","));
		buf_add_str(out, STR("{\"tactic\":{\"name\":"));
		escape_json(out, buf_str(&text));
		buf_add_str(out, STR("}}"));
		buf_clear(&text);
	}
	for (size_t i = 0; format_technique(a, i, &text); i++) {
		buf_add_str(out, n++ == 0 ? STR("") : STR(","));
		buf_add_str(out, STR("{\"technique\":{\"uid\":"));
		escape_json(out, buf_str(&text));
		buf_add_str(out, STR("}}"));
		buf_clear(&text);
	}
	buf_add_byte(out, ']');
	out->failed |= text.failed;
}

static void add_finding(const struct alert *a, struct buf *out)
{
	buf_add_str(out, STR(",\"finding_info\":{\"analytic\":{\"name\":"));
	escape_json(out, a->rule);
	buf_add_str(out, STR(",\"type\":\"Rule\",\"type_id\":1}"));
	add_attacks(a, out);
	buf_printf(out, ",\"created_time\":%" PRIu64,
	           (uint64_t)(a->time_ns / NS_PER_MS));
	add_text(out, "desc", a->message);
	add_text(out, "title", a->rule);
	buf_add_str(out, STR(",\"types\":"));
	format_tags(a, out);
	add_text(out, "uid", str_from(a->uuid));
	buf_add_byte(out, '}');
}

static void add_metadata(const struct alert *a, struct buf *out)
{
	buf_add_str(out, STR(",\"metadata\":{\"product\":{\"name\":\"saker\","
	                     "\"vendor_name\":\"saker\",\"version\":"
	                     "\"" PACKAGE_VERSION "\"},"));
	if (a->has_response)
		buf_add_str(out, STR("\"profiles\":[\"security_control\"],"));
	buf_add_str(out, STR("\"version\":\"" SCHEMA "\""));
	add_text(out, "uid", str_from(a->uuid));
	buf_add_byte(out, '}');
}

static void add_evidences(const struct alert *a, struct buf *out)
{
	struct json_tree t;

	buf_add_str(out, STR(",\"evidences\":["));
	json_tree_begin(&t, out);
	format_rows(evidence, COUNT(evidence), a, &t);
	json_tree_end(&t);
	buf_add_byte(out, ']');
}

/* 7 = Custom Action, 15 = Detected (profiles/security_control.json): what
 * happened stands in the text and in the unmapped response. */
static void add_disposition(const struct alert_response *r, struct buf *out)
{
	buf_printf(out, ",\"disposition_id\":%d",
	           str_eq(r->mode, STR("enforce")) ? 7 : 15);
	add_text(out, "disposition", r->result);
	buf_add_str(out, STR(",\"unmapped\":{\"response\":"));
	format_response(r, out);
	buf_add_byte(out, '}');
}

void alert_render_ocsf(const struct alert *a, struct buf *out)
{
	buf_add_str(out, STR("{\"activity_id\":1,\"activity_name\":\"Create\","
	                     "\"category_name\":\"Findings\","
	                     "\"category_uid\":2,"
	                     "\"class_name\":\"Detection Finding\","
	                     "\"class_uid\":2004,\"device\":{\"hostname\":"));
	escape_json(out, a->hostname);
	buf_add_str(out, STR(",\"type_id\":0}"));
	add_evidences(a, out);
	add_finding(a, out);
	buf_add_str(out, STR(",\"is_alert\":true"));
	add_text(out, "message", a->message);
	add_metadata(a, out);
	add_text(out, "severity", str_from(severities[a->priority].name));
	buf_printf(out,
	           ",\"severity_id\":%u,\"status\":\"New\",\"status_id\":1,"
	           "\"time\":%" PRIu64 ",\"type_uid\":200401",
	           severities[a->priority].id,
	           (uint64_t)(a->time_ns / NS_PER_MS));
	if (a->has_response)
		add_disposition(&a->response, out);
	buf_add_str(out, STR("}\n"));
}

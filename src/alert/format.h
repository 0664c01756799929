/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format.h - what the formats of alerts share; private to src/alert. */
#ifndef SAKER_SRC_ALERT_FORMAT_H
#define SAKER_SRC_ALERT_FORMAT_H

#include "saker/alert/alert.h"

/* A field's value as JSON; null without one. */
void format_field(const struct alert_field *f, struct buf *out);
/* {"name":value,...} of all fields. */
void format_fields(const struct alert *a, struct buf *out);
/* {"action":...} */
void format_response(const struct alert_response *r, struct buf *out);
/* ["tag",...] */
void format_tags(const struct alert *a, struct buf *out);
/* The field of that name when it has a value, else NULL. */
const struct alert_field *format_find(const struct alert *a, struct str name);
/* Of a container, not of the host. */
bool format_in_container(const struct alert *a);
/* A field of the container's as JSON; false without one, and on the host. */
bool format_add_of_container(const struct alert *a, struct str name,
                             struct buf *out);
bool format_add_container_id(const struct alert *a, struct buf *out);
bool format_add_container_name(const struct alert *a, struct buf *out);

/* Tags such as mitre_privilege_escalation and T1611.001: the ith tag of that
 * kind, as ATT&CK writes it, is appended. False past the last. */
bool format_tactic(const struct alert *a, size_t i, struct buf *out);
bool format_technique(const struct alert *a, size_t i, struct buf *out);

/* JSON objects within objects, of values that come with paths in such an order
 * that what is in one object comes together. */
struct json_tree {
	struct buf *out;
	struct str parent; /* of the last value */
	bool comma;
};
/* `{` */
void json_tree_begin(struct json_tree *t, struct buf *out);
/* The names of the path that are not open yet; the value is the caller's to
 * append. path lives as long as the tree. */
void json_tree_at(struct json_tree *t, struct str path);
void json_tree_end(struct json_tree *t);

/* A row of a format's table: a field of the alert, or what a function appends;
 * a function returns false when there is nothing to say. */
struct format_row {
	const char *path;
	const char *field; /* NULL = a function */
	bool (*add)(const struct alert *a, struct buf *out);
};
void format_rows(const struct format_row *rows, size_t n, const struct alert *a,
                 struct json_tree *t);

#endif

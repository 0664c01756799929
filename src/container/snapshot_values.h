/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_values.h - values of a snapshot's JSON, taken with a reason when
 * they cannot be; private to src/container. */
#ifndef SAKER_CONTAINER_SNAPSHOT_VALUES_H
#define SAKER_CONTAINER_SNAPSHOT_VALUES_H

#include <jansson.h>

#include "snapshot_fields.h"

/* What a record's pid= may be; the kernel's limit is lower. */
#define MAX_PID INT32_MAX

struct snapshot_reader {
	struct snapshot *s;
	struct diag_list *diags;
	const char *name;
	unsigned line;
	size_t processes, containers;
	size_t max_files;
	bool has_ended;
	int error;
};

/* Both give false, for the caller to pass on; the first error stays. */
bool snapshot_complain(struct snapshot_reader *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool snapshot_nomem(struct snapshot_reader *r);

/* What they return lives in the snapshot's arena. False after an error. */
bool snapshot_take_text(struct snapshot_reader *r, const char *key,
                        const json_t *v, struct str *ret);
bool snapshot_take_number(struct snapshot_reader *r, const char *key,
                          const json_t *v, uint64_t max, uint64_t *ret);
bool snapshot_take_texts(struct snapshot_reader *r, const char *key,
                         const json_t *v, unsigned limit, struct str **ret,
                         size_t *ret_count);
/* The members of an object that is zeroed, or has its defaults. */
bool snapshot_take_members(struct snapshot_reader *r,
                           enum snapshot_object object, const json_t *json,
                           void *record);
/* Items of the object's type; NULL after an error. */
void *snapshot_take_objects(struct snapshot_reader *r, const char *key,
                            const json_t *v, enum snapshot_object object,
                            size_t *ret_count);

#endif

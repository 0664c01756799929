/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diag.h - what the cold paths have to tell the user, collected as values. */
#ifndef SAKER_BASE_DIAG_H
#define SAKER_BASE_DIAG_H

#include "saker/base/buf.h"
#include "saker/base/str.h"

enum diag_severity {
	DIAG_NOTE,
	DIAG_WARNING,
	DIAG_ERROR
};

/* Lines and columns count from 1, 0 = not known; offset is in bytes from the
 * file's start. All text is owned. */
struct diag {
	enum diag_severity severity;
	const char *
		code; /* static, e.g. LOAD_ERR_COMPILE_CONDITION; may be NULL */
	char *file;   /* NULL = no file */
	unsigned line;
	unsigned column;
	unsigned length; /* bytes to underline, 0 = only the caret */
	size_t offset;
	char *source; /* the source line; NULL = none */
	char *text;
	char *hint;            /* NULL = none */
	const char *item_type; /* what it stands in, "rule"; static, or NULL */
	char *item_name;
	unsigned item_line; /* where that begins */
	unsigned item_column;
	size_t item_offset;
	const char *part; /* of the item, "exception"; static, or NULL */
	char *part_name;
	bool is_cut; /* some of the above found no memory */
};

struct diag_list {
	struct diag *items;
	size_t count;
	size_t cap;
	size_t errors;
	size_t warnings;
	size_t dropped; /* beyond the limit or out of memory */
};

struct diag_place {
	const char *file;
	unsigned line;
	unsigned column;
	unsigned length;
	struct str source;
	size_t offset;
};

#define DIAG_LIST_INIT ((struct diag_list){ 0 })

void diag_done(struct diag_list *l);
/* Appends; text is formatted. Returns the entry, or NULL when it was dropped
 * (it is then counted). The entry is valid until the next append. */
struct diag *diag_add(struct diag_list *l, enum diag_severity severity,
                      const char *code, const struct diag_place *place,
                      const char *format, ...)
	__attribute__((format(printf, 5, 6)));
struct diag *diag_vadd(struct diag_list *l, enum diag_severity severity,
                       const char *code, const struct diag_place *place,
                       const char *format, va_list ap)
	__attribute__((format(printf, 5, 0)));
/* The entry that was appended last; NULL = there is none. */
struct diag *diag_last(struct diag_list *l);
/* d may be NULL. */
void diag_set_hint(struct diag *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void diag_vset_hint(struct diag *d, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* The part of the file that the diagnostic is about, and where it begins; type
 * is static. */
void diag_set_item(struct diag *d, const char *type, struct str name,
                   const struct diag_place *begin);
void diag_set_part(struct diag *d, const char *part, struct str name);
/* Entries from first on by line and column within their file; files stay in the
 * order in which they came. */
void diag_sort(struct diag_list *l, size_t first);
/* Appends "file:line:col: error: text", the source line, caret and hint. */
void diag_render(const struct diag *d, bool color, struct buf *out);
/* Appends what the list could not keep, of which there is nothing to render;
 * nothing when it has all. */
void diag_render_missing(const struct diag_list *l, struct buf *out);

#endif

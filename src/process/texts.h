/* SPDX-License-Identifier: GPL-2.0-or-later */
/* texts.h - what processes hold of text, counted; private to src/process. */
#ifndef SAKER_SRC_PROCESS_TEXTS_H
#define SAKER_SRC_PROCESS_TEXTS_H

#include "saker/process/table.h"

/* The bytes that all texts of a table's processes take; lives as long as the
 * last of them. */
struct text_budget;

struct text_budget *text_budget_new(void);
void text_budget_unref(struct text_budget *b);
/* Borrowed; NULL = no bound. */
struct text_budget *process_table_budget(const struct process_table *t);
/* Counts a text that was cut. */
void process_count_cut(const struct process *p);

/* Texts that were put lately, as references, by how they end. Begins as zeros.
 */
#define RECENT_TEXTS 256u
struct recent_texts {
	struct str items[RECENT_TEXTS];
};

void recent_texts_done(struct recent_texts *recent);
struct recent_texts *process_table_texts(struct process_table *t);

/* A reference to a copy of v: unless v is long, to the one that was put lately,
 * if there is one. recent NULL: a copy of its own. STR_NONE when out of memory.
 */
struct str text_hold(struct recent_texts *recent, struct str v);
/* Lets such a reference, or one of process_put_text(), go. */
void process_drop_text(struct str *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* render.h - values, templates and times as text. */
#ifndef SAKER_ALERT_RENDER_H
#define SAKER_ALERT_RENDER_H

#include "saker/base/buf.h"
#include "saker/engine/rule.h"

/* As an output line shows it, unescaped: lists joined by commas, a time as
 * HH:MM:SS.nnnnnnnnn. Cut at LIMIT_ALERT_FIELD_BYTES, with "..." behind. */
void render_value(const struct value *v, struct buf *out);
/* The part's value, borrowed from the event and the arena. False: none. */
bool render_read(const struct template_part *part,
                 const struct field_source *event, struct arena *arena,
                 struct value *ret);
/* A field without value is "<NA>"; a width pads or cuts. */
void render_template(const struct template *t, const struct field_source *event,
                     struct buf *out);

/* HH:MM:SS.nnnnnnnnn and YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ, both UTC. */
void render_time_of_day(uint64_t ns, struct buf *out);
void render_time_iso8601(uint64_t ns, struct buf *out);

/* The longest head of v that has at most n bytes and does not end inside a
 * UTF-8 sequence. */
struct str render_cut(struct str v, size_t n);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats.h - the table of what alerts can look like. */
#ifndef SAKER_ALERT_FORMATS_H
#define SAKER_ALERT_FORMATS_H

#include "saker/alert/alert.h"

enum alert_format {
#define ALERT_FORMAT(id, name, render, doc) ALERT_##id,
#include "saker/alert/formats.def"
#undef ALERT_FORMAT
	ALERT_FORMAT__MAX
};

/* By name. False: there is none. */
bool alert_format_parse(struct str text, enum alert_format *ret);
const char *alert_format_name(enum alert_format format);
const char *alert_format_doc(enum alert_format format);
/* Appends the alert, a newline behind it; out->failed: out of memory. */
void alert_render(const struct alert *a, enum alert_format format,
                  struct buf *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats.c - the table of what alerts can look like. */
#include "saker/alert/formats.h"

static const struct {
	const char *name;
	void (*render)(const struct alert *a, struct buf *out);
	const char *doc;
} formats[] = {
#define ALERT_FORMAT(id, name, render, doc) { name, render, doc },
#include "saker/alert/formats.def"
#undef ALERT_FORMAT
};

bool alert_format_parse(struct str text, enum alert_format *ret)
{
	for (unsigned i = 0; i < ALERT_FORMAT__MAX; i++)
		if (str_eq(text, str_from(formats[i].name))) {
			*ret = (enum alert_format)i;
			return true;
		}
	return false;
}

const char *alert_format_name(enum alert_format format)
{
	return formats[format].name;
}

const char *alert_format_doc(enum alert_format format)
{
	return formats[format].doc;
}

void alert_render(const struct alert *a, enum alert_format format,
                  struct buf *out)
{
	formats[format].render(a, out);
}

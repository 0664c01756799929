/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.c - which alerts an output gets. */
#include "saker/vm/op.h"
#include "spec.h"

static bool fits(const struct output_texts *patterns, struct str text)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (glob_match(str_from(patterns->items[i]), text, false))
			return true;
	return false;
}

static bool has_tag(const struct output_spec *spec, const struct alert *alert)
{
	for (size_t i = 0; i < alert->ntags; i++)
		if (fits(&spec->tags, alert->tags[i]))
			return true;
	return spec->tags.count == 0;
}

bool output_spec_wants(const struct output_spec *spec,
                       const struct alert *alert)
{
	return alert->priority <= spec->least && has_tag(spec, alert) &&
	       (spec->rules.count == 0 || fits(&spec->rules, alert->rule));
}

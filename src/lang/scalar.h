/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scalar.h - where the bytes of a YAML scalar stand in its file. */
#ifndef SAKER_SRC_LANG_SCALAR_H
#define SAKER_SRC_LANG_SCALAR_H

#include <yaml.h>

#include "saker/lang/text.h"

/* Byte index of the nth character of a line of UTF-8. */
size_t scalar_column(struct str line, size_t characters);
struct position scalar_offset_position(const struct source_file *f,
                                       size_t offset);
/* value, which libyaml decoded from the scalar at `at`, with positions. */
int scalar_text(struct arena *arena, struct position at, struct str value,
                yaml_scalar_style_t style, struct text *ret) must_check;

#endif

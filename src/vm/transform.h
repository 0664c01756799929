/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transform.h - the functions that transformers.def names. */
#ifndef SAKER_SRC_VM_TRANSFORM_H
#define SAKER_SRC_VM_TRANSFORM_H

#include "saker/vm/input.h"

/* The parts are of the types that transformer_type() let through. False: no
 * value. */
typedef bool transform_fn(const struct vm_input *in, const struct value *parts,
                          struct arena *arena, struct value *ret);

transform_fn transform_tolower, transform_toupper, transform_b64,
	transform_basename, transform_len, transform_join, transform_concat,
	transform_getopt;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* match.h - the match functions that ops.def names. */
#ifndef SAKER_VM_MATCH_H
#define SAKER_VM_MATCH_H

#include "saker/vm/op.h"

op_match_fn match_exists, match_eq, match_ne, match_lt, match_le, match_gt,
	match_ge, match_glob, match_iglob, match_contains, match_icontains,
	match_startswith, match_endswith, match_regex, match_in, match_pmatch;

#endif

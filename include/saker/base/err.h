/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err.h - error values: 0 is success, everything else negative. */
#ifndef SAKER_BASE_ERR_H
#define SAKER_BASE_ERR_H

#define must_check __attribute__((warn_unused_result))

enum saker_error {
	E_OK = 0,
#define ERROR(name, text) name,
	E__BASE = -64,
#include "saker/base/errors.def"
#undef ERROR
	E__LAST
};

/* Static text; "unknown error" for what is not in the table. */
const char *err_text(int error);

#endif
